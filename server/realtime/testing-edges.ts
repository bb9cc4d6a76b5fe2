/** Edges as child processes, and clients to talk to them: official ones, and a raw one that can misbehave. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import { generateVaultKey } from '../payments/vault/index.ts';
import type { Ack, DropState } from '../protocol/index.ts';
import type { TestWorld } from '../stores/testing.ts';

const JWKS = generateKeys();
export const RING = keyRingFrom(JWKS);

export interface EdgeProcess {
  port: number;
  child: ChildProcess;
  send(order: object): void;
  /** One metric's value, by its line without the value. */
  metric(line: string): Promise<number>;
  metrics(): Promise<string>;
  /** Resolves with the next message that has this member. */
  next(member: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function spawnEdge(world: TestWorld, env: Record<string, string> = {}): Promise<EdgeProcess> {
  const child = fork(fileURLToPath(new URL('./testing-edge.ts', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      REDIS_URL: world.redisUrl,
      HOST: '127.0.0.1',
      HOLDFAST_DATA: `${world.dir}/edge`,
      HOLDFAST_KEYS: JSON.stringify(JWKS),
      HOLDFAST_VAULT_KEYS: generateVaultKey(),
      LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
      ...env,
    },
  });
  const next = (member: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const onMessage = (message: unknown) => {
        if (!Object.hasOwn(message as object, member)) return;
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(message as Record<string, unknown>);
      };
      const onExit = (code: number | null) =>
        reject(new Error(`the edge ended (${code}) before it said "${member}"`));
      child.on('message', onMessage);
      child.once('exit', onExit);
    });
  const port = (await next('port')).port as number;
  let asked = 0;
  const edge: EdgeProcess = {
    port,
    child,
    next,
    send: (order) => void child.send(order),
    async metrics() {
      const answer = next('text');
      child.send({ do: 'metrics', id: ++asked });
      return (await answer).text as string;
    },
    async metric(line) {
      const found = (await edge.metrics()).split('\n').find((l) => l.startsWith(`${line} `));
      return found === undefined ? 0 : Number(found.slice(line.length + 1));
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send({ do: 'close' });
      await gone;
    },
  };
  return edge;
}

export interface TokenSeed {
  sub?: string;
  sid?: string;
  role?: string;
  ttlSeconds?: number;
}

export function tokenFor(world: TestWorld, seed: TokenSeed = {}): string {
  const now = Math.floor(world.clock.now() / 1000);
  return RING.signToken('access', {
    sub: seed.sub ?? world.ids.next(),
    sid: seed.sid ?? world.ids.next(),
    role: seed.role ?? 'user',
    name: 'Fan',
    iat: now,
    exp: now + (seed.ttlSeconds ?? 600),
  });
}

const opened = new Set<Socket>();

export function dial(port: number, token: unknown, headers: Record<string, string> = {}): Socket {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    auth: { token },
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  });
  opened.add(socket);
  return socket;
}

export function hangUpAll(): void {
  for (const socket of opened) socket.disconnect();
  opened.clear();
}

/** `connected`, or the error of the attempt (with the server's `data`). */
export function outcome(socket: Socket): Promise<'connected' | (Error & { data?: { code: string } })> {
  return new Promise((resolve) => {
    if (socket.connected) return resolve('connected');
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (err) => resolve(err as Error & { data?: { code: string } }));
  });
}

export async function connected(
  port: number,
  token: unknown,
  headers: Record<string, string> = {},
): Promise<Socket> {
  const socket = dial(port, token, headers);
  const result = await outcome(socket);
  if (result !== 'connected') throw result;
  return socket;
}

export const ask = <T = unknown>(socket: Socket, event: string, payload?: unknown): Promise<Ack<T>> =>
  socket.timeout(5_000).emitWithAck(event, payload) as Promise<Ack<T>>;

