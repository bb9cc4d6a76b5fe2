/**
 * E13: deleting an event means canceling it, while nothing of it was sold. Its drop ends under the exclusive fence, so
 * that no hold, payment or ticket can slip in between looking and canceling; what was only held goes back.
 */
import { type EventView, ok, RefusalError, type Result } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { type CatalogDeps, viewInside } from './create.ts';
import { type EventRow, lockEvent } from './edit.ts';
import { refusable } from './refused.ts';

const DROP = statement(
  'catalog_drop_of_event',
  `select id from ticketing.drops where event_id = $1
   order by (phase not in ('ended', 'canceled')) desc, created_at desc limit 1`,
);
const FINISH = statement(
  'catalog_finish_drop',
  `select ticketing.finish_drop($1, 'canceled', false, $2, $3)`,
);
const SOLD = sqlFile(import.meta.url, 'sold.sql');
/** Every active hold of the drop: under the exclusive fence none can be added. */
const RELEASE = statement(
  'catalog_release_holds',
  `select count(*) from ticketing.end_holds($1, null, 'released', null)`,
);
const CANCEL = statement(
  'catalog_cancel_event',
  `update events.events set status = 'canceled', version = version + 1, updated_at = now() where id = $1`,
);

/** A sale that is over already stays as it ended. From here on the drop's exclusive fence is held. */
export async function finishSale(tx: Db, dropId: string, editor: Account, why: string): Promise<void> {
  await tx.all(FINISH, [dropId, editor.id, why]);
}

/** Cancels the event; what was only held of its drop goes back. */
export async function cancelEvent(tx: Db, id: string, dropId: string | undefined): Promise<void> {
  if (dropId) await tx.all(RELEASE, [dropId]);
  await tx.all(CANCEL, [id]);
}

export function refuseOver(row: EventRow): void {
  if (row.status === 'canceled' || row.status === 'ended')
    throw new RefusalError('INVALID_STATE', { status: row.status }, 'This event is over already.');
}

export const dropOf = (tx: Db, id: string): Promise<{ id: string } | undefined> => tx.one(DROP, [id]);

async function refuseSold(tx: Db, dropId: string): Promise<void> {
  const sold = (await tx.one<{ tickets: number; paying: number }>(SOLD, [dropId])) as {
    tickets: number;
    paying: number;
  };
  if (sold.tickets > 0 || sold.paying > 0)
    throw new RefusalError(
      'INVALID_STATE',
      sold,
      'Tickets of this event were sold or are being paid for: cancel it with POST /events/{id}/cancel.',
    );
}

async function remove(tx: Db, id: string, row: EventRow, editor: Account): Promise<string | null> {
  refuseOver(row);
  const drop = await dropOf(tx, id);
  if (drop) {
    await finishSale(tx, drop.id, editor, 'event deleted');
    await refuseSold(tx, drop.id);
  }
  await cancelEvent(tx, id, drop?.id);
  return drop?.id ?? null;
}

/** The ledger has it; a gate that is away learns it when it is reopened. */
export async function announce({ announce: tell, log }: CatalogDeps, dropId: string): Promise<void> {
  try {
    await tell?.(dropId);
  } catch (err) {
    log.warn({ err, dropId }, 'canceled drop not published');
  }
}

/** Refuses NOT_FOUND, EDIT_CONFLICT, INVALID_STATE. */
export const deleteEvent = (
  deps: CatalogDeps,
  editor: Account,
  id: string,
  ifMatch?: string,
): Promise<Result<EventView>> =>
  refusable(async () => {
    const { view, dropId } = await deps.ledger.payments.transaction(async (tx) => {
      const dropId = await remove(tx, id, await lockEvent(tx, id, editor, ifMatch), editor);
      return { view: await viewInside(tx, id), dropId };
    });
    if (dropId) await announce(deps, dropId);
    return ok(view);
  });
