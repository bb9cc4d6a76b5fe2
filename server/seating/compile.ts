/** A map as the gate reads it (gate-plan.ts): how near each seat is, which block it stands in, what the blocks' neighbours are. */
import { seatIdPrefix } from '../protocol/index.ts';
import {
  BLOCK_BYTES,
  BLOCK_SEATS_MAX,
  COST_MAX,
  FLAG,
  type GatePlan,
  NO_ROW,
  NOT_ON_SALE,
  PLAN_BYTES,
  SEATS_MAX,
} from './gate-plan.ts';
import { type MapSeat, seatsOfMap } from './map-seats.ts';
import type { ExpandedMap } from './venue-map.ts';

interface Block {
  first: number;
  length: number;
  section: number;
  row: number;
  low: number;
  previousRow: number;
  nextRow: number;
}

/** Each block of the map in the order of its seats. Sections of no seats have none, and rows of no seats no number. */
function blocksOf(map: ExpandedMap, costs: readonly number[]): Block[] {
  const blocks: Block[] = [];
  let seat = 0;
  let row = 0;
  for (const [section, { rows }] of map.sections.entries()) {
    const filled = rows.filter(({ seats }) => seats.length > 0);
    let previousRow = NO_ROW;
    for (const [i, { seats }] of filled.entries()) {
      const rowStart = seat;
      const nextRow = i + 1 < filled.length ? rowStart + seats.length : NO_ROW;
      let first = seat;
      for (const { aisle } of seats) {
        seat++;
        if (!aisle && seat < rowStart + seats.length) continue;
        const low = costs.slice(first, seat).reduce((a, b) => Math.min(a, b));
        blocks.push({ first, length: seat - first, section, row, low, previousRow, nextRow });
        first = seat;
      }
      previousRow = rowStart;
      row++;
    }
    // One number left out: the next section's first row is nobody's neighbour here.
    if (filled.length > 0) row++;
  }
  return blocks;
}

/** Whole numbers from 0 to COST_MAX, the largest of `values` at its end. */
function scaled(values: readonly number[], largest: number): number[] {
  const factor = largest > 0 ? COST_MAX / largest : 0;
  return values.map((value) => Math.round(value * factor));
}

const span = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

/** Places on one scale for both axes, from the seats' own corner. */
function placesOf(seats: readonly MapSeat[]): { x: number[]; y: number[] } {
  const [left, right] = span(seats.map(({ x }) => x));
  const [top, bottom] = span(seats.map(({ y }) => y));
  const largest = Math.max(right - left, bottom - top);
  return {
    x: scaled(
      seats.map(({ x }) => x - left),
      largest,
    ),
    y: scaled(
      seats.map(({ y }) => y - top),
      largest,
    ),
  };
}

/** @throws RangeError when the map does not fit the gate's bytes: check-map.ts refuses such a map first */
function assertFits(seats: readonly MapSeat[], blocks: readonly Block[], tiers: readonly string[]): void {
  if (seats.length > SEATS_MAX) throw new RangeError(`${seats.length} seats, at most ${SEATS_MAX}`);
  if (tiers.length >= NOT_ON_SALE) throw new RangeError(`${tiers.length} tiers, fewer than ${NOT_ON_SALE}`);
  const long = blocks.find(({ length }) => length > BLOCK_SEATS_MAX);
  if (long) throw new RangeError(`a block of ${long.length} seats, at most ${BLOCK_SEATS_MAX}`);
}

/**
 * The gate's bytes of a map for an event.
 * @param tierOf index into `tiers` of a seat, -1 where it is not on sale
 */
export function compile(
  map: ExpandedMap,
  tierOf: (seat: MapSeat) => number,
  tiers: readonly string[],
  mapId: string,
): GatePlan {
  const seats = seatsOfMap(map);
  const [fx, fy] = map.focal;
  const distances = seats.map(({ x, y }) => Math.hypot(x - fx, y - fy));
  const costs = scaled(distances, span(distances)[1]);
  const places = placesOf(seats);
  const blocks = blocksOf(map, costs).sort((a, b) => a.low - b.low || a.first - b.first);
  assertFits(seats, blocks, tiers);

  const plan = Buffer.alloc(seats.length * PLAN_BYTES);
  const sizes = tiers.map(() => 0);
  const accessible: number[] = [];
  for (const [block, { first, length }] of blocks.entries()) {
    for (let number = first; number < first + length; number++) {
      const seat = seats[number] as MapSeat;
      const tier = tierOf(seat);
      if (tier >= tiers.length) throw new RangeError(`seat ${number} is of tier ${tier} of ${tiers.length}`);
      if (tier >= 0) sizes[tier] = (sizes[tier] ?? 0) + 1;
      const at = number * PLAN_BYTES;
      plan.writeUInt16BE(block, at);
      plan.writeUInt16BE(costs[number] as number, at + 2);
      plan.writeUInt16BE(places.x[number] as number, at + 4);
      plan.writeUInt16BE(places.y[number] as number, at + 6);
      plan.writeUInt8(tier >= 0 ? tier : NOT_ON_SALE, at + 8);
      plan.writeUInt8(seat.flags, at + 9);
      if (seat.flags & FLAG.accessible && accessible.at(-1) !== block) accessible.push(block);
    }
  }
  return {
    plan,
    blocks: encodeBlocks(blocks),
    facts: {
      prefix: seatIdPrefix(mapId),
      seats: seats.length,
      tiers: [...tiers],
      sizes,
      sections: map.sections.map(({ key }) => key),
      accessible,
    },
  };
}

function encodeBlocks(blocks: readonly Block[]): Buffer {
  const bytes = Buffer.alloc(blocks.length * BLOCK_BYTES);
  for (const [i, block] of blocks.entries()) {
    const at = i * BLOCK_BYTES;
    bytes.writeUInt16BE(block.first, at);
    bytes.writeUInt8(block.length, at + 2);
    bytes.writeUInt8(block.section, at + 3);
    bytes.writeUInt16BE(block.row, at + 4);
    bytes.writeUInt16BE(block.low, at + 6);
    bytes.writeUInt16BE(block.previousRow, at + 8);
    bytes.writeUInt16BE(block.nextRow, at + 10);
  }
  return bytes;
}
