/** An order's tickets once more: asked for by their owner, or by an operator who says why (rules M20, M21). */
import type { Ids } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type MailView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { readOrderFacts } from './facts.ts';
import { readMailView } from './mailbox.ts';
import { queueMail } from './queue.ts';

const RECENT = statement(
  'resends_recent',
  `select count(*)::int as n, coalesce(extract(epoch from min(created_at) + interval '1 hour' - now()), 0)::float8 as "wait"
     from delivery.mails where order_id = $1 and kind = 'resend' and requested_by = $2 and created_at > now() - interval '1 hour'`,
);

export interface ResendRequest {
  orderId: string;
  actorId: string;
  /** Null: the owner asks. */
  reason: string | null;
}

export async function resend(
  db: Db,
  ids: Ids,
  { orderId, actorId, reason }: ResendRequest,
): Promise<Result<MailView>> {
  const order = await readOrderFacts(db, orderId);
  if (!order || (reason === null && order.userId !== actorId)) return refuse('NOT_FOUND');
  if (order.tickets.length === 0)
    return refuse('INVALID_STATE', { status: order.status }, 'This order has no valid tickets to send.');
  if (reason === null) {
    const recent = await db.one<{ n: number; wait: number }>(RECENT, [orderId, actorId]);
    if (recent && recent.n >= LIMITS.resendsPerHour)
      return refuse('RATE_LIMITED', { retryAfterMs: Math.ceil(recent.wait * 1_000) });
  }
  const mailId = await queueMail(db, ids, {
    kind: 'resend',
    about: ids.next(),
    orderId,
    requestedBy: actorId,
    ...(reason === null ? {} : { reason }),
  });
  const mail = mailId === null ? null : await readMailView(db, mailId);
  return mail ? ok(mail) : refuse('NOT_FOUND');
}
