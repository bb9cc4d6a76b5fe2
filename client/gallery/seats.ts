/** One hall with its seats in the gallery: maps to choose from, a sale in full swing, channels, and who sits where. */
import { packSeats, toBase64 } from '../../server/protocol/seat-states.ts';
import {
  type SeatChannel,
  type SeatDetail,
  type SeatingView,
  type SeatStates,
  seatIdOf,
  seatOfId,
} from '../../server/protocol/seating.ts';
import { layoutOf } from '../seats/layout.ts';
import { nameOf, refOf } from '../seats/names.ts';
import { eveningOf, hallOf } from '../seats/testing-hall.ts';
import { at, id, LIVE } from './fixtures.ts';

export const HALL = hallOf(2000);
const SMALL = hallOf(200, id(951));
const HOUR = 3_600_000;

export const MAPS = [HALL, SMALL].map((hall, index) => ({
  id: hall.id,
  name: index === 0 ? hall.name : 'Harbour Hall, chamber room',
  seats: hall.seats,
  createdAt: at(-(index + 3) * 24 * HOUR),
  shared: index === 1,
}));

export const geometryOf = (mapId: string | undefined) => [HALL, SMALL].find((hall) => hall.id === mapId);

const { states, tiers } = eveningOf(HALL);
const layout = layoutOf(HALL);
/** A row of the circle for guests, two ends of rows for a sponsor: only what is free can be kept. */
const [CIRCLE] = HALL.sections.filter(({ label }) => label === 'Circle centre');
const keep = (first: number, count: number): [number, number][] => {
  const runs: [number, number][] = [];
  for (let seat = first; seat < first + count; seat += 1)
    if (states[seat] === 0) {
      states[seat] = 3;
      runs.push([seat, 1]);
    }
  return runs;
};
const GUESTS = keep((CIRCLE?.first ?? 0) + 20, 20);
const SPONSOR = keep((CIRCLE?.first ?? 0) + 100, 16);
const ACCESSIBLE = HALL.sections.flatMap(({ rows }) =>
  rows.flatMap((row) => (row.accessible ?? []).map((offset): [number, number] => [row.first + offset, 1])),
);

export const SEATING: SeatingView = {
  eventId: LIVE.id,
  dropId: LIVE.drop?.id ?? null,
  mapId: HALL.id,
  tiers: LIVE.tiers.slice(0, 2).map((tier) => tier.id),
  tierRuns: runsOf(tiers),
  standing: { pit: LIVE.tiers[2]?.id ?? '' },
  orphanRule: true,
  orphanRelaxPercent: 5,
  accessibleUntil: at(48 * HOUR),
};

function runsOf(by: Int16Array): [number, number][] {
  const runs: [number, number][] = [];
  for (const tier of by) {
    const last = runs.at(-1);
    if (last?.[0] === tier) last[1] += 1;
    else runs.push([tier, 1]);
  }
  return runs;
}

const channel = (
  number: number,
  name: string,
  runs: [number, number][],
  more: Partial<SeatChannel> = {},
) => ({
  channel: number,
  name,
  code: null,
  releaseAt: null,
  releasedAt: null,
  seats: runs.length,
  free: runs.length,
  runs,
  ...more,
});

export const CHANNELS: SeatChannel[] = [
  channel(1, 'Accessible seats', ACCESSIBLE, { releaseAt: at(48 * HOUR) }),
  channel(2, 'Guests of the orchestra', GUESTS, { code: 'STRINGS-26', releaseAt: at(6 * HOUR) }),
  channel(3, 'Sponsor', SPONSOR),
];

/** As the server sends them: packed, deflated, base64. */
export async function seatStates(): Promise<SeatStates> {
  const packed = new Blob([packSeats(states)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return {
    dropId: LIVE.drop?.id ?? '',
    mapId: HALL.id,
    epoch: 3,
    version: 991,
    seats: HALL.seats,
    states: toBase64(new Uint8Array(await new Response(packed).arrayBuffer())),
  };
}

const RIGHT = HALL.sections.find(({ label }) => label === 'Stalls right');
/** A seat somebody has bought, by its name. */
export const SOLD_NAME = nameOf(refOf(layout, states.indexOf(2, RIGHT?.first)));

const NAMES = ['free', 'held', 'sold', 'kept'] as const;

export function seatDetail(seatId: string): SeatDetail | null {
  const seat = seatOfId(seatId)?.seat;
  if (seat === undefined || seatIdOf(HALL.id, seat) !== seatId) return null;
  const state = NAMES[states[seat]!]!;
  const tier = LIVE.tiers[tiers[seat]!];
  const kept = CHANNELS.find(({ runs }) =>
    runs.some(([first, count]) => first <= seat && seat < first + count),
  );
  const flags = layout.flags[seat]!;
  return {
    seat: refOf(layout, seat),
    state,
    accessible: (flags & 1) !== 0,
    companion: (flags & 2) !== 0,
    restricted: (flags & 4) !== 0,
    tier: tier ? { id: tier.id, name: tier.name } : null,
    channel: kept ? { channel: kept.channel, name: kept.name } : null,
    ticket:
      state === 'sold'
        ? { id: id(707), status: 'issued', orderReference: '4K-71B2', holderName: 'Ann Rivers' }
        : null,
    heldUntil: state === 'held' ? at(240_000) : null,
  };
}
