/** One ticket's event as a calendar entry (RFC 5545). */
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

export function calendarEntry(ticket: TicketView, nowMs: number): string {
  const end = new Date(Date.parse(ticket.startsAt) + ASSUMED_HOURS * 3_600_000).toISOString();
  const venue = ticket.venueCity ? `${ticket.venueName}, ${ticket.venueCity}` : ticket.venueName;
  const seat = ticket.seat ? seatLine(ticket.seat) : null;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Holdfast//Tickets//EN',
    'BEGIN:VEVENT',
    `UID:${ticket.id}@holdfast`,
    `DTSTAMP:${stamp(new Date(nowMs).toISOString())}`,
    `DTSTART:${stamp(ticket.startsAt)}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escapeText(ticket.eventTitle)}`,
    `LOCATION:${escapeText(seat === null ? venue : `${venue}: ${seat}`)}`,
    `DESCRIPTION:${escapeText([ticket.tierName, ...(seat === null ? [] : [seat]), `order ${ticket.orderReference}`].join(', '))}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(fold).join('\r\n')}\r\n`;
}
