/** F39: what an event's cancelation owes its buyers, where its vendor said that all of it goes back by itself. */
import { statement } from '../stores/index.ts';
import { giveBack } from './ask.ts';
import type { RefundDeps } from './index.ts';

const CHUNK = 100;

/** Orders in turn, each with those of its tickets that can be given back. */
const OWED = statement(
  'refunds_owed_by_event',
  `select o.id as "orderId", coalesce(array_agg(q.ticket_id) filter (where q.why is null), '{}') as "ticketIds"
     from (select o.id from ticketing.orders o
            where o.event_id = $1 and o.status in ('committed', 'paid', 'partially_refunded') and ($2::uuid is null or o.id > $2)
            order by o.id limit ${CHUNK}) o
     left join lateral ticketing.quote_refunds(
       (select array_agg(k.id) from ticketing.tickets k where k.order_id = o.id), true) q on true
    group by o.id order by o.id`,
);

/** Tickets are issued, and the answer to their capture is still to come: cash at the door waits for none. */
const TAKING = statement(
  'refunds_taken_of_event',
  `select 1 from ticketing.orders o join ticketing.payments p on p.order_id = o.id
    where o.event_id = $1 and o.status = 'committed' and p.status = 'authorized' and p.provider <> 'cash_on_arrival' limit 1`,
);

export interface EventCanceled {
  eventId: string;
  /** Who canceled it. */
  actorId: string;
  reason: string;
  refund: 'offer' | 'all';
}

/**
 * May run any number of times: what has gone back is not owed any more. A ticket that cannot go back (disputed, used) stays as
 * it is. Resolves with how many refunds it made. @throws while money of the event is still being taken: it is run again
 */
export async function refundEvent(deps: RefundDeps, canceled: EventCanceled): Promise<number> {
  const { eventId, actorId, reason, refund } = canceled;
  if (refund !== 'all') return 0;
  // Asked first: nothing new is issued any more, and what is taken while the rest goes back is seen by the next run.
  const taking = await deps.ledger.payments.one(TAKING, [eventId]);
  let made = 0;
  let after: string | null = null;
  for (;;) {
    const orders: { orderId: string; ticketIds: string[] }[] = await deps.ledger.payments.all(OWED, [
      eventId,
      after,
    ]);
    for (const { orderId, ticketIds } of orders) {
      if (ticketIds.length === 0) continue;
      const given = await giveBack(deps, { ownerId: null, actorId, ticketIds, reason, key: null });
      if (given.ok) made += given.value.length;
      // Given back by its owner, or disputed, since it was looked at: what is left of the order is looked at by hand.
      else deps.log.warn({ orderId, code: given.error.code }, 'tickets of a canceled event not given back');
    }
    if (orders.length < CHUNK) break;
    after = orders.at(-1)?.orderId ?? null;
  }
  if (taking) throw new Error(`money of event ${eventId} is still being taken`);
  return made;
}
