/**
 * Reopening: the gate of a drop is rebuilt from the ledger under a new epoch (rule H14).
 *
 *   exclusive fence ─▶ epoch + 1, truth read ─▶ commit ─▶ load epoch-named keys ─▶ flip the pointer, upwards only
 *
 * The exclusive fence waits for every batch in flight and keeps new ones out, so the truth is whole; a batch that
 * knows the old epoch is answered STALE afterwards and goes through the new gate. So Redis may be flushed, restarted
 * or replaced by a stale replica at any moment.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { type Db, type Ledger, luaFile, type Redis, runScript, sqlFile, statement } from '../stores/index.ts';
import { epochNamedKeys, type GateKeys, gateKeys, pointerKey } from './gate-keys.ts';
import { readSnapshot } from './publish.ts';
import { loadSeats, readSeatTruth, type SeatTruth } from './reopen-seats.ts';

export interface GateDeps {
  ledger: Ledger;
  gate: Redis;
  clock: Clock;
  log: Logger;
}

/** The drop does not exist (or not any more). */
export class UnknownDrop extends Error {}

const FLIP = luaFile(import.meta.url, 'flip.lua');
const FENCE_KEY = statement('reopen_fence_key', 'select lock_key from ticketing.drops where id = $1');
const FENCE = statement('reopen_fence', 'select pg_advisory_xact_lock($1)');
const EPOCH = statement(
  'reopen_epoch',
  `select epoch, extract(epoch from clock_timestamp() - epoch_bumped_at)::float8 as age from ticketing.drops where id = $1`,
);
const BUMP = sqlFile(import.meta.url, 'reopen.sql');
const STOCK = statement(
  'reopen_stock',
  `select t.id, t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity as free
     from ticketing.ticket_tiers t join ticketing.drops d on d.event_id = t.event_id
    where d.id = $1 and t.status = 'active'`,
);
const FANS = statement(
  'reopen_fans',
  `select user_id, held + bought as used,
          case when turn_expires_at > now() - interval '1 hour'
               then ceil(extract(epoch from turn_expires_at) * 1000)::bigint end as turn
     from ticketing.fans where drop_id = $1`,
);
const HOLDS = statement(
  'reopen_holds',
  `select h.id, h.user_id, h.request_id, h.body_hash, h.status in ('active', 'paying') as live,
          (select coalesce(string_agg(i.tier_id || ':' || i.quantity, ',') filter (where i.seats is null), '')
                  || coalesce('|' || string_agg(array_to_string(i.seats, '.'), '.') || '|', '')
             from ticketing.ticket_holds i where i.hold_id = h.id) as items
     from ticketing.holds h
    where h.drop_id = $1 and h.status <> 'void' and (h.status in ('active', 'paying') or h.created_at > now() - interval '1 day')`,
);

/** Another process that bumped the epoch gets this long to make it live before it is presumed dead, ms. */
const FLIP_GRACE_MS = 2_000;
const FLIP_POLL_MS = 20;
const CHUNK = 2_000;

interface Truth {
  epoch: number;
  stock: { id: string; free: number }[];
  fans: { user_id: string; used: number; turn: number | null }[];
  holds: {
    id: string;
    user_id: string;
    request_id: string;
    body_hash: string;
    live: boolean;
    items: string;
  }[];
  seats: SeatTruth | null;
}

export interface Reopener {
  /**
   * Finds a live epoch for a caller who has none. `known`: the epoch it last saw; when the ledger is past it, another
   * process is (or was) reopening, and its epoch is adopted once it is live. Resolves with the live epoch. @throws UnknownDrop
   */
  find(dropId: string, known: number | null, why: string): Promise<number>;
  /** Rebuilds from what the ledger says from now on: a rebuild under way may have read it already, and is not enough. */
  rebuild(dropId: string, known: number | null, why: string): Promise<number>;
}

async function readTruth(
  tx: Db,
  dropId: string,
  known: number | null,
  mayAdopt: boolean,
): Promise<Truth | { adopt: number }> {
  const drop = await tx.one<{ lock_key: number }>(FENCE_KEY, [dropId]);
  if (!drop) throw new UnknownDrop(dropId);
  await tx.all(FENCE, [drop.lock_key]);
  const now = await tx.one<{ epoch: number; age: number }>(EPOCH, [dropId]);
  if (mayAdopt && known !== null && now && now.epoch > known && now.age * 1000 < FLIP_GRACE_MS)
    return { adopt: now.epoch };
  const bumped = await tx.one<{ epoch: number }>(BUMP, [dropId, known ?? 0]);
  return {
    epoch: (bumped as { epoch: number }).epoch,
    stock: await tx.all(STOCK, [dropId]),
    fans: await tx.all(FANS, [dropId]),
    holds: await tx.all(HOLDS, [dropId]),
    seats: await readSeatTruth(tx, dropId),
  };
}

/** Loads one hash in pieces; the number of its fields. */
async function loadHash(redis: Redis, key: string, fields: ReadonlyMap<string, string>): Promise<number> {
  const flat = [...fields].flat();
  for (let i = 0; i < flat.length; i += CHUNK) await redis.hset(key, ...flat.slice(i, i + CHUNK));
  return fields.size;
}

