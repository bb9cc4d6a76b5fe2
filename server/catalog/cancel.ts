/**
 * E22: an event that was sold is canceled, and every ticket's money is owed back. What follows (money sent, or offered by mail)
 * starts from the row that is written with it, so that a program killed in between owes no less.
 */
import { type Static, Type } from 'typebox';
import { type EventView, ok, type Result } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { type CatalogDeps, viewInside } from './create.ts';
import { announce, cancelEvent, dropOf, finishSale, refuseOver } from './delete.ts';
import { lockEvent } from './edit.ts';
import { refusable } from './refused.ts';

export const CancelBody = Type.Object(
  {
    /** Told to who bought tickets. */
    reason: Type.String({
      minLength: 1,
      maxLength: 300,
      pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
    }),
    /** `all`: the money goes back by itself. `offer` (default): each buyer is told, and takes it back when they like. */
    refund: Type.Optional(Type.Enum(['offer', 'all'])),
  },
  { additionalProperties: false },
);
export type CancelBody = Static<typeof CancelBody>;

const TELL = statement(
  'catalog_tell_canceled',
  `insert into ticketing.outbox (topic, payload)
   values ('event.canceled', jsonb_build_object('eventId', $1::uuid, 'actorId', $2::uuid, 'reason', $3::text, 'refund', $4::text))`,
);

/** Refuses NOT_FOUND, EDIT_CONFLICT, INVALID_STATE. */
export const cancelSoldEvent = (
  deps: CatalogDeps,
  editor: Account,
  id: string,
  body: CancelBody,
  ifMatch?: string,
): Promise<Result<EventView>> =>
  refusable(async () => {
    const reason = body.reason.trim();
    const { view, dropId } = await deps.ledger.payments.transaction(async (tx) => {
      refuseOver(await lockEvent(tx, id, editor, ifMatch));
      const drop = await dropOf(tx, id);
      if (drop) await finishSale(tx, drop.id, editor, reason);
      await cancelEvent(tx, id, drop?.id);
      await tx.all(TELL, [id, editor.id, reason, body.refund ?? 'offer']);
      return { view: await viewInside(tx, id), dropId: drop?.id };
    });
    if (dropId) await announce(deps, dropId);
    return ok(view);
  });
