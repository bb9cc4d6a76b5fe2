/**
 * Random holds, exchanges and releases through the whole path, one after the other: after each of them the gate has every
 * seat as the ledger has it, and its index of runs is what a count from nothing gives.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gateKeys } from '../holds/gate-keys.ts';
import { createHolds, type Holds } from '../holds/index.ts';
import type { HoldItem, HoldView, Result } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { BLOCK_BYTES, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';

let world: TestWorld;
let holds: Holds;
let fans: string[];
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
  fans = await world.createUsers(3);
});
afterAll(() => world.close());

const rowsOf = async <T>(text: string, values: unknown[]) =>
  (await world.ledger.reads.raw.query(text, values)).rows as T[];

interface Found {
  seats: string;
  owners: Record<string, string>;
  runs: number[];
  stock: Record<string, string>;
}

/** What the ledger says the gate must have. Offers are the gate's own: they are taken from what it has. */
async function fromLedger(event: MadeSeatEvent, offered: Map<number, string>): Promise<Found> {
  const claims = await rowsOf<{ seat: number; hold_id: string; sold: boolean }>(
    'select seat, hold_id, ticket_id is not null as sold from ticketing.seat_claims where event_id = $1',
    [event.eventId],
  );
  const kept = await rowsOf<{ channel: number }>(
    'select channel from ticketing.seats where event_id = $1 order by seat',
    [event.eventId],
  );
  const tiers = await rowsOf<{ id: string; free: number }>(
    `select id, quantity - reserved_quantity - issued_quantity - kept_quantity as free
       from ticketing.ticket_tiers where event_id = $1`,
    [event.eventId],
  );
  const [{ plan, blocks }] = (await rowsOf<{ plan: Buffer; blocks: Buffer }>(
    'select gate_plan as plan, gate_blocks as blocks from ticketing.seat_plans where event_id = $1',
    [event.eventId],
  )) as [{ plan: Buffer; blocks: Buffer }];
  const owners: Record<string, string> = {};
  const codes: string[] = kept.map((_, seat) => (offered.has(seat) ? '3' : '0'));
  for (const [seat, user] of offered) {
    owners[seat] = user;
    owners[`@${user}`] = [...offered].flatMap(([other, whose]) => (whose === user ? [other] : [])).join('.');
  }
  for (const { seat, hold_id, sold } of claims) {
    codes[seat] = sold ? '2' : '1';
    owners[seat] = hold_id;
  }
  const runs: number[] = [];
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
    let [run, longest] = [0, 0];
    const first = blocks.readUInt16BE(at);
    for (let seat = first; seat < first + blocks.readUInt8(at + 2); seat++) {
      const onSale = plan.readUInt8(seat * PLAN_BYTES + 8) !== NOT_ON_SALE;
      run = onSale && codes[seat] === '0' && kept[seat]!.channel === 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    runs.push(longest);
  }
  const stock = Object.fromEntries(tiers.map(({ id, free }) => [id, String(free)]));
  return { seats: codes.join(''), owners, runs, stock };
}

async function fromGate(event: MadeSeatEvent): Promise<Found> {
  const keys = gateKeys(event.dropId, Number(await world.gate.get(`{${event.dropId}}:epoch`)));
  const [seats, owners, runs, stock] = await Promise.all([
    world.gate.get(keys.seats),
    world.gate.hgetall(keys.owners),
    world.gate.getBuffer(keys.runs),
    world.gate.hgetall(keys.stock),
  ]);
  const { v: _version, ...free } = stock;
  return { seats: seats ?? '', owners, runs: [...(runs ?? [])], stock: free };
}

async function expectAgreement(event: MadeSeatEvent): Promise<void> {
  await holds.settle(event.dropId);
  const gate = await fromGate(event);
  const offered = new Map(
    [...gate.seats].flatMap((code, seat) => (code === '3' ? [[seat, gate.owners[seat] ?? ''] as const] : [])),
  );
  for (const user of offered.values()) expect(fans).toContain(user);
  // A fan's offer is noted as it was made, whatever of it has become their hold since.
  for (const [key, noted] of Object.entries(gate.owners)) {
    if (!key.startsWith('@')) continue;
    const left = noted.split('.').filter((seat) => offered.get(Number(seat)) === key.slice(1));
    if (left.length > 0) gate.owners[key] = left.join('.');
    else delete gate.owners[key];
  }
  expect(gate).toEqual(await fromLedger(event, offered));
}

