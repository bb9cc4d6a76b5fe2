import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose, type House } from '../server/compose.ts';
import { brokenInvariants, checkInvariants } from '../server/operations/index.ts';
import { type TestWorld, testWorld, until } from '../server/stores/testing.ts';

let world: TestWorld;
/** The whole program twice over, as two processes on the same stores would be. */
let twins: [House, House];

beforeAll(async () => {
  world = await testWorld();
  const house = () =>
    compose({
      ...world,
      config: world.config(),
      notify: { toUser: () => undefined, toVendor: () => undefined },
    });
  twins = [house(), house()];
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);

const FANS = 6;
type Step =
  | { kind: 'join' | 'claim' | 'leave' | 'turnOver'; fan: number }
  | { kind: 'place'; fan: number; quantities: number[] }
  | { kind: 'release' | 'lapse'; pick: number }
  | { kind: 'pay'; pick: number; card: string }
  | { kind: 'step' | 'sweep' | 'recover' | 'credits' | 'pending' | 'flush' | 'reopen' | 'pause' | 'resume' };

const fan = fc.nat(FANS - 1);
const arbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('join' as const, 'claim' as const, 'claim' as const), fan }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'turnOver' as const), fan }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      fan,
      quantities: fc.tuple(fc.nat(2), fc.nat(2)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'lapse' as const), pick: fc.nat(30) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      pick: fc.nat(30),
      card: fc.constantFrom(
        '4242424242424242',
        '4242424242424242',
        '4000000000000002',
        '4000000000000341',
        '4000002500003155',
      ),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('step' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'sweep' as const,
        'recover' as const,
        'credits' as const,
        'pending' as const,
        'flush' as const,
        'reopen' as const,
        'pause' as const,
        'resume' as const,
      ),
    }),
  },
);

interface Sale {
  vendor: string;
  dropId: string;
  tierIds: string[];
  users: string[];
  told: { id: string; user: string }[];
  paid: { orderId: string; user: string; tickets: number }[];
  served: number;
}

async function act(sale: Sale, house: House, step: Step): Promise<void> {
  const { dropId, tierIds, users, told } = sale;
  const user = 'fan' in step ? (users[step.fan] as string) : '';
  const picked = 'pick' in step ? told[step.pick % Math.max(1, told.length)] : undefined;
  switch (step.kind) {
    case 'join':
      return void (await house.queue.join(dropId, user));
    case 'claim':
      return void (await house.queue.claim(dropId, user));
    case 'leave':
      return void (await house.queue.leave(dropId, user));
    case 'turnOver':
      await run(
        `with p as (update ticketing.places set turn_expires_at = clock_timestamp()
                     where drop_id = $1 and user_id = $2 and state = 'turn' returning id, turn_expires_at)
         update ticketing.fans f set turn_expires_at = p.turn_expires_at from p where f.place_id = p.id`,
        [dropId, user],
      );
      return;
    case 'place': {
      const items = step.quantities.flatMap((quantity, t) =>
        quantity ? [{ tierId: tierIds[t] as string, quantity }] : [],
      );
      if (items.length === 0) return;
      const held = await house.holds.place(user, { dropId, requestId: world.ids.next(), items });
      if (held.ok) told.push({ id: held.value.id, user });
      return;
    }
    case 'release':
      if (picked) await house.holds.release(picked.user, picked.id);
      return;
    case 'lapse':
      if (picked)
        await run(
          `with h as (update ticketing.holds set expires_at = now() - interval '1 s' where id = $1 and status = 'active' returning id, expires_at)
           update ticketing.ticket_holds i set expires_at = h.expires_at from h where i.hold_id = h.id`,
          [picked.id],
        );
      return;
    case 'pay': {
      if (!picked) return;
      const booked = await house.checkout.book(picked.user, { holdId: picked.id }, null);
      if (!booked.ok) return;
      const orderId = booked.value.order.id;
      const answer = await house.checkout.pay(
        picked.user,
        {
          orderId,
          method: { provider: 'test', card: step.card },
        },
        null,
      );
      if (answer.ok && answer.value.settled)
        sale.paid.push({ orderId, user: picked.user, tickets: answer.value.body.tickets?.length ?? 0 });
      return;
    }
    case 'step':
      await house.queue.step(dropId);
      return;
    case 'sweep':
      return void (await house.holds.sweep());
    case 'recover':
      return void (await house.checkout.recover());
    case 'credits':
      return void (await house.holds.relayCredits());
    case 'pending':
      return void (await house.holds.resolvePending());
    case 'flush':
      return void (await world.gate.flushall());
    case 'reopen':
      return house.holds.gate.reopen(dropId, 'test');
    case 'pause':
      return void (await house.queue.pause({ id: sale.vendor, role: 'vendor' }, dropId, 'test'));
    case 'resume':
      return void (await house.queue.resume({ id: sale.vendor, role: 'vendor' }, dropId));
  }
}

