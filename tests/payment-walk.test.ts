/**
 * The walk through docs/payment-states.md: real processes that sell tickets through a Stripe and the test bank, killed between
 * every two steps. After each kill another process starts; the end must be the same as without.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../server/stores/testing.ts';
import { expectEnds } from './walk/ends.ts';
import { type Ordered, openHouse, type WalkHouse } from './walk/house.ts';
import { type Park, parker, type When } from './walk/park.ts';
import { STEPS_WALKED } from './walk/steps.ts';

const LIMIT_MS = 240_000;

let house: WalkHouse;
let park: Park;
beforeAll(async () => {
  house = await openHouse();
  park = parker(house);
}, LIMIT_MS);
afterAll(() => house.close(), LIMIT_MS);

/** Every `step:moment` a process was killed at. */
const killedAt = new Set<string>();
let walked = new Map<string, Ordered>();
/** A new order that is going to be killed at this point. */
async function at(point: string, ...how: Parameters<WalkHouse['order']>): Promise<Ordered> {
  const o = await house.order(...how);
  killedAt.add(point.split(',')[0] as string);
  walked.set(point, o);
  return o;
}

/** Orders at every point of the ordinary way at once; Stripe kills the process over the last one. */
async function killOnTheWay(when: When): Promise<void> {
  walked = new Map();
  const on = (step: string) => `${step}:${when}`;
  const [create, confirm, capture] = ['create', 'confirm', 'capture'].map(
    (verb) => `payment_intents.${verb}`,
  ) as [string, string, string];
  // The last steps first: what waits for a lock lets those pass that need less of the way.
  await park.atRefusedCapture(await at(on('capture-refused'), 'stripe', 'canceled'), when);
  await park.atCaptured(await at(on('captured'), 'stripe', 'paid'));
  await park.atCall(await at(on('capture'), 'stripe', 'paid'), capture, when);
  await park.atComplete(await at(on('complete'), 'stripe', 'paid'));
  await park.atTestBank(
    await at(`${on('confirm')}, test bank`, 'test', 'paid'),
    await at(`${on('capture')}, test bank`, 'test', 'paid'),
  );
  await park.atCall(
    await at(on('decline'), 'stripe', 'nothing', { card: 'pm_card_chargeDeclined' }),
    confirm,
    when,
  );
  await park.atCall(await at(on('confirm'), 'stripe', 'paid'), confirm, when);
  await park.atBegin(await at(on('begin'), 'stripe', 'paid'));
  await park.killedAt(await at(on('create'), 'stripe', 'paid'), create, when);
  await park.after(when);
}

test(
  'O42: killed before each step of the way, every order comes to the end it would have come to',
  async () => {
    await killOnTheWay('before');
    await house.boot();
    await house.heal();
    await expectEnds(house, walked);
  },
  LIMIT_MS,
);

test(
  'O43: killed after each step, unheard, with transactions that commit behind it, too',
  async () => {
    await killOnTheWay('after');
    await house.boot();
    await house.heal();
    await expectEnds(house, walked);
  },
  LIMIT_MS,
);

/** Somebody at the provider's own pages takes money this program never asked for. */
async function captureByHand(o: Ordered): Promise<void> {
  const answer = await fetch(`${house.stripe.url}/v1/payment_intents/${await house.intentOf(o)}/capture`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_fake' },
  });
  expect(answer.status).toBe(200);
}
const cancelDrop = (o: Ordered) =>
  house.w.sql(`update ticketing.drops set phase = 'canceled', ended_at = now() where id = $1`, [
    o.event.dropId,
  ]);
/** What no part of this program does: ends a paying hold under its payment. */
async function endHold(o: Ordered): Promise<void> {
  await house.w.sql(`update ticketing.holds set status = 'active', paying_until = null where id = $1`, [
    o.holdId,
  ]);
  await house.w.sql(`select ticketing.end_holds($1, array[$2::uuid], 'released', 1)`, [
    o.event.dropId,
    o.holdId,
  ]);
  await house.w.holds.settle(o.event.dropId);
}
const dueNow = (o: Ordered) =>
  house.w.sql('update ticketing.payments set check_at = now() where order_id = $1', [o.orderId]);

test(
  'O44, O45, O46: late, useless and taken money, and refunds, killed before and after each call, end even',
  async () => {
    walked = new Map();
    const { control } = house.stripe;
    const confirm = 'payment_intents.confirm';
    const useless = [
      await at('cancel:before', 'stripe', 'nothing'),
      await at('cancel:after', 'stripe', 'nothing'),
    ] as const;
    const late = await at('late, stock free', 'stripe', 'paid', { seed: { tiers: [{ quantity: 3 }] } });
    const lateSoldOut = await at('late, stock gone', 'stripe', 'nothing', {
      seed: { tiers: [{ quantity: 3 }] },
    });
    const stray = await at('captured, no tickets', 'stripe', 'nothing');
    const back = [
      await at('refund:before', 'stripe', 'refunded'),
      await at('refund:after', 'stripe', 'refunded'),
    ] as const;
    for (const o of back) expect((await house.pay(o))?.status).toBe(200);
    for (const o of [...useless, late, lateSoldOut, stray]) await park.atCall(o, confirm, 'after');

    // The worker sends the refund; Stripe kills it before it has any effect.
    let victim = house.process();
    control.fault({ op: 'refunds.create', answer: 'kill', when: 'before', pid: victim.pid });
    expect((await house.giveBack(back[0]))?.status ?? 200).toBe(200);
    await victim.exited;
    await park.after('after');

    for (const o of [...useless, stray]) await cancelDrop(o);
    for (const o of [late, lateSoldOut]) await endHold(o);
    await house.w.book({ event: lateSoldOut.event, quantity: 2 });
    await captureByHand(stray);

    await house.boot();
    victim = house.process();
    const refunds = control.calls()['refunds.create'] ?? 0;
    control.fault({ op: 'refunds.create', answer: 'hang', when: 'after' });
    expect((await house.giveBack(back[1]))?.status).toBe(200);
    await until('a refund hangs', () => (control.calls()['refunds.create'] ?? 0) > refunds, 30_000);
    control.fault({ op: 'payment_intents.cancel', answer: 'hang', when: 'before' });
    control.fault({ op: 'payment_intents.cancel', answer: 'kill', when: 'after', pid: victim.pid });
    for (const o of useless) await dueNow(o);
    await victim.exited;
    await park.after('after');

    // And then Stripe answers refunds with errors of its own for a while.
    control.fault({ op: 'refunds.create', answer: 500, times: 3 });
    await house.boot();
    await house.heal();
    await expectEnds(house, walked);
    const causes = await house.w.sql<{ status: string; cause: string }>(
      'select r.status, r.cause from ticketing.refunds r where r.order_id = $1',
      [stray.orderId],
    );
    expect(causes).toEqual([{ status: 'succeeded', cause: 'late_payment' }]);
  },
  LIMIT_MS,
);

test('O41: every step of the page was killed before and after', () => {
  const points = STEPS_WALKED.flatMap((step) => [`${step}:before`, `${step}:after`]);
  expect([...killedAt]).toEqual(expect.arrayContaining(points));
});
