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

/** A sale that is over already stays as it ended; only what was sold of it matters. */
async function cancelSale(tx: Db, dropId: string, editor: Account): Promise<void> {
  await tx.all(FINISH, [dropId, editor.id, 'event deleted']);
  const sold = (await tx.one<{ tickets: number; paying: number }>(SOLD, [dropId])) as {
    tickets: number;
    paying: number;
  };
  if (sold.tickets > 0 || sold.paying > 0)
    throw new RefusalError(
      'INVALID_STATE',
      sold,
      'Tickets of this event were sold or are being paid for: it cannot be deleted.',
    );
  await tx.all(RELEASE, [dropId]);
}

async function cancel(tx: Db, id: string, row: EventRow, editor: Account): Promise<string | null> {
  if (row.status === 'canceled' || row.status === 'ended')
    throw new RefusalError('INVALID_STATE', { status: row.status }, 'This event is over already.');
  const drop = await tx.one<{ id: string }>(DROP, [id]);
  if (drop) await cancelSale(tx, drop.id, editor);
  await tx.all(CANCEL, [id]);
  return drop?.id ?? null;
}

/** The ledger has it; a gate that is away learns it when it is reopened. */
async function announce({ announce: tell, log }: CatalogDeps, dropId: string): Promise<void> {
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
      const dropId = await cancel(tx, id, await lockEvent(tx, id, editor, ifMatch), editor);
      return { view: await viewInside(tx, id), dropId };
    });
    if (dropId) await announce(deps, dropId);
    return ok(view);
  });
