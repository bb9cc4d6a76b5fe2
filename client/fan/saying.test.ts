import { expect, test } from 'vitest';
import { ApiError } from '../api.ts';
import { type AnnouncerState, announce, crossedWarning, QUIET_MS, silent } from './announcer.ts';
import { freshnessOf } from './freshness.ts';
import { NOW } from './gallery/fixtures.ts';
import { say } from './messages.ts';
import { isUnknown, problemOf } from './refusals.ts';
import type { Screen } from './screen.ts';
import { etaSentence, oddsSentence, titleOf } from './wording.ts';

const waiting = (ahead: number): Screen => ({
  name: 'waiting',
  number: 1204,
  last: 18_311,
  ahead,
  eta: { kind: 'interval', lowMinutes: 9, highMinutes: 14 },
  receipt: '',
});
const turn = (leftMs: number): Screen => ({
  name: 'turn',
  leftMs,
  allowance: 4,
  anonymous: false,
  soldOut: false,
});

test('U10: while the line only moves on, the region speaks at most every 30 s', () => {
  let state: AnnouncerState = silent;
  const said: number[] = [];
  for (let second = 0; second <= 90; second++) {
    const next = announce(state, waiting(861 - second), NOW + second * 1000);
    if (next.text !== state.text) said.push(second);
    state = next;
  }
  expect(said).toEqual([0, QUIET_MS / 1000, 60, 90]);
  expect(state.text).toContain('771 people ahead of you.');
});

test('U10: a turn is spoken at once, however shortly something was said before', () => {
  const before = announce(silent, waiting(5), NOW);
  const called = announce(before, { name: 'called', number: 1204, leftMs: 60_000 }, NOW + 200);
  expect(called.text).toContain("It's your turn.");
  // The running clock alone says nothing more.
  expect(announce(called, { name: 'called', number: 1204, leftMs: 59_000 }, NOW + 1_200).text).not.toContain(
    '0:59',
  );
});

test('U10: a deadline warns once at 60 s and once at 20 s', () => {
  let state = announce(silent, turn(90_000), NOW);
  const said: string[] = [];
  for (let left = 89_000; left >= 0; left -= 1_000) {
    const next = announce(state, turn(left), NOW + 90_000 - left);
    if (next.text !== state.text) said.push(next.text);
    state = next;
  }
  expect(said).toEqual(['1 minute left to choose.', '20 seconds left to choose.']);
  expect(crossedWarning(100_000, 10_000)).toBe(20_000);
  expect(crossedWarning(10_000, 9_000)).toBe(null);
});

test('U11: the title says the one fact that counts', () => {
  expect(titleOf(waiting(861), 'Tidal Choir')).toBe('861 ahead · Tidal Choir');
  expect(titleOf({ name: 'called', number: 4, leftMs: 47_000 }, 'Tidal Choir')).toContain('YOUR TURN · 0:47');
  expect(titleOf(turn(581_000), 'Tidal Choir')).toBe('9:41 to choose · Tidal Choir');
  expect(titleOf({ name: 'loading' }, 'Tidal Choir')).toBe('Tidal Choir · Holdfast');
});

test('U5: a time to wait is said in minutes, and in hours when it is long', () => {
  expect(etaSentence({ kind: 'interval', lowMinutes: 9, highMinutes: 14 })).toBe('About 9 to 14 minutes.');
  expect(etaSentence({ kind: 'interval', lowMinutes: 100, highMinutes: 160 })).toBe(
    'About 1 h 45 min to 2 h 45 min.',
  );
  expect(etaSentence({ kind: 'soon' })).toBe('Less than a minute.');
});

test('U6: the odds make one sentence of names', () => {
  const odds = (tierId: string, verdict: 'likely' | 'unlikely' | 'maybe') => ({
    tierId,
    verdict,
    goneAt: null,
    why: null,
  });
  const name = (id: string): string => id;
  expect(oddsSentence([odds('Floor', 'unlikely'), odds('Balcony', 'likely')], name)).toBe(
    'Floor will probably be gone before your turn; Balcony likely available.',
  );
  expect(oddsSentence([odds('Floor', 'maybe')], name)).toBe('');
  expect(oddsSentence([odds('A', 'unlikely'), odds('B', 'unlikely'), odds('C', 'unlikely')], name)).toContain(
    'A, B and C',
  );
});

test('U12: a refusal is told where it belongs, and a wrong card beside its field', () => {
  const sold = problemOf({ code: 'SOLD_OUT', message: '' }, 'board');
  expect(sold).toMatchObject({ at: 'board', kind: 'bad', text: say.problem.soldOut });
  const card = new ApiError('INVALID_REQUEST', 400, 'A test card has 12 to 19 digits.');
  expect(problemOf(card, 'pay')).toMatchObject({
    at: 'card',
    kind: 'bad',
    text: 'A test card has 12 to 19 digits.',
  });
  expect(problemOf({ code: 'DROP_PAUSED', message: 'Paused.' }, 'board').kind).toBe('turn');
});

test('U12: with no answer neither yes nor no is said', () => {
  const lost = { code: 'TEMPORARILY_UNAVAILABLE', message: '', details: { unknown: true } };
  expect(isUnknown(lost)).toBe(true);
  expect(isUnknown(new ApiError('OFFLINE', 0, ''))).toBe(true);
  expect(problemOf(lost, 'pay').text).toBe(say.problem.unknown);
  expect(problemOf(new ApiError('OFFLINE', 0, ''), 'pay').text).toBe(say.problem.unknown);
  expect(problemOf(new ApiError('OFFLINE', 0, ''), 'line').text).toBe(say.problem.offline);
  expect(isUnknown({ code: 'TEMPORARILY_UNAVAILABLE', message: '' })).toBe(false);
});

const link = (name: 'live' | 'off' | 'connecting' | 'waiting' | 'unavailable' | 'signed-out', more = {}) => ({
  link: name,
  nextTryAt: null,
  failedRetries: 0,
  downSince: name === 'live' ? null : 1_000,
  ...more,
});

test('U9: live turns old after 3 s without a word', () => {
  expect(freshnessOf(link('live'), NOW - 3_000, NOW, 0)).toEqual({ kind: 'live' });
  expect(freshnessOf(link('live'), NOW - 3_001, NOW, 0)).toEqual({ kind: 'old', ageMs: 3_001 });
});

test('U9: a lost connection says for how long, when it is tried again and how often it failed', () => {
  expect(freshnessOf(link('connecting'), NOW - 500, NOW, 6_000)).toMatchObject({
    kind: 'reconnecting',
    offMs: 5_000,
  });
  expect(
    freshnessOf(link('waiting', { nextTryAt: 41_000, failedRetries: 1 }), NOW - 9_000, NOW, 13_000),
  ).toEqual({
    kind: 'off',
    ageMs: 9_000,
    offMs: 12_000,
    nextTryMs: 28_000,
    failedRetries: 1,
    unavailable: false,
  });
  expect(freshnessOf(link('unavailable'), NOW, NOW, 2_000)).toMatchObject({
    kind: 'off',
    unavailable: true,
    nextTryMs: null,
  });
});

test('U9: whoever is not logged in is kept fresh by HTTP, which asks every few seconds', () => {
  expect(freshnessOf(link('off'), NOW - 8_000, NOW, 0)).toEqual({ kind: 'live' });
  expect(freshnessOf(link('signed-out'), NOW - 20_000, NOW, 0)).toEqual({ kind: 'old', ageMs: 20_000 });
});
