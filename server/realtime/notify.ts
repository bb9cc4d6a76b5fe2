/**
 * Addressed messages: one user's or one vendor's sockets, on whatever edge they are, through the sharded Redis adapter.
 * A process without an edge (api, worker) speaks through an adapter of its own. Hints, all of them: while Redis is away
 * they are dropped rather than queued without bound.
 */
import { createShardedAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import type { Logger } from '../kernel/index.ts';
import { connectPatient, type Redis } from '../stores/index.ts';
import type { Notify } from '../transport/index.ts';
import { Decoder, Encoder } from './wire.ts';

export const userRoom = (userId: string): string => `user:${userId}`;
export const vendorRoom = (vendorId: string): string => `vendor:${vendorId}`;

/** Both ends of the adapter must agree on it. */
export const PARSER = { Encoder, Decoder };

export interface AdapterClients {
  pub: Redis;
  sub: Redis;
  adapter: ReturnType<typeof createShardedAdapter>;
  close(): Promise<void>;
}

/**
 * The adapter neither awaits nor catches its subscriptions: one that fails because its connection ends would be an
 * unhandled rejection, which ends the process. (ioredis subscribes again by itself when it is back.)
 */
function tolerateLostSubscriptions(sub: Redis, log: Logger): void {
  const subscribe = sub.ssubscribe.bind(sub) as (...channels: string[]) => Promise<unknown>;
  const unsubscribe = sub.sunsubscribe.bind(sub) as (...channels: string[]) => Promise<unknown>;
  const tolerant =
    (call: typeof subscribe) =>
    (...channels: string[]): Promise<unknown> =>
      call(...channels).catch((err: Error) => log.debug({ err: err.message }, 'adapter subscription'));
  sub.ssubscribe = tolerant(subscribe) as typeof sub.ssubscribe;
  sub.sunsubscribe = tolerant(unsubscribe) as typeof sub.sunsubscribe;
}

export function connectAdapter(url: string, log: Logger): AdapterClients {
  const pub = connectPatient(url, 'adapter-pub', log);
  const sub = connectPatient(url, 'adapter-sub', log);
  tolerateLostSubscriptions(sub, log);
  return {
    pub,
    sub,
    adapter: createShardedAdapter(pub, sub),
    async close() {
      pub.disconnect();
      sub.disconnect();
    },
  };
}

export interface CountedNotify extends Notify {
  /** Messages dropped because Redis was away; this process's own sockets got theirs. */
  readonly dropped: number;
}

export function notifyThrough(io: Server, pub: Redis): CountedNotify {
  let dropped = 0;
  const tell = (room: string, event: string, payload: unknown): void => {
    if (pub.status === 'ready') {
      io.to(room).emit(event, payload);
      return;
    }
    dropped++;
    io.local.to(room).emit(event, payload);
  };
  return {
    toUser: (userId, event, payload) => tell(userRoom(userId), event, payload),
    toVendor: (vendorId, event, payload) => tell(vendorRoom(vendorId), event, payload),
    get dropped() {
      return dropped;
    },
  };
}

/** For a process without an edge: an adapter without a listener. */
export function createNotifier(url: string, log: Logger): { notify: CountedNotify; close(): Promise<void> } {
  const clients = connectAdapter(url, log);
  const io = new Server({ adapter: clients.adapter, parser: PARSER, serveClient: false });
  return {
    notify: notifyThrough(io, clients.pub),
    async close() {
      await io.of('/').adapter.close();
      await clients.close();
    },
  };
}
