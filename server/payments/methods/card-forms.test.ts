/** When pages may load Stripe's form because of a vendor's own account. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { statement } from '../../stores/index.ts';
import { manualClock, type TestWorld, testWorld } from '../../stores/testing.ts';
import { createCardForms } from './index.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const sql = (text: string, values: unknown[] = []) => world.ledger.reads.all(statement('test', text), values);

test('P92: from a vendor’s first account to an hour after the last, within seconds, and asked for once at a time', async () => {
  const clock = manualClock();
  let looks = 0;
  const db: typeof world.ledger.reads = {
    ...world.ledger.reads,
    one(...asked) {
      looks++;
      return world.ledger.reads.one(...asked);
    },
  };
  const forms = createCardForms({ db, clock, log: world.log, installed: false });
  const later = () => clock.advance(LIMITS.cardFormsFreshMs);
  expect(await Promise.all([forms(), forms(), forms()])).toEqual([false, false, false]);
  expect(looks).toBe(1);

  const vendor = await accountOf(world);
  const manage = manageOver(world, vaultOf());
  const event = () => world.createEvent({ vendorId: vendor.id, status: 'draft' });
  granted(await manage.add(vendor, (await event()).eventId, { provider: 'cash_on_arrival' }));
  await later();
  expect(await forms()).toBe(false);
  const way = granted(
    await manage.add(vendor, (await event()).eventId, { provider: 'stripe', credentials: credentials('a') }),
  );
  // What was known is believed for some seconds, and no longer.
  expect(await forms()).toBe(false);
  await later();
  expect(await forms()).toBe(true);

  // A payment that began through it may still owe a step.
  granted(await manage.remove(vendor, way.id, undefined));
  await later();
  expect(await forms()).toBe(true);
  await sql(`update payments.methods set updated_at = now() - make_interval(secs => $1)`, [
    LIMITS.cardFormsAfterSeconds + 1,
  ]);
  await later();
  expect(await forms()).toBe(false);
});

test('P92: a ledger that fails or says nothing keeps no page waiting: what was known stands', async () => {
  const clock = manualClock();
  let answer: () => Promise<{ wanted: boolean } | undefined> = async () => ({ wanted: true });
  const db = { ...world.ledger.reads, one: () => answer() } as unknown as typeof world.ledger.reads;
  const forms = createCardForms({ db, clock, log: world.log, installed: false });
  expect(await forms()).toBe(true);
  await clock.advance(LIMITS.cardFormsFreshMs);
  answer = () => Promise.reject(new Error('away'));
  expect(await forms()).toBe(true);
  await clock.advance(LIMITS.cardFormsFreshMs);
  answer = () => new Promise(() => undefined);
  const waiting = forms();
  await clock.advance(LIMITS.cardFormsWaitMs);
  expect(await waiting).toBe(true);
  const installed = createCardForms({ db, clock, log: world.log, installed: true });
  expect(await installed()).toBe(true);
});
