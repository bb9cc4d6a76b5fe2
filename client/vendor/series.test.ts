import { expect, test } from 'vitest';
import type { SalesView } from '../../server/protocol/views.ts';
import { newerSales, seriesOf, total } from './series.ts';

const at = (minute: string, tickets: number) => ({
  minute: `2026-12-01T${minute}:00Z`,
  tickets,
  revenueCents: 0,
});

test('U226: the chart has one point per minute up to now, a minute without sales is zero', () => {
  const rows = [at('20:00', 3), at('20:03', 5)];
  const whole = seriesOf(rows, '2026-12-01T20:04:30Z', 'whole');
  expect(whole.tickets).toEqual([3, 0, 0, 5, 0]);
  expect(whole.minutes[0]).toBe(Date.parse('2026-12-01T20:00:00Z') / 1000);
});

test('U226: the last 15 minutes are those, however long the drop has run', () => {
  const rows = Array.from({ length: 60 }, (_, minute) => at(`20:${String(minute).padStart(2, '0')}`, minute));
  const last = seriesOf(rows, '2026-12-01T20:59:10Z', 'last');
  expect(last.tickets).toHaveLength(16);
  expect([last.tickets[0], last.tickets.at(-1)]).toEqual([44, 59]);
});

test('U226: before the first sale there is a line at zero', () => {
  const empty = seriesOf([], '2026-12-01T20:00:10Z', 'whole');
  expect(empty.minutes).toHaveLength(2);
  expect(total(empty)).toBe(0);
});

test('U227: figures that arrive late never replace newer ones', () => {
  const view = (ledgerVersion: number, asOf: string): SalesView =>
    ({ eventId: 'e', ledgerVersion, asOf }) as SalesView;
  const known = view(10, '2026-12-01T20:00:05Z');
  expect(newerSales(null, known)).toBe(known);
  expect(newerSales(known, view(9, '2026-12-01T20:00:09Z'))).toBe(known);
  const higher = view(11, '2026-12-01T20:00:04Z');
  expect(newerSales(known, higher)).toBe(higher);
  const sameButLater = view(10, '2026-12-01T20:00:06Z');
  expect(newerSales(known, sameButLater)).toBe(sameButLater);
  expect(newerSales(known, view(10, '2026-12-01T20:00:04Z'))).toBe(known);
});
