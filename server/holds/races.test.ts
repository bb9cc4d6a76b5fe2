import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkInvariants } from '../operations/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
/** Two processes' worth of holds: own gate clients, own batches, the same stores. */
let twins: [Holds, Holds];

beforeAll(async () => {
  world = await testWorld();
  twins = [createHolds({ ...world, pendingLookupMs: 0 }), createHolds({ ...world, pendingLookupMs: 0 })];
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
const violations = async () => (await checkInvariants(world.ledger.reads)).filter((i) => i.violations > 0);
const fans = (n: number) => Promise.all(Array.from({ length: n }, async () => (await world.createUser()).id));

/** At rest: nothing waits, nothing is owed, and gate and ledger agree to the unit. */
async function settled(dropId: string): Promise<void> {
  await Promise.all(twins.map((t) => t.idle()));
  await until('the gate agrees with the ledger', async () => {
    await twins[0].resolvePending();
    await twins[0].relayCredits();
    const state = await twins[0].gate.read(dropId);
    const { rows } = await run(
      `select t.id, t.quantity - t.reserved_quantity - t.issued_quantity as free from ticketing.ticket_tiers t
         join ticketing.drops d on d.event_id = t.event_id where d.id = $1`,
      [dropId],
    );
    return rows.every((row) => state?.tiers.find((t) => t.id === row.id)?.available === Number(row.free));
  });
}

async function sold(dropId: string): Promise<number> {
  const { rows } = await run(
    `select coalesce(sum(t.reserved_quantity + t.issued_quantity), 0)::int as n from ticketing.ticket_tiers t
       join ticketing.drops d on d.event_id = t.event_id where d.id = $1`,
    [dropId],
  );
  return rows[0].n;
}

test('H4, H1: 400 fans race for 60 tickets through two processes: 60 are told yes, and all of them are in the ledger', async () => {
  const event = await world.createEvent({
    tiers: [{ quantity: 40 }, { quantity: 20 }],
    drop: { limitPerFan: 2 },
  });
  const dropId = event.dropId as string;
  const users = await fans(400);
  const answers = await Promise.all(
    users.map((user, i) =>
      twins[i % 2]!.place(user, {
        dropId,
        requestId: world.ids.next(),
        items:
          i % 3
            ? [{ tierId: event.tierIds[i % 2]!, quantity: 1 }]
            : event.tierIds.map((tierId) => ({ tierId, quantity: 1 })),
      }),
    ),
  );
  const yes = answers.flatMap((a) => (a.ok ? [a.value] : []));
  expect(yes.reduce((sum, h) => sum + h.items.reduce((n, i) => n + i.quantity, 0), 0)).toBe(
    await sold(dropId),
  );
  expect(await sold(dropId)).toBeLessThanOrEqual(60);
  const { rows } = await run('select id from ticketing.holds where id = any ($1)', [yes.map((h) => h.id)]);
  expect(rows.length).toBe(yes.length);
  await settled(dropId);
  expect(await violations()).toEqual([]);
});

test('H4, negative control: the same race with a check and a later write oversells, so the race is a real one', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 5 }], drop: {} });
  await run(
    'create table unguarded as select id, quantity, 0 as taken from ticketing.ticket_tiers where id = $1',
    [event.tierIds[0]],
  );
  const hold = async () => {
    const { rows } = await run('select quantity - taken as free from unguarded');
    if (rows[0].free >= 1) await run('update unguarded set taken = taken + 1');
  };
  await Promise.all(Array.from({ length: 60 }, hold));
  const { rows } = await run('select taken from unguarded');
  await run('drop table unguarded');
  expect(rows[0].taken).toBeGreaterThan(5);
});

test('H14, H4: FLUSHALL in the middle of a race loses no hold and oversells nothing', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 100 }], drop: { limitPerFan: 1 } });
  const dropId = event.dropId as string;
  const users = await fans(300);
  let answered = 0;
  const race = users.map(async (user, i) => {
    await until('its turn to ask', () => answered >= i - 80);
    const answer = await twins[i % 2]!.place(user, {
      dropId,
      requestId: world.ids.next(),
      items: [{ tierId: event.tierIds[0]!, quantity: 1 }],
    });
    answered++;
    return answer;
  });
  for (const mark of [40, 90, 150]) {
    await until(`${mark} answers`, () => answered >= mark);
    await world.gate.flushall();
  }
  const answers = await Promise.all(race);
  const yes = answers.filter((a) => a.ok).length;
  expect(yes).toBe(100);
  expect(await sold(dropId)).toBe(100);
  for (const a of answers) if (!a.ok) expect(['SOLD_OUT', 'TEMPORARILY_UNAVAILABLE']).toContain(a.error.code);
  await settled(dropId);
  expect(await violations()).toEqual([]);
});

