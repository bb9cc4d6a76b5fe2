/** Documents for their owner: whoever asks stands in every query. */
import type { Clock } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { readOrderTickets, readTicket } from '../tickets/index.ts';
import { isValid, type ValidTicket } from './facts.ts';
import { readInvoices } from './invoices.ts';
import { sheetsOf } from './letter.ts';
import type { Press } from './press.ts';

const OWN_STATUS = statement(
  'paper_order',
  'select status from ticketing.orders where id = $1 and user_id = $2',
);

export interface Paper {
  /** All valid tickets of an order, a page each. */
  tickets(userId: string, orderId: string): Promise<Result<Buffer>>;
  ticket(userId: string, ticketId: string): Promise<Result<Buffer>>;
  /** The invoice, then its credit notes. */
  invoice(userId: string, orderId: string): Promise<Result<Buffer>>;
}

const NOT_VALID =
  'There is no valid ticket to print: the payment is not complete, or it was used or given back.';

export function createPaper(deps: { reads: Db; payments: Db; clock: Clock; press: Press }): Paper {
  const { reads, payments, clock, press } = deps;

  async function print(tickets: ValidTicket[], status: string): Promise<Result<Buffer>> {
    if (tickets.length === 0) return refuse('INVALID_STATE', { status }, NOT_VALID);
    return ok(await press.tickets(sheetsOf({ tickets }), new Date(clock.now()).toISOString()));
  }

  return {
    async tickets(userId, orderId) {
      const order = await reads.one<{ status: string }>(OWN_STATUS, [orderId, userId]);
      if (!order) return refuse('NOT_FOUND');
      return print((await readOrderTickets(reads, userId, orderId)).filter(isValid), order.status);
    },
    async ticket(userId, ticketId) {
      const ticket = await readTicket(reads, userId, ticketId);
      if (!ticket.ok) return ticket;
      return print([ticket.value].filter(isValid), ticket.value.status);
    },
    async invoice(userId, orderId) {
      const invoices = await readInvoices(payments, userId, orderId);
      return invoices.ok ? ok(await press.invoices(invoices.value)) : invoices;
    },
  };
}
