import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoToZoned, zonedToIso } from './zone.ts';

test('U206: a local time in the venue zone becomes the instant meant', () => {
  const cases: [string, string, string | null][] = [
    ['2026-12-12T19:00', 'Europe/Berlin', '2026-12-12T18:00:00.000Z'],
    ['2026-07-12T19:00', 'Europe/Berlin', '2026-07-12T17:00:00.000Z'],
    ['2026-07-12T19:00', 'America/New_York', '2026-07-12T23:00:00.000Z'],
    ['2026-07-12T19:00', 'Asia/Kolkata', '2026-07-12T13:30:00.000Z'],
    // 02:30 does not exist on this night: the clock goes from 02:00 to 03:00, that is 01:00Z.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    // 02:30 comes twice on this one: the first.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['', 'Europe/Berlin', null],
    ['2026-13-45T99:00', 'Europe/Berlin', null],
    ['2026-07-12T19:00', 'Atlantis/Kelp', null],
  ];
  for (const [local, zone, iso] of cases) expect(zonedToIso(local, zone)).toBe(iso);
});

test('U206: showing an instant in a zone and reading it back gives the same instant, clock changes aside', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kathmandu', 'Pacific/Chatham'];
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.constantFrom(...zones), (minutes, zone) => {
      const iso = new Date(Date.UTC(2024, 0, 1) + minutes * 60_000).toISOString();
      const back = zonedToIso(isoToZoned(iso, zone), zone);
      // In the repeated hour the first of the two is meant: never later, never more than the hour.
      const difference = Date.parse(iso) - Date.parse(back ?? '');
      expect(difference === 0 || (difference > 0 && difference <= 3_600_000)).toBe(true);
    }),
  );
});