test('H14: a batch of an epoch older than a returned bump commits nothing', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 10 }], drop: {} });
  const dropId = event.dropId as string;
  await twins[0].gate.reopen(dropId, 'test');
  const old = Number(await world.gate.get(`{${dropId}}:epoch`));
  await twins[1].gate.reopen(dropId, 'test');
  const user = (await fans(1))[0];
  const tier = event.tierIds[0];
  const { rows } = await run(
    "select * from ticketing.place_holds($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,'{}','{}','{}')",
    [
      world.ids.next(),
      dropId,
      old,
      [world.ids.next()],
      [user],
      [world.ids.next()],
      ['h'],
      [1],
      [user],
      [1],
      [tier],
      [1],
      [1],
      [tier],
      [1],
    ],
  );
  expect(rows[0].status).toBe('STALE');
  expect(await sold(dropId)).toBe(0);
  const viaGate = await twins[0].place(user!, {
    dropId,
    requestId: world.ids.next(),
    items: [{ tierId: tier!, quantity: 1 }],
  });
  expect(viaGate.ok).toBe(true);
});

test('H13: what a dead process left pending is entombed before it goes back, and a straggler cannot revive it', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 3 }], drop: {} });
  const dropId = event.dropId as string;
  const tier = event.tierIds[0] as string;
  await twins[0].gate.reopen(dropId, 'test');
  const epoch = Number(await world.gate.get(`{${dropId}}:epoch`));
  const user = (await fans(1))[0] as string;
  // A process that took stock in the gate and died before its batch left.
  const holdId = world.ids.next();
  const requestId = world.ids.next();
  await world.gate.hincrby(`{${dropId}}:${epoch}:stock`, tier, -2);
  await world.gate.hincrby(`{${dropId}}:${epoch}:fans`, user, 2);
  await world.gate.hset(`{${dropId}}:${epoch}:holds`, holdId, `${user}|${requestId}|${tier}:2`);
  await world.gate.hset(`{${dropId}}:${epoch}:requests`, `${user}:${requestId}`, `${holdId}|h`);
  await world.gate.hset(`{${dropId}}:${epoch}:pending`, holdId, '1');
  expect(await twins[1].resolvePending()).toEqual({ confirmed: 0, returned: 1 });
  expect((await twins[0].gate.read(dropId))?.tiers[0]?.available).toBe(3);
  const straggler = run(
    "select * from ticketing.place_holds($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,'{}','{}','{}')",
    [
      world.ids.next(),
      dropId,
      epoch,
      [holdId],
      [user],
      [requestId],
      ['h'],
      [2],
      [user],
      [2],
      [tier],
      [2],
      [1],
      [tier],
      [2],
    ],
  );
  await expect(straggler).rejects.toMatchObject({ code: '23505' });
  expect(await sold(dropId)).toBe(0);
});

test('H15: drift between gate and ledger is found within a few audits, and mended', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 50 }], drop: {} });
  const dropId = event.dropId as string;
  const tier = event.tierIds[0] as string;
  await twins[0].gate.reopen(dropId, 'test');
  for (const wrong of ['80', '7']) {
    const epoch = await world.gate.get(`{${dropId}}:epoch`);
    await world.gate.hset(`{${dropId}}:${epoch}:stock`, tier, wrong);
    for (let i = 0; i < 4; i++) await twins[0].audit();
    expect(Number(await world.gate.get(`{${dropId}}:epoch`))).toBe(Number(epoch) + 1);
    expect((await twins[1].gate.read(dropId))?.tiers[0]?.available).toBe(50);
  }
});

