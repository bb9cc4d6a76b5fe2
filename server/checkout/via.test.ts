/** For whom an order counts. What it is then worth: server/vendors/commission.test.ts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MadeEvent } from '../stores/testing.ts';
import { CARDS, type CheckoutWorld, card, checkoutWorld } from './testing.ts';
import { codesIn } from './via.ts';

let w: CheckoutWorld;
beforeAll(async () => {
  w = await checkoutWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

let serial = 0;
async function affiliate(
  event: MadeEvent,
  set: Record<string, unknown> = {},
): Promise<{ id: string; code: string }> {
  const [id, code] = [w.world.ids.next(), `code-${++serial}`];
  const wish = { code, bp: 500, events: null, email: null, active: true, starts: null, ends: null, ...set };
  await w.sql(
    `insert into ticketing.affiliates (id, vendor_id, name, code, commission_bp, event_ids, email, active, starts_at, ends_at)
     select $1, e.vendor_id, 'Anna', $3, $4, $5, $6, $7, now() + $8::interval, now() + $9::interval from events.events e where e.id = $2`,
    [id, event.eventId, wish.code, wish.bp, wish.events, wish.email, wish.active, wish.starts, wish.ends],
  );
  return { id, code: wish.code };
}
/** The affiliate, and the rate, of an order booked by `via`. */
async function came(event: MadeEvent, via: string | undefined, userId?: string) {
  const buyer = userId ?? (await w.world.createUser()).id;
  const holdId = await w.hold(event, buyer, 1);
  const booked = await w.checkout.book(buyer, { holdId, ...(via === undefined ? {} : { via }) }, null);
  if (!booked.ok) throw new Error(booked.error.code);
  return of(booked.value.order.id);
}
const of = async (orderId: string) => {
  const [row] = await w.sql<{ id: string; bp: number }>(
    'select affiliate_id as id, commission_bp as bp from ticketing.affiliate_orders where order_id = $1',
    [orderId],
  );
  return row ?? null;
};

test('V43, V44: an order counts for whose link it came by, at the commission of that moment', async () => {
  const event = await w.event();
  const anna = await affiliate(event, { bp: 750 });
  expect(await came(event, anna.code.toUpperCase())).toEqual({ id: anna.id, bp: 750 });
  await w.sql('update ticketing.affiliates set commission_bp = 10 where id = $1', [anna.id]);
  expect((await came(event, anna.code))?.bp).toBe(10);
  expect(await came(event, undefined)).toBeNull();
});

test.each([
  ['nobody’s', () => ({ use: 'nobody' })],
  ['ended', () => ({ active: false })],
  ['not begun', () => ({ starts: '1 hour' })],
  ['over', () => ({ ends: '-1 hour' })],
  ['for another event', () => ({ events: [w.world.ids.next()] })],
  ['no code at all', () => ({ use: "'; drop table ticketing.orders; --" })],
  ['empty', () => ({ use: ',,,' })],
  ['of another vendor', () => ({ elsewhere: true })],
])('V43: a code that is %s refuses nothing and counts for nobody', async (_what, wish) => {
  const { use, elsewhere, ...set } = wish() as { use?: string; elsewhere?: boolean };
  const [event, theirs] = [await w.event(), await w.event()];
  const anna = await affiliate(elsewhere ? theirs : event, set);
  expect(await came(event, use ?? anna.code)).toBeNull();
});

test('V43: the last click that counts here wins; others’ codes stand in nobody’s way', async () => {
  const [event, theirs] = [await w.event(), await w.event()];
  const [anna, ben, other] = [await affiliate(event), await affiliate(event), await affiliate(theirs)];
  expect((await came(event, `${other.code},${ben.code},${anna.code}`))?.id).toBe(ben.id);
  expect((await came(event, `nobody,${anna.code},${ben.code}`))?.id).toBe(anna.id);
  expect((await came(event, (await affiliate(event, { events: [event.eventId] })).code))?.id).toBeDefined();
});

