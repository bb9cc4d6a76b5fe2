/**
 * An edge: Socket.IO on uWebSockets.js, websocket only, no sticky sessions. It holds nothing that matters: kill it, and
 * its fans dial another one and ask for a snapshot.
 *
 *   fan ─▶ door (origin, admission, token) ─▶ dispatch (table of events) ─▶ slices
 *   fan ◀─ topics of drops and seats (tickers read the gate) · user and vendor rooms (adapter) · status
 *
 * Socket.IO's support for uWebSockets.js patches its adapter for the whole process: one edge per process.
 */

import * as uws from 'uWebSockets.js';
import { randomInt } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { Socket } from 'socket.io';
import { blockList, type Config } from '../config.ts';
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { ServerEvents } from '../protocol/index.ts';
import type { SeatsReader } from '../seating/index.ts';
import type { Account, Notify, SocketHandler } from '../transport/index.ts';
import { createAudience, type DropReader } from './audience.ts';
import { checkBuffers } from './backpressure.ts';
import { fullBucket } from './bucket.ts';
import { type AccountUse, type Connection, createConnection } from './connection.ts';
import { createDispatch } from './dispatch.ts';
import { drainConnections } from './drain.ts';
import { createAllowRequest, guardDoor, visitorOf } from './handshake.ts';
import { type EdgeMetrics, registerMetrics } from './metrics.ts';
import { connectAdapter, notifyThrough, userRoom, vendorRoom } from './notify.ts';
import { type NumbersDeps, tellNumbers, wasDrawn } from './numbers.ts';
import { createSalesTicker, type Sales } from './sales-ticker.ts';
import { createSeatAudience } from './seat-audience.ts';
import { cutDeadSessions } from './sessions.ts';
import { attachSocketServer, listenOn } from './socket-server.ts';
import { createTable, rowOf } from './table.ts';
import { catchUpFrames, endForbiddenWatches, type Feeds, forget, watchRows } from './watch.ts';

export interface EdgeOptions {
  config: Pick<Config, 'production' | 'host' | 'origins' | 'proxies' | 'exempt'>;
  log: Logger;
  clock: Clock;
  gate: DropReader & SeatsReader;
  redisAdapterUrl: string;
  /** The account of a valid access token of a live session, or null. */
  authenticate(token: string): Promise<Account | null>;
  /** Those of these sessions that live. @throws when the ledger cannot be asked */
  liveSessions(ids: readonly string[]): Promise<ReadonlySet<string>>;
  handlers: readonly SocketHandler[];
  sales: Sales;
  /** Numbers of these accounts' live places, for those who watch a drop that was just drawn. */
  numbersOf?: NumbersDeps['numbersOf'];
  status(): ServerEvents['service:status'];
  registry?: Registry;
  /** Uniform in [0, 1). */
  random?(): number;
}

export interface Edge {
  /** Resolves with the port. @throws Error when the port is taken */
  listen(port: number): Promise<number>;
  /** Moves everybody away over the spread; resolves when the last socket is closed. */
  drain(spreadMs?: number): Promise<void>;
  close(): Promise<void>;
  readonly notify: Notify;
  readonly sockets: number;
  /** Loops of this edge, for health. */
  readonly loops: readonly Loop[];
}

const tally = (map: Map<string, number>, key: string, n = 1): void =>
  void (n && map.set(key, (map.get(key) ?? 0) + n));

interface Rooms {
  connections: Map<string, Connection>;
  accounts: Map<string, AccountUse>;
}

/** A socket that passed the door: its connection, its rooms, its end. */
function welcome(
  rooms: Rooms,
  deps: Pick<EdgeOptions, 'clock' | 'status'> & {
    dispatch: ReturnType<typeof createDispatch>;
    onLeave(connection: Connection, reason: string): void;
  },
): (socket: Socket) => void {
  return (socket) => {
    const account = socket.data.account as Account;
    const { address, exempt } = visitorOf(socket);
    const now = deps.clock.now();
    const use = rooms.accounts.get(account.id) ?? {
      id: account.id,
      sockets: 0,
      bucket: fullBucket(LIMITS.accountEventsBurst, now),
    };
    rooms.accounts.set(account.id, use);
    use.sockets++;
    const connection = createConnection(socket, { account, socketId: socket.id, address }, exempt, use, now);
    rooms.connections.set(socket.id, connection);
    // Handled here and never passed on: the ordinary path would wait for the next tick and look up listeners.
    socket.use((args: unknown[]) => deps.dispatch(connection, args));
    socket.on('disconnect', (reason) => {
      connection.open = false;
      rooms.connections.delete(socket.id);
      if (--use.sockets === 0) rooms.accounts.delete(account.id);
      deps.onLeave(connection, reason);
    });
    void socket.join(
      account.role === 'user' ? userRoom(account.id) : [userRoom(account.id), vendorRoom(account.id)],
    );
    socket.emit('service:status', deps.status());
  };
}