test('H16: connections killed while batches commit: every yes is in the ledger, every hold in it was told or can be asked for', async () => {
  const event = await world.createEvent({ tiers: [{ quantity: 1000 }], drop: { limitPerFan: 10 } });
  const dropId = event.dropId as string;
  const users = await fans(40);
  const asked = users.flatMap((user) =>
    Array.from({ length: 8 }, () => ({ user, requestId: world.ids.next() })),
  );
  let answered = 0;
  let stop = false;
  const killer = (async () => {
    while (!stop) {
      await run(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast-holds' and datname = current_database()`,
      );
      const seen = answered;
      await until('more answers', () => stop || answered > seen + 5);
    }
  })();
  const answers = await Promise.all(
    asked.map(async ({ user, requestId }, i) => {
      await until('its turn to ask', () => answered >= i - 60, 60_000);
      const answer = await twins[i % 2]!.place(user, {
        dropId,
        requestId,
        items: [{ tierId: event.tierIds[0]!, quantity: 1 }],
      });
      answered++;
      return answer;
    }),
  );
  stop = true;
  await killer;
  const yes = new Set(answers.flatMap((a) => (a.ok ? [a.value.id] : [])));
  const { rows } = await run(
    `select id, user_id, request_id from ticketing.holds where drop_id = $1 and status = 'active'`,
    [dropId],
  );
  const stored = new Set(rows.map((r) => r.id));
  for (const id of yes) expect(stored.has(id)).toBe(true);
  for (const row of rows) {
    if (yes.has(row.id)) continue;
    const again = await twins[0].place(row.user_id, {
      dropId,
      requestId: row.request_id,
      items: [{ tierId: event.tierIds[0]!, quantity: 1 }],
    });
    expect(again.ok && again.value.id).toBe(row.id);
  }
  for (const a of answers) if (!a.ok) expect(a.error.code).toBe('TEMPORARILY_UNAVAILABLE');
  await settled(dropId);
  expect(await violations()).toEqual([]);
});

const lapse = (holdId: string) =>
  run(
    `with h as (update ticketing.holds set expires_at = now() - interval '1 s' where id = $1 and status = 'active' returning id, expires_at)
     update ticketing.ticket_holds i set expires_at = h.expires_at from h where i.hold_id = h.id`,
    [holdId],
  );

type Step =
  | { kind: 'place'; fan: number; quantities: number[]; repeat: boolean }
  | { kind: 'release' | 'lapse'; pick: number }
  | { kind: 'sweep' | 'flush' | 'reopen' | 'credits' | 'pending' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      fan: fc.nat(5),
      quantities: fc.array(fc.nat(3), { minLength: 2, maxLength: 2 }),
      repeat: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'lapse' as const), pick: fc.nat(50) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'sweep' as const,
        'credits' as const,
        'pending' as const,
        'flush' as const,
        'reopen' as const,
      ),
    }),
  },
);

test('H1–H5, H11, H14: random interleavings over two processes keep every invariant', async () => {
  const users = await fans(6);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        const event = await world.createEvent({
          tiers: [{ quantity: 6 }, { quantity: 4 }],
          drop: { limitPerFan: 4 },
        });
        const dropId = event.dropId as string;
        const told: { id: string; user: string }[] = [];
        const requests: {
          user: string;
          requestId: string;
          items: { tierId: string; quantity: number }[];
          id: string;
        }[] = [];
        const one = async (s: Step, i: number) => {
          const at = twins[i % 2] as Holds;
          if (s.kind === 'place') {
            const items = s.quantities.flatMap((quantity, t) =>
              quantity > 0 ? [{ tierId: event.tierIds[t] as string, quantity }] : [],
            );
            if (items.length === 0) return;
            const before = s.repeat ? requests.at(-1) : undefined;
            const user = before?.user ?? (users[s.fan] as string);
            const requestId = before?.requestId ?? world.ids.next();
            const answer = await at.place(user, { dropId, requestId, items: before?.items ?? items });
            if (!answer.ok) return;
            if (before) expect(answer.value.id).toBe(before.id);
            else requests.push({ user, requestId, items, id: answer.value.id });
            told.push({ id: answer.value.id, user });
          } else if (s.kind === 'release') {
            const hold = told[s.pick % Math.max(1, told.length)];
            if (hold) await at.release(hold.user, hold.id);
          } else if (s.kind === 'lapse') {
            const hold = told[s.pick % Math.max(1, told.length)];
            if (hold) await lapse(hold.id);
          } else if (s.kind === 'sweep') await at.sweep();
          else if (s.kind === 'flush') await world.gate.flushall();
          else if (s.kind === 'reopen') await at.gate.reopen(dropId, 'test');
          else if (s.kind === 'credits') await at.relayCredits();
          else await at.resolvePending();
        };
        for (const round of rounds) await Promise.all(round.map(one));
        await settled(dropId);
        expect(await violations()).toEqual([]);
        const { rows } = await run('select id from ticketing.holds where id = any ($1)', [
          told.map((t) => t.id),
        ]);
        expect(rows.length).toBe(new Set(told.map((t) => t.id)).size);
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
