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

const view = (ledgerVersion: number, asOf: string, perMinute: SalesView['perMinute'] = []): SalesView =>
  ({ eventId: 'e', ledgerVersion, asOf: `2026-12-01T20:00:0${asOf}Z`, perMinute }) as SalesView;

test('U227: figures that arrive late never replace newer ones', () => {
  const known = view(10, '5');
  expect(newerSales(null, known)).toBe(known);
  expect(newerSales(known, view(9, '9')).ledgerVersion).toBe(10);
  expect(newerSales(known, view(11, '4')).ledgerVersion).toBe(11);
  expect(newerSales(known, view(10, '6')).asOf).toBe(view(10, '6').asOf);
  expect(newerSales(known, view(10, '4')).asOf).toBe(known.asOf);
});

test('U227: a tick with the last minutes leaves the earlier ones known, the later word on a minute counts', () => {
  const whole = view(10, '5', [at('19:00', 7), at('19:59', 2), at('20:00', 1)]);
  const tick = view(11, '6', [at('19:59', 2), at('20:00', 4)]);
  const tickets = (sales: SalesView) => sales.perMinute.map((row) => row.tickets);
  expect(tickets(newerSales(whole, tick))).toEqual([7, 2, 4]);
  expect(tickets(newerSales(tick, whole))).toEqual([7, 2, 4]);
});
