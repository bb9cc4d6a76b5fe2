/** Payment links: whoever holds one pays that order, and learns nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '../stores/testing.ts';
import { createPaymentLinks, type PaymentLinks } from './payment-link.ts';
import { CARDS, type CheckoutWorld, card, checkoutWorld, probes } from './testing.ts';

let world: CheckoutWorld;
let links: PaymentLinks;
const { stands, code, lapseIn } = probes(() => world);
const WAYS = [
  { methodId: null, provider: 'test' as const, label: 'Test card', brands: null },
  { methodId: null, provider: 'cash_on_arrival' as const, label: 'Cash', brands: null },
];
const linksAt = (clock = world.world.clock): PaymentLinks =>
  createPaymentLinks({
    db: world.world.ledger.reads,
    keys: world.world.keys,
    clock,
    checkout: world.checkout,
    ways: async () => ({ ok: true, value: WAYS }),
  });
beforeAll(async () => {
  world = await checkoutWorld();
  links = linksAt();
});
afterAll(() => world.close());

const ORIGIN = 'https://tickets.example';
async function linked() {
  const b = await world.book();
  const made = await links.make(b.userId, b.orderId, ORIGIN);
  if (!made.ok) throw new Error(made.error.code);
  return { b, link: made.value, token: made.value.url.split('/').at(-1) as string };
}
const good = { method: card(CARDS.good) };

test('P78: a link pays its order once, and shows no ticket', async () => {
  const { b, link, token } = await linked();
  expect(link.url.startsWith(`${ORIGIN}/p/`)).toBe(true);
  expect(link.qrSvg).toContain('<svg');
  const shown = await links.show(token);
  expect(shown).toMatchObject({ ok: true, value: { order: { id: b.orderId, status: 'pending' } } });
  expect(shown.ok && shown.value.ways.map(({ provider }) => provider)).toEqual(['test']);
  const paid = await links.pay(token, good, null);
  expect(paid).toMatchObject({ ok: true, value: { settled: true, body: { order: { status: 'paid' } } } });
  expect(JSON.stringify([shown, paid])).not.toContain('HF1.');
  expect(JSON.stringify(paid)).not.toContain('tickets');
  expect(await stands(b)).toMatchObject({ order: 'paid', payment: 'captured' });
  expect(code(await links.make(b.userId, b.orderId, ORIGIN))).toBe('ORDER_CLOSED');
});

test('P78: the bank’s step is taken by the link too', async () => {
  const { token } = await linked();
  expect(await links.pay(token, { method: card(CARDS.step) }, null)).toMatchObject({
    ok: true,
    value: { settled: false, body: { nextAction: { type: 'confirm' } } },
  });
  expect(await links.confirm(token, true)).toMatchObject({ ok: true, value: { settled: true } });
});

test('P78: cash, kept cards, other tokens and other fans’ orders are refused', async () => {
  const { b, token } = await linked();
  expect(code(await links.pay(token, { method: { provider: 'cash_on_arrival' } }, null))).toBe(
    'METHOD_NOT_ACCEPTED',
  );
  expect(code(await links.pay(token, { method: { provider: 'stripe', saveCard: true } }, null))).toBe(
    'INVALID_REQUEST',
  );
  const receipt = world.world.keys.signToken('receipt', { order: b.orderId, fan: b.userId, exp: 4e9 });
  const [head, body, signature] = token.split('.') as [string, string, string];
  for (const wrong of ['', 'x.y.z', receipt, `${head}.${body}.${signature.slice(1)}A`]) {
    expect(code(await links.show(wrong))).toBe('NOT_FOUND');
    expect(code(await links.pay(wrong, good, null))).toBe('NOT_FOUND');
    expect(code(await links.confirm(wrong, true))).toBe('NOT_FOUND');
  }
  const other = await world.world.createUser();
  expect(code(await links.make(other.id, b.orderId, ORIGIN))).toBe('NOT_FOUND');
  expect(await stands(b)).toMatchObject({ order: 'pending', payment: null });
});

test('P78: its provider is told that whoever pays is not the order’s fan', async () => {
  const { b, token } = await linked();
  const fans: unknown[] = [];
  const asked = createPaymentLinks({
    db: world.world.ledger.reads,
    keys: world.world.keys,
    clock: world.world.clock,
    checkout: world.another({
      async choose(_userId, _orderId, { provider }) {
        const found = await world.providers.get(provider, null);
        if (!found.ok) return found;
        const { instrument } = found.value;
        return {
          ok: true,
          value: {
            provider: {
              ...found.value,
              instrument(method, userId) {
                fans.push(userId);
                return instrument(method, userId);
              },
            },
            methodId: null,
            brands: null,
            ownAccount: false,
          },
        };
      },
    }),
    ways: async () => ({ ok: true, value: WAYS }),
  });
  expect(await asked.pay(token, good, null)).toMatchObject({ ok: true, value: { settled: true } });
  expect(fans).toEqual([null]);
  expect(await stands(b)).toMatchObject({ order: 'paid' });
});

test('P78: it dies with its order', async () => {
  const { b, token } = await linked();
  const later = manualClock();
  await later.advance(Math.max(0, world.world.clock.now() + 24 * 3_600_000 - later.now()));
  expect(code(await linksAt(later).pay(token, good, null))).toBe('NOT_FOUND');
  await lapseIn(b, -1000);
  expect(code(await links.pay(token, good, null))).toMatch(/EXPIRED$/);
  expect(code(await links.make(b.userId, b.orderId, ORIGIN))).toBe('ORDER_EXPIRED');
});
