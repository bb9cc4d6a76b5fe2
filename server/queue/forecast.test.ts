import { expect, test } from 'vitest';
import { forecast } from './forecast.ts';

const supply = { free: 1_000, taken: 100, called: 100 };

test('Q31: without enough calls nothing is promised', () => {
  for (const calls of [0, 4]) {
    const said = forecast(50, { calls, seconds: 100 }, supply);
    expect(said).toMatchObject({ ahead: 50, earliestSeconds: null, latestSeconds: null });
  }
});

test('Q31: the interval holds the plain estimate, and more calls make it narrower', () => {
  let width = Number.POSITIVE_INFINITY;
  for (const calls of [6, 20, 100, 1_000, 10_000]) {
    const seconds = calls; // one a second
    const { earliestSeconds, latestSeconds } = forecast(300, { calls, seconds }, supply);
    expect(earliestSeconds!).toBeLessThanOrEqual(300);
    expect(latestSeconds!).toBeGreaterThanOrEqual(300);
    expect(latestSeconds! - earliestSeconds!).toBeLessThan(width);
    width = latestSeconds! - earliestSeconds!;
  }
});

test('Q31: fewer ahead is never later', () => {
  let last = forecast(500, { calls: 60, seconds: 120 }, supply);
  for (let ahead = 499; ahead >= 0; ahead--) {
    const next = forecast(ahead, { calls: 60, seconds: 120 }, supply);
    expect(next.earliestSeconds!).toBeLessThanOrEqual(last.earliestSeconds!);
    expect(next.latestSeconds!).toBeLessThanOrEqual(last.latestSeconds!);
    last = next;
  }
});

test.each([
  [{ free: 0, taken: 100, called: 50 }, 'unlikely'],
  [{ free: 10, taken: 0, called: 2 }, 'unknown'],
  [{ free: 300, taken: 200, called: 100 }, 'enough'],
  [{ free: 250, taken: 200, called: 100 }, 'uncertain'],
  [{ free: 200, taken: 200, called: 100 }, 'unlikely'],
] as const)('Q31: with 100 ahead and %o tickets are %s', (given, said) => {
  expect(forecast(100, { calls: 60, seconds: 60 }, given).supply).toBe(said);
});
