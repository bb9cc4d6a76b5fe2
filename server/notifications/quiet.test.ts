import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wallAt } from '../kernel/index.ts';
import { KINDS } from './kinds.ts';
import { atHour, daysBetween, firstLoud, type QuietHours } from './quiet.ts';
import { whenToTell } from './send.ts';

const at = (iso: string) => Date.parse(iso);
const MINUTE = 60_000;

test.each<[string, QuietHours | null, string, string]>([
  ['none', null, '2026-05-01T01:00:00Z', '2026-05-01T01:00:00Z'],
  ['by day', { from: '13:00', until: '15:00', zone: 'UTC' }, '2026-05-01T13:30:00Z', '2026-05-01T15:00:00Z'],
  [
    'at its end',
    { from: '13:00', until: '15:00', zone: 'UTC' },
    '2026-05-01T15:00:00Z',
    '2026-05-01T15:00:00Z',
  ],
  [
    'before midnight',
    { from: '22:00', until: '08:00', zone: 'Europe/Zurich' },
    '2026-05-01T21:00:00Z',
    '2026-05-02T06:00:00Z',
  ],
  [
    'after midnight',
    { from: '22:00', until: '08:00', zone: 'Europe/Zurich' },
    '2026-05-01T23:00:00Z',
    '2026-05-02T06:00:00Z',
  ],
  [
    'from equals until',
    { from: '08:00', until: '08:00', zone: 'UTC' },
    '2026-05-01T08:00:00Z',
    '2026-05-01T08:00:00Z',
  ],
  // 29 March 2026, 02:00 → 03:00: an end at 02:30 is never shown; it is over when the clock has jumped.
  [
    'into the hour that lacks',
    { from: '22:00', until: '02:30', zone: 'Europe/Zurich' },
    '2026-03-28T23:00:00Z',
    '2026-03-29T01:00:00Z',
  ],
  [
    'over the night that lacks an hour',
    { from: '22:00', until: '08:00', zone: 'Europe/Zurich' },
    '2026-03-28T23:00:00Z',
    '2026-03-29T06:00:00Z',
  ],
  // 25 October 2026, 03:00 → 02:00: 02:30 is shown twice; the first time ends it, and the second is as quiet as any.
  [
    'in the hour that comes twice',
    { from: '22:00', until: '02:30', zone: 'Europe/Zurich' },
    '2026-10-24T22:00:00Z',
    '2026-10-25T00:30:00Z',
  ],
  [
    'the second time',
    { from: '22:00', until: '02:30', zone: 'Europe/Zurich' },
    '2026-10-25T01:10:00Z',
    '2026-10-25T01:30:00Z',
  ],
  [
    'half an hour of summer time',
    { from: '22:00', until: '08:00', zone: 'Australia/Lord_Howe' },
    '2026-04-04T12:00:00Z',
    '2026-04-04T21:30:00Z',
  ],
])('N30: quiet hours, %s', (_name, quiet, now, loud) => {
  expect(new Date(firstLoud(quiet, at(now))).toISOString()).toBe(new Date(at(loud)).toISOString());
});

const hour = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const zones = fc.constantFrom(
  'Europe/Zurich',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'UTC',
  'Pacific/Apia',
);
/** Around the nights that clocks change in, and any other. */
const instants = fc.oneof(
  fc
    .constantFrom(
      '2026-03-28T20:00Z',
      '2026-10-24T20:00Z',
      '2026-03-08T00:00Z',
      '2026-11-01T00:00Z',
      '2026-04-04T08:00Z',
      '2026-10-03T08:00Z',
    )
    .chain((base) => fc.nat(36 * 60).map((minutes) => at(base) + minutes * MINUTE)),
  fc
    .integer({ min: at('2026-01-01T00:00Z') / MINUTE, max: at('2027-12-31T00:00Z') / MINUTE })
    .map((n) => n * MINUTE),
);
const shown = (zone: string, ms: number) => new Date(wallAt(zone, ms)).toISOString().slice(11, 16);
/** The rule in the plainest words, minute by minute. */
const quietAt = ({ from, until, zone }: QuietHours, ms: number) => {
  const clock = shown(zone, ms);
  return from < until ? from <= clock && clock < until : from > until && (clock >= from || clock < until);
};

test('N30: the first minute that is not quiet, whatever clocks do that night', () => {
  fc.assert(
    fc.property(instants, hour, hour, zones, (now, from, until, zone) => {
      const quiet = { from, until, zone };
      let slow = now;
      while (quietAt(quiet, slow)) slow += MINUTE;
      expect(firstLoud(quiet, now)).toBe(slow);
    }),
    { numRuns: 600 },
  );
});

const span = (hours: number) => ({
  now: at('2026-05-01T23:00Z'),
  expiresAt: at('2026-05-01T23:00Z') + hours * 3_600_000,
  timeZone: 'UTC',
});
const quiet = { from: '22:00', until: '08:00', zone: 'UTC' };

test('N31: turns and reminders do not wait, changes are told at once when they cannot, and the rest is dropped', () => {
  const when = (kind: keyof typeof KINDS, hours: number) =>
    whenToTell(KINDS[kind], kind, { quiet, zone: 'UTC' }, span(hours));
  for (const kind of ['turn_soon', 'turn_called', 'lobby_open', 'doors_soon'] as const)
    expect(when(kind, 1), kind).toBe(span(1).now);
  for (const kind of ['day_before', 'event_moved', 'event_canceled'] as const)
    expect(when(kind, 20), kind).toBe(at('2026-05-02T08:00Z'));
  expect(when('day_before', 4)).toBeNull();
  expect(when('event_moved', 4)).toBe(span(4).now);
  expect(when('event_canceled', 4)).toBe(span(4).now);
});

test('N29: suggestions wait for ten in the morning, on the clock of who gets them', () => {
  const when = (zone: string | null) =>
    whenToTell(KINDS.suggestion, 'suggestion', { quiet: null, zone }, span(72));
  expect(when(null)).toBe(at('2026-05-02T10:00Z'));
  expect(when('Asia/Tokyo')).toBe(at('2026-05-02T01:00Z'));
  expect(when('America/Los_Angeles')).toBe(span(72).now);
  // Quiet by day as well as by night leaves no minute: it is not told at all.
  const never = whenToTell(
    KINDS.suggestion,
    'suggestion',
    { quiet: { from: '09:00', until: '21:00', zone: 'UTC' }, zone: 'UTC' },
    span(48),
  );
  expect(never).toBeNull();
});

test('N26: ten in the morning of the day before, at the venue', () => {
  expect(atHour('Asia/Tokyo', at('2026-05-02T10:00Z'), -1, '10:00')).toBe(at('2026-05-01T01:00Z'));
  expect(atHour('Europe/Zurich', at('2026-03-29T18:00Z'), -1, '10:00')).toBe(at('2026-03-28T09:00Z'));
  expect(daysBetween('Asia/Tokyo', at('2026-05-01T14:00Z'), at('2026-05-01T16:00Z'))).toBe(1);
  expect(daysBetween('UTC', at('2026-05-01T14:00Z'), at('2026-05-01T16:00Z'))).toBe(0);
});
