/** Every kind of difference, planted in the ledger or in the bank's books, then found, explained, mended or queued. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CARDS, card } from '../checkout/testing.ts';
import type { Sold } from '../refunds/testing.ts';
import { KINDS, type KindName } from './kinds.ts';
import { type FoundOne, type ReconcileWorld, reconcileWorld } from './testing.ts';

// Each case compares everything there is four times.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

let w: ReconcileWorld;
beforeAll(async () => {
  w = await reconcileWorld();
});
afterAll(() => w.close());

const payment = async (s: Sold | { orderId: string }): Promise<string> =>
  (
    await w.sql<{ id: string }>(
      'select id from ticketing.payments where order_id = $1 order by created_at, id limit 1',
      [s.orderId],
    )
  )[0]?.id as string;
const bank = async (s: Sold, text: string) =>
  w.sql(`update payments.test_charges set ${text} where id = $1`, [await payment(s)]);
const paid = (s: Sold, text: string) =>
  w.sql(`update ticketing.payments set ${text} where order_id = $1`, [s.orderId]);
/** Money goes back at once. */
async function refunded(s: Sold) {
  const row = await w.given(s, s.ticketIds.slice(0, 1));
  await w.refunds.settle({ all: true });
  return row.id;
}
/** An attempt that ended here, as its order waits to be paid again. */
async function declined() {
  const b = await w.book();
  await w.checkout.pay(b.userId, { orderId: b.orderId, method: card(CARDS.declined) }, null);
  return { ...b, ticketIds: [] };
}
const charge = (id: string, status: string, cents = 4_200) =>
  w.sql(
    `insert into payments.test_charges (id, amount_cents, currency, status, created_at) values ($1, $2, 'EUR', $3, now() - interval '1 hour')`,
    [id, cents, status],
  );

interface Case {
  kind: KindName;
  /** Plants it; answers what a person approving it should find mended, if anything. */
  plant(): Promise<Sold | { orderId: string } | undefined>;
  /** After the run, or after approval. */
  healed?: (s: Sold | { orderId: string } | undefined) => Promise<void>;
  /** What else is rightly seen. */
  besides?: KindName[];
  /** Approval does nothing by itself, so that it is still to be seen. */
  stays?: boolean;
}

