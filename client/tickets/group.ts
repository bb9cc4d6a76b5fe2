/** Tickets by event: what comes next first, what is over last. */
import type { TicketView } from '../../server/protocol/views.ts';
import { bySeat } from '../ui/seat-groups.ts';

export interface TicketGroup {
  eventId: string;
  title: string;
  startsAt: string;
  past: boolean;
  tickets: TicketView[];
}

/** An event counts as over this long after its start. */
const OVER_AFTER_MS = 12 * 60 * 60 * 1000;

/** How long the server takes a night to last. */
const NIGHT_MS = 3 * 60 * 60 * 1000;

/** Whoever was there may add pictures: with a used ticket at once, with any other live one when the night is over. */
export const wasThere = ({ tickets, startsAt }: TicketGroup, nowMs: number): boolean =>
  tickets.some(
    ({ status }) =>
      status === 'redeemed' ||
      ((status === 'issued' || status === 'transferred') && Date.parse(startsAt) + NIGHT_MS <= nowMs),
  );

/** Valid tickets before others, then by tier, then by seat, then as they were issued. */
const rank = (ticket: TicketView): number =>
  ticket.status === 'issued' ? 0 : ticket.status === 'redeemed' ? 1 : 2;

export function groupTickets(tickets: readonly TicketView[], nowMs: number): TicketGroup[] {
  const groups = new Map<string, TicketGroup>();
  for (const ticket of tickets) {
    const group = groups.get(ticket.eventId) ?? {
      eventId: ticket.eventId,
      title: ticket.eventTitle,
      startsAt: ticket.startsAt,
      past: Date.parse(ticket.startsAt) + OVER_AFTER_MS < nowMs,
      tickets: [],
    };
    group.tickets.push(ticket);
    groups.set(ticket.eventId, group);
  }
  for (const group of groups.values())
    group.tickets.sort(
      (a, b) =>
        rank(a) - rank(b) ||
        a.tierName.localeCompare(b.tierName) ||
        (a.seat && b.seat ? bySeat(a.seat, b.seat) : 0) ||
        (a.id < b.id ? -1 : 1),
    );
  const time = (group: TicketGroup): number => Date.parse(group.startsAt);
  return [...groups.values()].sort((a, b) => {
    if (a.past !== b.past) return a.past ? 1 : -1;
    return a.past ? time(b) - time(a) : time(a) - time(b);
  });
}
