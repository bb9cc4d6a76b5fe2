/** A hall of 2,000 seats on the evening of the gallery: what the drop page's states with seats are drawn from. */
import type { DropState, HoldView, SeatRef } from '../../../server/protocol/index.ts';
import { seatIdOf } from '../../../server/protocol/seat-ids.ts';
import type { Pick, SeatRefusal } from '../../seats/choosing.ts';
import { type SeatHouse, stillHouse } from '../../seats/house.ts';
import { refOf } from '../../seats/names.ts';
import { eveningOf, hallOf } from '../../seats/testing-hall.ts';
import { at, drop, hold } from './fixtures.ts';

const MAP_ID = '0192a0c4-5b6d-7e8f-9a0b-1c2d3e4f5a6b';
const TIERS = [
  '11111111-1111-4111-8111-11111111a001',
  '11111111-1111-4111-8111-11111111a002',
  '11111111-1111-4111-8111-11111111a003',
] as const;
const [STALLS, CIRCLE, PIT] = TIERS;

const hall = hallOf(2_000, MAP_ID);
const evening = eveningOf(hall);

function countsOf(tier: number): Pick4 {
  const counts = [0, 0, 0, 0];
  for (let seat = 0; seat < hall.seats; seat += 1)
    if (evening.tiers[seat] === tier) counts[evening.states[seat]!]! += 1;
  return { available: counts[0]!, held: counts[1]!, sold: counts[2]!, kept: counts[3]! };
}
interface Pick4 {
  available: number;
  held: number;
  sold: number;
  kept: number;
}

const seated = (id: string, name: string, priceCents: number, tier: number): DropState['tiers'][number] => {
  const counts = countsOf(tier);
  const quantity = counts.available + counts.held + counts.sold + counts.kept;
  return { id, name, priceCents, currency: 'EUR', quantity, seated: true, ...counts };
};

export const seatedDrop = (more: Partial<DropState> = {}): DropState =>
  drop({
    mapId: MAP_ID,
    tiers: [
      seated(STALLS, 'Stalls', 8500, 0),
      seated(CIRCLE, 'Circle', 5900, 1),
      {
        id: PIT,
        name: 'Pit, standing',
        priceCents: 4200,
        currency: 'EUR',
        quantity: 300,
        available: 122,
        held: 14,
        sold: 164,
      },
    ],
    ...more,
  });

/** Seats by number, as the hall's evening has them; `states` are this house's own, so that a state may change some. */
export function seatHouse(): SeatHouse {
  return stillHouse(
    hall,
    {
      eventId: drop().eventId,
      dropId: drop().id,
      mapId: MAP_ID,
      tiers: [STALLS, CIRCLE],
      tierRuns: [
        [0, 1_000],
        [1, 1_000],
      ],
      standing: { pit: PIT },
      orphanRule: true,
      orphanRelaxPercent: 10,
      accessibleUntil: at(86_400_000),
    },
    evening.states.slice(),
  );
}

const house = seatHouse();
const ref = (seat: number): SeatRef => refOf(house.layout, seat);
export const pickOf = (seat: number): Pick => ({
  seat,
  id: seatIdOf(MAP_ID, seat),
  tierId: TIERS[evening.tiers[seat]!]!,
});

/** The first stretch of so many free neighbours of a tier, from a seat on. */
function freeRun(length: number, from: number): number[] {
  for (let seat = from; seat < hall.seats - length; seat += 1) {
    const run = Array.from({ length }, (_, at) => seat + at);
    const row = house.layout.row[seat];
    if (run.every((one) => evening.states[one] === 0 && house.layout.row[one] === row)) return run;
  }
  throw new Error('the evening has no such stretch');
}

/** Four free neighbours in the stalls, and three elsewhere. */
const RUN = freeRun(4, 400);
const OTHER = freeRun(3, 600);
export const PICKED: Pick[] = RUN.slice(0, 2).map(pickOf);
/** A choice that leaves the first of the stretch alone. */
export const PICKED_BESIDE: Pick[] = RUN.slice(1, 3).map(pickOf);

export const heldSeats = (more: Partial<HoldView> = {}): HoldView =>
  hold({
    items: [
      {
        tierId: STALLS,
        tierName: 'Stalls',
        quantity: 2,
        unitPriceCents: 8500,
        currency: 'EUR',
        seats: RUN.slice(0, 2).map(ref),
      },
      { tierId: PIT, tierName: 'Pit, standing', quantity: 1, unitPriceCents: 4200, currency: 'EUR' },
    ],
    totalCents: 21_200,
    ...more,
  });

export const TAKEN: SeatRefusal = {
  code: 'SEATS_TAKEN',
  details: {
    seats: RUN.slice(0, 1).map(ref),
    offer: { tierId: STALLS, seats: OTHER.slice(0, 2).map(ref), expiresAt: at(8_000) },
  },
};
export const ORPHAN: SeatRefusal = {
  code: 'ORPHAN_SEAT',
  details: { orphans: [ref(RUN[0]!)], fix: RUN.slice(0, 2).map(ref) },
};
export const APART: SeatRefusal = {
  code: 'NOT_TOGETHER',
  details: {
    offer: {
      tierId: STALLS,
      seats: [RUN[0]!, OTHER[0]!, OTHER[2]!].map(ref),
      expiresAt: at(6_000),
    },
  },
};
