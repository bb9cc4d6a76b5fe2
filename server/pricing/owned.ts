/** Whose prices they are (rule C5): an event's vendor and operators change them. To others it does not exist. */
import { RefusalError, type Result } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';

export interface OwnedTier {
  id: string;
  eventId: string;
  priceCents: number;
}

const EVENT = statement(
  'pricing_own_event',
  `select status from events.events where id = $1 and ($3 = 'operator' or vendor_id = $2)`,
);
const LOCKED_EVENT = statement('pricing_lock_event', `${EVENT.text} for no key update`);
const TIER = statement(
  'pricing_own_tier',
  `select t.id, t.event_id as "eventId", t.price_cents as "priceCents", e.status
     from ticketing.ticket_tiers t join events.events e on e.id = t.event_id
    where t.id = $1 and ($3 = 'operator' or e.vendor_id = $2)`,
);

/** @throws RefusalError NOT_FOUND */
export async function ownEvent(db: Db, account: Account, eventId: string): Promise<void> {
  if (!(await db.one(EVENT, [eventId, account.id, account.role]))) throw new RefusalError('NOT_FOUND');
}

function refuseOver(status: string): void {
  if (status === 'canceled' || status === 'ended')
    throw new RefusalError('INVALID_STATE', { status }, 'This event is over: its prices stay as they were.');
}

/** Locks the event for a change: of two at once, one comes first. @throws RefusalError NOT_FOUND, INVALID_STATE */
export async function lockOwnEvent(tx: Db, account: Account, eventId: string): Promise<void> {
  const row = await tx.one<{ status: string }>(LOCKED_EVENT, [eventId, account.id, account.role]);
  if (!row) throw new RefusalError('NOT_FOUND');
  refuseOver(row.status);
}

/** @throws RefusalError NOT_FOUND */
export async function ownTier(db: Db, account: Account, tierId: string): Promise<OwnedTier> {
  const row = await db.one<OwnedTier>(TIER, [tierId, account.id, account.role]);
  if (!row) throw new RefusalError('NOT_FOUND');
  return row;
}

/** The same, for a change. @throws RefusalError NOT_FOUND, INVALID_STATE once the event is over */
export async function changeableTier(tx: Db, account: Account, tierId: string): Promise<OwnedTier> {
  const row = (await ownTier(tx, account, tierId)) as OwnedTier & { status: string };
  refuseOver(row.status);
  return row;
}

/** What `work` resolves with; a refusal thrown inside it becomes a value again. */
export async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof RefusalError) return { ok: false, error: err.refusal };
    throw err;
  }
}
