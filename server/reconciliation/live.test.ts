/** A sale that runs, its processes killed at random, with the reconciler run at random moments: no false alarm, and clean once it is over. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { altered, CARDS, card } from '../checkout/testing.ts';
import { type ReconcileWorld, reconcileWorld } from './testing.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let w: ReconcileWorld;
beforeAll(async () => {
  w = await reconcileWorld();
});
afterAll(() => w.close());

const numbers = [CARDS.good, CARDS.declined, CARDS.captureFails, CARDS.slow, CARDS.step] as const;
const step = fc.record({
  card: fc.constantFrom(...numbers),
  /** Where its process is killed: before or after one of the provider's calls; null: it is not. */
  killed: fc.constantFrom(null, 'before authorise', 'after authorise', 'before capture', 'after capture'),
  refund: fc.boolean(),
});

/** A process that dies at one call: the call was made or not, and nobody there hears the answer. */
function dying(killed: string) {
  const [when, call] = killed.split(' ') as ['before' | 'after', 'authorise' | 'capture'];
  const die = () => Promise.reject(new Error('killed'));
  return altered(w.providers, call, async (real) => {
    if (when === 'after') await real();
    return die();
  });
}

test('K5: random sales with kills: nothing is reported while they run, and all is clean afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 6 }), fc.nat(3), async (steps, rounds) => {
      const patient = w.process({ bounds: { graceMs: 60_000 } });
      const sale = Promise.all(
        steps.map(async ({ card: number, killed, refund }) => {
          const b = await w.book();
          const checkout = killed ? w.another({ providers: dying(killed) }) : w.checkout;
          const paid = await checkout.pay(b.userId, { orderId: b.orderId, method: card(number) }, null);
          if (number === CARDS.step) await w.checkout.confirm(b.userId, b.orderId, refund);
          const tickets = paid.ok ? (paid.value.body.tickets ?? []) : [];
          if (refund && tickets.length > 0) await w.give({ ...b, ticketIds: tickets.map((t) => t.id) });
          await checkout.idle();
        }),
      );
      for (let round = 0; round <= rounds; round++)
        expect((await w.compare({ by: patient })).differences).toEqual([]);
      await sale;
      await w.recoverAll();
      await w.refunds.settle({ all: true });
      const after = await w.compare();
      expect(after.error).toBeNull();
      // A step nobody took is open, and asked about until its hold is decided.
      expect(after.differences.filter((d) => d.kind !== 'PAYMENT_STUCK')).toEqual([]);
    }),
    { numRuns: 5, endOnFailure: true },
  );
  expect(await w.sql('select 1 from reconciliation.findings')).toEqual([]);
});