export function createEdge(options: EdgeOptions): Edge {
  const { config, log, clock } = options;
  const random = options.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
  const rooms: Rooms = { connections: new Map(), accounts: new Map() };
  const { connections } = rooms;
  const [unknown, doors, closures] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  let draining = false;
  let listening: uws.us_listen_socket | undefined;
  let metrics: EdgeMetrics | undefined;
  const stopping = new AbortController();

  const doorDeps = {
    clock,
    log,
    origin: { origins: config.origins, sameHost: !config.production },
    proxies: blockList('HOLDFAST_PROXIES', config.proxies),
    exempt: config.exempt,
    authenticate: options.authenticate,
    accounts: rooms.accounts,
    isDraining: () => draining,
    count: (outcome: string) => tally(doors, outcome),
  };
  const app = uws.App();
  const adapter = connectAdapter(options.redisAdapterUrl, log);
  const io = attachSocketServer(app, adapter.adapter, createAllowRequest(doorDeps));
  guardDoor(io, doorDeps);
  const notify = notifyThrough(io, adapter.pub);

  const publish = (topic: string, text: string): void => void app.publish(topic, text, false);
  const audience = createAudience({
    reader: options.gate,
    clock,
    log,
    publish,
    onTick: (ms) => metrics?.observeTick(ms),
    onPhase(dropId, before, after) {
      const { numbersOf } = options;
      if (numbersOf && wasDrawn(before, after))
        void tellNumbers({ connections: () => connections.values(), numbersOf, log }, dropId);
    },
  });
  const feeds: Feeds = {
    drops: audience,
    seats: createSeatAudience({ reader: options.gate, clock, log, publish }),
    sales: createSalesTicker({ sales: options.sales, clock, log, publish }),
  };
  const table = createTable([...options.handlers.map(rowOf), ...watchRows(feeds, options.sales)]);
  const dispatch = createDispatch({ table, clock, log, countUnknown: (code) => tally(unknown, code) });

  io.on(
    'connection',
    welcome(rooms, {
      clock,
      status: options.status,
      dispatch,
      onLeave(connection, reason) {
        tally(closures, reason.replaceAll(' ', '_'));
        for (const topic of connection.topics) forget(feeds, topic);
      },
    }),
  );
  io.on('connection', () => doorDeps.count('OK'));

  if (options.registry)
    metrics = registerMetrics(options.registry, {
      sockets: () => connections.size,
      watchedDrops: () => audience.size,
      watchedSeats: () => feeds.seats.size,
      staleNow: () => [...connections.values()].filter((c) => c.staleSince !== 0).length,
      notifyDropped: () => notify.dropped,
      table: () => table.values(),
      unknown,
      doors,
      closures,
    });

  function startLoops(): Loop[] {
    const loop = { clock, log, signal: stopping.signal };
    let shown = JSON.stringify(options.status());
    return [
      ...Object.values(feeds).map((feed) => feed.start(stopping.signal)),
      everyLoop({ ...loop, name: 'buffers', everyMs: LIMITS.bufferCheckEveryMs }, () => {
        const counts = checkBuffers({
          connections: () => connections.values(),
          now: () => clock.now(),
          catchUp: (connection) => catchUpFrames(connection, feeds),
        });
        tally(closures, 'slow_reader', counts.closed);
      }),
      everyLoop({ ...loop, name: 'sessions', everyMs: LIMITS.sessionCheckEveryMs }, async () => {
        tally(closures, 'session_over', await cutDeadSessions(connections.values(), options.liveSessions));
        await endForbiddenWatches(connections.values(), feeds, options.sales);
      }),
      everyLoop({ ...loop, name: 'status', everyMs: LIMITS.statusEveryMs }, () => {
        const status = options.status();
        const text = JSON.stringify(status);
        if (text !== shown) io.local.emit('service:status', status);
        shown = text;
      }),
    ];
  }
  const loops: Loop[] = [];

  return {
    notify,
    loops,
    get sockets() {
      return connections.size;
    },
    async listen(port) {
      const token = await listenOn(app, config.host, port);
      listening = token;
      loops.push(...startLoops());
      return uws.us_socket_local_port(token);
    },
    async drain(spreadMs = LIMITS.drainSpreadMs) {
      draining = true;
      if (listening) uws.us_listen_socket_close(listening);
      listening = undefined;
      io.local.emit('server:draining', { withinMs: spreadMs });
      await drainConnections(() => connections.values(), clock, random, spreadMs);
    },
    async close() {
      draining = true;
      if (listening) uws.us_listen_socket_close(listening);
      listening = undefined;
      stopping.abort(new Error('edge closed'));
      await Promise.all(loops.map((loop) => loop.done));
      await io.close();
      app.close();
      await adapter.close();
    },
  };
}
