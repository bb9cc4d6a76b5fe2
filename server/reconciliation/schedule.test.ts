import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { instantsOf, isTimeZone, wallAt } from '../kernel/index.ts';
import { afterMaintenance, readWindows, WindowError } from './maintenance.ts';
import { latestNight } from './schedule.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const wall = (text: string) => Date.parse(`${text}:00Z`);
/** Every night whose run falls due between two moments, looking each minute. */
function nightsBetween(zone: string, from: string, to: string, windows = readWindows('')) {
  const seen = new Map<string, string>();
  for (let now = at(from); now < at(to); now += 60_000) {
    const due = latestNight(now, zone, windows);
    if (due && !seen.has(due.night)) seen.set(due.night, new Date(now).toISOString());
  }
  return Object.fromEntries([...seen].slice(1));
}

test('K30: the wall clock of a named zone is known, with the hour that is skipped and the one that comes twice', () => {
  expect(new Date(wallAt(BERLIN, at('2026-11-21T16:30:00Z'))).toISOString()).toBe('2026-11-21T17:30:00.000Z');
  expect(instantsOf(BERLIN, wall('2026-07-01T02:00'))).toEqual([at('2026-07-01T00:00:00Z')]);
  expect(instantsOf(BERLIN, wall('2027-03-28T02:00'))).toEqual([at('2027-03-28T01:00:00Z')]);
  expect(instantsOf(BERLIN, wall('2027-03-28T02:30'))).toEqual([at('2027-03-28T01:00:00Z')]);
  expect(instantsOf(BERLIN, wall('2026-10-25T02:00'))).toEqual([
    at('2026-10-25T00:00:00Z'),
    at('2026-10-25T01:00:00Z'),
  ]);
  expect(instantsOf('Asia/Kathmandu', wall('2026-11-22T02:00'))).toEqual([at('2026-11-21T20:15:00Z')]);
  expect([isTimeZone('Europe/Berlin'), isTimeZone('UTC'), isTimeZone('Mars/Olympus')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('K30: a night without 02:00 and one with two of them have one run each', () => {
  expect(nightsBetween(BERLIN, '2027-03-26T12:00:00Z', '2027-03-29T12:00:00Z')).toEqual({
    '2027-03-27': '2027-03-27T01:00:00.000Z',
    '2027-03-28': '2027-03-28T01:00:00.000Z',
    '2027-03-29': '2027-03-29T00:00:00.000Z',
  });
  expect(nightsBetween(BERLIN, '2026-10-23T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual({
    '2026-10-24': '2026-10-24T00:00:00.000Z',
    '2026-10-25': '2026-10-25T00:00:00.000Z',
    '2026-10-26': '2026-10-26T01:00:00.000Z',
  });
});

test('K31: maintenance that covers 02:00 puts the run off until it ends, across clock changes too', () => {
  const cases: [string, string, string, string][] = [
    // windows, zone, the night's noon before, when its run falls due
    ['02:00-03:00', 'UTC', '2026-11-22', '2026-11-22T03:00:00.000Z'],
    ['01:30-02:00', 'UTC', '2026-11-22', '2026-11-22T02:00:00.000Z'],
    ['23:00-04:15', 'UTC', '2026-11-22', '2026-11-22T04:15:00.000Z'],
    ['01:00-03:00,02:30-05:00', 'UTC', '2026-11-22', '2026-11-22T05:00:00.000Z'],
    ['2026-11-22T01:00/2026-11-22T09:30', 'UTC', '2026-11-22', '2026-11-22T09:30:00.000Z'],
    // the hour that is skipped: 02:00 is 03:00, and that is free
    ['02:00-03:00', BERLIN, '2027-03-28', '2027-03-28T01:00:00.000Z'],
    // the hour that comes twice: both are maintenance
    ['02:00-03:00', BERLIN, '2026-10-25', '2026-10-25T02:00:00.000Z'],
    // ends within the first of the two
    ['01:00-02:30', BERLIN, '2026-10-25', '2026-10-25T00:30:00.000Z'],
  ];
  for (const [text, zone, night, due] of cases) {
    const windows = readWindows(text);
    const noon = at(`${night}T12:00:00Z`);
    expect(latestNight(noon, zone, windows), `${text} ${zone}`).toEqual({ night, atMs: at(due) });
    expect(latestNight(at(due) - 1, zone, windows)?.night, `${text} ${zone}`).not.toBe(night);
  }
});

test('K31: maintenance over several nights leaves one run, of the last of them', () => {
  const windows = readWindows('2026-11-20T12:00/2026-11-23T06:00');
  expect(nightsBetween('UTC', '2026-11-19T12:00:00Z', '2026-11-24T12:00:00Z', windows)).toEqual({
    '2026-11-20': '2026-11-20T02:00:00.000Z',
    '2026-11-23': '2026-11-23T06:00:00.000Z',
    '2026-11-24': '2026-11-24T02:00:00.000Z',
  });
  // In the second pass of a repeated hour the window still ends.
  const half = readWindows('02:00-02:30');
  expect(afterMaintenance(half, BERLIN, at('2026-10-25T01:15:00Z'))).toBe(at('2026-10-25T01:30:00Z'));
});

test('K32: a zone or a window that makes no sense is refused at start, by name', () => {
  for (const [text, why] of [
    ['2:00-3:00', /neither/],
    ['02:00-24:00', /neither/],
    ['02:00-02:00', /no time at all/],
    ['2026-02-30T01:00/2026-03-01T01:00', /neither/],
    ['2026-11-23T01:00/2026-11-22T01:00', /ends before/],
    ['00:00-13:00,12:00-00:00', /no minute/],
  ] as const) {
    expect(() => readWindows(text), text).toThrow(WindowError);
    expect(() => readWindows(text), text).toThrow(why);
    expect(() => readConfig({ HOLDFAST_MAINTENANCE: text })).toThrow(/HOLDFAST_MAINTENANCE/);
  }
  expect(() => readConfig({ HOLDFAST_TIME_ZONE: 'Mars/Olympus' })).toThrow(
    /HOLDFAST_TIME_ZONE=Mars\/Olympus/,
  );
  expect(readConfig({})).toMatchObject({ timeZone: 'UTC', maintenance: [] });
  expect(readConfig({ HOLDFAST_TIME_ZONE: BERLIN, HOLDFAST_MAINTENANCE: ' 02:00-03:00 ' })).toMatchObject({
    timeZone: BERLIN,
    maintenance: [{ every: 'day', from: 120, to: 180 }],
  });
});
