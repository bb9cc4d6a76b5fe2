import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyRuns,
  decodeRuns,
  deltaFits,
  diffSeats,
  encodeRuns,
  fromBase64,
  MalformedSeats,
  packSeats,
  toBase64,
  unpackSeats,
} from './seat-states.ts';

const statesOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => bytes.map((byte) => byte & 3));
/** Two states of one map: the second one differs in few places, or everywhere. */
const twoStates = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom(1, 2, 8, 64))
  .chain(([seats, spread]) =>
    fc.tuple(statesOf(seats), statesOf(seats), statesOf(seats)).map(([before, other, dice]) => ({
      before,
      // Several dice close to each other make neighbours change together.
      after: before.map((state, seat) => (dice[Math.floor(seat / spread)] === 0 ? other[seat]! : state)),
    })),
  );

test('R33: what is read from encoded runs leads from one state to the other, and names just what changed', () => {
  fc.assert(
    fc.property(twoStates, ({ before, after }) => {
      const runs = decodeRuns(fromBase64(toBase64(encodeRuns(diffSeats(before, after)))), before.length);
      const states = before.slice();
      const changed = applyRuns(states, runs);
      expect(states).toEqual(after);
      expect(changed).toEqual([...before.keys()].filter((seat) => before[seat] !== after[seat]));
    }),
    { numRuns: 500 },
  );
});

test('R33: the bytes are as docs/api.md has them', () => {
  // Seats 2, 3 and 4 sold, seat 4 of them already; seat 10 held; seat 1,000 free.
  const before = new Uint8Array(1_001).fill(3);
  before[4] = 2;
  const after = before.slice();
  after.set([2, 2], 2);
  after[10] = 1;
  after[1_000] = 0;
  const runs = diffSeats(before, after);
  expect(runs).toEqual([
    { first: 2, length: 2, state: 2 },
    { first: 10, length: 1, state: 1 },
    { first: 1_000, length: 1, state: 0 },
  ]);
  // 2 << 3 | 2 << 1 | 1, 1; 6 << 3 | 1 << 1; 989 << 3 in two bytes.
  expect([...encodeRuns(runs)]).toEqual([21, 1, 50, 0xe8, 61]);
});

test('R33: a run goes on over seats that have its state already', () => {
  const before = Uint8Array.from([0, 2, 0, 2, 0, 2]);
  const after = new Uint8Array(6).fill(2);
  expect(diffSeats(before, after)).toEqual([{ first: 0, length: 5, state: 2 }]);
});

test('R32: packed states are two bits a seat, and come back as they were', () => {
  expect([...packSeats(Uint8Array.from([1, 2, 3, 0, 2]))]).toEqual([0b00_11_10_01, 2]);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999 }).chain((seats) => statesOf(seats)),
      (states) => {
        const packed = packSeats(states);
        expect(packed.length).toBe(Math.ceil(states.length / 4));
        expect(unpackSeats(fromBase64(toBase64(packed)), states.length)).toEqual(states);
      },
    ),
  );
  expect(() => unpackSeats(new Uint8Array(3), 8)).toThrow(MalformedSeats);
});

test('R38: whatever the bytes are, reading them ends in runs within the map or in one kind of error', () => {
  const seats = 300;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        // Close to what is right: a byte of a real delta changed.
        fc.tuple(twoStates, fc.nat(), fc.nat(255)).map(([{ before, after }, at, byte]) => {
          const bytes = encodeRuns(diffSeats(before, after));
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          return bytes;
        }),
      ),
      (bytes) => {
        try {
          const runs = decodeRuns(bytes, seats);
          // What passes is exactly what would have been written.
          expect(encodeRuns(runs)).toEqual(Uint8Array.from(bytes));
          for (const { first, length } of runs) expect(first + length).toBeLessThanOrEqual(seats);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedSeats);
        }
      },
    ),
    { numRuns: 3_000 },
  );
  for (const [bytes, problem] of [
    [[0x80], 'ends within a number'],
    [[0x01], 'ends within a number'],
    [[0x80, 0x00], 'longer than it need be'],
    [[0x80, 0x80, 0x80, 0x80, 0x01], 'too large'],
    [[0x01, 0x00], 'need not be said'],
    [[0xe0, 0x12], 'beyond the last seat'],
    [[0x01, 0xac, 0x02], 'beyond the last seat'],
  ] as const)
    expect(() => decodeRuns(Uint8Array.from(bytes), seats), problem).toThrow(problem);
});

test('R38: base64 is read strictly', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(Buffer.from(fromBase64(text)).toString('base64').length).toBe(text.length);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedSeats);
      }
    }),
  );
  for (const text of ['AA', 'AA =', 'A===', '=AAA', 'AA-_', 'AAA\n', '====', 'AA==AA=='])
    expect(() => fromBase64(text), text).toThrow(MalformedSeats);
  const large = new Uint8Array(20_000).map((_, i) => i * 7);
  expect(toBase64(large)).toBe(Buffer.from(large).toString('base64'));
});

test('R33: a delta fits exactly the position it was made from', () => {
  const at = { epoch: 4, version: 10 };
  const delta = { dropId: '', epoch: 4, from: 10, version: 12, runs: '' };
  expect(deltaFits(at, delta)).toBe(true);
  expect(deltaFits({ ...at, version: 9 }, delta)).toBe(false);
  expect(deltaFits({ ...at, epoch: 3 }, delta)).toBe(false);
  expect(deltaFits(at, { ...delta, epoch: 5, fromEpoch: 4, version: 1 })).toBe(true);
  expect(deltaFits({ epoch: 5, version: 10 }, { ...delta, epoch: 5, fromEpoch: 4 })).toBe(false);
});
