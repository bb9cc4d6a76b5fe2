import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seatIdOf } from '../protocol/index.ts';
import { compile } from './compile.ts';
import { expand } from './expand.ts';
import { BLOCK_BYTES, COST_MAX, type GatePlan, NO_ROW, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';
import { type MapSeat, seatsOfMap } from './map-seats.ts';
import { anyMap, mapOf, written } from './testing-maps.ts';
import type { ExpandedMap } from './venue-map.ts';

const MAP_ID = '01a1fe5d-050c-7f2c-982b-3f6c8c443d0d';
const TIERS = ['tier-a', 'tier-b', 'tier-c'];

/** The bytes read by gate-plan.ts alone. */
function decode({ plan, blocks, facts }: GatePlan) {
  return {
    facts,
    seats: Array.from({ length: plan.length / PLAN_BYTES }, (_, i) => {
      const at = plan.subarray(i * PLAN_BYTES, (i + 1) * PLAN_BYTES);
      const [block, cost, x, y] = [0, 2, 4, 6].map((offset) => at.readUInt16BE(offset)) as [
        number,
        number,
        number,
        number,
      ];
      return { block, cost, x, y, tier: at[8] as number, flags: at[9] as number };
    }),
    blocks: Array.from({ length: blocks.length / BLOCK_BYTES }, (_, i) => {
      const at = blocks.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES);
      const [first, row, low, previous, next] = [0, 4, 6, 8, 10].map((offset) => at.readUInt16BE(offset)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { first, length: at[2] as number, section: at[3] as number, row, low, previous, next };
    }),
  };
}

/** Sells by section and seat, and leaves some out: any pattern will do. */
const tierOf = ({ seat, section }: MapSeat) => (seat % 7 === 3 ? -1 : (seat + section.length) % TIERS.length);
const compiled = (map: ExpandedMap) => decode(compile(map, tierOf, TIERS, MAP_ID));

test('S5: each seat’s distance, place, tier and flags come back from the bytes', () => {
  fc.assert(
    fc.property(anyMap, (described) => {
      const map = expand(described);
      const seats = seatsOfMap(map);
      const { seats: read, facts } = compiled(map);
      expect(read).toHaveLength(seats.length);
      const far = (seat: MapSeat) => Math.hypot(seat.x - map.focal[0], seat.y - map.focal[1]);
      const farthest = Math.max(...seats.map(far));
      const [left, top] = [Math.min(...seats.map(({ x }) => x)), Math.min(...seats.map(({ y }) => y))];
      const extent = Math.max(...seats.map(({ x }) => x - left), ...seats.map(({ y }) => y - top));
      for (const [i, seat] of seats.entries()) {
        const bytes = read[i]!;
        if (farthest > 0)
          expect(Math.abs((bytes.cost / COST_MAX) * farthest - far(seat))).toBeLessThanOrEqual(
            farthest / COST_MAX,
          );
        expect(Math.abs((bytes.x / COST_MAX) * extent - (seat.x - left))).toBeLessThanOrEqual(
          extent / COST_MAX,
        );
        expect(Math.abs((bytes.y / COST_MAX) * extent - (seat.y - top))).toBeLessThanOrEqual(
          extent / COST_MAX,
        );
        expect(bytes.tier).toBe(tierOf(seat) < 0 ? NOT_ON_SALE : tierOf(seat));
        expect(bytes.flags).toBe(seat.flags);
      }
      expect(Math.max(...read.map(({ cost }) => cost))).toBe(farthest > 0 ? COST_MAX : 0);
      expect(facts.sizes).toEqual(
        TIERS.map((_, tier) => seats.filter((seat) => tierOf(seat) === tier).length),
      );
      expect(facts).toMatchObject({
        tiers: TIERS,
        seats: seats.length,
        sections: map.sections.map(({ key }) => key),
      });
      expect(`${facts.prefix}00000000000a`).toBe(seatIdOf(MAP_ID, 10));
    }),
  );
});

test('S6: blocks are the stretches between aisles, each seat in one, numbered outwards', () => {
  fc.assert(
    fc.property(anyMap, (described) => {
      const map = expand(described);
      const rows = map.sections.flatMap(({ rows: all }, section) =>
        all.map(({ seats }) => ({ section, seats })),
      );
      const { seats, blocks, facts } = compiled(map);
      // Walking the document: a new block begins with each row and after each aisle.
      let number = 0;
      for (const { section, seats: row } of rows) {
        const rowStart = number;
        for (const [i] of row.entries()) {
          const block = blocks[seats[number]!.block]!;
          expect(block.section).toBe(section);
          const begins = i === 0 || row[i - 1]!.aisle === true;
          expect(block.first === number).toBe(begins);
          expect(block.first).toBeGreaterThanOrEqual(rowStart);
          expect(number).toBeLessThan(block.first + block.length);
          number++;
        }
      }
      expect(blocks.reduce((sum, { length }) => sum + length, 0)).toBe(number);
      for (const [i, block] of blocks.entries()) {
        const inside = seats.slice(block.first, block.first + block.length);
        expect(block.low).toBe(Math.min(...inside.map(({ cost }) => cost)));
        expect(new Set(inside.map((seat) => seat.block))).toEqual(new Set([i]));
        const before = blocks[i - 1];
        if (before)
          expect(before.low < block.low || (before.low === block.low && before.first < block.first)).toBe(
            true,
          );
        expect(facts.accessible.includes(i)).toBe(inside.some(({ flags }) => (flags & 1) !== 0));
      }
    }),
  );
});

test('S6: neighbouring rows of a section differ by one and know each other; between sections a number is left out', () => {
  fc.assert(
    fc.property(anyMap, (described) => {
      const map = expand(described);
      const { seats, blocks } = compiled(map);
      const rowsOf: { number: number; first: number }[][] = [];
      let seat = 0;
      for (const { rows } of map.sections)
        rowsOf.push(
          rows.map(({ seats: all }) => {
            const first = seat;
            seat += all.length;
            const numbers = new Set(seats.slice(first, seat).map(({ block }) => blocks[block]!.row));
            expect(numbers.size).toBe(1);
            for (const { block } of seats.slice(first, seat))
              expect(blocks[block]!.row).toBe([...numbers][0]);
            return { number: [...numbers][0] as number, first };
          }),
        );
      for (const [s, rows] of rowsOf.entries())
        for (const [r, { number, first }] of rows.entries()) {
          if (r > 0) expect(number).toBe(rows[r - 1]!.number + 1);
          else if (s > 0) expect(number).toBeGreaterThan(rowsOf[s - 1]!.at(-1)!.number + 1);
          const block = blocks[seats[first]!.block]!;
          expect(block.previous).toBe(rows[r - 1]?.first ?? NO_ROW);
          expect(block.next).toBe(rows[r + 1]?.first ?? NO_ROW);
        }
    }),
  );
});

test('S5: a lone seat at the focal point costs nothing, and what does not fit is refused', () => {
  const one = expand(mapOf([written('A', 0, 1)], { focal: [0, 0] }));
  expect(compiled(one).seats).toEqual([{ block: 0, cost: 0, x: 0, y: 0, tier: 0, flags: 0 }]);
  const long = expand(mapOf([written('A', 0, 251)]));
  expect(() => compiled(long)).toThrow(/a block of 251 seats/);
  expect(() => compile(one, () => 5, TIERS, MAP_ID)).toThrow(/tier 5 of 3/);
  const tiers = Array.from({ length: 255 }, (_, i) => String(i));
  expect(() => compile(one, () => 0, tiers, MAP_ID)).toThrow(/255 tiers/);
});
