import { expect, test, vi } from 'vitest';
import type { Check } from '../../server/protocol/draw-verify.ts';
import { isLate, verdictOf } from './verdict.ts';

vi.mock('../session.ts', () => ({ api: {} }));
const { readPlaces } = await import('./record.ts');

const check = (name: Check['name'], passed: boolean | null): Check => ({
  name,
  passed,
  title: name,
  detail: '',
});
const whole = [
  check('secret', true),
  check('complete', true),
  check('root', true),
  check('seed', true),
  check('numbers', true),
];

test('U235: a draw is right only when everything up to the numbers was checked and held', () => {
  expect(verdictOf(whole)).toBe('right');
  expect(verdictOf([...whole, check('beacon', null)])).toBe('right');
  for (const missing of ['secret', 'root', 'seed', 'numbers'])
    expect([missing, verdictOf(whole.filter((one) => one.name !== missing))]).toEqual([missing, 'partly']);
  expect(verdictOf([])).toBe('partly');
});

test('U235: one failed check makes the draw wrong, whatever else held', () => {
  for (const failed of whole)
    expect(verdictOf(whole.map((one) => (one === failed ? { ...one, passed: false } : one)))).toBe('wrong');
  expect(verdictOf([...whole, check('beacon', false)])).toBe('wrong');
});

test('U236: the list of places is read line by line, and a damaged line is not passed over', () => {
  const line = JSON.stringify({ placeId: 'p', commitment: 'c', joinedAtMicros: 1, number: 1, left: false });
  expect(readPlaces(`${line}\n${line}\n`)).toHaveLength(2);
  expect(readPlaces('')).toEqual([]);
  expect(() => readPlaces(`${line}\n{"placeId":`)).toThrow(SyntaxError);
});

test('U237: a place taken after the close is told apart from one that was left out', () => {
  const closedAt = '2026-12-01T20:00:00.000Z';
  const closedMs = Date.parse(closedAt);
  expect(isLate(closedAt, closedMs - 1)).toBe(false);
  expect(isLate(closedAt, closedMs + 1)).toBe(true);
  expect(isLate(null, closedMs)).toBe(false);
  expect(isLate(closedAt, null)).toBe(false);
});
