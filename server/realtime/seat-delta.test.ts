/** What an edge makes of two states of seats, and when it believes an older one: without sockets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIds, createLog, systemClock } from '../kernel/index.ts';
import type { SeatsDelta } from '../protocol/index.ts';
import type { SeatsShown } from '../seating/index.ts';
import { BELIEVE_OLDER_AFTER_MS } from './audience.ts';
import { createSeatAudience, seatsDelta } from './seat-audience.ts';
import { frame } from './wire.ts';

const log = createLog('silent', 'test');

const shown = (states: Uint8Array, over: Partial<SeatsShown> = {}): SeatsShown => ({
  epoch: 1_234,
  version: 12_345_678,
  mapId: 'map',
  states,
  ...over,
});

test('R35: no delta is larger than all states', () => {
  const seats = 20_000;
  const before = shown(new Uint8Array(seats));
  // Every other seat another state than before: no runs at all.
  const after = shown(new Uint8Array(seats).map((_, i) => (i % 2) + 1));
  expect(seatsDelta('drop', before, after)).toMatchObject({ from: -1, runs: '' });
  const few = shown(new Uint8Array(seats).map((_, i) => (i % 8 === 0 ? 1 : 0)));
  expect(seatsDelta('drop', before, few)).toMatchObject({ from: before.version });
});

test('R36: a position behind the one published is told only once the gate has insisted for seconds', async () => {
  let now = 1_000_000;
  let read: object | 'same' = {
    epoch: 3,
    version: 50,
    mapId: 'm',
    seats: Buffer.from('11'),
    kept: Buffer.alloc(2),
  };
  const published: SeatsDelta[] = [];
  const audience = createSeatAudience({
    reader: { readSeats: async () => read as never },
    clock: { ...systemClock, now: () => now },
    log: log,
    publish: (_topic, text) => published.push((JSON.parse(text.slice(2)) as [string, SeatsDelta])[1]),
  });
  audience.add('d');
  expect(await audience.snapshot('d')).toMatchObject({ epoch: 3, version: 50 });
  read = { ...(read as object), epoch: 2, version: 70, seats: Buffer.from('00') };
  await audience.tick();
  now += BELIEVE_OLDER_AFTER_MS - 1;
  await audience.tick();
  expect(published).toEqual([]);
  expect(await audience.snapshot('d')).toMatchObject({ epoch: 3, version: 50 });
  now += 1;
  await audience.tick();
  expect(published).toMatchObject([{ epoch: 2, fromEpoch: 3, from: 50, version: 70 }]);
});

test('R36: an older state that goes away again was never told', async () => {
  let now = 1_000_000;
  const right = { epoch: 3, version: 50, mapId: 'm', seats: Buffer.from('11'), kept: Buffer.alloc(2) };
  let read: object | 'same' = right;
  const published: string[] = [];
  const audience = createSeatAudience({
    reader: { readSeats: async () => read as never },
    clock: { ...systemClock, now: () => now },
    log: log,
    publish: (_topic, text) => void published.push(text),
  });
  audience.add('d');
  await audience.snapshot('d');
  for (let i = 0; i < 20; i++) {
    read = i % 2 === 0 ? { ...right, version: 49 } : 'same';
    now += BELIEVE_OLDER_AFTER_MS / 3;
    await audience.tick();
  }
  // The position was repeated, and nothing else was said.
  expect(published.length).toBeGreaterThan(0);
  for (const text of published) expect(text).toContain('"from":50,"version":50,"runs":""');
});

test('R38: a hundred changed seats of 20,000 are a frame of at most 400 bytes, wherever they are', () => {
  const seats = 20_000;
  const dropId = createIds(systemClock.now).next();
  let largest = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(seats - 1), { minLength: 100, maxLength: 100 }),
      fc.array(fc.constantFrom(1, 2, 3), { minLength: 100, maxLength: 100 }),
      (places, states) => {
        const after = new Uint8Array(seats);
        for (const [i, seat] of places.entries()) after[seat] = states[i]!;
        const delta = seatsDelta(dropId, shown(new Uint8Array(seats)), shown(after, { version: 12_345_778 }));
        largest = Math.max(largest, Buffer.byteLength(frame('seats:delta', delta)));
      },
    ),
    { numRuns: 300 },
  );
  expect(largest).toBeLessThanOrEqual(400);
});
