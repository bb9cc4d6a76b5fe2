/** Hands the server's calendar entry of a ticket to the device as a file. */
import type { TicketView } from '../../server/protocol/views.ts';
import { api } from '../session.ts';

/** A name every file system takes, still readable. */
export const calendarFileName = (title: string): string =>
  `${
    title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'event'
  }.ics`;

export async function saveCalendarEntry(ticket: Pick<TicketView, 'id' | 'eventTitle'>): Promise<void> {
  const entry = await api.text(`/tickets/${ticket.id}/calendar.ics`);
  const url = URL.createObjectURL(new Blob([entry], { type: 'text/calendar' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = calendarFileName(ticket.eventTitle);
  link.click();
  URL.revokeObjectURL(url);
}
