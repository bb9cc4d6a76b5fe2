import { expect, test } from 'vitest';
import { seatIdOf } from '../../server/protocol/seating.ts';
import type { TicketStatus, TicketView } from '../../server/protocol/views.ts';
import { groupTickets } from './group.ts';

const ticket = (
  id: string,
  eventId: string,
  startsAt: string,
  status: TicketStatus = 'issued',
): TicketView => ({
  id,
  orderId: 'o',
  orderReference: '4K-71B',
  eventId,
  tierId: 't',
  tierName: 'Floor',
  status,
  holderName: 'Ann',
  eventTitle: eventId,
  venueName: 'Harbour Hall',
  venueCity: null,
  startsAt,
  timeZone: 'UTC',
  qr: null,
});

test('U224: the next event stands first, past ones last, a refunded ticket after the valid ones', () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  const groups = groupTickets(
    [
      ticket('1', 'last year', '2025-06-01T20:00:00Z'),
      ticket('2', 'in autumn', '2026-09-01T20:00:00Z'),
      ticket('3', 'tonight', '2026-06-01T20:00:00Z', 'refunded'),
      ticket('4', 'tonight', '2026-06-01T20:00:00Z'),
      ticket('5', 'last week', '2026-05-25T20:00:00Z'),
    ],
    now,
  );
  expect(groups.map((group) => [group.eventId, group.past])).toEqual([
    ['tonight', false],
    ['in autumn', false],
    ['last week', true],
    ['last year', true],
  ]);
  expect(groups[0]?.tickets.map((one) => one.id)).toEqual(['4', '3']);
});

test('U262: neighbours stand beside each other, whatever was moved to where after they were issued', () => {
  const seated = (id: string, number: number): TicketView => ({
    ...ticket(id, 'tonight', '2026-06-01T20:00:00Z'),
    seat: {
      id: seatIdOf('0192a000-0000-7000-8000-000000000001', number),
      section: 'Stalls',
      row: 'C',
      label: id,
    },
  });
  const [group] = groupTickets(
    [seated('1', 12), seated('2', 4), seated('3', 5)],
    Date.parse('2026-06-01T12:00:00Z'),
  );
  expect(group?.tickets.map((one) => one.id)).toEqual(['2', '3', '1']);
});

test('U224: an event that has begun stays among the current ones for the evening', () => {
  const groups = groupTickets(
    [ticket('1', 'now on', '2026-06-01T20:00:00Z')],
    Date.parse('2026-06-01T23:30:00Z'),
  );
  expect(groups[0]?.past).toBe(false);
});
