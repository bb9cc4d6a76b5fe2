import { expect, test } from 'vitest';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { HoldView } from '../../server/protocol/index.ts';
import { ApiError } from '../api.ts';
import { itemsOf, planEdit } from './edit-plan.ts';
import { drop, hold, mine } from './gallery/fixtures.ts';
import { EMPTY, paymentFor, readKept, requestFor, writeKept } from './kept.ts';
import { type Stage, stage } from './testing-stage.ts';

const [floor, balcony] = drop().tiers.map((tier) => tier.id) as [string, string];

test('U13: with room in the limit the new is held before the old goes', () => {
  expect(planEdit(hold(), { [floor]: 1 }, 2)).toEqual({
    kind: 'safe',
    items: [{ tierId: floor, quantity: 1 }],
  });
  expect(planEdit(hold(), { [floor]: 1, [balcony]: 1 }, 2).kind).toBe('safe');
});

test('U13: without room the old goes first, and that is called risky', () => {
  expect(planEdit(hold(), { [floor]: 3 }, 2).kind).toBe('risky');
  expect(planEdit(hold(), { [balcony]: 2 }, 0).kind).toBe('risky');
});

test('U13: nothing changed asks nothing, none wanted lets go, more than the limit is said', () => {
  expect(planEdit(hold(), { [floor]: 2, [balcony]: 0 }, 2)).toEqual({ kind: 'nothing' });
  expect(planEdit(hold(), { [floor]: 0 }, 2)).toEqual({ kind: 'let-go' });
  expect(planEdit(hold(), { [floor]: 5 }, 2)).toEqual({ kind: 'too-many', limit: 4 });
});

test('U14: the same wish keeps its id, another one gets another', () => {
  let count = 0;
  const fresh = (): string => `id-${++count}`;
  const items = itemsOf({ [floor]: 2 });
  const request = requestFor(EMPTY, items, fresh);
  expect(requestFor({ ...EMPTY, request }, items, fresh)).toBe(request);
  expect(requestFor({ ...EMPTY, request }, itemsOf({ [floor]: 1 }), fresh).id).toBe('id-2');
  const payment = paymentFor(EMPTY, 'o', '4242', fresh);
  expect(paymentFor({ ...EMPTY, payment }, 'o', '4242', fresh)).toBe(payment);
  expect(paymentFor({ ...EMPTY, payment }, 'o', '0002', fresh).key).not.toBe(payment.key);
});

test('U14: what was kept survives a refresh, for its own account, and storage that refuses is no failure', () => {
  const map = new Map<string, string>();
  const store = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
  writeKept(store, 'd', 'noor', { ...EMPTY, draft: { [floor]: 2 } });
  expect(readKept(store, 'd', 'noor').draft).toEqual({ [floor]: 2 });
  expect(readKept(store, 'd', 'somebody').draft).toEqual({});
  map.set('holdfast.drop.d.noor', '{');
  expect(readKept(store, 'd', 'noor')).toEqual(EMPTY);
  const full = {
    getItem: (): string | null => {
      throw new Error('refused');
    },
    setItem: (): void => {
      throw new Error('full');
    },
  };
  writeKept(full, 'd', 'noor', EMPTY);
  expect(readKept(full, 'd', 'noor')).toEqual(EMPTY);
});

test('U15: a press is answered at once, a second one is not asked, then the truth is read', async () => {
  const world = await stage({});
  world.act.claim();
  expect(world.asking.value).toBe('claim');
  world.act.claim();
  world.act.join();
  await world.idle();
  expect(world.asked.map((ask) => ask.event)).toEqual(['queue:claim']);
  expect(world.reads).toBe(1);
});

test('U14: a hold without an answer is asked again under the same id, an answered one under another', async () => {
  const lost: ErrorBody = { code: 'TEMPORARILY_UNAVAILABLE', message: '', details: { unknown: true } };
  const world = await stage({ refuse: { 'hold:place': lost } });
  world.act.setDraft({ [floor]: 2 });
  world.act.hold();
  await world.idle();
  world.act.hold();
  await world.idle();
  expect(world.asked.map((ask) => ask.payload.requestId)).toEqual(['id-1', 'id-1']);
  expect(world.kept.value.draft).toEqual({ [floor]: 2 });

  const sold = await stage({ refuse: { 'hold:place': { code: 'LIMIT_EXCEEDED', message: '' } } });
  sold.act.setDraft({ [floor]: 2 });
  sold.act.hold();
  await sold.idle();
  expect(sold.problem.value).toMatchObject({ at: 'board', kind: 'bad' });
  sold.act.hold();
  await sold.idle();
  expect(sold.asked.map((ask) => ask.payload.requestId)).toEqual(['id-1', 'id-2']);
});

test('U13, U16: a safe change holds first, and if that fails the old hold was never touched', async () => {
  const world = await stage({});
  world.act.change(hold().id, { [balcony]: 1 });
  await world.idle();
  expect(world.asked.map((ask) => ask.event)).toEqual(['hold:place', 'hold:release']);

  const refused = await stage({ refuse: { 'hold:place': { code: 'SOLD_OUT', message: 'None.' } } });
  refused.act.change(hold().id, { [balcony]: 1 });
  await refused.idle();
  expect(refused.asked.map((ask) => ask.event)).toEqual(['hold:place']);
  expect(refused.problem.value?.at).toBe('hold');
});

test('U13: a risky change lets go first, and places nothing if that was refused', async () => {
  const full: HoldView[] = [hold()];
  const world = await stage({ mine: mine({ holds: full, remainingAllowance: 0 }) });
  world.act.change(hold().id, { [balcony]: 2 });
  await world.idle();
  expect(world.asked.map((ask) => ask.event)).toEqual(['hold:release', 'hold:place']);
});

test('U14: a payment with no answer keeps its key, a declined one gets a new key for the next try', async () => {
  const keyOf = (world: Stage, index: number): unknown =>
    world.posted.filter(({ path }) => path === '/payment')[index]?.options.headers?.['idempotency-key'];
  const away = await stage({
    post: (path) => (path === '/payment' ? new ApiError('OFFLINE', 0, '') : undefined),
  });
  for (let i = 0; i < 2; i++) {
    away.act.pay(hold().id);
    await away.idle();
  }
  expect(keyOf(away, 1)).toBe(keyOf(away, 0));
  const declined = await stage({
    post: (path) => (path === '/payment' ? new ApiError('PAYMENT_DECLINED', 402, 'Declined.') : undefined),
  });
  for (let i = 0; i < 2; i++) {
    declined.act.pay(hold().id);
    await declined.idle();
  }
  expect(keyOf(declined, 1)).not.toBe(keyOf(declined, 0));
  expect(declined.problem.value).toMatchObject({ at: 'pay', kind: 'bad', text: 'Declined.' });
});

test('U12: a card number that cannot be one is said before anything is sent', async () => {
  const world = await stage({});
  world.till.setCard('42');
  world.act.pay(hold().id);
  await world.idle();
  expect(world.problem.value?.at).toBe('card');
  expect(world.posted).toEqual([]);
});

test('U15: after a refused payment the order is read again, so that the page leaves the bank at once', async () => {
  const world = await stage({
    post: (path) =>
      path === '/payment/confirm' ? new ApiError('PAYMENT_DECLINED', 402, 'Refused.') : undefined,
  });
  world.act.confirmStep('o-1', false);
  await world.idle();
  expect(world.posted.map(({ path }) => path)).toEqual(['/payment/confirm', '/orders/o-1']);
  expect(world.problem.value?.text).toBe('Refused.');
});
