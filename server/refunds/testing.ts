/** What tests of refunds stand on: checkout's world, tickets that are paid for, and refunds as a process would run them. */
import { type Booking, CARDS, CASH, type CheckoutWorld, card, checkoutWorld } from '../checkout/testing.ts';
import { seatedEvent } from '../checkout/testing-seats.ts';
import { gateKeys } from '../holds/gate-keys.ts';
import type { Provider } from '../payments/index.ts';
import type { MadeSeatEvent } from '../seating/testing.ts';
import { type EventSeed, type MadeEvent, until } from '../stores/testing.ts';
import { createRefunds, type Refunds, type RefundsDeps } from './index.ts';
import type { RefundRow } from './view.ts';

export interface Sold extends Booking {
  ticketIds: string[];
}

export interface Terms {
  untilHours?: number | null;
  feeCents?: number;
  feeBp?: number;
  approval?: boolean;
}

export interface RefundWorld extends CheckoutWorld {
  refunds: Refunds;
  /** Another process on the same stores. */
  anotherRefunds(deps?: Partial<RefundsDeps>): Refunds;
  operator: string;
  /** Tickets that are paid for: of a fresh event and fan, unless given. */
  sell(options?: {
    event?: MadeEvent;
    userId?: string;
    quantity?: number;
    seed?: EventSeed;
    seats?: number[];
    units?: number;
    cash?: boolean;
  }): Promise<Sold>;
  /** As if they had been in force ever since the event was made: orders there are were booked under them. */
  terms(event: MadeEvent, terms: Terms): Promise<void>;
  /** From now on, as their vendor changes them. */
  changeTerms(event: MadeEvent, terms: Terms): Promise<void>;
  /** The owner asks for these tickets, or all of them. */
  give(s: Sold, ticketIds?: string[], key?: string | null): ReturnType<Refunds['giveBack']>;
  /** The one refund that giving these tickets back makes. @throws when it is refused */
  given(s: Sold, ticketIds?: string[]): Promise<RefundRow>;
  statusesOf(s: Sold): Promise<string[]>;
  /** Order, payment and what of it goes back, counters, allowance, claims: all that a refund moves. */
  stands(s: Sold): Promise<Standing>;
  refundsOf(s: Sold): Promise<{ id: string; status: string; amount: number; cause: string }[]>;
  /** What the bank gave back of this order, by its own books. */
  returned(s: Sold): Promise<number>;
  /** What gate and ledger have of a drop: units free by tier, and what a fan has of the limit. */
  bothSides(event: MadeEvent, userId: string): Promise<{ gate: Side; ledger: Side }>;
}

export interface Side {
  free: Record<string, number>;
  used: number;
}

export interface Standing {
  order: string;
  payment: string;
  captured: number;
  refunded: number;
  issued: number;
  kept: number;
  bought: number;
  claims: number;
  /** Codes that still open a door. */
  codes: number;
}

export const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }): string =>
  result.ok ? 'OK' : result.error.code;
/** The refusal's reason, as the contract names it. */
export const whyOf = (result: { ok: boolean; error?: { details?: Record<string, unknown> } }): unknown =>
  result.error?.details?.why;