interface Wish {
  fan: number;
  picks: number[];
  best: { n: number; together: 'row' | 'rows' | 'any'; tier: number | null } | null;
  accessible: boolean;
}
type Step =
  | { does: 'hold'; wish: Wish }
  | { does: 'swap'; which: number; wish: Wish }
  | { does: 'release'; which: number }
  | { does: 'rebuild' };

const SEATS = 2 * 2 * 7;
const wishes: fc.Arbitrary<Wish> = fc.record({
  fan: fc.nat(2),
  picks: fc.uniqueArray(fc.nat(SEATS - 1), { maxLength: 3 }),
  best: fc.option(
    fc.record({
      n: fc.integer({ min: 1, max: 6 }),
      together: fc.constantFrom('row' as const, 'rows' as const, 'any' as const),
      tier: fc.option(fc.nat(1)),
    }),
  ),
  accessible: fc.boolean(),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('hold' as const), wish: wishes }) },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('swap' as const), which: fc.nat(9), wish: wishes }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('release' as const), which: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('rebuild' as const) }) },
  ),
  { minLength: 4, maxLength: 14, size: 'max' },
);

function itemsOf(event: MadeSeatEvent, { picks, best }: Wish): HoldItem[] {
  const items: HoldItem[] = [];
  for (const [index, tierId] of event.tierIds.entries()) {
    const seatIds = picks.flatMap((seat) =>
      Math.floor(seat / 14) === index ? [event.seatIds[seat] as string] : [],
    );
    if (seatIds.length > 0) items.push({ tierId, seatIds });
  }
  const tierId = best?.tier == null ? undefined : event.tierIds[best.tier];
  if (best) items.push({ bestAvailable: best.n, together: best.together, ...(tierId ? { tierId } : {}) });
  return items;
}

/** How a run of steps went: what each of them was answered. */
async function walk(all: Step[]): Promise<string[]> {
  const event = await seatEvent(world, {
    map: hallMap({ rows: 2, seatsPerRow: 7, sections: 2, aislesAfter: [4], accessible: true }),
    tiers: [{}, {}],
    assignment: { sections: { a: '0', b: '1' } },
    accessibleHoursBefore: 1,
    drop: { limitPerFan: 100 },
  });
  await holds.gate.reopen(event.dropId, 'test');
  await expectAgreement(event);
  const live: { fan: string; id: string }[] = [];
  const answers: string[] = [];
  for (const step of all) {
    if (step.does === 'rebuild') {
      await holds.gate.reopen(event.dropId, 'test');
      await expectAgreement(event);
      continue;
    }
    const old = step.does === 'hold' ? undefined : live[step.which % Math.max(1, live.length)];
    if (step.does !== 'hold' && !old) continue;
    let answer: Result<unknown>;
    if (step.does === 'release') answer = await holds.release(old!.fan, old!.id);
    else {
      const items = itemsOf(event, step.wish);
      if (items.length === 0) continue;
      const { accessible } = step.wish;
      const body = { dropId: event.dropId, requestId: world.ids.next(), items, accessible };
      const fan = old?.fan ?? fans[step.wish.fan]!;
      const held: Result<HoldView> = old
        ? await holds.swap(fan, { ...body, holdId: old.id })
        : await holds.place(fan, body);
      if (held.ok) live.push({ fan, id: held.value.id });
      answer = held;
    }
    if (answer.ok && old) live.splice(live.indexOf(old), 1);
    answers.push(`${step.does} ${answer.ok ? 'OK' : answer.error.code}`);
    await expectAgreement(event);
  }
  return answers;
}

test('S40, S60, S65, S67, S69: after every step the gate has the seats as the ledger has them', {
  timeout: 120_000,
}, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      for (const answer of await walk(all)) seen.set(answer, (seen.get(answer) ?? 0) + 1);
    }),
    {
      numRuns: Number(process.env.FC_STEPS ?? 60),
      ...(process.env.FC_SEED ? { seed: Number(process.env.FC_SEED) } : {}),
    },
  );
  for (const answer of ['hold OK', 'swap OK', 'release OK', 'hold SEATS_TAKEN', 'hold ORPHAN_SEAT'])
    expect(seen.get(answer) ?? 0, JSON.stringify([...seen])).toBeGreaterThan(0);
});
