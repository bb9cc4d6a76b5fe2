import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Booking,
  CARDS,
  CASH,
  type CheckoutWorld,
  card,
  checkoutWorld,
  probes,
} from '../../checkout/testing.ts';
import { createLog } from '../../kernel/index.ts';
import type { Result } from '../../protocol/index.ts';
import type { Account } from '../../transport/index.ts';
import type { PaymentMethod } from '../provider.ts';
import { type Choose, createChoose, createOwnProviders, type Manage, type OwnAccount } from './index.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from './testing.ts';

let world: CheckoutWorld;
let manage: Manage;
let choose: Choose;
let vendor: Account;
const vault = vaultOf();
const { code, stands } = probes(() => world);

beforeAll(async () => {
  world = await checkoutWorld();
  manage = manageOver(world.world, vault);
  vendor = await accountOf(world.world);
  choose = createChoose({
    db: world.world.ledger.payments,
    providers: world.providers,
    offers: (provider) => provider !== 'stripe',
    publishableKey: undefined,
  });
});
afterAll(() => world.close());

const booked = () => world.book({ seed: { vendorId: vendor.id } });
const take = async (b: Booking, body: Parameters<Manage['add']>[2]) =>
  granted(await manage.add(vendor, b.event.eventId, body));
const chosen = async (b: Booking, method: PaymentMethod) =>
  code(await choose.choose(b.userId, b.orderId, method));
const waysOf = async (b: Booking) => granted(await choose.ways(b.event.eventId, null));

test('P26: without ways of its own an event takes what the installation offers; with some, only these', async () => {
  const b = await booked();
  expect(await waysOf(b)).toEqual([
    { methodId: null, provider: 'test', label: 'Test card', brands: null },
    { methodId: null, provider: 'cash_on_arrival', label: 'Cash on arrival', brands: null },
  ]);
  expect([await chosen(b, card(CARDS.good)), await chosen(b, CASH)]).toEqual(['OK', 'OK']);
  expect(await chosen(b, { provider: 'stripe' })).toBe('NOT_AVAILABLE');
  const cash = await take(b, { provider: 'cash_on_arrival', label: 'At the door' });
  expect(await waysOf(b)).toEqual([
    { methodId: cash.id, provider: 'cash_on_arrival', label: 'At the door', brands: null },
  ]);
  expect([await chosen(b, card(CARDS.good)), await chosen(b, CASH)]).toEqual(['METHOD_NOT_ACCEPTED', 'OK']);
  granted(await manage.change(vendor, cash.id, { active: false }));
  expect(await chosen(b, CASH)).toBe('METHOD_NOT_ACCEPTED');
  expect(await waysOf(b)).toEqual([]);
  granted(await manage.detach(vendor, b.event.eventId, cash.id));
  expect(await chosen(b, card(CARDS.good))).toBe('OK');
  const draft = await world.event({ vendorId: vendor.id, status: 'draft', drop: null });
  expect(code(await choose.ways(draft.eventId, null))).toBe('NOT_FOUND');
  expect(code(await choose.ways(draft.eventId, vendor))).toBe('OK');
});

test('P27: what is not taken is refused before anything freezes; which way need not be said where one fits', async () => {
  const [b, other] = [await booked(), await booked()];
  const door = await take(b, { provider: 'cash_on_arrival' });
  const paying = world.another({ choose: choose.choose });
  const refused = await paying.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null);
  expect(refused).toMatchObject({
    error: { code: 'METHOD_NOT_ACCEPTED', details: { provider: 'test', accepted: ['cash_on_arrival'] } },
  });
  expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: null });
  // A way of another event's, and one that is not the provider's.
  expect(await chosen(other, { ...CASH, methodId: door.id })).toBe('METHOD_NOT_ACCEPTED');
  expect(await chosen(b, { ...card(CARDS.good), methodId: door.id })).toBe('METHOD_NOT_ACCEPTED');
  expect(granted(await choose.choose(b.userId, b.orderId, CASH))).toMatchObject({
    methodId: door.id,
    brands: null,
  });
  const second = await take(b, { provider: 'cash_on_arrival', label: 'Second desk' });
  expect(await choose.choose(b.userId, b.orderId, CASH)).toMatchObject({
    error: { code: 'INVALID_REQUEST', details: { field: 'method.methodId' } },
  });
  expect(
    granted(await choose.choose(b.userId, b.orderId, { ...CASH, methodId: second.id.toUpperCase() }))
      .methodId,
  ).toBe(second.id);
  expect(code(await choose.choose(b.userId, world.world.ids.next(), CASH))).toBe('NOT_FOUND');
  expect(code(await choose.choose(world.world.ids.next(), b.orderId, CASH))).toBe('NOT_FOUND');
});

