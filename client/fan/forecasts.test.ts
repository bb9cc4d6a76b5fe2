import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ETA, estimate, paceOf, remember, type ServingSample, spread, spreadOf } from './eta.ts';
import { drop, FULL, GONE, NOW, place, SELLING } from './gallery/fixtures.ts';
import { BARS, lineBars } from './line-graphic.ts';
import { allOdds, type OddsMemory, tierOdds } from './odds.ts';

const steady = (perMinute: number, minutes = 4): ServingSample[] =>
  Array.from({ length: minutes * 4 + 1 }, (_, index) => ({
    at: NOW - (minutes * 4 - index) * 15_000,
    serving: Math.round((index * perMinute) / 4),
  }));

test('U5: a steady line gives an interval around what is left of it', () => {
  const eta = estimate(780, 78, steady(78), NOW);
  expect(eta).toEqual({ kind: 'interval', lowMinutes: 8, highMinutes: 13 });
});

test('U5: without a rate there is no time, and a line that stands still says so', () => {
  expect(estimate(50, null, [], NOW)).toEqual({ kind: 'unknown' });
  const still = [
    { at: NOW - 200_000, serving: 10 },
    { at: NOW - 1_000, serving: 10 },
  ];
  expect(estimate(50, null, still, NOW)).toEqual({ kind: 'stalled' });
  expect(estimate(50, 30, still, NOW)).toEqual({ kind: 'stalled' });
  // One call in two minutes is slow, not standing still.
  expect(estimate(50, 0.5, still, NOW).kind).toBe('interval');
});

test('U5: few calls seen give a wide interval, the server knowing more a narrower one', () => {
  const wide = estimate(780, 78, [], NOW);
  const narrower = estimate(780, 78, [], NOW, 0.25);
  if (wide.kind !== 'interval' || narrower.kind !== 'interval') throw new Error('no interval');
  expect(narrower.highMinutes - narrower.lowMinutes).toBeLessThan(wide.highMinutes - wide.lowMinutes);
  const forecast = { ahead: 861, earliestSeconds: 450, latestSeconds: 750, supply: 'enough' as const };
  expect(spreadOf(place({ forecast }).forecast)).toBe(0.25);
  expect(spreadOf(null)).toBe(null);
});

test('U5: an interval always has a middle, and its width stays in bounds', () => {
  fc.assert(
    fc.property(
      fc.nat(200_000),
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 300_000 }), serving: fc.nat(10_000) })),
      (ahead, rate, raw) => {
        const samples = raw
          .map(({ at, serving }) => ({ at: NOW - 300_000 + at, serving }))
          .sort((a, b) => a.at - b.at);
        const off = spread(samples);
        expect(off).toBeGreaterThanOrEqual(ETA.narrowest);
        expect(off).toBeLessThanOrEqual(ETA.widest);
        const eta = estimate(ahead, rate, samples, NOW);
        if (eta.kind !== 'interval') return;
        expect(eta.lowMinutes).toBeGreaterThanOrEqual(1);
        expect(eta.highMinutes).toBeGreaterThan(eta.lowMinutes);
      },
    ),
  );
});

test('U5: samples older than five minutes are forgotten, and serving that falls is not believed', () => {
  let samples: ServingSample[] = [];
  samples = remember(samples, { at: 0, serving: 5 });
  samples = remember(samples, { at: 2_000, serving: 3 });
  expect(samples).toEqual([{ at: 0, serving: 5 }]);
  samples = remember(samples, { at: ETA.keepMs + 1, serving: 9 });
  expect(samples).toEqual([{ at: ETA.keepMs + 1, serving: 9 }]);
});

test('U6: the verdict compares what is left with what those ahead would take', () => {
  const [floor, balcony] = SELLING;
  const state = drop({ serving: 1000, tiers: SELLING });
  expect(tierOdds(state, floor!, 861, NOW)).toMatchObject({ verdict: 'unlikely' });
  expect(tierOdds(state, balcony!, 861, NOW)).toMatchObject({ verdict: 'likely' });
  expect(tierOdds(state, GONE[0]!, 861, NOW)).toMatchObject({ verdict: 'gone' });
  expect(tierOdds(drop({ serving: 3, tiers: FULL }), FULL[0]!, 5, NOW)).toMatchObject({ verdict: 'unknown' });
});

test('U6: a tier that will be gone is said to be gone after now', () => {
  const odds = tierOdds(drop({ serving: 1000 }), SELLING[0]!, 861, NOW);
  expect(odds.goneAt).toBeGreaterThan(NOW);
  expect(tierOdds(drop({ serving: 1000, ratePerMinute: null }), SELLING[0]!, 861, NOW).goneAt).toBe(null);
});

test('U6: a changed verdict says whether tickets went, came back, or only the pace changed', () => {
  const one = (available: number, serving: number) =>
    drop({ serving, turnsInUse: 0, tiers: [{ ...SELLING[0]!, available, held: 0, sold: 1000 }] });
  const step = (memory: OddsMemory, state: ReturnType<typeof drop>, ahead: number) =>
    allOdds(state, ahead, NOW, memory);
  const first = step({ said: {} }, one(400, 1000), 200);
  expect(first.odds[0]).toMatchObject({ verdict: 'likely', why: null });
  const gone = step(first.memory, one(150, 1000), 200);
  expect(gone.odds[0]).toMatchObject({ verdict: 'unlikely', why: { kind: 'taken', count: 250 } });
  const back = step(gone.memory, one(190, 1000), 200);
  expect(back.odds[0]).toMatchObject({ verdict: 'maybe', why: { kind: 'returned', count: 40 } });
  const pace = step(back.memory, one(190, 1000), 100);
  expect(pace.odds[0]).toMatchObject({ verdict: 'likely', why: { kind: 'pace' } });
  expect(step(pace.memory, one(185, 1000), 100).odds[0]?.why).toEqual({ kind: 'pace' });
});

test('U8: one me, and fewer ahead never draw more bars ahead', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50_000 }), fc.nat(100_000), (number, behind) => {
      let before = BARS;
      for (const share of [1, 0.7, 0.4, 0.1, 0]) {
        const ahead = Math.floor((number - 1) * share);
        const bars = lineBars(number, ahead, number + behind);
        const count = bars.filter((bar) => bar.kind === 'ahead').length;
        expect(bars).toHaveLength(BARS);
        expect(bars.filter((bar) => bar.kind === 'me')).toHaveLength(1);
        expect(count).toBeLessThanOrEqual(before);
        expect(count > 0).toBe(ahead > 0);
        before = count;
      }
    }),
  );
});

test('U5: the rush when doors open is not taken for the pace to come', () => {
  const rush = [
    { at: NOW - 120_000, serving: 0 },
    ...steady(20, 1).map((s, i) => ({ at: NOW - 100_000 + i * 20_000, serving: 100 + s.serving })),
  ];
  expect(paceOf(rush, 80)).toBeLessThanOrEqual(25);
  expect(paceOf(steady(78), 78)).toBeCloseTo(78, 0);
  expect(paceOf([], 78)).toBe(78);
});
