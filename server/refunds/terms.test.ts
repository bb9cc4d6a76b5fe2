/** What the event's terms make of a ticket that comes back (rules F1–F8). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, type RefundWorld, refundWorld, type Sold, type Terms, whyOf } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const quoteOf = async (s: Sold, ticketId = s.ticketIds[0] as string) => {
  const quote = await w.refunds.quote(s.userId, ticketId);
  if (!quote.ok) throw new Error(quote.error.code);
  return quote.value;
};
const startsIn = (s: Sold, hours: number) =>
  w.sql(
    `update events.events set start_at = now() + make_interval(mins => ($2::float8 * 60)::int) where id = $1`,
    [s.event.eventId, hours],
  );

test('F1: tickets come back until so many hours before the start, and without terms until it starts', async () => {
  const cases: [Terms | null, number, string | null][] = [
    [null, 0.1, null],
    [null, -0.1, 'too_late'],
    [{ untilHours: 48 }, 48.1, null],
    [{ untilHours: 48 }, 47.9, 'too_late'],
    [{ untilHours: 0 }, 0.1, null],
    [{ untilHours: null }, 1000, 'not_offered'],
  ];
  for (const [terms, hours, why] of cases) {
    const s = await w.sell();
    if (terms) await w.terms(s.event, terms);
    await startsIn(s, hours);
    const quote = await quoteOf(s);
    expect({ terms, hours, why: quote.why, possible: quote.possible }).toEqual({
      terms,
      hours,
      why,
      possible: why === null,
    });
    expect(quote.until === null).toBe(terms?.untilHours === null);
    const given = await w.give(s);
    expect([codeOf(given), whyOf(given)]).toEqual(why ? ['REFUND_REFUSED', why] : ['OK', undefined]);
  }
});

test('F2: what goes back is price, less discount, with fee and tax, less what the terms keep; never below nothing', async () => {
  const cases: [Terms, number, number][] = [
    [{}, 5_350, 0],
    [{ feeCents: 300 }, 5_050, 300],
    [{ feeBp: 1_000 }, 4_815, 535],
    // 5,350 x 0.33 % is 17.655: rounded half up
    [{ feeBp: 33, feeCents: 100 }, 5_232, 118],
    [{ feeBp: 10_000, feeCents: 1_000 }, 0, 5_350],
  ];
  for (const [terms, amount, fee] of cases) {
    const s = await w.sell();
    await w.terms(s.event, terms);
    // as hold and checkout would have written them: 5,000 - 500 + 350 + 500
    await w.sql('update ticketing.ticket_holds set unit_fee_cents = 350 where hold_id = $1', [s.holdId]);
    await w.sql(
      `update ticketing.order_items set unit_price_cents = 5000, unit_discount_cents = 500, unit_fee_cents = 350, unit_tax_cents = 500
        where order_id = $1`,
      [s.orderId],
    );
    await w.sql(
      `update ticketing.orders set subtotal_cents = 10000, discount_cents = 1000, fees_cents = 700, tax_cents = 1000, total_cents = 10700
        where id = $1`,
      [s.orderId],
    );
    await w.sql(
      'update ticketing.payments set amount_cents = 10700, captured_cents = 10700 where order_id = $1',
      [s.orderId],
    );
    expect(await quoteOf(s)).toMatchObject({ amountCents: amount, feeCents: fee, currency: 'EUR' });
    const one = await w.given(s, s.ticketIds.slice(0, 1));
    expect(one).toMatchObject({ amountCents: amount, feeCents: fee });
    const other = await w.given(s, s.ticketIds.slice(1));
    const { refunded } = await w.stands(s);
    expect([other.amountCents, refunded]).toEqual([amount, 2 * amount]);
    // put into an order that needs no promo code: the books are looked at afterwards
    await w.sql(
      'update ticketing.order_items set unit_price_cents = 4500, unit_discount_cents = 0 where order_id = $1',
      [s.orderId],
    );
    await w.sql('update ticketing.orders set subtotal_cents = 9000, discount_cents = 0 where id = $1', [
      s.orderId,
    ]);
  }
});

test('F3: the quote names the refund there is, and says as the ledger would decide', async () => {
  const s = await w.sell();
  await w.terms(s.event, { approval: true, untilHours: 1, feeCents: 200 });
  expect(await quoteOf(s)).toMatchObject({ possible: true, why: null, needsApproval: true, refund: null });
  const [first, second] = s.ticketIds as [string, string];
  const asked = await w.given(s, [first]);
  expect(await quoteOf(s, first)).toMatchObject({
    possible: false,
    why: 'pending',
    refund: { id: asked.id, status: 'requested', ticketIds: [first] },
  });
  expect(await quoteOf(s, second)).toMatchObject({ possible: true });
  await w.refunds.approve({ refundId: asked.id, actorId: w.operator, reason: null });
  expect(await quoteOf(s, first)).toMatchObject({ why: 'refunded', refund: { status: 'sending' } });
});

test("F4: another's ticket does not exist, in no list of tickets either", async () => {
  const [s, stranger] = [await w.sell(), (await w.world.createUser()).id];
  const theirs = await w.sell();
  expect(codeOf(await w.refunds.quote(stranger, s.ticketIds[0] as string))).toBe('NOT_FOUND');
  expect(codeOf(await w.refunds.quote(s.userId, w.world.ids.next()))).toBe('NOT_FOUND');
  const ask = (ticketIds: string[]) =>
    w.refunds.giveBack({
      ownerId: theirs.userId,
      actorId: theirs.userId,
      ticketIds,
      reason: null,
      key: null,
    });
  expect(codeOf(await ask(s.ticketIds))).toBe('NOT_FOUND');
  expect(codeOf(await ask([...theirs.ticketIds, s.ticketIds[0] as string]))).toBe('NOT_FOUND');
  expect(await w.statusesOf(theirs)).toEqual(['issued', 'issued']);
});

test('F5: a ticket that was used never comes back, by an operator neither', async () => {
  const s = await w.sell();
  await w.sql(`update ticketing.tickets set status = 'redeemed', redeemed_at = now() where id = $1`, [
    s.ticketIds[0],
  ]);
  expect(await quoteOf(s)).toMatchObject({ possible: false, why: 'used' });
  expect(whyOf(await w.give(s))).toBe('used');
  const own = await w.refunds.giveBack({
    ownerId: null,
    actorId: w.operator,
    ticketIds: s.ticketIds,
    reason: 'goodwill',
    key: null,
  });
  expect(whyOf(own)).toBe('used');
  expect(await w.statusesOf(s)).toEqual(['redeemed', 'issued']);
});

test('F6: cash nobody has paid yet, and what cost nothing, is canceled without asking any provider', async () => {
  const cash = await w.sell({ cash: true });
  await w.terms(cash.event, { feeCents: 500 });
  expect(await quoteOf(cash)).toMatchObject({ possible: true, amountCents: 0, feeCents: 0 });
  const part = await w.given(cash, cash.ticketIds.slice(0, 1));
  expect(part).toMatchObject({ status: 'succeeded', amountCents: 0, provider: null });
  expect(await w.statusesOf(cash)).toEqual(['canceled', 'issued']);
  expect(await w.stands(cash)).toMatchObject({
    order: 'partially_refunded',
    payment: 'authorized',
    bought: 1,
  });
  await w.given(cash, cash.ticketIds.slice(1));
  expect(await w.stands(cash)).toMatchObject({ order: 'refunded', payment: 'voided', bought: 0, codes: 0 });

  const free = await w.sell({ seed: { tiers: [{ quantity: 4, priceCents: 0 }] } });
  expect(await w.given(free)).toMatchObject({ status: 'succeeded', amountCents: 0 });
  expect(await w.statusesOf(free)).toEqual(['canceled', 'canceled']);
  expect(await w.stands(free)).toMatchObject({ order: 'refunded', issued: 0 });
  expect((await w.refunds.settle({ all: true })).looked).toBeGreaterThanOrEqual(0);
  expect(await w.returned(cash)).toBe(0);
});

test('F7: an order that is not paid yet, or whose capture is under way, has nothing to give back', async () => {
  const s = await w.sell();
  // the capture has not been written down
  await w.sql(`alter table ticketing.orders disable trigger order_moved`);
  const set = (order: string, payment: string, captured: number) =>
    w.sql(
      `with o as (update ticketing.orders set status = $2 where id = $1)
       update ticketing.payments set status = $3, captured_cents = $4 where order_id = $1`,
      [s.orderId, order, payment, captured],
    );
  await set('committed', 'authorized', 0);
  const refused = await w.give(s);
  await set('paid', 'captured', 10_000);
  await w.sql(`alter table ticketing.orders enable trigger order_moved`);
  expect([codeOf(refused), whyOf(refused)]).toEqual(['REFUND_REFUSED', 'not_paid']);
});

test('F8: tickets of a canceled event come back whole, at any time and without approval', async () => {
  const s = await w.sell();
  await w.terms(s.event, { untilHours: null, feeCents: 999, approval: true });
  await startsIn(s, -5);
  await w.sql(`update events.events set status = 'canceled' where id = $1`, [s.event.eventId]);
  expect(await quoteOf(s)).toMatchObject({
    possible: true,
    amountCents: 5_000,
    feeCents: 0,
    needsApproval: false,
  });
  expect(await w.given(s)).toMatchObject({ status: 'sending', amountCents: 10_000, cause: 'event_canceled' });
});

const HOURS = 36;
test.each<[string, Terms | null, Terms, object]>([
  ['a fee that came later', { feeCents: 100 }, { feeBp: 1_000 }, { amountCents: 4_900, feeCents: 100 }],
  ['a fee that went down', { feeBp: 1_000 }, { feeCents: 100 }, { amountCents: 4_900, feeCents: 100 }],
  [
    'the first terms there are',
    null,
    { feeCents: 500, approval: true },
    { feeCents: 0, needsApproval: false },
  ],
  ['an earlier end', { untilHours: 24 }, { untilHours: 48 }, { possible: true }],
  ['a later end', { untilHours: 48 }, { untilHours: 24 }, { possible: true }],
  ['no return any more', { untilHours: 24 }, { untilHours: null }, { possible: true }],
  ['return after all', { untilHours: null }, { untilHours: 24 }, { possible: true }],
  ['an end that is over by both', { untilHours: 48 }, { untilHours: 40 }, { why: 'too_late' }],
  ['never, by both', { untilHours: null }, { untilHours: null, feeCents: 1 }, { why: 'not_offered' }],
  ['an operator’s word, wanted later', {}, { approval: true }, { needsApproval: false }],
  ['an operator’s word, no longer wanted', { approval: true }, {}, { needsApproval: false }],
  [
    'an operator’s word, by both',
    { approval: true },
    { approval: true, feeCents: 1 },
    { needsApproval: true },
  ],
])(
  'F9: %s: what an order was booked under stays its own, and what is kinder now counts',
  async (_what, then, now, quoted) => {
    const event = await w.event();
    if (then) await w.terms(event, then);
    const s = await w.sell({ event });
    await startsIn(s, HOURS);
    await w.changeTerms(event, now);
    const quote = await quoteOf(s);
    expect(quote).toMatchObject(quoted);
    const given = await w.give(s, s.ticketIds.slice(0, 1));
    if (!quote.possible) return expect(whyOf(given)).toBe(quote.why);
    expect(given).toMatchObject({
      ok: true,
      value: [
        {
          status: quote.needsApproval ? 'requested' : 'sending',
          amountCents: quote.amountCents,
          feeCents: quote.feeCents,
        },
      ],
    });
  },
);

test('F9: an order booked after a change is under the new terms, whatever there was before', async () => {
  const event = await w.event();
  await w.terms(event, { untilHours: 0 });
  const before = await w.sell({ event });
  await w.changeTerms(event, { untilHours: null });
  const after = await w.sell({ event });
  expect([(await quoteOf(before)).why, (await quoteOf(after)).why]).toEqual([null, 'not_offered']);
  // What was kind for a while is nobody's who booked after it.
  await w.changeTerms(event, { untilHours: 0, feeCents: 700 });
  expect([(await quoteOf(before)).feeCents, (await quoteOf(after)).feeCents]).toEqual([0, 700]);
});
