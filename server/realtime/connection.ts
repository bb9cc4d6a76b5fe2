/**
 * One socket as the edge sees it, and the few doors into Socket.IO's inside that an edge on uWebSockets.js needs.
 *
 *   fresh ─unread bytes over the bound─▶ stale ─drained─▶ fresh (with a snapshot)
 *                                          └─not drained in time, or far over the bound─▶ closed
 */
import type { Socket } from 'socket.io';
import { LIMITS } from '../limits.ts';
import type { SocketCaller } from '../transport/index.ts';
import { type Bucket, fullBucket } from './bucket.ts';

/** What an edge uses of a uWebSockets.js socket. Every call on a closed one throws: ask `Connection.open` first. */
export interface RawSocket {
  /** Bytes the peer has not taken yet, beyond what the kernel holds. */
  getBufferedAmount(): number;
  /** 0: buffered, 1: sent, 2: dropped. */
  send(text: string): number;
  subscribe(topic: string): boolean;
  unsubscribe(topic: string): boolean;
  /** At once, without waiting for what is buffered. */
  close(): void;
}

export interface Connection {
  socket: Socket;
  raw: RawSocket;
  caller: SocketCaller;
  /** Free of rate limits (HOLDFAST_EXEMPT_NETWORKS). */
  exempt: boolean;
  bucket: Bucket;
  account: AccountUse;
  /** Topics this socket wants; while it is stale it is subscribed to none of them. */
  topics: Set<string>;
  /** When its unread bytes went over the bound; 0 while fresh. */
  staleSince: number;
  /** Events being handled. */
  inFlight: number;
  /** When the drain closes it; 0 while the edge is not draining. */
  closeAt: number;
  open: boolean;
}

/** What all sockets of one account use together on this edge. */
export interface AccountUse {
  id: string;
  sockets: number;
  bucket: Bucket;
}

/** Socket.IO keeps the transport's socket to itself. @throws Error when its inside has changed. */
export function rawSocketOf(socket: Socket): RawSocket {
  const transport = (socket.conn as unknown as { transport: { socket?: Partial<RawSocket>; req?: unknown } })
    .transport;
  const raw = transport.socket;
  if (typeof raw?.getBufferedAmount !== 'function' || typeof raw.subscribe !== 'function')
    throw new Error('this Socket.IO hides its uWebSockets.js socket elsewhere: see connection.ts');
  // The upgrade request is not needed again, and would live as long as the socket.
  transport.req = undefined;
  return raw as RawSocket;
}

export function createConnection(
  socket: Socket,
  caller: SocketCaller,
  exempt: boolean,
  account: AccountUse,
  now: number,
): Connection {
  return {
    socket,
    raw: rawSocketOf(socket),
    caller,
    exempt,
    bucket: fullBucket(LIMITS.socketEventsBurst, now),
    account,
    topics: new Set(),
    staleSince: 0,
    inFlight: 0,
    closeAt: 0,
    open: true,
  };
}

/** Joins a topic's audience; a stale socket will be in it once it has drained. */
export function follow(connection: Connection, topic: string): void {
  connection.topics.add(topic);
  if (connection.open && connection.staleSince === 0) connection.raw.subscribe(topic);
}

export function unfollow(connection: Connection, topic: string): void {
  connection.topics.delete(topic);
  if (connection.open && connection.staleSince === 0) connection.raw.unsubscribe(topic);
}
