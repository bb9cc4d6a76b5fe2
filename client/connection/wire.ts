/** The socket itself. socket.io-client is loaded when a page first dials, so that reading an event costs none of it. */
import type { Ack, ServerEvents } from '../../server/protocol/events.ts';
import { NO_ANSWER, type Wire, type WireHandlers } from './link.ts';

const PUSHES: readonly (keyof ServerEvents)[] = [
  'drop:state',
  'queue:tick',
  'stock:tick',
  'seats:delta',
  'place:updated',
  'hold:updated',
  'hold:expired',
  'order:updated',
  'sales:tick',
  'service:status',
  'server:draining',
  'server:stale',
];

const SESSION_CODES = new Set(['UNAUTHENTICATED', 'TOKEN_INVALID', 'TOKEN_EXPIRED']);

/** The code an edge put into its refusal: in `data.code`, `data.error.code` or the message itself. */
export function refusalCode(error: { message?: string; data?: unknown }): string {
  const data = error.data as { code?: unknown; error?: { code?: unknown } } | undefined;
  const code = data?.code ?? data?.error?.code ?? error.message;
  return typeof code === 'string' ? code : '';
}

export async function dialSocket(origin: string, token: string, handlers: WireHandlers): Promise<Wire> {
  const { io } = await import('socket.io-client');
  const socket = io(origin, {
    path: '/socket.io/',
    transports: ['websocket'],
    auth: { token },
    // The machine decides when to dial again; the library must not.
    reconnection: false,
    forceNew: true,
    timeout: 5000,
  });
  let up = false;
  let over = false;
  socket.on('connect', () => {
    up = true;
    handlers.up();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (over) return;
    over = true;
    handlers.failed(SESSION_CODES.has(refusalCode(error)) ? 'session' : 'network');
  });
  socket.on('disconnect', () => {
    if (over || !up) return;
    over = true;
    handlers.lost();
  });
  for (const event of PUSHES) socket.on(event, (payload: unknown) => handlers.push(event, payload));
  return {
    async ask(event, payload, timeoutMs): Promise<Ack<unknown>> {
      try {
        return (await socket.timeout(timeoutMs).emitWithAck(event, payload)) as Ack<unknown>;
      } catch {
        // Timed out or cut: the edge may have done it all the same.
        return { ok: false, error: NO_ANSWER };
      }
    },
    close() {
      over = true;
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
}
