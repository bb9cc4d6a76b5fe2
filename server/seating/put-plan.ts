/**
 * `PUT /events/{id}/seating` (rules S23, S24): a plan is changed while nothing of the event is or was held or sold. A drop's
 * exclusive fence keeps holds out meanwhile, and its epoch moves on with the plan: what the old gate let through is stale.
 */
import type { Logger } from '../kernel/index.ts';
import { ok, RefusalError, type Result, refuse, type SeatingView } from '../protocol/index.ts';
import { type Db, type Ledger, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { applyPlan, LOCK_PLAN } from './plan.ts';
import type { SeatingBody } from './plan-body.ts';
import { readPlan } from './read-plan.ts';
import { refusable } from './refusable.ts';

const LOCK_EVENT = sqlFile(import.meta.url, 'event-of-plan.sql');
const TOUCHED = sqlFile(import.meta.url, 'touched.sql');
const DROP = statement(
  'seating_plan_drop',
  `select id, lock_key from ticketing.drops where event_id = $1
   order by (phase not in ('ended', 'canceled')) desc, created_at desc limit 1`,
);
const FENCE = statement('seating_plan_fence', 'select pg_advisory_xact_lock($1)');
const PHASE = statement('seating_plan_phase', 'select phase from ticketing.drops where id = $1');
const LOCK_TIERS = statement(
  'seating_plan_lock_tiers',
  'select 1 from ticketing.ticket_tiers where event_id = $1 order by id for no key update',
);
const BUMP_EPOCH = statement(
  'seating_plan_bump_epoch',
  `update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = clock_timestamp(), updated_at = now() where id = $1`,
);
const BUMP_EVENT = statement(
  'seating_plan_bump_event',
  'update events.events set version = version + 1, updated_at = now() where id = $1',
);

export interface PutPlanDeps {
  ledger: Ledger;
  log: Logger;
  /** Rebuilds a drop's gate from the ledger. */
  reopen(dropId: string, why: string): Promise<void>;
}

interface EventRow {
  vendor_id: string;
  status: string;
  start_at: Date;
  now: Date;
}

const over = (state: Record<string, string>): never => {
  throw new RefusalError('INVALID_STATE', state, 'This sale is over: its seats can no longer be changed.');
};

/** The event's drop, fenced off, if it has one. @throws RefusalError INVALID_STATE */
async function fenceOff(tx: Db, eventId: string): Promise<string | null> {
  const drop = await tx.one<{ id: string; lock_key: number }>(DROP, [eventId]);
  if (drop) {
    await tx.all(FENCE, [drop.lock_key]);
    const { phase } = (await tx.one<{ phase: string }>(PHASE, [drop.id])) as { phase: string };
    if (phase === 'ended' || phase === 'canceled') over({ phase });
  }
  await tx.all(LOCK_PLAN, [eventId]);
  await tx.all(LOCK_TIERS, [eventId]);
  const { touched } = (await tx.one<{ touched: boolean }>(TOUCHED, [eventId])) as { touched: boolean };
  if (touched)
    throw new RefusalError(
      'INVALID_STATE',
      undefined,
      'Tickets of this event were held or sold: its seats can no longer be changed.',
    );
  return drop?.id ?? null;
}

async function change(tx: Db, editor: Account, eventId: string, body: SeatingBody): Promise<string | null> {
  const event = await tx.one<EventRow>(LOCK_EVENT, [eventId]);
  if (!event || (editor.role !== 'operator' && editor.id !== event.vendor_id))
    throw new RefusalError('NOT_FOUND');
  if (event.status === 'canceled' || event.status === 'ended') over({ status: event.status });
  const dropId = await fenceOff(tx, eventId);
  await applyPlan(
    tx,
    {
      eventId,
      vendorId: event.vendor_id,
      startsAt: event.start_at,
      now: event.now,
      actorId: editor.id,
      prefix: '',
    },
    body,
  );
  if (dropId) await tx.all(BUMP_EPOCH, [dropId]);
  await tx.all(BUMP_EVENT, [eventId]);
  return dropId;
}

/** Tells the gate, or leaves it to be found stale. */
export async function reopen(deps: PutPlanDeps, dropId: string, why: string): Promise<void> {
  try {
    await deps.reopen(dropId, why);
  } catch (err) {
    // A new plan moved the ledger's epoch on, so whoever asks the gate next has it reopened; other rules wait for its next one.
    deps.log.warn(
      { err: (err as Error).message, dropId },
      'gate not reopened for what was changed about its seats',
    );
  }
}

/** Refuses NOT_FOUND (also somebody else's event), INVALID_STATE, INVALID_REQUEST with `details.field`. */
export async function putPlan(
  deps: PutPlanDeps,
  editor: Account,
  eventId: string,
  body: SeatingBody,
): Promise<Result<SeatingView>> {
  return refusable(async () => {
    const dropId = await deps.ledger.payments.transaction((tx) => change(tx, editor, eventId, body));
    if (dropId) await reopen(deps, dropId, 'its seats were planned');
    const view = await readPlan(deps.ledger.payments, eventId, editor);
    return view ? ok(view) : refuse('NOT_FOUND');
  });
}
