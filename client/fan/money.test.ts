/** What the drop page asks when it comes to money, on a scripted server. */
import { expect, test } from 'vitest';
import { ApiError } from '../api.ts';
import { drop, hold, mine, NOW, order, place } from './gallery/fixtures.ts';
import { isAboutCode } from './presale-code.tsx';
import { type Facts, screenOf } from './screen.ts';
import { stage, testTill } from './testing-stage.ts';

const pending = (totalCents = 13_680) => ({ order: order({ status: 'pending', totalCents }) });

test('U402: the sum on the page is sent along', async () => {
  const world = await stage({ post: (path) => (path === '/tickets/book' ? pending() : undefined) });
  world.act.pay(hold().id);
  await world.idle();
  expect(world.posted.map(({ path }) => path)).toEqual(['/tickets/book', '/payment']);
  expect(world.posted[1]?.options.body).toMatchObject({ amountCents: 13_680, currency: 'EUR' });
});

test('U402: another sum is not paid: the order is read again, and the fan is told', async () => {
  const world = await stage({ post: (path) => (path === '/payment' ? undefined : pending(14_000)) });
  world.act.pay(hold().id);
  await world.idle();
  expect(world.posted.map(({ path }) => path)).toEqual(['/tickets/book', `/orders/${order().id}`]);
  expect(world.order?.totalCents).toBe(14_000);
  expect(world.problem.value).toMatchObject({ at: 'pay', refusal: { code: 'AMOUNT_MISMATCH' } });
});

test('U409: a code goes on the order of the hold and off again; a refusal stands beside it', async () => {
  const world = await stage({ post: () => pending() });
  world.act.useCode(hold().id, 'KELP');
  await world.idle();
  world.act.useCode(hold().id, null);
  await world.idle();
  const path = `/orders/${order().id}/code`;
  expect(world.posted.map((asked) => asked.path)).toEqual(['/tickets/book', path, '/tickets/book', path]);
  expect(world.posted[1]?.options.body).toEqual({ code: 'KELP' });

  const refused = await stage({
    post: (asked) => (asked.endsWith('/code') ? new ApiError('CODE_USED_UP', 409, 'Used up.') : pending()),
  });
  refused.act.useCode(hold().id, 'KELP');
  await refused.idle();
  expect(refused.problem.value).toMatchObject({ at: 'code', text: 'Used up.' });
});

test('U521: points go on the order of the hold and off again; a refusal stands beside them, the balance is asked anew', async () => {
  let asked = 0;
  const till = await testTill({
    getPoints: async () => {
      asked += 1;
      return 1_250 - asked;
    },
  });
  const world = await stage({ till, post: () => pending() });
  world.act.usePoints(hold().id, { use: 300 });
  await world.idle();
  world.act.usePoints(hold().id, null);
  await world.idle();
  const path = `/orders/${order().id}/points`;
  expect(world.posted.map((one) => one.path)).toEqual(['/tickets/book', path, '/tickets/book', path]);
  expect(world.posted[1]?.options.body).toEqual({ use: 300 });
  expect([asked, till.points.peek()]).toEqual([2, 1_248]);

  const refused = await stage({
    till,
    post: (to) =>
      to.endsWith('/points') ? new ApiError('NOT_ENOUGH_POINTS', 409, 'Not that many.') : pending(),
  });
  refused.act.usePoints(hold().id, { use: 9_999 });
  await refused.idle();
  expect(refused.problem.value).toMatchObject({ at: 'points', text: 'Not that many.' });
});

test("U408: Stripe's question is asked, and the answer looked up though it was no", async () => {
  const steps: string[] = [];
  const nextAction = { type: 'stripe', clientSecret: 'pi_secret', publishableKey: 'pk_1' };
  const till = await testTill({
    stripe: {
      open: () => Promise.reject(new Error('not needed')),
      step: async (_key, secret) => {
        steps.push(secret);
        return { ok: false, text: 'The bank said no.' };
      },
    },
  });
  const world = await stage({
    till,
    post: (path) =>
      path === '/tickets/book'
        ? pending()
        : path === '/payment'
          ? { order: order(), nextAction }
          : path === '/payment/confirm'
            ? new ApiError('PAYMENT_DECLINED', 402, 'Declined.')
            : pending(),
  });
  world.act.pay(hold().id);
  await world.idle();
  expect(steps).toEqual(['pi_secret']);
  expect(world.posted.map(({ path }) => path)).toContain('/payment/confirm');
  expect(world.problem.value).toMatchObject({ at: 'pay', text: 'Declined.' });
});

test('U411: money that came too late is no error; it has a screen until it was read', async () => {
  const world = await stage({
    post: (path) => (path === '/payment' ? new ApiError('PAYMENT_RETURNED', 409, 'Late.') : pending()),
  });
  world.act.pay(hold().id);
  await world.idle();
  expect(world.problem.value).toBeNull();
  expect(world.returned).toEqual([order().id]);

  const facts: Facts = {
    drop: drop(),
    missing: false,
    mine: mine({ place: place({ state: 'expired' }) }),
    who: 'known',
    checkout: { order: order({ status: 'expired' }), nextAction: null, since: NOW },
    returned: order().id,
    tickets: null,
    shownNumber: null,
    lowestAhead: null,
    samples: [],
    wantsMore: false,
  };
  expect(screenOf(facts, NOW).name).toBe('returned');
  expect(screenOf({ ...facts, returned: null }, NOW).name).toBe('missed');
  expect(screenOf({ ...facts, checkout: null, returned: null }, NOW).name).toBe('missed');
  const found = { order: order({ status: 'expired', refundedCents: 1 }), nextAction: null, since: NOW };
  expect(screenOf({ ...facts, returned: null, checkout: found }, NOW).name).toBe('returned');
});

test('U413: a code written for a presale goes with the hold, and its refusal stands beside it', async () => {
  const world = await stage({
    refuse: { 'hold:place': { code: 'CODE_NOT_VALID', message: 'Not valid.' } },
  });
  world.act.setDraft({ [drop().tiers[0]!.id]: 1 });
  world.act.setSeatWishes({ accessible: true, code: ' KELP ' });
  world.act.hold();
  await world.idle();
  expect(world.asked[0]?.payload).toMatchObject({ channel: 'KELP' });
  expect(world.asked[0]?.payload).not.toHaveProperty('accessible');
  expect(isAboutCode(world.problem.value)).toBe(true);
});
