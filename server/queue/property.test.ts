/**
 * Random interleavings of what fans, vendors, workers and time can do to one line keep its invariants (rules Q5, Q6, Q11, Q18, Q19, Q28):
 * checked after every burst, from the ledger, against what each fan was told.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlaceState } from '../protocol/index.ts';
import { PLACE_MOVES } from './line.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const FANS = 14;
const fan = fc.nat({ max: FANS - 1 });
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('join' as const), fan }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('claim' as const), fan }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), fan }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('step' as const), worker: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lapse' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cap' as const), cap: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;
/** Each inner list runs at once. */
const story = fc.array(fc.array(deed, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 14 });

interface Told {
  places: Map<string, number | null>;
  serving: number;
  states: Map<string, PlaceState>;
  highestCap: number;
}

/** All calls of these fans are over their time, as if the clock had moved. */
const LAPSE = `update ticketing.places set claim_by = now() - interval '1 ms' where drop_id = $1 and state = 'called'
  and (select paused_at is null from ticketing.drops where id = $1)`;
const EXPIRE = `with p as (update ticketing.places set turn_expires_at = now() - interval '1 ms'
    where drop_id = $1 and state = 'turn' and (select paused_at is null from ticketing.drops where id = $1) returning user_id, turn_expires_at)
  update ticketing.fans f set turn_expires_at = p.turn_expires_at from p where f.drop_id = $1 and f.user_id = p.user_id`;

async function act(
  dropId: string,
  vendorId: string,
  users: string[],
  told: Told,
  action: Deed,
): Promise<void> {
  const vendor = { id: vendorId, role: 'vendor' as const };
  const { queue, other, sql } = world;
  switch (action.do) {
    case 'join': {
      const joined = await queue.join(dropId, users[action.fan]!);
      if (joined.ok)
        told.places.set(
          joined.value.placeId,
          joined.value.number ?? told.places.get(joined.value.placeId) ?? null,
        );
      return;
    }
    case 'claim':
      return void (await queue.claim(dropId, users[action.fan]!));
    case 'leave':
      return void (await queue.leave(dropId, users[action.fan]!));
    case 'step':
      return void (await (action.worker ? queue : other).step(dropId));
    // Time moves between bursts: rows are written without the locks that time does not need.
    case 'lapse':
      return void (await sql(LAPSE, [dropId]));
    case 'expire':
      return void (await sql(EXPIRE, [dropId]));
    case 'pause':
      return void (await queue.pause(vendor, dropId, 'for a moment'));
    case 'resume':
      return void (await queue.resume(vendor, dropId));
    case 'cap':
      told.highestCap = Math.max(told.highestCap, action.cap);
      return void (await queue.change(vendor, dropId, { maxTurns: action.cap }));
    case 'open':
      return void (await sql(
        `update ticketing.drops set opens_at = now() where id = $1 and phase = 'lobby'`,
        [dropId],
      ));
  }
}

interface PlaceRow {
  id: string;
  user_id: string;
  number: number | null;
  state: PlaceState;
  live: boolean;
  called: boolean;
  lobby: boolean;
  listed: number | null;
}

/** Whether `to` can be reached from `from`, in any number of events. */
function reachable(from: PlaceState, to: PlaceState, seen = new Set<PlaceState>()): boolean {
  if (from === to) return true;
  seen.add(from);
  return Object.values(PLACE_MOVES[from]).some(
    (next) => next !== null && !seen.has(next) && reachable(next, to, seen),
  );
}

async function check(dropId: string, told: Told): Promise<void> {
  const rows = await world.sql<PlaceRow>(
    `select p.id, p.user_id, p.number, p.state, p.ended_at is null as live, p.called_at is not null as called, p.lobby, n.number as listed
     from ticketing.places p left join ticketing.place_numbers n on n.place_id = p.id where p.drop_id = $1 order by p.number`,
    [dropId],
  );
  const [line] = await world.sql<{
    serving: number;
    last_number: number;
    joined: number;
    phase: string;
    drawn: number | null;
  }>(
    `select l.serving, l.last_number, l.joined, d.phase, w.place_count as drawn from ticketing.lines l join ticketing.drops d on d.id = l.drop_id
     left join ticketing.draws w on w.drop_id = d.id where l.drop_id = $1`,
    [dropId],
  );
  const numbered = rows.filter((row) => row.number !== null);
  expect(numbered.map((row) => row.number)).toEqual(numbered.map((_, i) => i + 1));
  expect(rows.every((row) => row.listed === row.number)).toBe(true);
  expect(line).toMatchObject({ last_number: numbered.length, joined: rows.length });
  expect(line!.serving).toBeGreaterThanOrEqual(told.serving);
  told.serving = line!.serving;
  const live = rows.filter((row) => row.live).map((row) => row.user_id);
  expect(new Set(live).size).toBe(live.length);
  for (const row of rows) {
    if (row.number !== null && row.number <= line!.serving) expect(row.state).not.toBe('waiting');
    if (row.called) expect(row.number).toBeLessThanOrEqual(line!.serving);
    expect(reachable(told.states.get(row.id) ?? 'waiting', row.state)).toBe(true);
    told.states.set(row.id, row.state);
  }
  // Calls never exceed the cap; one that was lowered binds new calls only.
  expect(rows.filter((row) => row.state === 'called' || row.state === 'turn').length).toBeLessThanOrEqual(
    told.highestCap,
  );
  for (const [id, number] of told.places) {
    const row = rows.find((each) => each.id === id);
    expect(row).toBeDefined();
    if (number !== null) expect(row!.number).toBe(number);
  }
  if (line!.drawn !== null) expect(rows.filter((row) => row.lobby)).toHaveLength(line!.drawn);
  const afterDraw = ['live', 'sold_out', 'paused'].includes(line!.phase);
  if (afterDraw) expect(rows.every((row) => row.number !== null)).toBe(true);
}

test('Q5 Q6 Q11 Q18 Q19 Q28: random stories keep the line in order', { timeout: 120_000 }, async () => {
  const users = await world.createUsers(FANS);
  await fc.assert(
    fc.asyncProperty(story, fc.integer({ min: 1, max: 5 }), async (bursts, cap) => {
      const drop = await world.lobby({ drop: { maxTurns: cap } });
      const told: Told = { places: new Map(), serving: 0, states: new Map(), highestCap: cap };
      for (const burst of bursts) {
        await Promise.all(burst.map((action) => act(drop.dropId, drop.vendorId, users, told, action)));
        await check(drop.dropId, told);
      }
    }),
    { numRuns: 60 },
  );
});
