/** A fan's devices (rules N1 to N5): browsers that asked to be told. */
import type { Ids } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type DeviceView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { readEndpoint } from './push-services.ts';
import { areKeys } from './seal.ts';

const COLUMNS = `id, name, created_at as "createdAt", last_ok_at as "lastOkAt", ended_at as "endedAt"`;

/** Whoever is logged in on a browser has it; to them it is a new device, with a name that the one before never knew. */
const KEEP = statement(
  'device_keep',
  `insert into notifications.devices as d (id, user_id, endpoint, p256dh, auth, name) values ($1, $2, $3, $4, $5, $6)
   on conflict (endpoint) do update set
     id = case when d.user_id = excluded.user_id then d.id else excluded.id end,
     created_at = case when d.user_id = excluded.user_id then d.created_at else now() end,
     last_ok_at = case when d.user_id = excluded.user_id then d.last_ok_at end,
     user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth, name = excluded.name,
     failures = 0, ended_at = null
   returning ${COLUMNS}`,
);
/** Those that ended first, then the oldest: browsers are thrown away, and nobody tidies up after them. */
const TRIM = statement(
  'devices_trim',
  `delete from notifications.devices where id in (
     select id from notifications.devices where user_id = $1
      order by ended_at is not null, created_at desc, id desc offset $2)`,
);
const MINE = statement(
  'devices_mine',
  `select ${COLUMNS} from notifications.devices where user_id = $1 order by created_at desc, id desc`,
);
const REMOVE = statement(
  'device_remove',
  'delete from notifications.devices where id = $1 and user_id = $2 returning id',
);
const ONE = statement(
  'device_one',
  `select id, endpoint, p256dh, auth from notifications.devices where id = $1 and user_id = $2 and ended_at is null`,
);

interface Row {
  id: string;
  name: string;
  createdAt: Date;
  lastOkAt: Date | null;
  endedAt: Date | null;
}

const view = (row: Row): DeviceView => ({
  id: row.id,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  lastToldAt: row.lastOkAt?.toISOString() ?? null,
  ended: row.endedAt !== null,
});

export interface NewDevice {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  name: string;
}

export interface Subscribed {
  id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface Devices {
  /** Refuses INVALID_REQUEST: no push service we send to, or keys that are none. */
  keep(userId: string, device: NewDevice): Promise<Result<DeviceView>>;
  mine(userId: string): Promise<DeviceView[]>;
  /** Refuses NOT_FOUND. */
  remove(userId: string, deviceId: string): Promise<Result<void>>;
  /** Null: there is none, or it has ended. */
  find(db: Db, userId: string, deviceId: string): Promise<Subscribed | null>;
}

export function createDevices({ pool, ids, own }: { pool: Pool; ids: Ids; own: readonly string[] }): Devices {
  return {
    async keep(userId, { endpoint, keys, name }) {
      if (!readEndpoint(endpoint, own))
        return refuse(
          'INVALID_REQUEST',
          { field: 'endpoint' },
          'This is no address of a push service that we send to.',
        );
      if (!areKeys(keys))
        return refuse('INVALID_REQUEST', { field: 'keys' }, 'These are not the keys of a browser.');
      const row = await pool.transaction(async (tx) => {
        const kept = await tx.one<Row>(KEEP, [ids.next(), userId, endpoint, keys.p256dh, keys.auth, name]);
        await tx.all(TRIM, [userId, LIMITS.devicesPerAccountMax]);
        return kept;
      });
      return ok(view(row as Row));
    },
    mine: async (userId) => (await pool.all<Row>(MINE, [userId])).map(view),
    async remove(userId, deviceId) {
      return (await pool.one(REMOVE, [deviceId, userId])) ? ok(undefined) : refuse('NOT_FOUND');
    },
    find: async (db, userId, deviceId) => (await db.one<Subscribed>(ONE, [deviceId, userId])) ?? null,
  };
}
