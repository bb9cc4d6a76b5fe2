/** What follows a payment, a refund, a move or a letter of an account: a mail written down, an invoice issued. Each may run any number of times. */
import type { Ids } from '../kernel/index.ts';
import type { NoticeLetterOf } from '../notifications/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { queueAccountMail } from './account-mail.ts';
import { readRefundFacts } from './facts.ts';
import { issueCreditNote, issueInvoice } from './invoices.ts';
import { queueNoticeMail } from './notice-mail.ts';
import { type MailOrder, queueMail } from './queue.ts';
import type { Timing } from './time-to-ticket.ts';

const CODE_VERSION = statement(
  'ticket_code_version',
  'select code_version as version from ticketing.tickets where id = $1 and order_id = $2',
);

/** Orders of an event that still have tickets, in turn. */
const ORDERS_WITH_TICKETS = statement(
  'delivery_orders_with_tickets',
  `select o.id from ticketing.orders o
    where o.event_id = $1 and o.id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
      and exists (select from ticketing.tickets k where k.order_id = o.id and k.status in ('issued', 'transferred'))
    order by o.id limit 200`,
);

/** By outbox topic. */
export type DeliveryJobs = Record<string, (payload: unknown) => Promise<void>>;

const idIn = (payload: unknown, name: string): string => {
  const value = (payload as Record<string, unknown> | null)?.[name];
  if (typeof value !== 'string') throw new Error(`a job without ${name}`);
  return value;
};

export interface JobsDeps {
  db: Db;
  ids: Ids;
  timing: Timing;
  noticeOf: NoticeLetterOf;
}

export function createJobs({ db, ids, timing, noticeOf }: JobsDeps): DeliveryJobs {
  async function confirm(orderId: string): Promise<void> {
    const written = await queueMail(db, ids, { kind: 'confirmation', about: orderId, orderId });
    if (written !== null) await timing.released(orderId);
  }

  /** The refund as it stands now: one decided and settled within a second is told once. */
  async function tellRefund(refundId: string): Promise<void> {
    const refund = await readRefundFacts(db, refundId);
    if (!refund) return;
    const kinds: Record<string, MailOrder['kind']> = {
      sending: 'refund_decided',
      rejected: 'refund_rejected',
      succeeded: 'refund_settled',
    };
    const kind = kinds[refund.status];
    if (kind) await queueMail(db, ids, { kind, about: refundId, orderId: refund.orderId, refundId });
  }

  /** Buyers of a canceled event whose money waits for them to ask. */
  async function tellCanceled(eventId: string, requestedBy: string, reason: string): Promise<void> {
    let after: string | null = null;
    for (;;) {
      const orders: { id: string }[] = await db.all(ORDERS_WITH_TICKETS, [eventId, after]);
      for (const { id } of orders)
        await queueMail(db, ids, { kind: 'cancelation', about: id, orderId: id, requestedBy, reason });
      const last = orders.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  return {
    async 'event.canceled'(payload) {
      // Where all goes back by itself, each refund brings its own mail.
      if (idIn(payload, 'refund') === 'offer')
        await tellCanceled(idIn(payload, 'eventId'), idIn(payload, 'actorId'), idIn(payload, 'reason'));
    },
    async 'order.paid'(payload) {
      const orderId = idIn(payload, 'orderId');
      await issueInvoice(db, orderId);
      await confirm(orderId);
    },
    'tickets.released': (payload) => confirm(idIn(payload, 'orderId')),
    async 'ticket.moved'(payload) {
      const [orderId, ticketId] = [idIn(payload, 'orderId'), idIn(payload, 'ticketId')];
      const ticket = await db.one<{ version: number }>(CODE_VERSION, [ticketId, orderId]);
      if (ticket)
        await queueMail(db, ids, { kind: 'ticket_moved', about: `${ticketId}:${ticket.version}`, orderId });
    },
    'notice.mail': (payload) => queueNoticeMail(db, ids, noticeOf, idIn(payload, 'noticeId')),
    'account.letter': (payload) => queueAccountMail(db, ids, idIn(payload, 'letterId')),
    'refund.decided': (payload) => tellRefund(idIn(payload, 'refundId')),
    async 'refund.settled'(payload) {
      const refundId = idIn(payload, 'refundId');
      await issueCreditNote(db, refundId);
      await tellRefund(refundId);
    },
  };
}
