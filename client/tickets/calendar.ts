/** Hands the server's calendar entry of a ticket to the device as a file. */
import type { SeatRef } from '../../server/protocol/seating.ts';
import type { TicketView } from '../../server/protocol/views.ts';
import { api } from '../session.ts';
import { saveFile } from '../shell/save-file.ts';

const TITLE_MAX = 60;
const SECTION_MAX = 30;
const LABEL_MAX = 10;

const plain = (text: string, max: number): string =>
  text
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, max);

/** A name every file system takes, still readable; neighbours' entries do not take each other's. */
export function calendarFileName(title: string, seat?: Omit<SeatRef, 'id'> | null): string {
  const parts = [plain(title, TITLE_MAX) || 'event'];
  if (seat)
    parts.push(plain(seat.section, SECTION_MAX), plain(seat.row, LABEL_MAX), plain(seat.label, LABEL_MAX));
  return `${parts.filter(Boolean).join('-')}.ics`;
}

export async function saveCalendarEntry(
  ticket: Pick<TicketView, 'id' | 'eventTitle' | 'seat'>,
): Promise<void> {
  const entry = await api.text(`/tickets/${ticket.id}/calendar.ics`);
  saveFile(calendarFileName(ticket.eventTitle, ticket.seat), new Blob([entry], { type: 'text/calendar' }));
}
