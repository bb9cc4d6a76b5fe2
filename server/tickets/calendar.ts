/** One's event as a calendar entry (RFC 5545), for a ticket or a whole order. */
import type { SeatRef, TicketView } from '../protocol/index.ts';

const LINE_OCTETS = 75;
/** The length of an event is not known: an entry without an end would be shown as a moment. */
const ASSUMED_HOURS = 3;

const stamp = (iso: string) => `${iso.replaceAll(/[-:]/g, '').slice(0, 15)}Z`;

/** Commas, semicolons, backslashes and line ends would end the value, or begin another property (rule T8). */
const escapeText = (text: string) =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
    .replaceAll(/[\u0000-\u001f\u007f]/g, '');

/** Lines longer than 75 octets continue on the next one, after a space; no character is cut in two. */
function fold(line: string): string {
  const out: string[] = [];
  let current = '';
  let size = 0;
  for (const char of line) {
    const octets = Buffer.byteLength(char);
    if (size + octets > LINE_OCTETS) {
      out.push(current);
      current = ' ';
      size = 1;
    }
    current += char;
    size += octets;
  }
  return [...out, current].join('\r\n');
}

/** As one says it at the door: "Stalls, row C, seat 12" (rule T10). */
const seatLine = (seat: SeatRef): string => `${seat.section}, row ${seat.row}, seat ${seat.label}`;

interface Entry {
  uid: string;
  /** Of the same event: the first one names it. */
  tickets: readonly TicketView[];
  nowMs: number;
}

function entry({ uid, tickets, nowMs }: Entry): string {
  const [first] = tickets;
  if (!first) throw new RangeError('a calendar entry of no tickets');
  const end = new Date(Date.parse(first.startsAt) + ASSUMED_HOURS * 3_600_000).toISOString();
  const venue = first.venueCity ? `${first.venueName}, ${first.venueCity}` : first.venueName;
  const seats = tickets.flatMap(({ seat }) => (seat ? [seatLine(seat)] : []));
  const tiers = [...new Set(tickets.map((ticket) => ticket.tierName))];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Holdfast//Tickets//EN',
    'BEGIN:VEVENT',
    `UID:${uid}@holdfast`,
    `DTSTAMP:${stamp(new Date(nowMs).toISOString())}`,
    `DTSTART:${stamp(first.startsAt)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escapeText(first.eventTitle)}`,
    `LOCATION:${escapeText(seats.length === 0 ? venue : `${venue}: ${seats.join('; ')}`)}`,
    `DESCRIPTION:${escapeText([...tiers, ...seats, `order ${first.orderReference}`].join(', '))}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

export const calendarEntry = (ticket: TicketView, nowMs: number): string =>
  entry({ uid: ticket.id, tickets: [ticket], nowMs });

/** One entry for an order's tickets, naming every seat (rule T11). @throws RangeError without tickets */
export const calendarOfOrder = (tickets: readonly TicketView[], nowMs: number): string =>
  entry({ uid: tickets[0]?.orderId ?? '', tickets, nowMs });
