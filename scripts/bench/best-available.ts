/**
 * Best available inside Redis: what one request costs Redis's one thread (its slow log at 0 us), in a venue of 60,000
 * seats that is empty, sold from the best seats outwards, or sold at random so that hardly two free seats touch.
 */
import { createAskGate } from '../../server/holds/ask.ts';
import { gateKeys } from '../../server/holds/gate-keys.ts';
import { createHolds } from '../../server/holds/index.ts';
import { expand, generateVenue, seatsOfMap, type VenueSize } from '../../server/seating/index.ts';
import { type MadeSeatEvent, seatEvent } from '../../server/seating/testing.ts';
import { type BenchWorld, percentile, print } from './world.ts';

const ASKS = 200;

/** An event on a generated venue: its tier keys become tiers. */
export async function venueEvent(world: BenchWorld, size: VenueSize): Promise<MadeSeatEvent> {
  const map = generateVenue(size);
  const names = [...new Set(seatsOfMap(expand(map)).map((seat) => seat.tier ?? ''))];
  return seatEvent(world, {
    map,
    tiers: names.map((name, i) => ({ name, priceCents: 5_000 * (i + 1) })),
    assignment: { tiers: Object.fromEntries(names.map((name, i) => [name, String(i)])) },
    drop: { limitPerFan: 1_000 },
  });
}

/** A repeatable number in [0, 1). */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Claims a share of the seats as sold, straight in the ledger: nearest first, or anywhere. */
async function sell(
  world: BenchWorld,
  event: MadeSeatEvent,
  share: number,
  how: 'nearest' | 'random',
): Promise<void> {
  const [focusX, focusY] = event.map.focal;
  const roll = dice(7);
  const order = event.seats
    .map(({ seat, x, y }) => ({
      seat,
      rank: how === 'nearest' ? Math.hypot(x - focusX, y - focusY) : roll(),
    }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Math.round(event.seats.length * share));
  await world.ledger.reads.raw.query(
    `insert into ticketing.seat_claims (event_id, seat, hold_id, ticket_id)
     select $1, seat, gen_random_uuid(), gen_random_uuid() from unnest($2::int[]) as seat`,
    [event.eventId, order.map((one) => one.seat)],
  );
}

async function measure(world: BenchWorld, name: string, event: MadeSeatEvent, n: number): Promise<void> {
  const holds = createHolds(world);
  await holds.gate.reopen(event.dropId, 'benchmark');
  const epoch = Number(await world.gate.get(`{${event.dropId}}:epoch`));
  const keys = gateKeys(event.dropId, epoch);
  const ask = createAskGate(world.gate);
  const one = () =>
    ask(keys, {
      userId: world.ids.next(),
      requestId: world.ids.next(),
      bodyHash: 'bench',
      holdId: world.ids.next(),
      lines: [],
      wish: {
        prefix: '',
        channel: 0,
        accessible: false,
        picks: [],
        bests: [{ n, tierId: '', section: '', together: 'rows' }],
      },
      replaces: null,
    });
  await one();
  await world.gate.config('SET', 'slowlog-max-len', '1000');
  await world.gate.config('SET', 'slowlog-log-slower-than', '0');
  await world.gate.slowlog('RESET');
  const answers: Record<string, number> = {};
  for (let i = 0; i < ASKS; i++) {
    // What was found hopeless is searched for anew: the search is what is measured.
    await world.gate.hdel(keys.state, 'apart');
    const code = (await one()).split(/[|:]/)[0] as string;
    answers[code] = (answers[code] ?? 0) + 1;
  }
  const log = (await world.gate.slowlog('GET', 1_000)) as [number, number, number, string[]][];
  await world.gate.config('SET', 'slowlog-log-slower-than', '10000');
  const times = log
    .filter((entry) => entry[3][0]?.toLowerCase() === 'evalsha')
    .map((entry) => entry[2] / 1000)
    .sort((a, b) => a - b);
  print(
    `${name.padEnd(44)} p50 ${percentile(times, 0.5).toFixed(2)} ms  p99 ${percentile(times, 0.99).toFixed(2)} ms  max ${percentile(times, 1).toFixed(2)} ms   ${Object.entries(
      answers,
    )
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')}`,
  );
}

export async function bestAvailable(world: BenchWorld): Promise<void> {
  print('best available for 4 among 60,000 seats, inside Redis (target <= 2 ms when 95 % are sold)');
  await measure(world, '  empty', await venueEvent(world, 60_000), 4);
  for (const how of ['nearest', 'random'] as const) {
    const event = await venueEvent(world, 60_000);
    await sell(world, event, 0.95, how);
    const name = how === 'nearest' ? 'the best seats first' : 'at random';
    await measure(world, `  95 % sold, ${name}`, event, 4);
    // Nobody bought these: the invariants would say so.
    await world.ledger.reads.raw.query('delete from ticketing.seat_claims where event_id = $1', [
      event.eventId,
    ]);
  }
}
