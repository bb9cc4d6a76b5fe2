/**
 * `npm run bench -- seats`: 2,000 fans want the centre of a hall of 20,000 seats, all at once, two seats each, until
 * nearly all is held; beside the same fans wanting general admission, two each, in the same run. Then the best
 * available inside Redis, and the race of two edges with seats.
 */
import type { MadeSeatEvent } from '../../server/seating/testing.ts';
import { manyUsers } from './batches.ts';
import { bestAvailable, venueEvent } from './best-available.ts';
import { child, message, startEdge } from './children.ts';
import type { Report } from './load-child.ts';
import { seatRaces } from './seat-race.ts';
import { type BenchWorld, benchWorld, percentile, print } from './world.ts';

const FANS = 2_000;
const SEATS = 20_000;
const ROUNDS = 4;
/** Of the pairs there are: with 2,000 requests under way the last ones would be the end of a sale, not its rush. */
const ENOUGH = 0.7;
/** As many pairs as there are fans: each picks one of the nearest so many that looked free on a map 250 ms old. */
const WANTED = 2_000;

/** Neighbours, two by two along each row, nearest to the stage first. */
function pairsOf(event: MadeSeatEvent, tierOf: ReadonlyMap<number, string>) {
  const [focusX, focusY] = event.map.focal;
  const pairs: { seats: number[]; far: number; tierId: string }[] = [];
  for (let seat = 0; seat + 1 < event.seats.length; seat += 2) {
    const [a, b] = [event.seats[seat], event.seats[seat + 1]];
    const tierId = tierOf.get(seat);
    if (
      !a ||
      !b ||
      !tierId ||
      a.row !== b.row ||
      a.section !== b.section ||
      tierId !== tierOf.get(seat + 1)
    ) {
      seat--;
      continue;
    }
    pairs.push({ seats: [seat, seat + 1], far: Math.hypot(a.x - focusX, a.y - focusY), tierId });
  }
  return pairs
    .sort((p, q) => p.far - q.far)
    .map(({ seats, tierId }) => ({ tierId, seatIds: seats.map((seat) => event.seatIds[seat] as string) }));
}

async function tiersOf(world: BenchWorld, event: MadeSeatEvent): Promise<Map<number, string>> {
  const { rows } = await world.ledger.reads.raw.query<{ seat: number; tier_id: string }>(
    'select seat, tier_id from ticketing.seats where event_id = $1',
    [event.eventId],
  );
  return new Map(rows.map((row) => [row.seat, row.tier_id]));
}

/** `hold`: general admission. `centre`: picked among the nearest free pairs. `spread`: among all. `best`: best available. */
type Mode = 'hold' | 'centre' | 'spread' | 'best';
const MODES: readonly Mode[] = ['hold', 'centre', 'spread', 'best'];

async function rush(world: BenchWorld, url: string, users: string[], mode: Mode): Promise<Report> {
  const seated = mode === 'hold' ? null : await venueEvent(world, SEATS);
  const event =
    seated ?? (await world.createEvent({ tiers: [{ quantity: SEATS }], drop: { limitPerFan: 1_000 } }));
  const groups = seated && mode !== 'best' ? pairsOf(seated, await tiersOf(world, seated)) : undefined;
  const generator = child('./load-child.ts');
  generator.send({
    url,
    users,
    mode: groups ? 'seats' : mode,
    dropId: event.dropId,
    tierIds: event.tierIds,
    seconds: 30,
    quantity: 2,
    enough: Math.floor((groups?.length ?? SEATS / 2) * ENOUGH),
    groups,
    wanted: mode === 'centre' ? WANTED : undefined,
  });
  const report = await message<Report>(generator);
  generator.disconnect();
  return report;
}

interface Sum {
  rates: number[];
  latencies: number[];
  refused: Record<string, number>;
}

const median = (numbers: readonly number[]): number =>
  percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );

function show(name: string, sum: Sum): number {
  const sorted = sum.latencies.sort((a, b) => a - b);
  const refused = Object.entries(sum.refused).map(([code, n]) => `${code} ${n}`);
  const rate = median(sum.rates);
  print(
    `${name.padEnd(34)} ${rate.toFixed(0).padStart(7)} holds/s (${sum.rates.map((r) => r.toFixed(0)).join(', ')})   p50 ${percentile(sorted, 0.5).toFixed(0)} ms  p99 ${percentile(sorted, 0.99).toFixed(0)} ms${refused.length ? `   refused: ${refused.join(', ')}` : ''}`,
  );
  return rate;
}

async function contested(world: BenchWorld): Promise<void> {
  const users = await manyUsers(world, FANS);
  const { edge, url } = await startEdge(world);
  const sums: Record<Mode, Sum> = {
    hold: { rates: [], latencies: [], refused: {} },
    centre: { rates: [], latencies: [], refused: {} },
    spread: { rates: [], latencies: [], refused: {} },
    best: { rates: [], latencies: [], refused: {} },
  };
  try {
    for (const mode of MODES) await rush(world, url, users, mode);
    // In turns, so that a slow moment of the machine meets all of them.
    for (let i = 0; i < ROUNDS; i++)
      for (const mode of MODES) {
        const report = await rush(world, url, users, mode);
        const sum = sums[mode];
        sum.rates.push(report.ok / report.seconds);
        sum.latencies.push(...report.latencies);
        for (const [code, n] of Object.entries(report.refused))
          sum.refused[code] = (sum.refused[code] ?? 0) + n;
      }
  } finally {
    edge.disconnect();
  }
  print(
    `${FANS} fans, ${SEATS} seats, two each, everybody wants the centre; medians of ${ROUNDS} rushes each`,
  );
  const general = show('general admission', sums.hold);
  const centre = show('picked, everybody the centre', sums.centre);
  const spread = show('picked, all over the house', sums.spread);
  const best = show('best available', sums.best);
  print(`picked in the centre / general admission        ${(centre / general).toFixed(2)}   (target >= 0.5)`);
  print(`picked all over the house / general admission   ${(spread / general).toFixed(2)}`);
  print(`best available / general admission              ${(best / general).toFixed(2)}`);
}

const world = await benchWorld();
try {
  await contested(world);
  print('');
  await bestAvailable(world);
  print('');
  await seatRaces(world);
} finally {
  await world.close();
}
