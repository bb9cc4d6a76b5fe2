/**
 * A person's tickets as their owner is shown them (rules T12, T13): from the ledger, each time; while it is away, as they were when they
 * were last shown.
 */
import { LIMITS } from '../limits.ts';
import { ok, type Result, type TicketView } from '../protocol/index.ts';
import type { Copies, Db, Had } from '../stores/index.ts';
import { type Shown, shownOf, shownResult } from '../transport/index.ts';
import { readMyTickets, readTicket, type TicketPage } from './tickets.ts';

export interface MyTickets {
  page(ownerId: string, limit: number, after: string | null): Promise<Shown<TicketPage>>;
  /** Refuses NOT_FOUND, also for another's. */
  one(ownerId: string, ticketId: string): Promise<Result<Shown<TicketView>>>;
}

const pageKey = (ownerId: string, limit: number, after: string | null) =>
  `tickets ${ownerId} ${limit} ${after ?? ''}`;

export function createMyTickets(reads: Db, copies: Copies): MyTickets {
  /** Whoever saw the list (as long as ours asks for it, or as it comes) may open any ticket of its first page. */
  async function inList(
    ownerId: string,
    ticketId: string,
  ): Promise<{ value: Result<TicketView>; asOf: number } | null> {
    for (const limit of [LIMITS.pageMax, LIMITS.pageDefault]) {
      const page = await copies.find<TicketPage>(pageKey(ownerId, limit, null));
      const ticket = page?.value.items.find((item) => item.id === ticketId);
      if (page && ticket) return { value: ok(ticket), asOf: page.asOf };
    }
    return null;
  }

  return {
    async page(ownerId, limit, after) {
      const had: Had<TicketPage> = await copies.through({
        what: 'tickets',
        key: pageKey(ownerId, limit, after),
        load: () => readMyTickets(reads, ownerId, limit, after),
      });
      return shownOf(had);
    },
    async one(ownerId, asked) {
      const ticketId = asked.toLowerCase();
      return shownResult(
        await copies.through({
          what: 'ticket',
          key: `ticket ${ownerId} ${ticketId}`,
          load: () => readTicket(reads, ownerId, ticketId),
          keep: (ticket) => ticket.ok,
          otherwise: () => inList(ownerId, ticketId),
        }),
      );
    },
  };
}
