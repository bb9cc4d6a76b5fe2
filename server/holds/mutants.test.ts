/**
 * Proof that the race tests can fail: each mutant changes one line of the SQL or Lua text, and the probe that guards
 * that line must notice. Every probe runs on the true text first, where it must find nothing.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkInvariants } from '../operations/index.ts';
import type * as Redis from '../stores/redis.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import type { BatchAnswer, BatchEntry } from './batch-call.ts';
import { type Mutant, mutantLuaFile, mutate, textOf } from './testing-mutants.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);

/** The holds module as it is, or with one Lua file mutated. */
async function loadHolds(mutant?: Mutant) {
  vi.resetModules();
  const actual = await vi.importActual<typeof Redis>('../stores/redis.ts');
  vi.doMock('../stores/redis.ts', () => ({ ...actual, luaFile: mutantLuaFile(actual.luaFile, mutant) }));
  const { createHolds } = await import('./index.ts');
  const { createBatches, PLACE } = await import('./batch.ts');
  const { params } = await import('./batch-call.ts');
  const deps = { ...world, pendingLookupMs: 0 };
  return {
    place: (dropId: string, batch: BatchEntry[]) => ({
      text: PLACE.text,
      values: params(world.ids.next(), dropId, batch),
    }),
    twins: [createHolds(deps), createHolds(deps)] as const,
    batches: [0, 1].map(() =>
      createBatches({ pool: world.ledger.holds, clock: world.clock, ids: world.ids, log: world.log }),
    ),
  };
}
type Loaded = Awaited<ReturnType<typeof loadHolds>>;
/** What went wrong, in words; empty: nothing. */
type Probe = (loaded: Loaded) => Promise<string[]>;

afterEach(async () => {
  vi.doUnmock('../stores/redis.ts');
  for (const file of ['place.function.sql', 'decide.function.sql', 'end.function.sql'])
    await run(textOf(file));
});

async function broken(): Promise<string[]> {
  const reports = await checkInvariants(world.ledger.reads);
  return reports.filter((r) => r.violations > 0).map((r) => r.name);
}

async function seed(quantities: number[], limitPerFan: number, hasLine = false) {
  const event = await world.createEvent({
    tiers: quantities.map((quantity) => ({ quantity })),
    drop: { limitPerFan, hasLine },
  });
  return { dropId: event.dropId as string, tiers: event.tierIds };
}
const fan = async () => (await world.createUser()).id;
const entry = (dropId: string, userId: string, lines: { tierId: string; quantity: number }[], epoch = 1) => ({
  holdId: world.ids.next(),
  userId,
  dropId,
  requestId: world.ids.next(),
  bodyHash: 'h',
  epoch,
  lines,
  wish: null,
  replaces: null,
});
const unexpected = (answers: BatchAnswer[], ...codes: string[]) =>
  answers.flatMap((a) => (codes.includes(a.code) ? [] : [`a batch answered ${a.code}`]));

/** A fan asks for the whole limit in two tiers at once; the second batch comes while the first is not yet committed. */
const limitProbe: Probe = async ({ place }) => {
  // In a line the fan's row is there from the claim; elsewhere the batch's own insert of it would wait and hide the lock.
  const { dropId, tiers } = await seed([100, 100], 4, true);
  const user = await fan();
  await run(
    `insert into ticketing.fans (drop_id, user_id, turn_expires_at) values ($1, $2, now() + interval '5 minutes')`,
    [dropId, user],
  );
  const batch = (tierId: string) => place(dropId, [entry(dropId, user, [{ tierId, quantity: 4 }])]);
  const [first, second] = await Promise.all([
    world.ledger.reads.raw.connect(),
    world.ledger.reads.raw.connect(),
  ]);
  try {
    await first.query('begin');
    const one = (await first.query(batch(tiers[0]!))).rows[0].results;
    const { pid } = (await second.query('select pg_backend_pid() as pid')).rows[0];
    const later = second.query(batch(tiers[1]!)).then((r) => r.rows[0].results);
    await until('the second batch waits for a lock', async () => {
      const { rows } = await run('select wait_event_type from pg_stat_activity where pid = $1', [pid]);
      return rows[0].wait_event_type === 'Lock';
    });
    await first.query('commit');
    const two = await later;
    return [...(one === 'G' && two === 'L' ? [] : [`the batches answered ${one} and ${two}`])];
  } finally {
    first.release();
    second.release();
  }
};