const CASES: Case[] = [
  {
    kind: 'PAID_WITHOUT_TICKETS',
    async plant() {
      const s = await w.sell();
      await w.sql('delete from ticketing.tickets where order_id = $1', [s.orderId]);
      return s;
    },
    async healed(s) {
      expect(await w.refundsOf(s as Sold)).toMatchObject([{ amount: 10_000, cause: 'operator' }]);
      await w.refunds.settle({ all: true });
      expect(await w.returned(s as Sold)).toBe(10_000);
    },
  },
  {
    kind: 'TICKETS_WITHOUT_MONEY',
    async plant() {
      const s = await w.sell();
      await paid(s, `status = 'voided', captured_cents = 0`);
      await bank(s, `status = 'voided'`);
      return s;
    },
    stays: true,
  },
  {
    kind: 'SEAT_NOT_CLAIMED',
    async plant() {
      const s = await w.sell({ seats: [0, 1] });
      await w.sql('delete from ticketing.seat_claims where event_id = $1 and seat = 1', [s.event.eventId]);
      return s;
    },
    stays: true,
  },
  {
    kind: 'CAPTURED_UNKNOWN_TO_LEDGER',
    async plant() {
      await charge(w.world.ids.next(), 'captured');
      return undefined;
    },
    async healed() {
      const rows = await w.sql(
        `select r.status, r.amount_cents as amount from payments.test_refunds r join reconciliation.findings f on f.id = r.id where f.kind = 'CAPTURED_UNKNOWN_TO_LEDGER'`,
      );
      expect(rows).toEqual([{ status: 'succeeded', amount: 4_200 }]);
    },
  },
  {
    kind: 'AUTHORISED_LEFT_OPEN',
    async plant() {
      const s = await declined();
      await bank(s, `status = 'authorized', reason = null`);
      return s;
    },
    async healed(s) {
      expect(
        await w.sql('select status from payments.test_charges where id = $1', [await payment(s!)]),
      ).toEqual([{ status: 'voided' }]);
    },
  },
  {
    kind: 'CAPTURED_AFTER_END',
    async plant() {
      const s = await declined();
      await bank(s, `status = 'captured', reason = null`);
      return s;
    },
    async healed(s) {
      expect(await w.refundsOf(s as Sold)).toMatchObject([{ status: 'sending', cause: 'late_payment' }]);
      await w.refunds.settle({ all: true });
      expect(await w.returned(s as Sold)).toBe(10_000);
    },
  },
  {
    kind: 'NOT_CAPTURED_AT_PROVIDER',
    async plant() {
      const s = await w.sell();
      await bank(s, `status = 'authorized'`);
      return s;
    },
    async healed(s) {
      expect(
        await w.sql('select status from payments.test_charges where id = $1', [await payment(s!)]),
      ).toEqual([{ status: 'captured' }]);
    },
  },
  {
    kind: 'CHARGE_MISSING',
    async plant() {
      const s = await w.sell();
      await w.sql('delete from payments.test_charges where id = $1', [await payment(s)]);
      return s;
    },
    stays: true,
  },
  {
    kind: 'AMOUNT_DIFFERS',
    async plant() {
      const s = await w.sell();
      await bank(s, 'amount_cents = 9900');
      return s;
    },
    stays: true,
  },
  {
    kind: 'CURRENCY_DIFFERS',
    async plant() {
      const s = await w.sell();
      await bank(s, `currency = 'CHF'`);
      return s;
    },
    stays: true,
  },
  {
    kind: 'REFUND_NOT_AT_PROVIDER',
    async plant() {
      const s = await w.sell();
      await w.sql('delete from payments.test_refunds where id = $1', [await refunded(s)]);
      return s;
    },
    async healed(s) {
      expect(await w.returned(s as Sold)).toBe(5_000);
    },
  },
  {
    kind: 'REFUND_UNKNOWN_TO_LEDGER',
    async plant() {
      const s = await w.sell();
      await w.sql(
        `insert into payments.test_refunds (id, charge_id, amount_cents, status) values ($1, $2, 700, 'succeeded')`,
        [w.world.ids.next(), await payment(s)],
      );
      return s;
    },
    async healed(s) {
      expect(await w.refundsOf(s as Sold)).toMatchObject([{ status: 'succeeded', amount: 700 }]);
      expect(await w.returned(s as Sold)).toBe(700);
    },
  },
  {
    kind: 'REFUND_AMOUNT_DIFFERS',
    async plant() {
      const s = await w.sell();
      await w.sql('update payments.test_refunds set amount_cents = 4000 where id = $1', [await refunded(s)]);
      return s;
    },
    stays: true,
  },
  {
    kind: 'REFUND_MADE',
    async plant() {
      const s = await w.sell();
      const id = await refunded(s);
      await w.sql('alter table ticketing.refunds disable trigger user');
      await w.sql(`update ticketing.refunds set status = 'failed', failure = 'no_answer' where id = $1`, [
        id,
      ]);
      await w.sql('alter table ticketing.refunds enable trigger user');
      return s;
    },
    async healed(s) {
      expect(await w.refundsOf(s as Sold)).toMatchObject([{ status: 'succeeded' }]);
    },
  },
  {
    kind: 'REFUND_STUCK',
    async plant() {
      const s = await w.sell();
      const { id } = await w.given(s, s.ticketIds.slice(0, 1));
      await w.sql(
        `update ticketing.refunds set decided_at = now() - interval '11 days', try_at = now() + interval '1 day' where id = $1`,
        [id],
      );
      return s;
    },
    stays: true,
  },
  {
    kind: 'DUPLICATE_CAPTURE',
    async plant() {
      const first = await w.sell();
      return w.sell({ event: first.event, userId: first.userId });
    },
    async healed(s) {
      expect(await w.refundsOf(s as Sold)).toMatchObject([{ amount: 10_000, cause: 'duplicate' }]);
      expect(await w.statusesOf(s as Sold)).toEqual(['refunded', 'refunded']);
      await w.refunds.settle({ all: true });
      expect(await w.returned(s as Sold)).toBe(10_000);
    },
  },
  {
    kind: 'PAYMENT_STUCK',
    async plant() {
      const s = await w.sell();
      await w.sql('alter table ticketing.orders disable trigger user');
      await w.sql(`update ticketing.orders set status = 'committed', paid_at = null where id = $1`, [
        s.orderId,
      ]);
      await w.sql('alter table ticketing.orders enable trigger user');
      await paid(s, `status = 'authorized', captured_cents = 0, created_at = now() - interval '2 hours'`);
      return s;
    },
    async healed(s) {
      expect(await w.stands(s as Sold)).toMatchObject({
        order: 'paid',
        payment: 'captured',
        captured: 10_000,
      });
    },
  },
];

