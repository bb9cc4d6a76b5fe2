/**
 * An event's seat plan: which seats of a map it sells as which tier (rules S20 to S25). It is written whole, inside the
 * caller's transaction: seats, tiers' quantities, what is kept for accessible seats, and what the gate is to know. At no
 * moment can a tier with seats be sold without them.
 */
import { RefusalError } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import { type Assigned, assign, misnamed, type PlanTier } from './assign.ts';
import { compile } from './compile.ts';
import { FLAG } from './gate-plan.ts';
import { ACCESSIBLE_HOURS_DEFAULT, ORPHAN_RELAX_PERCENT_DEFAULT, type SeatingBody } from './plan-body.ts';
import type { ExpandedMap } from './venue-map.ts';

export const ACCESSIBLE_CHANNEL = 1;
const MS_PER_HOUR = 3_600_000;

/** Before tiers, as everybody does who keeps seats or lets them go. */
export const LOCK_PLAN = statement(
  'seating_lock_plan',
  'select 1 from ticketing.seat_plans where event_id = $1 for no key update',
);
const READ_MAP = statement(
  'seating_plan_map',
  `select map from ticketing.venue_maps where id = $1 and (vendor_id is null or vendor_id = $2)`,
);
const READ_TIERS = statement(
  'seating_plan_tiers',
  'select id, name, quantity, seated from ticketing.ticket_tiers where event_id = $1 order by position, id',
);
const READ_KEPT = statement(
  'seating_plan_kept',
  `select s.seat, s.channel from ticketing.seats s
     join ticketing.seat_channels c on c.event_id = s.event_id and c.channel = s.channel and c.released_at is null
    where s.event_id = $1 and s.channel > $3 and exists (
      select from ticketing.seat_plans p where p.event_id = $1 and p.map_id = $2)`,
);
const DELETE_SEATS = statement('seating_delete_seats', 'delete from ticketing.seats where event_id = $1');
/** Another map has no use for what was kept on this one; on the same map a vendor's channels stay. */
const DELETE_CHANNELS = statement(
  'seating_delete_channels',
  `delete from ticketing.seat_channels c where c.event_id = $1 and (c.channel = $3 or not exists (
     select from ticketing.seat_plans p where p.event_id = $1 and p.map_id = $2))`,
);
const INSERT_ACCESSIBLE = statement(
  'seating_insert_accessible',
  `insert into ticketing.seat_channels (event_id, channel, name, release_at) values ($1, $2, 'Accessible seats', $3)`,
);
const INSERT_SEATS = sqlFile(import.meta.url, 'insert-seats.sql');
const WRITE_PLAN = sqlFile(import.meta.url, 'write-plan.sql');
const WRITE_TIERS = sqlFile(import.meta.url, 'write-tiers.sql');
const LOG = statement(
  'seating_log_plan',
  `insert into ticketing.seat_log (event_id, actor_user_id, action, detail) values ($1, $2, 'plan', $3)`,
);
const HAS_PLAN = statement('seating_has_plan', 'select 1 from ticketing.seat_plans where event_id = $1');
const DELETE_PLAN = statement('seating_delete_plan', 'delete from ticketing.seat_plans where event_id = $1');
const SHIFT_ACCESSIBLE = statement(
  'seating_shift_accessible',
  `update ticketing.seat_channels set release_at = release_at + ($3::timestamptz - $2::timestamptz)
    where event_id = $1 and channel = 1 and released_at is null and $3::timestamptz <> $2::timestamptz`,
);

export interface PlanTarget {
  eventId: string;
  /** Whose maps may be used. */
  vendorId: string;
  startsAt: Date;
  now: Date;
  actorId: string;
  /** What stands before a field's name in a refusal: `seating.` where the plan is a member of another body. */
  prefix: '' | 'seating.';
  /** Tiers whose quantity nobody has said: they must get seats. */
  unsaid?: ReadonlySet<string>;
}

/** When accessible seats become everybody's, or null: they are never kept, or that moment has passed. */
function accessibleUntil({ startsAt, now }: PlanTarget, body: SeatingBody): Date | null {
  const hours =
    body.accessibleHoursBefore === undefined ? ACCESSIBLE_HOURS_DEFAULT : body.accessibleHoursBefore;
  if (!hours) return null;
  const until = new Date(startsAt.getTime() - hours * MS_PER_HOUR);
  return until > now ? until : null;
}

/** The channel each seat is kept for: a vendor's own go before the accessible seats. */
function channelsOf(
  { seats, tierOf }: Assigned,
  kept: ReadonlyMap<number, number>,
  keepAccessible: boolean,
): number[] {
  const asked = FLAG.accessible | FLAG.companion;
  return seats.map(({ flags }, seat) => {
    if ((tierOf[seat] as number) < 0) return 0;
    return kept.get(seat) ?? (keepAccessible && flags & asked ? ACCESSIBLE_CHANNEL : 0);
  });
}

/** Runs of equal numbers: [number, how many]. */
function runLengthsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.[0] === number) last[1]++;
    else runs.push([number, 1]);
  }
  return runs;
}