export async function refundWorld(stripe?: Provider): Promise<RefundWorld> {
  const w = await checkoutWorld(stripe);
  const deps: RefundsDeps = {
    ledger: w.world.ledger,
    clock: w.world.clock,
    ids: w.world.ids,
    log: w.world.log,
    notify: {
      toUser: (user, event, payload) => void w.told.push([user, event, payload]),
      toVendor: () => undefined,
    },
    providers: w.providers,
    settleGate: w.holds.settle,
    publish: w.holds.gate.publish,
    // nothing here depends on how busy the machine is
    answerMs: 600_000,
  };
  const refunds = createRefunds(deps);
  const operator = (await w.world.createUser('operator')).id;

  /** Seats held through the gate, so that it can be compared afterwards. */
  async function bookInGate(seats: number[], units: number, options: { event?: MadeEvent; userId?: string }) {
    const event = (options.event ?? (await seatedEvent(w, { orphanRule: false }))) as MadeSeatEvent;
    const userId = options.userId ?? (await w.world.createUser()).id;
    const [seated, standing] = event.tierIds as [string, string];
    const held = await w.holds.place(userId, {
      dropId: event.dropId,
      requestId: w.world.ids.next(),
      items: [
        { tierId: seated, seatIds: seats.map((seat) => event.seatIds[seat] as string) },
        ...(units > 0 ? [{ tierId: standing, quantity: units }] : []),
      ],
    });
    if (!held.ok) throw new Error(`not held: ${held.error.code}`);
    const booked = await w.checkout.book(userId, { holdId: held.value.id }, null);
    if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
    return { event, userId, holdId: held.value.id, orderId: booked.value.order.id };
  }

  const give = (s: Sold, ticketIds = s.ticketIds, key: string | null = null) =>
    refunds.giveBack({ ownerId: s.userId, actorId: s.userId, ticketIds, reason: null, key });

  async function changeTerms(
    event: MadeEvent,
    { untilHours = 0, feeCents = 0, feeBp = 0, approval = false }: Terms,
  ): Promise<void> {
    await w.sql(
      `insert into ticketing.event_terms (event_id, refund_until_hours, refund_fee_cents, refund_fee_bp, refund_needs_approval)
       values ($1, $2, $3, $4, $5)
       on conflict (event_id) do update set refund_until_hours = $2, refund_fee_cents = $3, refund_fee_bp = $4, refund_needs_approval = $5`,
      [event.eventId, untilHours, feeCents, feeBp, approval],
    );
  }

  return {
    ...w,
    refunds,
    operator,
    changeTerms,
    anotherRefunds: (other = {}) => createRefunds({ ...deps, ...other }),
    async sell({ seats, units, cash, ...options } = {}) {
      const b = seats ? await bookInGate(seats, units ?? 0, options) : await w.book(options);
      const method = cash ? CASH : card(CARDS.good);
      const paid = await w.checkout.pay(b.userId, { orderId: b.orderId, method }, null);
      if (!paid.ok) throw new Error(`not paid: ${paid.error.code}`);
      // On a busy machine the bank's answer came late: then the order is still being paid.
      await until(
        'the order is paid',
        async () => {
          const [order] = await w.sql<{ status: string }>(
            'select status from ticketing.orders where id = $1',
            [b.orderId],
          );
          if (order?.status === (cash ? 'committed' : 'paid')) return true;
          await w.recoverAll();
          return false;
        },
        60_000,
      );
      await w.holds.settle(b.event.dropId);
      const tickets = await w.sql<{ id: string }>(
        `select k.id from ticketing.tickets k join ticketing.ticket_tiers t on t.id = k.tier_id
          where k.order_id = $1 order by t.position, k.ordinal`,
        [b.orderId],
      );
      return { ...b, ticketIds: tickets.map(({ id }) => id) };
    },
    async terms(event, terms) {
      await w.sql('delete from ticketing.refund_terms_log where event_id = $1', [event.eventId]);
      await changeTerms(event, terms);
      await w.sql(`update ticketing.refund_terms_log set since = '-infinity' where event_id = $1`, [
        event.eventId,
      ]);
    },
    give,
    async given(s, ticketIds) {
      const done = await give(s, ticketIds);
      if (!done.ok) throw new Error(`not given back: ${done.error.code}`);
      return done.value[0] as RefundRow;
    },
    async statusesOf(s) {
      const rows = await w.sql<{ status: string }>(
        'select status from ticketing.tickets where order_id = $1 order by array_position($2::uuid[], id)',
        [s.orderId, s.ticketIds],
      );
      return rows.map(({ status }) => status);
    },
    async stands(s) {
      const [row] = await w.sql<Standing>(
        `select o.status as "order", p.status as payment, p.captured_cents as captured, p.refunded_cents as refunded,
                (select sum(t.issued_quantity)::int from ticketing.ticket_tiers t where t.event_id = o.event_id) as issued,
                (select sum(t.kept_quantity)::int from ticketing.ticket_tiers t where t.event_id = o.event_id) as kept,
                (select f.bought from ticketing.fans f where f.drop_id = o.drop_id and f.user_id = o.user_id) as bought,
                (select count(*)::int from ticketing.seat_claims c where c.event_id = o.event_id and c.hold_id = o.hold_id) as claims,
                (select count(*)::int from ticketing.tickets k where k.order_id = o.id and k.qr_code is not null) as codes
           from ticketing.orders o join ticketing.payments p on p.order_id = o.id
          where o.id = $1 order by p.created_at desc limit 1`,
        [s.orderId],
      );
      return row as Standing;
    },
    refundsOf: (s) =>
      w.sql(
        'select id, status, amount_cents as amount, cause from ticketing.refunds where order_id = $1 order by created_at, id',
        [s.orderId],
      ),
    async returned(s) {
      const [row] = await w.sql<{ n: number }>(
        `select coalesce(sum(r.amount_cents), 0)::int as n from payments.test_refunds r
           join ticketing.payments p on p.id = r.charge_id where p.order_id = $1 and r.status = 'succeeded'`,
        [s.orderId],
      );
      return row?.n ?? 0;
    },
    async bothSides(event, userId) {
      await w.holds.settle(event.dropId);
      const epoch = Number(await w.world.gate.get(`{${event.dropId}}:epoch`));
      const keys = gateKeys(event.dropId, epoch);
      const { v: _version, ...stock } = await w.world.gate.hgetall(keys.stock);
      const free = Object.fromEntries(Object.entries(stock).map(([tier, n]) => [tier, Number(n)]));
      const used = Number((await w.world.gate.hget(keys.fans, userId)) ?? 0);
      const tiers = await w.sql<{ id: string; free: number }>(
        `select id, quantity - reserved_quantity - issued_quantity - kept_quantity as free
           from ticketing.ticket_tiers where event_id = $1`,
        [event.eventId],
      );
      const [fan] = await w.sql<{ used: number }>(
        'select held + bought as used from ticketing.fans where drop_id = $1 and user_id = $2',
        [event.dropId, userId],
      );
      return {
        gate: { free, used },
        ledger: { free: Object.fromEntries(tiers.map((t) => [t.id, t.free])), used: fan?.used ?? 0 },
      };
    },
  };
}