test('P28: a card of another brand is refused before anything freezes', async () => {
  const b = await booked();
  const paying = world.another({ choose: choose.choose });
  await take(b, { provider: 'test', brands: ['mastercard'] });
  expect(await paying.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, null)).toMatchObject({
    error: { code: 'METHOD_NOT_ACCEPTED', details: { brand: 'visa', accepted: ['mastercard'] } },
  });
  expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: null });
});

test('P23: a way that is removed while a payment is under way strands none: it is captured, or voided', async () => {
  for (const [approve, ends] of [
    [true, 'paid'],
    [false, 'pending'],
  ] as const) {
    const b = await booked();
    const way = await take(b, { provider: 'test' });
    const paying = world.another({ choose: choose.choose });
    granted(await paying.pay(b.userId, { orderId: b.orderId, method: card(CARDS.step) }, null));
    granted(await manage.remove(vendor, way.id));
    await paying.confirm(b.userId, b.orderId, approve);
    expect(await stands(b)).toMatchObject({ order: ends });
    const rows = await world.sql('select method_id from ticketing.payments where order_id = $1', [b.orderId]);
    expect(rows).toEqual([{ method_id: way.id }]);
    expect(await chosen(b, { ...card(CARDS.good), methodId: way.id })).toBe('METHOD_NOT_ACCEPTED');
  }
});

test('P23, P27: a way that is gone by the time its payment begins begins none', async () => {
  const goes: ((b: Booking, wayId: string) => Promise<Result<unknown>>)[] = [
    (_b, id) => manage.remove(vendor, id),
    (b, id) => manage.detach(vendor, b.event.eventId, id),
    (_b, id) => manage.change(vendor, id, { active: false }),
  ];
  for (const gone of goes) {
    const b = await booked();
    const way = await take(b, { provider: 'test' });
    const paying = world.another({
      async choose(...asked) {
        const found = await choose.choose(...asked);
        granted(await gone(b, way.id));
        return found;
      },
    });
    const paid = await paying.pay(b.userId, { orderId: b.orderId, method: card(CARDS.good) }, 'once');
    expect(paid).toMatchObject({ ok: false, error: { code: 'METHOD_NOT_ACCEPTED' } });
    expect(await stands(b)).toMatchObject({ order: 'pending', hold: 'active', payment: null });
  }
});

test('P29: a provider is made of a way’s own credentials once per version, also after it was removed', async () => {
  const made: OwnAccount[] = [];
  const stopped: string[] = [];
  const lines: string[] = [];
  const bank = granted(await world.providers.get('test', null));
  const own = createOwnProviders({
    db: world.world.ledger.payments,
    vault,
    log: createLog('info', 'test', { write: (line) => void lines.push(line) }),
    max: 2,
    make(account) {
      made.push(account);
      return { provider: { ...bank }, stop: () => void stopped.push(account.methodId) };
    },
  });
  const b = await booked();
  const way = await take(b, { provider: 'stripe', credentials: credentials('own') });
  const first = await own.get(way.id);
  expect((await own.get(way.id))!).toEqual(first);
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({
    methodId: way.id,
    secretKey: credentials('own').secretKey,
    livemode: false,
  });
  granted(await manage.change(vendor, way.id, { credentials: credentials('own', 2) }));
  await own.get(way.id);
  expect([made.length, made[1]?.secretKey, stopped]).toEqual([2, credentials('own', 2).secretKey, [way.id]]);
  granted(await manage.remove(vendor, way.id));
  expect((await own.get(way.id))?.ok).toBe(true);
  expect(await own.get((await take(b, { provider: 'test' })).id)).toBeNull();
  // Credentials that do not open stop nobody else, and show nowhere.
  const broken = await take(b, { provider: 'stripe', credentials: credentials('broken') });
  await world.sql(`update payments.method_credentials set key_id = 'gone' where method_id = $1`, [broken.id]);
  expect(await own.get(broken.id)).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  expect((await own.get(way.id))?.ok).toBe(true);
  expect(lines.join()).toContain('credentials do not open');
  for (const account of ['own', 'broken'])
    for (const secret of Object.values(credentials(account))) expect(lines.join()).not.toContain(secret);
  // The oldest is let go when there are too many.
  const [x, y] = [
    await take(b, { provider: 'stripe', credentials: credentials('x') }),
    await take(b, { provider: 'stripe', credentials: credentials('y') }),
  ];
  stopped.length = 0;
  await own.get(x.id);
  await own.get(y.id);
  expect(stopped).toEqual([way.id]);
  own.stop();
  expect(stopped.sort()).toEqual([way.id, x.id, y.id].sort());
});
