/** E1: an event, its tiers and its drop are one transaction: all of them, or nothing. */
import type { Ids, Logger } from '../kernel/index.ts';
import { writeTerms } from '../pricing/index.ts';
import { type EventView, ok, type Result } from '../protocol/index.ts';
import { type CreateDropDeps, createDrop } from '../queue/index.ts';
import { applyPlan, type PlanTarget, requireQuantities, type SeatingBody } from '../seating/index.ts';
import { type Db, type Ledger, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { type EventBody, planDrop, settingsOf, type TierBody } from './event.ts';
import { judgePlan, judgeStart, judgeTiers, judgeZone } from './judge.ts';
import { loadEvents } from './read.ts';
import { granted, refusable, stop } from './refused.ts';

export interface CatalogDeps {
  ledger: Ledger;
  ids: Ids;
  /** Public randomness for the draw; none: the draw is recomputable, and says so. */
  beacon?: CreateDropDeps['beacon'];
  log: Logger;
  /** Called after a drop's phase changed here and was committed: the gate publishes its state. */
  announce?(dropId: string): Promise<void>;
}

const NOW = statement('catalog_now', 'select now() as now');
const INSERT_EVENT = sqlFile(import.meta.url, 'insert-event.sql');
const INSERT_TIERS = sqlFile(import.meta.url, 'insert-tiers.sql');

/** Priced by the event's terms, which are written before. Resolves with the ids of those whose quantity was left to the map. */
export async function insertTiers(
  tx: Db,
  ids: Ids,
  eventId: string,
  tiers: readonly TierBody[],
): Promise<Set<string>> {
  const made = tiers.map((tier) => ({ ...tier, id: ids.next() }));
  await tx.all(INSERT_TIERS, [
    eventId,
    made.map((t) => t.id),
    made.map((t) => t.name.trim()),
    made.map((t) => t.priceCents),
    made.map((t) => t.quantity ?? 0),
  ]);
  return new Set(made.flatMap((t) => (t.quantity === undefined ? [t.id] : [])));
}

/** Gives the event's tiers their seats, where it has any (E18). @throws RefusalError INVALID_REQUEST with its field */
export async function seatTiers(
  tx: Db,
  target: Omit<PlanTarget, 'prefix'>,
  seating: SeatingBody | null | undefined,
): Promise<void> {
  if (seating) await applyPlan(tx, { ...target, prefix: 'seating.' }, seating);
  await requireQuantities(tx, target);
}

export async function viewInside(tx: Db, eventId: string): Promise<EventView> {
  const [seen] = await loadEvents(tx, [eventId]);
  if (!seen) throw new Error(`event ${eventId} vanished inside its own transaction`);
  return seen.view;
}

async function insert(deps: CatalogDeps, tx: Db, vendor: Account, body: EventBody): Promise<EventView> {
  const { now } = (await tx.one<{ now: Date }>(NOW)) as { now: Date };
  const startsAt = granted(judgeStart(body.startsAt, now));
  const currency = granted(judgeTiers(body.tiers));
  const { name, city = null, timeZone = 'UTC' } = body.venue;
  granted(judgeZone(timeZone));
  const eventId = deps.ids.next();
  const plan = planDrop(deps.ids.next(), body.drop);
  const misplanned = judgePlan(plan, eventId, startsAt, now);
  if (misplanned) stop(misplanned.error);
  await tx.all(INSERT_EVENT, [
    eventId,
    vendor.id,
    body.title.trim(),
    body.type.trim(),
    body.artist?.trim() ?? null,
    body.description ?? null,
    name.trim(),
    city?.trim() ?? null,
    timeZone,
    startsAt,
    body.status,
    currency,
    body.status === 'draft' ? plan : null,
  ]);
  if (body.terms) await writeTerms(tx, eventId, body.terms);
  const unsaid = await insertTiers(tx, deps.ids, eventId, body.tiers);
  const target = { eventId, vendorId: vendor.id, startsAt, now, actorId: vendor.id, unsaid };
  await seatTiers(tx, target, body.seating);
  if (body.status === 'published') granted(await createDrop(deps, tx, settingsOf(plan, eventId, now)));
  return viewInside(tx, eventId);
}

export const createEvent = (
  deps: CatalogDeps,
  vendor: Account,
  body: EventBody,
): Promise<Result<EventView>> =>
  refusable(async () => ok(await deps.ledger.payments.transaction((tx) => insert(deps, tx, vendor, body))));