/** Loads the epoch's keys and flips the pointer to them. Resolves with the live epoch, or LOST when Redis lost some. */
async function loadAndFlip(
  deps: GateDeps,
  dropId: string,
  keys: GateKeys,
  truth: Truth,
): Promise<number | 'LOST'> {
  const { gate: redis } = deps;
  const snapshot = await readSnapshot(deps.ledger.reads, dropId);
  if (!snapshot) throw new UnknownDrop(dropId);
  const live = truth.holds.filter((h) => h.live);
  const hashes: [string, ReadonlyMap<string, string>][] = [
    [keys.stock, new Map([['v', '1'], ...truth.stock.map((t) => [t.id, String(t.free)] as const)])],
    [
      keys.fans,
      new Map(truth.fans.flatMap((f) => (f.used > 0 ? [[f.user_id, String(f.used)] as const] : []))),
    ],
    [keys.turns, new Map(truth.fans.flatMap((f) => (f.turn ? [[f.user_id, String(f.turn)] as const] : [])))],
    [
      keys.requests,
      new Map(truth.holds.map((h) => [`${h.user_id}:${h.request_id}`, `${h.id}|${h.body_hash}`])),
    ],
    [keys.holds, new Map(live.map((h) => [h.id, `${h.user_id}|${h.request_id}|${h.items}`]))],
    [
      keys.state,
      new Map(
        Object.entries({
          lv: '0',
          pv: '1',
          phase: snapshot.phase,
          line: snapshot.hasLine ? '1' : '0',
          limit: String(snapshot.limitPerFan),
          json: JSON.stringify(snapshot),
          ...truth.seats?.settings,
        }),
      ),
    ],
  ];
  await redis.unlink(...epochNamedKeys(keys));
  const strings = truth.seats ? await loadSeats(redis, keys, truth.seats) : new Map<string, number>();
  if (truth.seats) hashes.push([keys.owners, truth.seats.owners]);
  const sizes: number[] = [];
  for (const [key, fields] of hashes) sizes.push(await loadHash(redis, key, fields));
  const answer = await runScript(
    redis,
    FLIP,
    [keys.pointer, ...hashes.map(([key]) => key), ...strings.keys()],
    [truth.epoch, hashes.length, ...sizes, ...strings.values()],
  );
  return answer === 'LOST' ? 'LOST' : Number(answer);
}

export function createReopener(deps: GateDeps): Reopener {
  const { ledger, gate: redis, clock, log } = deps;
  const running = new Map<string, Promise<number>>();
  /** Rebuilds that wait for the one under way, and have read nothing yet: whoever wants one may join. */
  const queued = new Map<string, Promise<number>>();

  async function adopt(dropId: string, epoch: number): Promise<number | null> {
    for (let waited = 0; waited < FLIP_GRACE_MS; waited += FLIP_POLL_MS) {
      const live = Number(await redis.get(pointerKey(dropId)));
      if (live >= epoch) return live;
      await clock.sleep(FLIP_POLL_MS);
    }
    return null;
  }

  async function run(dropId: string, known: number | null, why: string, mayAdopt: boolean): Promise<number> {
    const read = (adopting: boolean) =>
      ledger.reads.transaction((tx) => readTruth(tx, dropId, known, adopting));
    let truth = await read(mayAdopt);
    if ('adopt' in truth) {
      const live = await adopt(dropId, truth.adopt);
      if (live !== null) return live;
      truth = (await read(false)) as Truth;
    }
    const keys = gateKeys(dropId, truth.epoch);
    const before = await redis.get(keys.pointer);
    const live = await loadAndFlip(deps, dropId, keys, truth);
    // The truth that was read is old by now: read it again.
    if (live === 'LOST') return run(dropId, known, `${why}; lost while loading`, false);
    log.info({ dropId, epoch: truth.epoch, live, why, holds: truth.holds.length }, 'gate reopened');
    if (before !== null && Number(before) < live)
      await redis.unlink(...epochNamedKeys(gateKeys(dropId, Number(before))));
    if (live > truth.epoch) await redis.unlink(...epochNamedKeys(keys));
    return live;
  }

  function start(dropId: string, work: () => Promise<number>): Promise<number> {
    const attempt = work().finally(() => {
      if (running.get(dropId) === attempt) running.delete(dropId);
    });
    running.set(dropId, attempt);
    return attempt;
  }

  return {
    find: (dropId, known, why) => running.get(dropId) ?? start(dropId, () => run(dropId, known, why, true)),
    rebuild(dropId, known, why) {
      const waiting = queued.get(dropId);
      if (waiting) return waiting;
      const before = running.get(dropId);
      const anew = () => {
        queued.delete(dropId);
        return run(dropId, known, why, false);
      };
      if (!before) return start(dropId, anew);
      const after = start(dropId, () => before.then(anew, anew));
      queued.set(dropId, after);
      return after;
    },
  };
}