/** More is asked than there is, behind a gate that lets all of it through. */
const stockProbe: Probe = async ({ batches }) => {
  const { dropId, tiers } = await seed([5], 4);
  const users = await Promise.all(Array.from({ length: 12 }, fan));
  const answers = await Promise.all(
    users.map((u, i) => batches[i % 2]!.submit(entry(dropId, u, [{ tierId: tiers[0]!, quantity: 1 }]))),
  );
  const granted = answers.filter((a) => a.code === 'GRANTED').length;
  return [
    ...unexpected(answers, 'GRANTED', 'SOLD_OUT'),
    ...(granted === 5 ? [] : [`${granted} of 5 granted`]),
    ...(await broken()),
  ];
};

/** Three units; two, two and one are asked for in one batch: the second must not use up the third's. */
const orderProbe: Probe = async ({ batches }) => {
  const { dropId, tiers } = await seed([3], 4);
  const users = [await fan(), await fan(), await fan()];
  const answers = await Promise.all(
    [2, 2, 1].map((quantity, i) =>
      batches[0]!.submit(entry(dropId, users[i]!, [{ tierId: tiers[0]!, quantity }])),
    ),
  );
  const codes = answers.map((a) => a.code).join();
  return codes === 'GRANTED,SOLD_OUT,GRANTED' ? [] : [codes];
};

/** A batch of the old epoch arrives after a bump has returned. */
const fenceProbe: Probe = async ({ batches, twins }) => {
  const { dropId, tiers } = await seed([3], 4);
  await twins[0].gate.reopen(dropId, 'test');
  const answer = await batches[0]!.submit(
    entry(dropId, await fan(), [{ tierId: tiers[0]!, quantity: 1 }], 1),
  );
  return unexpected([answer], 'STALE');
};

async function gateAgrees({ twins }: Loaded, dropId: string): Promise<string[]> {
  await twins[0].relayCredits();
  const { free } = await freeOf(dropId);
  const shown = async () => (await twins[0].gate.read(dropId))?.tiers[0]?.available ?? -1;
  try {
    await until('the gate agrees', async () => (await shown()) === free, 500);
    return [];
  } catch {
    return [`the gate shows ${await shown()}, the ledger has ${free}`];
  }
}
const freeOf = async (dropId: string) =>
  (
    await run(
      `select t.quantity - t.reserved_quantity - t.issued_quantity as free from ticketing.ticket_tiers t
         join ticketing.drops d on d.event_id = t.event_id where d.id = $1 order by t.position, t.id limit 1`,
      [dropId],
    )
  ).rows[0] as { free: number };

/** Two processes let go of the same holds, and both tell the gate. */
const releaseProbe: Probe = async (loaded) => {
  const { twins } = loaded;
  const found: string[] = [];
  for (let round = 0; round < 6 && found.length === 0; round++) {
    const { dropId, tiers } = await seed([30], 4);
    const holds = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const user = await fan();
        const held = await twins[0].place(user, {
          dropId,
          requestId: world.ids.next(),
          items: [{ tierId: tiers[0]!, quantity: 2 }],
        });
        return { user, id: held.ok ? held.value.id : '' };
      }),
    );
    const ids = holds.map((h) => h.id);
    const ends = await Promise.allSettled(
      [0, 1, 2, 3].map(() =>
        run(`select * from ticketing.end_holds($1, $2, 'released', 100)`, [dropId, ids]),
      ),
    );
    found.push(...ends.flatMap((e) => (e.status === 'rejected' ? [String(e.reason)] : [])));
    await Promise.all(twins.flatMap((t) => [t.settle(dropId), t.settle(dropId)]));
    found.push(...(await gateAgrees(loaded, dropId)), ...(await broken()));
  }
  return found;
};

