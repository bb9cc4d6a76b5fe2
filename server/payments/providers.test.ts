import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock, type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createProviders, type Provider, TEST_CARDS } from './index.ts';
import { createTestProvider } from './test-provider.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

function bank(slowAnswerMs?: number, clock = world.clock): Provider {
  return createTestProvider({
    db: world.ledger.payments,
    clock,
    ...(slowAnswerMs === undefined ? {} : { slowAnswerMs }),
  });
}
const charge = () => ({
  id: world.ids.next(),
  amountCents: 5000,
  currency: 'EUR',
  ref: null,
  orderId: world.ids.next(),
});
async function instrument(number: string) {
  const read = await bank().instrument({ provider: 'test', card: number }, 'fan');
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
}
const rowsOf = async (id: string) =>
  (await world.ledger.reads.raw.query('select * from payments.test_charges where id = $1', [id]))
    .rows as Record<string, unknown>[];

describe('the cards', () => {
  test.each([
    ['4242424242424242', 'authorized', 'captured'],
    ['4000000000000341', 'authorized', 'capture_failed'],
    ['4000000000000002', 'declined', 'declined'],
    ['4000002500003155', 'requires_action', 'requires_action'],
    ['5555555555554444', 'declined', 'declined'],
  ])('P4: %s answers %s, and to a capture %s', async (number, authorised, captured) => {
    const c = charge();
    expect((await bank().authorise(c, await instrument(number))).state).toBe(authorised);
    expect((await bank().capture(c)).state).toBe(captured);
  });

  test('P4: the step is taken once: approved, or refused', async () => {
    const [yes, no] = [charge(), charge()];
    for (const c of [yes, no]) await bank().authorise(c, await instrument('4000002500003155'));
    expect((await bank().approve!(yes, true)).state).toBe('authorized');
    expect((await bank().approve!(yes, false)).state).toBe('authorized');
    expect(await bank().approve!(no, false)).toMatchObject({ state: 'declined', reason: 'step_refused' });
    expect((await bank().approve!(no, true)).state).toBe('declined');
  });

  test('P4: the slow card answers after 20 s, not before', async () => {
    const c = charge();
    const clock = manualClock();
    let state: string | undefined;
    const answer = bank(undefined, clock)
      .authorise(c, await instrument('4000000000000077'))
      .then((o) => {
        state = o.state;
      });
    await until('the bank has it in its books', async () => (await rowsOf(c.id)).length === 1);
    const [row] = await rowsOf(c.id);
    expect((row!.ready_at as Date).getTime() - (row!.created_at as Date).getTime()).toBe(20_000);
    expect((await bank().lookup(c)).state).toBe('pending');
    await clock.advance(19_999);
    expect(state).toBeUndefined();
    // The bank's own clock is the database's: there, too, its time has come.
    await world.ledger.reads.raw.query('update payments.test_charges set ready_at = now() where id = $1', [
      c.id,
    ]);
    await clock.advance(1);
    await answer;
    expect(state).toBe('authorized');
  });

  test('P4, P8: what is no card number is refused by its field, without repeating it', async () => {
    for (const number of ['', '4242', 'not a card', '4242 4242 4242 424x', '9'.repeat(20)]) {
      const read = await bank().instrument({ provider: 'test', card: number }, 'fan');
      expect(read).toMatchObject({
        ok: false,
        error: { code: 'INVALID_REQUEST', details: { field: 'method.card' } },
      });
      if (number) expect(JSON.stringify(read)).not.toContain(number);
    }
    expect(await bank().instrument({ provider: 'test' }, 'fan')).toMatchObject({ ok: false });
    expect(await bank().instrument({ provider: 'test', card: '4242 4242 4242 4242' }, 'fan')).toMatchObject({
      ok: true,
      value: { last4: '4242' },
    });
  });
});

describe('its books', () => {
  test('P1: every call again changes nothing', async () => {
    const c = charge();
    for (let i = 0; i < 3; i++)
      expect((await bank().authorise(c, await instrument('4242424242424242'))).state).toBe('authorized');
    const answers = await Promise.all(Array.from({ length: 10 }, () => bank().capture(c)));
    expect(new Set(answers.map((a) => a.state))).toEqual(new Set(['captured']));
    // The same id with another card is still the same charge.
    expect((await bank().authorise(c, await instrument('4000000000000002'))).state).toBe('captured');
    expect(await rowsOf(c.id)).toHaveLength(1);
  });

  test('P5: another process asks and is told', async () => {
    const c = charge();
    expect((await bank().lookup(c)).state).toBe('none');
    await bank().authorise(c, await instrument('4242424242424242'));
    expect(await bank().lookup(c)).toMatchObject({ state: 'authorized', ref: `test_${c.id}` });
  });

  test('P6: void is final, also for a charge that is still on its way; captured money is not voided', async () => {
    const [unseen, held, taken, slow] = [charge(), charge(), charge(), charge()];
    expect((await bank().void(unseen)).state).toBe('voided');
    expect((await bank().authorise(unseen, await instrument('4242424242424242'))).state).toBe('voided');
    await bank().authorise(held, await instrument('4242424242424242'));
    expect((await bank().void(held)).state).toBe('voided');
    expect((await bank().capture(held)).state).toBe('voided');
    await bank().authorise(taken, await instrument('4242424242424242'));
    await bank().capture(taken);
    expect((await bank().void(taken)).state).toBe('captured');
    const late = bank(40).authorise(slow, await instrument('4000000000000077'));
    await until('the slow bank has it', async () => (await rowsOf(slow.id)).length === 1);
    expect((await bank().void(slow)).state).toBe('voided');
    expect((await late).state).toBe('voided');
  });

  test('P8: of a card the last four digits are kept, nowhere more', async () => {
    for (const number of Object.keys(TEST_CARDS))
      if (number !== '4000000000000077') await bank().authorise(charge(), await instrument(number));
    const all = JSON.stringify(
      (await world.ledger.reads.raw.query('select * from payments.test_charges')).rows,
    );
    for (const number of Object.keys(TEST_CARDS)) expect(all).not.toContain(number);
    expect(all).toContain('"last4":"4242"');
  });
});