async function readMap(tx: Db, target: PlanTarget, mapId: string): Promise<ExpandedMap> {
  const row = await tx.one<{ map: ExpandedMap }>(READ_MAP, [mapId, target.vendorId]);
  return row?.map ?? misnamed(`${target.prefix}mapId`, 'There is no such map.');
}

async function readTiers(tx: Db, { eventId, unsaid }: PlanTarget): Promise<PlanTier[]> {
  const tiers = await tx.all<PlanTier>(READ_TIERS, [eventId]);
  return tiers.map((tier) => (unsaid?.has(tier.id) ? { ...tier, quantity: null } : tier));
}

async function writeSeats(
  tx: Db,
  eventId: string,
  map: ExpandedMap,
  { seats, tiers, tierOf }: Assigned,
  channels: readonly number[],
): Promise<void> {
  const labels = new Map(map.sections.map(({ key, label }) => [key, label]));
  await tx.all(DELETE_SEATS, [eventId]);
  await tx.all(INSERT_SEATS, [
    eventId,
    tierOf.map((tier) => tiers[tier] ?? null),
    channels,
    seats.map(({ section }) => labels.get(section)),
    seats.map(({ row }) => row),
    seats.map(({ label }) => label),
    seats.map(({ flags }) => flags),
  ]);
}

/**
 * Writes the plan in the caller's transaction, who has made sure that nothing of the event is or was held or sold and
 * that nobody else changes it meanwhile. @throws RefusalError INVALID_REQUEST with `details.field`
 */
export async function applyPlan(tx: Db, target: PlanTarget, body: SeatingBody): Promise<void> {
  const { eventId, prefix } = target;
  await tx.all(LOCK_PLAN, [eventId]);
  const map = await readMap(tx, target, body.mapId);
  const known = await readTiers(tx, target);
  const byName = new Map<string, string>(
    known.map(({ id }, i) => (prefix === '' ? [id, id] : [String(i), id])),
  );
  const assigned = assign(map, body.assignment, known, `${prefix}assignment`, (name) =>
    byName.get(name.toLowerCase()),
  );
  const until = accessibleUntil(target, body);
  const kept = await tx.all<{ seat: number; channel: number }>(READ_KEPT, [
    eventId,
    body.mapId,
    ACCESSIBLE_CHANNEL,
  ]);
  const channels = channelsOf(assigned, new Map(kept.map((k) => [k.seat, k.channel])), until !== null);
  await tx.all(DELETE_CHANNELS, [eventId, body.mapId, ACCESSIBLE_CHANNEL]);
  if (until && channels.includes(ACCESSIBLE_CHANNEL))
    await tx.all(INSERT_ACCESSIBLE, [eventId, ACCESSIBLE_CHANNEL, until]);
  await writeSeats(tx, eventId, map, assigned, channels);
  await tx.all(WRITE_TIERS, [eventId]);
  const gate = compile(map, ({ seat }) => assigned.tierOf[seat] as number, assigned.tiers, body.mapId);
  await tx.all(WRITE_PLAN, [
    eventId,
    body.mapId,
    JSON.stringify(assigned.assignment),
    body.orphanRule ?? true,
    body.orphanRelaxPercent ?? ORPHAN_RELAX_PERCENT_DEFAULT,
    gate.plan,
    gate.blocks,
    JSON.stringify(gate.facts),
    JSON.stringify(runLengthsOf(assigned.tierOf)),
  ]);
  const detail = {
    mapId: body.mapId,
    seats: Object.fromEntries(assigned.tiers.map((id, i) => [id, assigned.sizes[i]])),
  };
  await tx.all(LOG, [eventId, target.actorId, JSON.stringify(detail)]);
}

export const hasPlan = async (tx: Db, eventId: string): Promise<boolean> =>
  (await tx.one(HAS_PLAN, [eventId])) !== undefined;

/** Takes the plan of a draft away, before its tiers are. */
export async function removePlan(tx: Db, eventId: string): Promise<void> {
  await tx.all(LOCK_PLAN, [eventId]);
  await tx.all(DELETE_SEATS, [eventId]);
  await tx.all(DELETE_CHANNELS, [eventId, null, ACCESSIBLE_CHANNEL]);
  await tx.all(DELETE_PLAN, [eventId]);
}

/** The start moved: what was counted back from it moves along. */
export async function movePlannedStart(tx: Db, eventId: string, before: Date, after: Date): Promise<void> {
  await tx.all(SHIFT_ACCESSIBLE, [eventId, before, after]);
}

/** @throws RefusalError INVALID_REQUEST when a tier without seats has no quantity */
export async function requireQuantities(
  tx: Db,
  { eventId, unsaid }: Pick<PlanTarget, 'eventId' | 'unsaid'>,
): Promise<void> {
  const tiers = await tx.all<PlanTier>(READ_TIERS, [eventId]);
  for (const [i, { id, seated }] of tiers.entries())
    if (!seated && unsaid?.has(id))
      throw new RefusalError(
        'INVALID_REQUEST',
        { field: `tiers.${i}.quantity` },
        'How many are there? Only tiers with seats leave that to the map.',
      );
}
