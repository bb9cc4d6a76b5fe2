/**
 * `PATCH /drops/{id}` (rule Q30): cap, rate, overbooking, times. Under the exclusive fence, since the close reads the opening time.
 * An opening moved past the beacon's round fixes a later one, and the log says so.
 */
import type { Clock, Uuid } from '../kernel/index.ts';
import { type DropState, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type Beacon, roundAfterClose, roundTime } from './beacon.ts';
import { refuseTimes } from './create-drop.ts';
import { type Actor, mayOperate, type OperateDeps, tell } from './operate.ts';

export interface DropChange {
  maxTurns?: number;
  /** Calls per minute; null: only the cap limits. */
  maxCallsPerMinute?: number | null;
  overbook?: number;
  lobbyOpensAt?: Date;
  opensAt?: Date;
  /** null: when the event starts. */
  endsAt?: Date | null;
  reason?: string;
}

interface DropRow {
  phase: string;
  hasLine: boolean;
  lobbyOpensAt: Date | null;
  opensAt: Date;
  endsAt: Date | null;
  maxTurns: number;
  maxCallsPerMinute: number | null;
  overbook: number;
  beaconRound: number | null;
  startsAt: Date;
  now: Date;
}

const FENCE = statement(
  'queue_change_fence',
  'select pg_advisory_xact_lock(lock_key) from ticketing.drops where id = $1',
);
const READ = statement(
  'queue_change_read',
  `select phase, has_line as "hasLine", lobby_opens_at as "lobbyOpensAt", opens_at as "opensAt", ends_at as "endsAt",
     max_turns as "maxTurns", max_calls_per_minute as "maxCallsPerMinute", overbook::float8 as overbook,
     beacon_round as "beaconRound", clock_timestamp() as now,
     (select e.start_at from events.events e where e.id = event_id) as "startsAt"
   from ticketing.drops where id = $1 for no key update`,
);
const WRITE = statement(
  'queue_change_write',
  `update ticketing.drops set max_turns = $2, max_calls_per_minute = $3, overbook = $4, lobby_opens_at = $5, opens_at = $6,
     ends_at = $7, beacon_round = $8, updated_at = now() where id = $1`,
);
const BUMP = statement(
  'queue_change_bump',
  'update ticketing.lines set version = version + 1 where drop_id = $1',
);
const LOG = statement(
  'queue_change_log',
  `insert into ticketing.drop_log (drop_id, actor_user_id, action, reason, before, after) values ($1, $2, $3, $4, $5, $6)`,
);

const LOGGED = [
  'maxTurns',
  'maxCallsPerMinute',
  'overbook',
  'lobbyOpensAt',
  'opensAt',
  'endsAt',
  'beaconRound',
] as const;

/** Why these times cannot be, or null. */
function refuseChange(before: DropRow, after: DropRow, change: DropChange) {
  if (before.phase === 'ended' || before.phase === 'canceled') return refuse('INVALID_STATE');
  const waiting = before.phase === 'scheduled' || before.phase === 'lobby';
  if (change.opensAt && !waiting)
    return refuse('INVALID_STATE', { field: 'opensAt' }, 'This sale has opened already.');
  if (change.lobbyOpensAt && before.phase !== 'scheduled')
    return refuse('INVALID_STATE', { field: 'lobbyOpensAt' }, 'The lobby has opened already.');
  if (change.opensAt && change.opensAt <= before.now)
    return refuse('INVALID_REQUEST', { field: 'opensAt' }, 'The opening lies in the future.');
  if (change.endsAt && change.endsAt <= before.now)
    return refuse('INVALID_REQUEST', { field: 'endsAt' }, 'The end lies in the future.');
  // Without an end of its own a sale ends when its event starts: opened later, it would end without ever opening.
  if (change.opensAt && after.endsAt === null && change.opensAt >= before.startsAt)
    return refuse('INVALID_REQUEST', { field: 'opensAt' }, 'A sale opens before its event starts.');
  const refused = refuseTimes(after);
  if (!refused) return refused;
  // A new event names its drop's fields `drop.…`; here the body is the drop.
  const field = String(refused.error.details?.field).replace(/^drop\./, '');
  return refuse('INVALID_REQUEST', { field }, refused.error.message);
}

const differing = (before: DropRow, after: DropRow) =>
  LOGGED.filter((key) => String(before[key]) !== String(after[key]));

const pick = (row: DropRow, keys: readonly (keyof DropRow)[]) =>
  JSON.stringify(Object.fromEntries(keys.map((key) => [key, row[key]])));

export interface ChangeDeps extends OperateDeps {
  clock: Clock;
  beacon: Beacon | null;
}

async function write(deps: ChangeDeps, tx: Db, actor: Actor, dropId: Uuid, change: DropChange) {
  await tx.all(FENCE, [dropId]);
  const before = (await tx.one<DropRow>(READ, [dropId]))!;
  const { reason, ...values } = change;
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const after: DropRow = { ...before, ...given };
  const refused = refuseChange(before, after, change);
  if (refused) return refused;
  if (before.beaconRound !== null && change.opensAt) {
    if (!deps.beacon)
      return refuse(
        'INVALID_STATE',
        { field: 'opensAt' },
        'This draw waits for a beacon that is not configured here.',
      );
    if (roundTime(deps.beacon, before.beaconRound) <= change.opensAt.getTime())
      after.beaconRound = roundAfterClose(deps.beacon, change.opensAt);
  }
  const changed = differing(before, after);
  if (changed.length === 0) return null;
  await tx.all(WRITE, [
    dropId,
    after.maxTurns,
    after.maxCallsPerMinute,
    after.overbook,
    after.lobbyOpensAt,
    after.opensAt,
    after.endsAt,
    after.beaconRound,
  ]);
  await tx.all(BUMP, [dropId]);
  const action = changed.some((key) => key.endsWith('At')) ? 'reschedule' : 'change';
  await tx.all(LOG, [dropId, actor.id, action, reason ?? null, pick(before, changed), pick(after, changed)]);
  return null;
}

/** Refuses NOT_FOUND (not yours), INVALID_STATE, INVALID_REQUEST with `details.field`. */
export async function change(
  deps: ChangeDeps,
  actor: Actor,
  dropId: Uuid,
  wanted: DropChange,
): Promise<Result<DropState>> {
  if (!(await mayOperate(deps.pool, actor, dropId))) return refuse('NOT_FOUND');
  const refused = await deps.pool.transaction((tx) => write(deps, tx, actor, dropId, wanted));
  return refused ?? tell(deps, dropId, 'publish');
}
