import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import type { ServiceNote, WayToPay } from '../../server/protocol/money.ts';
import type { CardForm } from './stripe.ts';
import { createTill, type Till, type TillEnv } from './till.ts';
import { choicesOf, chosenOf, keepsCards, methodBody, type SavedCard, wayKey } from './ways.ts';

const TEST: WayToPay = { methodId: null, provider: 'test', label: 'Card', brands: null };
const CASH: WayToPay = { methodId: null, provider: 'cash_on_arrival', label: 'Cash', brands: null };
const STRIPE: WayToPay = {
  methodId: null,
  provider: 'stripe',
  label: 'Card',
  brands: ['visa'],
  publishableKey: 'pk_1',
};
const VENDORS: WayToPay = { ...STRIPE, methodId: '0192a000-0000-7000-8000-000000000001' };
const VISA: SavedCard = { id: 'pm_1', brand: 'visa', last4: '4242', expMonth: 4, expYear: 2029 };
const AMEX: SavedCard = { ...VISA, id: 'pm_2', brand: 'amex' };
const GIVEN = { card: '4242424242424242', token: 'ctoken_1', keep: true, returnUrl: 'https://h.test/' };
const PAUSED: ServiceNote = { state: 'unavailable', reason: 'Cards are paused.', since: null, retryAt: null };

async function opened(ways: WayToPay[], more: Partial<TillEnv> = {}): Promise<Till> {
  const till = createTill({
    getWays: async () => ways,
    getCards: async () => [],
    stripe: { open: () => Promise.reject(new Error('blocked')), step: async () => ({ ok: true }) },
    returnUrl: () => 'https://h.test/',
    changed() {},
    notes: signal({}),
    ...more,
  });
  till.load();
  await vi.waitFor(() => expect(till.choices.peek() ?? till.failed.peek()).toBeTruthy());
  return till;
}

test('U403: the ways are those offered, the first that can be taken is chosen, and a choice stays', async () => {
  const notes = signal<Record<string, ServiceNote>>({});
  const till = await opened([TEST, CASH], { notes });
  expect(till.chosen.value?.way).toBe(TEST);
  notes.value = { 'payments:test': PAUSED };
  expect(till.chosen.value?.way).toBe(CASH);
  till.pick(wayKey(TEST));
  expect(till.chosen.value?.way).toBe(TEST);
  expect(chosenOf([], null, () => false)).toBeNull();
});

test('U410: a way is paused when its provider is away; cash never is', async () => {
  const till = await opened([TEST, CASH], { notes: signal({ 'payments:test': PAUSED }) });
  expect(till.pauseOf(TEST)).toBe(PAUSED);
  expect(till.pauseOf(CASH)).toBeNull();
});

test('U404: kept cards stand first, where the account keeps them and the way takes their brand', () => {
  expect(choicesOf([STRIPE, CASH], [VISA, AMEX]).map(({ saved }) => saved?.id)).toEqual([
    'pm_1',
    undefined,
    undefined,
  ]);
  expect(choicesOf([VENDORS], [VISA]).map(({ saved }) => saved)).toEqual([null]);
  expect([keepsCards(STRIPE), keepsCards(VENDORS), keepsCards(TEST)]).toEqual([true, false, false]);
});

test('U405: what is sent is what the way wants, and no more', () => {
  const body = (way: WayToPay, saved: SavedCard | null = null) => methodBody({ key: '', way, saved }, GIVEN);
  expect(body(TEST)).toEqual({ provider: 'test', card: GIVEN.card });
  expect(body(CASH)).toEqual({ provider: 'cash_on_arrival' });
  expect(body(STRIPE)).toEqual({
    provider: 'stripe',
    paymentMethodId: 'ctoken_1',
    returnUrl: GIVEN.returnUrl,
    saveCard: true,
  });
  expect(body(STRIPE, VISA)).toEqual({
    provider: 'stripe',
    paymentMethodId: 'pm_1',
    returnUrl: GIVEN.returnUrl,
  });
  expect(body(VENDORS)).toMatchObject({ methodId: VENDORS.methodId });
  expect(body(VENDORS)).not.toHaveProperty('saveCard');
});

test('U405: a number that cannot be a card is refused here; its name keeps four digits', async () => {
  const till = await opened([TEST]);
  till.setCard('4242 42');
  expect(await till.method(100)).toMatchObject({ ok: false });
  till.setCard('4242 4242 4242 4242');
  expect(await till.method(100)).toMatchObject({ ok: true, name: 'test::4242' });
});

test('U412: what costs nothing asks for no way', async () => {
  const till = await opened([TEST]);
  expect(await till.method(0)).toMatchObject({ ok: true, name: 'free' });
});

test('U406: Stripe is asked for when its form is put into the page, and out of reach the others stay', async () => {
  const open = vi.fn<TillEnv['stripe']['open']>(() => Promise.reject(new Error('blocked')));
  const till = await opened([STRIPE, CASH], { stripe: { open, step: async () => ({ ok: true }) } });
  expect(open).not.toHaveBeenCalled();
  till.mount({} as HTMLElement, STRIPE, 100, 'EUR');
  await vi.waitFor(() => expect(till.form.value).toBe('failed'));
  expect(open).toHaveBeenCalledWith('pk_1', 100, 'EUR');
  expect(await till.method(100)).toMatchObject({ ok: false });
  till.pick(wayKey(CASH));
  expect(await till.method(100)).toMatchObject({ ok: true });
});

test('U407: a token is used again until an answer came, and not after the sum or the card changed', async () => {
  let tokens = 0;
  let changed = (): void => {};
  const form: CardForm = {
    mount(_box, on) {
      changed = on.changed;
      on.ready();
    },
    update() {},
    token: async () => ({ ok: true, token: `ctoken_${++tokens}` }),
    close() {},
  };
  const till = await opened([STRIPE], {
    stripe: { open: async () => form, step: async () => ({ ok: true }) },
  });
  till.mount({} as HTMLElement, STRIPE, 100, 'EUR');
  await vi.waitFor(() => expect(till.form.value).toBe('ready'));
  const sent = async () => {
    const means = await till.method(100);
    return means.ok ? means.body.paymentMethodId : means.text;
  };
  expect([await sent(), await sent()]).toEqual(['ctoken_1', 'ctoken_1']);
  till.answered();
  expect(await sent()).toBe('ctoken_2');
  changed();
  expect(await sent()).toBe('ctoken_3');
  till.setDue(90, 'EUR');
  expect(await sent()).toBe('ctoken_4');
});

test('U403: ways that could not be asked for can be asked for again', async () => {
  let tries = 0;
  const till = await opened([], {
    getWays: async () => {
      tries += 1;
      if (tries === 1) throw new Error('away');
      return [CASH];
    },
  });
  expect(till.failed.value).toBe(true);
  till.load();
  await vi.waitFor(() => expect(till.chosen.value?.way).toBe(CASH));
});