test('K1: every kind has a case that plants it', () => {
  // Its bank has no chargebacks: stripe.test.ts plants one.
  expect([...CASES.map((c) => c.kind), 'DISPUTE_UNTOLD'].sort()).toEqual(Object.keys(KINDS).sort());
});

describe('K1, K2: planted, it is found, explained, and mended or queued', () => {
  for (const { kind, plant, healed, besides = [], stays = false } of CASES)
    test(`${kind}`, async () => {
      const s = await plant();
      const wanted = [kind, ...besides].sort();
      // What other cases left behind was decided there.
      const mine = (differences: FoundOne[]) =>
        differences.filter((d) => d.subject.orderId === (s?.orderId ?? null));

      const before = await w.everything();
      const dry = await w.compare({ dryRun: true });
      expect(
        mine(dry.differences)
          .map((d) => d.kind)
          .sort(),
      ).toEqual(wanted);
      expect(dry.tally.found).toBe(wanted.length);
      expect(await w.everything()).toEqual(before);

      const mends = KINDS[kind].mend !== null;
      const wet = await w.compare();
      expect(
        mine(wet.differences)
          .map((d) => d.kind)
          .sort(),
      ).toEqual(wanted);
      const [found] = mine(wet.differences).filter((d) => d.kind === kind);
      expect(found).toMatchObject({ fate: mends ? 'mended' : 'queued' });
      expect(found?.explanation.startsWith(KINDS[kind].sentence)).toBe(true);
      if (s && found?.explanation) {
        const [order] = await w.sql<{ reference: string }>(
          'select reference from ticketing.orders where id = $1',
          [s.orderId],
        );
        expect(found.explanation).toContain(order?.reference);
      }

      if (!mends) {
        // Seen again, it is the same finding.
        await w.compare();
        const [row] = (await w.findings()).filter((f) => f.kind === kind);
        expect(row).toMatchObject({ status: 'open', explanation: found?.explanation });
        const word = { findingId: row?.id as string, actorId: w.operator, reason: 'looked into it' };
        const said = await w.reconciler.approve(word);
        expect(said).toMatchObject({ ok: true, value: { status: 'approved' } });
        expect(await w.reconciler.approve(word)).toMatchObject({ error: { code: 'INVALID_STATE' } });
      }
      await healed?.(s);

      const after = await w.compare();
      expect(mine(after.differences).map((d) => `${d.kind} ${d.fate}`)).toEqual(
        stays ? [`${kind} decided`] : [],
      );
      expect(after.tally).toMatchObject({ found: 0, queued: 0 });
      expect((await w.findings()).filter((f) => f.kind === kind).map((f) => `${f.status} ${f.done}`)).toEqual(
        [mends ? 'mended true' : 'approved true'],
      );
    });
});