async function atRest(sale: Sale): Promise<void> {
  await Promise.all(twins.flatMap((t) => [t.holds.idle(), t.queue.idle(), t.checkout.idle()]));
  await until('the gate shows what the ledger has', async () => {
    await twins[0].holds.resolvePending();
    await twins[0].holds.relayCredits();
    const state = await twins[0].holds.gate.read(sale.dropId);
    const { rows } = await run(
      'select id, quantity - reserved_quantity - issued_quantity as free from ticketing.ticket_tiers where id = any ($1)',
      [sale.tierIds],
    );
    return rows.every((row) => state?.tiers.find((t) => t.id === row.id)?.available === row.free);
  });
}

async function check(sale: Sale): Promise<void> {
  expect(brokenInvariants(await checkInvariants(world.ledger.reads))).toEqual([]);
  const { rows } = await run('select serving from ticketing.lines where drop_id = $1', [sale.dropId]);
  expect(rows[0].serving).toBeGreaterThanOrEqual(sale.served);
  sale.served = rows[0].serving;
  const holds = await run('select id from ticketing.holds where id = any ($1)', [sale.told.map((t) => t.id)]);
  expect(holds.rowCount).toBe(new Set(sale.told.map((t) => t.id)).size);
  for (const { orderId, tickets } of sale.paid) {
    const kept = await run(`select 1 from ticketing.tickets where order_id = $1 and status = 'issued'`, [
      orderId,
    ]);
    expect(kept.rowCount).toBe(tickets);
  }
}

test('H1–H5, H11, H14, Q17, Q18, O1, P1: random lives of a sale over two processes keep every invariant', async () => {
  const vendor = await world.createUser('vendor');
  const lived = { held: 0, paid: 0, served: 0 };
  const users = await Promise.all(Array.from({ length: FANS }, async () => (await world.createUser()).id));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(arbitrary, { minLength: 1, maxLength: 7 }), { minLength: 2, maxLength: 9 }),
      async (rounds) => {
        const event = await world.createEvent({
          vendorId: vendor.id,
          tiers: [{ quantity: 5 }, { quantity: 4 }],
          drop: { hasLine: true, limitPerFan: 4, maxTurns: 4, overbook: 2 },
        });
        const sale: Sale = {
          vendor: vendor.id,
          dropId: event.dropId as string,
          tierIds: event.tierIds,
          users,
          told: [],
          paid: [],
          served: 0,
        };
        // Half of the fans are in already, or most lives would end before anything was sold.
        for (const id of users.slice(0, FANS / 2)) await twins[0].queue.join(sale.dropId, id);
        await twins[0].queue.step(sale.dropId);
        for (const id of users.slice(0, FANS / 2)) await twins[1].queue.claim(sale.dropId, id);
        for (const round of rounds) {
          await Promise.all(round.map((step, i) => act(sale, twins[i % 2] as House, step)));
          await check(sale);
        }
        await atRest(sale);
        await check(sale);
        lived.held += sale.told.length;
        lived.paid += sale.paid.length;
        lived.served += sale.served;
      },
    ),
    { numRuns: 30 },
  );
  // Sales in which nothing happens would prove nothing.
  expect(Math.min(lived.held, lived.paid, lived.served)).toBeGreaterThan(0);
}, 180_000);