export const heard = (socket: Socket, event: string, limitMs = 8_000): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${limitMs} ms`)), limitMs);
    socket.once(event, (payload: unknown) => {
      clearTimeout(timer);
      resolve(payload);
    });
  });

export function dropState(world: TestWorld, over: Partial<DropState> = {}, tiers = 1): DropState {
  return {
    id: world.ids.next(),
    eventId: world.ids.next(),
    phase: 'live',
    epoch: 1,
    version: 1,
    serverTime: new Date(world.clock.now()).toISOString(),
    hasLine: true,
    lobbyOpensAt: null,
    opensAt: new Date(world.clock.now()).toISOString(),
    endsAt: null,
    pausedAt: null,
    pauseReason: null,
    serving: 0,
    lastNumber: 0,
    lobbyCount: 0,
    turnsInUse: 0,
    maxTurns: 10,
    limitPerFan: 4,
    turnSeconds: 600,
    holdSeconds: 900,
    claimSeconds: 60,
    extendable: false,
    ratePerMinute: null,
    tiers: Array.from({ length: tiers }, (_, i) => ({
      id: world.ids.next(),
      name: `Tier ${i}`,
      priceCents: 1_000,
      currency: 'EUR',
      quantity: 10,
      available: 10,
      held: 0,
      sold: 0,
    })),
    ...over,
  };
}

export const writeDrop = (world: TestWorld, state: DropState) =>
  world.gate.set(`test:drop:${state.id}`, JSON.stringify(state));

export interface TestSeats {
  dropId: string;
  mapId: string;
  epoch: number;
  version: number;
  /** A character a seat, as the gate has them. */
  seats: string;
  kept: Buffer;
}

export const testSeats = (world: TestWorld, seats: string, over: Partial<TestSeats> = {}): TestSeats => ({
  dropId: world.ids.next(),
  mapId: world.ids.next(),
  epoch: 1,
  version: 1,
  seats,
  kept: Buffer.alloc(seats.length),
  ...over,
});

export const writeSeats = (world: TestWorld, { dropId, kept, ...rest }: TestSeats) =>
  world.gate.hset(`test:seats:${dropId}`, { ...rest, kept: kept.toString('base64') });

/** A WebSocket client down to its frames: sends what no decent client would, and can stop reading. */
export interface RawClient {
  tcp: TcpSocket;
  /** HTTP status line of the upgrade. */
  status: string;
  text(data: string): void;
  frame(opcode: number, data: Buffer, options?: { mask?: boolean; fin?: boolean }): void;
  bytes(data: Buffer): void;
  /** All text received so far. */
  received(): string;
  readonly closed: boolean;
}

export async function rawDial(port: number, headers: Record<string, string> = {}): Promise<RawClient> {
  const tcp = connect(port, '127.0.0.1');
  let seen = Buffer.alloc(0);
  let closed = false;
  tcp.on('data', (data) => {
    seen = Buffer.concat([seen, data]);
  });
  tcp.on('error', () => tcp.destroy());
  tcp.on('close', () => {
    closed = true;
  });
  await once(tcp, 'connect');
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  tcp.write(`${lines.join('\r\n')}\r\n\r\n`);
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!seen.includes('\r\n\r\n') && !closed) return;
      tcp.off('data', look);
      resolve();
    };
    tcp.on('data', look);
    tcp.once('close', look);
  });
  const client: RawClient = {
    tcp,
    status: seen.toString('latin1').split('\r\n')[0] ?? '',
    bytes: (data) => void (closed || tcp.write(data)),
    text: (data) => client.frame(1, Buffer.from(data)),
    frame(opcode, data, { mask = true, fin = true } = {}) {
      const head = [(fin ? 0x80 : 0) | opcode];
      const bit = mask ? 0x80 : 0;
      if (data.length < 126) head.push(bit | data.length);
      else if (data.length < 65_536) head.push(bit | 126, data.length >> 8, data.length & 255);
      else head.push(bit | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((s) => (data.length >>> s) & 255));
      // A mask of zeros is a mask, and leaves the data as it is.
      client.bytes(Buffer.concat([Buffer.from(head), mask ? Buffer.alloc(4) : Buffer.alloc(0), data]));
    },
    received: () => seen.toString('latin1'),
    get closed() {
      return closed;
    },
  };
  return client;
}