describe('the others', () => {
  const providers = (testCards: boolean) =>
    createProviders({ db: world.ledger.payments, clock: world.clock, testCards });

  test('P2: what is not offered is refused: stripe always, test cards where real money is taken', async () => {
    expect(await providers(true).get('stripe', null)).toMatchObject({
      ok: false,
      error: { code: 'NOT_AVAILABLE' },
    });
    expect(await providers(false).get('test', null)).toMatchObject({
      ok: false,
      error: { code: 'NOT_AVAILABLE' },
    });
    expect((await providers(false).get('cash_on_arrival', null)).ok).toBe(true);
  });

  test('P7: cash is owed from the start and never captured here', async () => {
    const found = await providers(false).get('cash_on_arrival', null);
    if (!found.ok) throw new Error(found.error.code);
    const cash = found.value;
    const c = charge();
    expect(cash.money).toBe('later');
    expect(await cash.instrument({ provider: 'cash_on_arrival' }, 'fan')).toEqual({
      ok: true,
      value: { last4: null, brand: null, secret: '' },
    });
    for (const call of [
      cash.authorise(c, { last4: null, brand: null, secret: '' }),
      cash.lookup(c),
      cash.capture(c),
    ])
      expect((await call).state).toBe('authorized');
    expect((await cash.void(c)).state).toBe('voided');
  });
});

describe('what is free, and what goes back', () => {
  test('P9: free asks nobody and settles at once', async () => {
    const found = await createProviders({
      db: world.ledger.payments,
      clock: world.clock,
      testCards: false,
    }).get('free', null);
    if (!found.ok) throw new Error(found.error.code);
    const c = { ...charge(), amountCents: 0 };
    const nothing = { last4: null, brand: null, secret: '' };
    expect((await found.value.authorise(c, nothing)).state).toBe('authorized');
    expect((await found.value.capture(c)).state).toBe('captured');
    expect((await found.value.void(c)).state).toBe('voided');
    expect(await rowsOf(c.id)).toEqual([]);
  });

  test('P10: money goes back by the id of its refund, once, and never more than was taken', async () => {
    const c = charge();
    const give = bank();
    const back = (amountCents: number, id = world.ids.next()) => ({ id, charge: c, amountCents });
    const early = back(100);
    await give.authorise(c, await instrument('4242424242424242'));
    expect((await give.refund!(early)).state).toBe('failed');
    await give.capture(c);
    const half = back(2_500);
    const answers = await Promise.all(Array.from({ length: 10 }, () => give.refund!(half)));
    expect(new Set(answers.map((a) => a.state))).toEqual(new Set(['succeeded']));
    expect((await give.lookupRefund!(half)).state).toBe('succeeded');
    expect((await give.lookupRefund!(back(1))).state).toBe('none');
    // Two at once for what is left: one of them is too much.
    const rest = await Promise.all([give.refund!(back(2_000)), give.refund!(back(2_000))]);
    expect(rest.map((a) => a.state).sort()).toEqual(['failed', 'succeeded']);
    const listed = (await everything(give)).find((one) => one.paymentId === c.id);
    expect(listed).toMatchObject({ capturedCents: 5_000, refundedCents: 4_500, state: 'captured' });
  });

  const everything = async (from: Provider, fromMs = 0) => {
    const all = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<NonNullable<Provider['list']>>> = await from.list!(
        { fromMs, toMs: Date.UTC(2200, 0) },
        cursor,
      );
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return all;
  };

  test('P11: the books show each charge once, over all their pages, from a moment on', async () => {
    const many = Array.from({ length: 1_100 }, () => world.ids.next());
    await world.ledger.reads.raw.query(
      `insert into payments.test_charges (id, amount_cents, currency, status, created_at)
       select id, 100, 'EUR', 'authorized', now() + interval '10 years' from unnest($1::uuid[]) as id`,
      [many],
    );
    const listed = await everything(bank(), world.clock.now() + 86_400_000);
    expect(listed.map((one) => one.paymentId).sort()).toEqual([...many].sort());
  });
});
