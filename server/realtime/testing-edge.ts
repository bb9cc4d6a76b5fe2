/**
 * An edge in a process of its own, for tests: Socket.IO's support for uWebSockets.js patches a whole process, so two
 * edges are two processes. Stores come by environment; drops are read from Redis keys that a test writes
 * (`test:drop:<id>`, a DropState as JSON; `test:seats:<id>`, a hash), so that realtime is tested without the rest of the house.
 */
import process from 'node:process';
import { Registry } from 'prom-client';
import { Type } from 'typebox';
import { readConfig } from '../config.ts';
import { createLog, systemClock } from '../kernel/index.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import { type DropState, ok, refuse, type SalesView, type SeatPosition } from '../protocol/index.ts';
import type { SeatsRead } from '../seating/index.ts';
import { connectPatient } from '../stores/index.ts';
import type { Account, SocketHandler } from '../transport/index.ts';
import { createEdge } from './index.ts';
import type { NumberedPlace } from './numbers.ts';

const env = process.env;
const config = readConfig(env);
const log = createLog(env.LOG_LEVEL ?? 'error', 'edge');
const redis = connectPatient(env.REDIS_URL as string, 'test', log);
const keys = keyRingFrom(JSON.parse(env.HOLDFAST_KEYS ?? JSON.stringify(generateKeys())));
const registry = new Registry();
let services: Record<string, 'available' | 'degraded' | 'unavailable'> = { browse: 'available' };

const read = async <T>(key: string): Promise<T | null> =>
  JSON.parse((await redis.get(key)) ?? 'null') as T | null;

/** As the gate does it: states and position in one read. */
async function readSeats(dropId: string, known: SeatPosition | null): Promise<SeatsRead | 'same' | null> {
  const found = await redis.hgetall(`test:seats:${dropId}`);
  if (!found.seats) return null;
  if (found.away) throw new Error('Connection is closed.');
  const [epoch, version, mapId] = [Number(found.epoch), Number(found.version), found.mapId as string];
  if (known?.epoch === epoch && known.version === version) return 'same';
  return {
    epoch,
    version,
    mapId,
    seats: Buffer.from(found.seats),
    kept: Buffer.from(found.kept as string, 'base64'),
  };
}

const any = Type.Object({}, { additionalProperties: true });
const echo: SocketHandler = {
  event: 'test:echo',
  schema: any,
  access: 'account',
  handle: async (caller, payload) => ok({ payload, address: caller.address, user: caller.account.id }),
};
const away: SocketHandler = {
  event: 'test:away',
  schema: any,
  access: 'account',
  handle: () => Promise.reject(new Error('Connection terminated unexpectedly')),
};
const boom: SocketHandler = {
  event: 'test:boom',
  schema: any,
  access: 'account',
  handle: () => Promise.reject(new Error('boom')),
};
const throws: SocketHandler = {
  event: 'test:throw',
  schema: any,
  access: 'account',
  handle: () => {
    throw new Error('thrown');
  },
};
const slow: SocketHandler = {
  event: 'test:slow',
  schema: any,
  access: 'account',
  handle: async (_caller, payload) => {
    await systemClock.sleep((payload as { ms: number }).ms);
    return ok({ done: true });
  },
};
const operatorOnly: SocketHandler = {
  event: 'test:operator',
  schema: any,
  access: 'operator',
  handle: async () => ok({}),
};

const edge = createEdge({
  config,
  log,
  clock: systemClock,
  registry,
  gate: { read: (dropId) => read<DropState>(`test:drop:${dropId}`), readSeats },
  redisAdapterUrl: env.REDIS_URL as string,
  async authenticate(token) {
    const claims = keys.readToken('access', token);
    if (!claims || (claims.exp as number) * 1000 <= systemClock.now()) return null;
    return { id: claims.sub, role: claims.role, name: claims.name, sessionId: claims.sid } as Account;
  },
  async liveSessions(ids) {
    const revoked = new Set(await redis.smembers('test:revoked'));
    return new Set(ids.filter((id) => !revoked.has(id)));
  },
  handlers: [echo, away, boom, throws, slow, operatorOnly],
  sales: {
    maySee: async (account, eventId) => (await redis.get(`test:vendor:${eventId}`)) === account.id,
    mayStillSee: (watching) =>
      Promise.all(
        watching.map(
          async ({ account, eventId }) => (await redis.get(`test:vendor:${eventId}`)) === account.id,
        ),
      ),
    async salesOf(eventId) {
      const view = await read<SalesView>(`test:sales:${eventId}`);
      return view ? ok(view) : refuse('NOT_FOUND');
    },
    salesVersion: async (eventId) => (await read<SalesView>(`test:sales:${eventId}`))?.ledgerVersion ?? 0,
  },
  numbersOf: async (dropId, userIds) =>
    ((await read<NumberedPlace[]>(`test:numbers:${dropId}`)) ?? []).filter((place) =>
      userIds.includes(place.userId),
    ),
  status: () => ({ services, details: {} }),
});

const port = await edge.listen(0);
process.send?.({ port });

type Order =
  | { do: 'notify'; user: string; event: string; payload: unknown }
  | { do: 'drain'; spreadMs: number }
  | { do: 'services'; services: typeof services }
  | { do: 'metrics'; id: number }
  | { do: 'close' };

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'notify':
      return edge.notify.toUser(order.user, order.event, order.payload);
    case 'services':
      services = order.services;
      return undefined;
    case 'metrics':
      return void registry.metrics().then((text) => process.send?.({ id: order.id, text }));
    case 'drain':
      return void edge.drain(order.spreadMs).then(() => process.send?.({ drained: true }));
    case 'close':
      return void edge.close().then(() => {
        redis.disconnect();
        process.disconnect();
      });
  }
});
