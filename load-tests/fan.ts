/**
 * One fan at a socket: an ordinary socket.io client that dials another edge when its own goes away and asks again,
 * with the same request id, whatever it got no answer to.
 */
import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../server/kernel/index.ts';
import type { Ack } from '../server/protocol/index.ts';

const ANSWER_MS = 10_000;
const DIAL_PAUSE_MS = 200;

export interface Fan {
  /** Asks until there is an answer, over whatever edge is up. @throws Error after `limitMs` */
  ask<T>(event: string, payload: unknown, limitMs?: number): Promise<Ack<T>>;
  /** Dials now, rather than at the first question. */
  connect(): Promise<void>;
  close(): void;
  /** How often it had to dial again. */
  readonly reconnects: number;
}

export function createFan(token: string, edges: readonly string[], first: number, clock: Clock): Fan {
  let at = first % edges.length;
  let socket: Socket | undefined;
  let reconnects = 0;
  let closed = false;

  function dial(): Promise<Socket> {
    const fresh = io(edges[at] as string, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
    });
    return new Promise((resolve, reject) => {
      fresh.once('connect', () => resolve(fresh));
      fresh.once('connect_error', (err) => {
        fresh.close();
        reject(err);
      });
    });
  }

  async function connected(deadline: number): Promise<Socket> {
    for (;;) {
      if (socket?.connected) return socket;
      if (closed) throw new Error('this fan has left');
      socket?.close();
      try {
        const had = socket !== undefined;
        socket = await dial();
        if (had) reconnects++;
        return socket;
      } catch (err) {
        if (clock.now() > deadline) throw err;
        at = (at + 1) % edges.length;
        await clock.sleep(DIAL_PAUSE_MS + (first % 10) * 20);
      }
    }
  }

  return {
    get reconnects() {
      return reconnects;
    },
    async connect() {
      await connected(clock.now() + ANSWER_MS);
    },
    async ask<T>(event: string, payload: unknown, limitMs = 60_000): Promise<Ack<T>> {
      const deadline = clock.now() + limitMs;
      for (;;) {
        const line = await connected(deadline);
        try {
          return (await line.timeout(ANSWER_MS).emitWithAck(event, payload)) as Ack<T>;
        } catch (err) {
          // No answer: the connection went, or the edge did. What was asked may have happened: ask the same again.
          if (clock.now() > deadline) throw err;
          line.close();
        }
      }
    },
    close() {
      closed = true;
      socket?.close();
    },
  };
}
