import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../stores/testing.ts';
import { CARDS, type CheckoutWorld, card, checkoutWorld, type Probes, probes } from './testing.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let orderStatus: Probes['orderStatus'];
let charges: Probes['charges'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, orderStatus, charges } = probes(() => w));
});
afterAll(async () => {
  // Whatever a test here did, the ledger's invariants hold afterwards.
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const sameFor = async <T>(n: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)));
describe('once', () => {
  const ids = (all: Awaited<ReturnType<typeof pay>>[]) =>
    all.map((r) => (r.ok ? r.value.body.tickets?.map((t) => t.id).join() : r.error.code));

  test('O8, O9: twenty submits with one key: one charge, one answer', async () => {
    const b = await w.book();
    const all = await sameFor(20, () => pay(b, CARDS.good, 'submit'));
    expect(new Set(ids(all)).size).toBe(1);
    expect(all[0]?.ok).toBe(true);
    expect((await charges(b)).map((c) => c.status)).toEqual(['captured']);
    expect(ids([await pay(b, CARDS.good, 'submit')])).toEqual(ids([all[0]!]));
  });

  test('O8, O9: twenty submits with twenty keys, and twenty without: one charge', async () => {
    const [b, c] = [await w.book(), await w.book()];
    const keyed = await sameFor(20, (i) => pay(b, CARDS.good, `submit-${i}`));
    const keyless = await sameFor(20, () => pay(c, CARDS.good));
    for (const all of [keyed, keyless]) expect(new Set(ids(all)).size).toBe(1);
    for (const order of [b, c]) expect((await charges(order)).map((x) => x.status)).toEqual(['captured']);
  });

  test('O8: submits from two processes at once: one charge', async () => {
    const b = await w.book();
    const other = w.another();
    const all = await sameFor(10, (i) =>
      (i % 2 === 0 ? w.checkout : other).pay(
        b.userId,
        { orderId: b.orderId, method: card(CARDS.good) },
        `p${i}`,
      ),
    );
    expect(new Set(ids(all)).size).toBe(1);
    expect((await charges(b)).map((x) => x.status)).toEqual(['captured']);
  });

  test('O9: a key with another body is refused, a declined one says so again, both orders of two stay apart', async () => {
    const [b, c] = [await w.book(), await w.book()];
    const both = { ...c, userId: b.userId };
    expect(code(await pay(b, CARDS.declined, 'k'))).toBe('PAYMENT_DECLINED');
    expect(code(await pay(b, CARDS.declined, 'k'))).toBe('PAYMENT_DECLINED');
    expect(await charges(b)).toHaveLength(1);
    expect(code(await pay(b, CARDS.good, 'k'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(code(await pay(both, CARDS.declined, 'k'))).toBe('NOT_FOUND');
    expect(code(await pay(c, CARDS.good, 'k'))).toBe('OK');
    expect(code(await w.checkout.book(b.userId, { holdId: b.holdId }, 'k'))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(code(await pay(b, CARDS.good, 'another'))).toBe('OK');
  });

  test('O9: one key for two orders at the same moment pays one of them', async () => {
    const event = await w.event();
    const userId = (await w.world.createUser()).id;
    const one = await w.book({ event, userId, quantity: 1 });
    const two = await w.book({ event, userId, quantity: 1 });
    const answers = await Promise.all([pay(one, CARDS.good, 'shared'), pay(two, CARDS.good, 'shared')]);
    expect(answers.map(code).sort()).toEqual(['IDEMPOTENCY_KEY_REUSED', 'OK']);
  });

  test('O9: a submit whose twin does not finish is told so, not charged', async () => {
    const b = await w.book();
    const test = await w.providers.get('test', null);
    if (!test.ok) throw new Error('no test provider');
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stuck = w.another({
      answerMs: 20_000,
      waitMs: 60,
      providers: {
        get: async () => ({
          ok: true,
          value: {
            ...test.value,
            authorise: async (c, i) => {
              await gate;
              return test.value.authorise(c, i);
            },
          },
        }),
      },
    });
    const order = { orderId: b.orderId, method: card(CARDS.good) };
    const first = stuck.pay(b.userId, order, 'twin');
    await until('the first submit has begun', async () => (await orderStatus(b)) === 'paying');
    expect(code(await stuck.pay(b.userId, order, 'twin'))).toBe('REQUEST_IN_PROGRESS');
    release();
    expect(code(await first)).toBe('OK');
    expect(code(await stuck.pay(b.userId, order, 'twin'))).toBe('OK');
    expect(await charges(b)).toHaveLength(1);
  });
});