/** The gate believes in ten times the stock. */
const setDownProbe: Probe = async (loaded) => {
  const { twins } = loaded;
  const { dropId, tiers } = await seed([3], 4);
  await twins[0].gate.reopen(dropId, 'test');
  const epoch = await world.gate.get(`{${dropId}}:epoch`);
  await world.gate.hset(`{${dropId}}:${epoch}:stock`, tiers[0]!, '30');
  const asks = Array.from({ length: 9 }, async () =>
    twins[0].place(await fan(), {
      dropId,
      requestId: world.ids.next(),
      items: [{ tierId: tiers[0]!, quantity: 1 }],
    }),
  );
  await Promise.all(asks);
  return gateAgrees(loaded, dropId);
};

/** One hold, and what the gate shows afterwards. */
const decrementProbe: Probe = async (loaded) => {
  const { dropId, tiers } = await seed([3], 4);
  await loaded.twins[0].place(await fan(), {
    dropId,
    requestId: world.ids.next(),
    items: [{ tierId: tiers[0]!, quantity: 1 }],
  });
  return gateAgrees(loaded, dropId);
};

const MUTANTS: { name: string; probe: Probe; mutant: Mutant }[] = [
  {
    name: 'H5: fans are read without their lock',
    probe: limitProbe,
    mutant: {
      file: 'place.function.sql',
      line: ' order by f.user_id for no key update of f) f;',
      becomes: ') f;',
    },
  },
  {
    name: 'H4: the batch does not test the stock',
    probe: stockProbe,
    mutant: {
      file: 'place.function.sql',
      line: 'select bool_and(seated or free >= qty)',
      becomes: 'select true or bool_and(free >= qty)',
    },
  },
  {
    name: 'H8: a refused hold uses up the sum',
    probe: orderProbe,
    mutant: {
      file: 'decide.function.sql',
      line: "if v_code = 'G' then",
      becomes: "if v_code in ('G', 'S') then",
    },
  },
  {
    name: 'H14: the fence does not compare epochs',
    probe: fenceProbe,
    mutant: { file: 'place.function.sql', line: 'if v_epoch <> p_epoch then', becomes: 'if false then' },
  },
  {
    name: 'H11: holds are not tested again after their lock',
    probe: releaseProbe,
    mutant: {
      file: 'end.function.sql',
      line: "   where h.id = any (v_ids) and h.status = 'active' and (p_status <> 'expired' or h.expires_at <= v_now);",
      becomes: '   where h.id = any (v_ids);',
    },
  },
  {
    name: 'H11: a credit does not take the hold out of the gate',
    probe: releaseProbe,
    mutant: { file: 'credit.lua', line: "  redis.call('HDEL', gate.holds, id)\n", becomes: '' },
  },
  {
    name: 'H9: the gate is not set down',
    probe: setDownProbe,
    mutant: { file: 'refuse.lua', line: "redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])", becomes: '' },
  },
  {
    name: 'H2: the gate does not take the stock',
    probe: decrementProbe,
    mutant: {
      file: 'place.lua',
      line: "redis.call('HINCRBY', KEYS[3], tier, -n)",
      becomes: '',
    },
  },
];

describe('mutants', () => {
  test.for(MUTANTS)('$name: noticed, and nothing is noticed without it', async ({ probe, mutant }) => {
    expect(await probe(await loadHolds())).toEqual([]);
    const isSql = mutant.file.endsWith('.sql');
    if (isSql) await run(mutate(textOf(mutant.file), mutant));
    const noticed = await probe(await loadHolds(isSql ? undefined : mutant));
    expect(noticed).not.toEqual([]);
    // What the mutant broke must not be blamed on the next one.
    await run(
      'truncate ticketing.holds, ticketing.ticket_holds, ticketing.gate_credits, ticketing.fans cascade',
    );
    await run('update ticketing.ticket_tiers set reserved_quantity = 0');
    await world.gate.flushall();
  });
});