test('V43: no key is reused because of a code, and an order stays whose it was', async () => {
  const event = await w.event();
  const [anna, ben] = [await affiliate(event), await affiliate(event)];
  const buyer = await w.world.createUser();
  const holdId = await w.hold(event, buyer.id);
  const book = (via: string | undefined) =>
    w.checkout.book(buyer.id, { holdId, ...(via === undefined ? {} : { via }) }, 'one-key');
  const [first, second, third] = [await book(anna.code), await book(ben.code), await book(undefined)];
  if (!first.ok || !second.ok || !third.ok) throw new Error('not booked');
  expect(second.value.order.id).toBe(first.value.order.id);
  expect(third.value.order.id).toBe(first.value.order.id);
  expect((await of(first.value.order.id))?.id).toBe(anna.id);
});

test('V43: with a hold placed for it, and a promo code that is refused, the order that is made counts', async () => {
  const event = await w.event();
  const anna = await affiliate(event);
  const buyer = await w.world.createUser();
  const items = [{ tierId: event.tierIds[0] as string, quantity: 1 }];
  const refused = await w.checkout.book(
    buyer.id,
    { eventId: event.eventId, items, code: 'NOPE', via: anna.code },
    null,
  );
  expect(refused.ok).toBe(false);
  const holdId = refused.ok ? '' : String(refused.error.details?.holdId);
  const booked = await w.checkout.book(buyer.id, { holdId, via: anna.code }, null);
  if (!booked.ok) throw new Error(booked.error.code);
  expect((await of(booked.value.order.id))?.id).toBe(anna.id);
});

test('V46: an order that is not paid is worth nothing to anybody; paid, it is', async () => {
  const event = await w.event({ tiers: [{ priceCents: 1_999 }] });
  const anna = await affiliate(event, { bp: 3_333 });
  const buyer = await w.world.createUser();
  const holdId = await w.hold(event, buyer.id, 1);
  const booked = await w.checkout.book(buyer.id, { holdId, via: anna.code }, null);
  if (!booked.ok) throw new Error(booked.error.code);
  const orderId = booked.value.order.id;
  const worth = () =>
    w.sql<{ cents: number }>(
      'select commission_cents as cents from ticketing.commissions where order_id = $1',
      [orderId],
    );
  expect(await worth()).toEqual([]);
  const paid = await w.checkout.pay(buyer.id, { orderId, method: card(CARDS.good) }, null);
  expect(paid.ok).toBe(true);
  expect(await worth()).toEqual([{ cents: 666 }]);
});

test('V45: nobody earns on an order of their own', async () => {
  const event = await w.event();
  const self = await w.world.createUser();
  const anna = await affiliate(event, { email: self.email });
  const ben = await affiliate(event);
  expect(await came(event, anna.code, self.id)).toBeNull();
  expect((await came(event, `${anna.code},${ben.code}`, self.id))?.id).toBe(ben.id);
  expect((await came(event, anna.code))?.id).toBe(anna.id);
});

test('V48: sixty orders booked together have each their own affiliate', async () => {
  const event = await w.event({ tiers: [{ quantity: 100 }] });
  const affiliates = [await affiliate(event), await affiliate(event, { bp: 7 }), null];
  const wanted = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const buyer = await w.world.createUser();
      return { buyer: buyer.id, holdId: await w.hold(event, buyer.id, 1), by: affiliates[n % 3] ?? null };
    }),
  );
  const booked = await Promise.all(
    wanted.map(({ buyer, holdId, by }) =>
      w.checkout.book(buyer, { holdId, ...(by ? { via: by.code } : {}) }, null),
    ),
  );
  for (const [n, result] of booked.entries()) {
    if (!result.ok) throw new Error(result.error.code);
    expect((await of(result.value.order.id))?.id ?? null).toBe(wanted[n]?.by?.id ?? null);
  }
});

test('V43: what can be no code never reaches the ledger', () => {
  expect(codesIn(undefined)).toBeNull();
  expect(codesIn('')).toBeNull();
  expect(codesIn('ab,\u0000,a b,ok-1')).toBe('ok-1');
  expect(codesIn('aaa,bbb,ccc,ddd,eee,fff')).toBe('aaa,bbb,ccc,ddd,eee');
});
