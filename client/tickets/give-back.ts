/** Giving tickets back, as pure values: what several quotes come to, and what a refund's state means. */
import type { RefundQuote, RefundView } from '../../server/protocol/money.ts';
import type { TicketView } from '../../server/protocol/views.ts';
import { giveBackTexts as texts } from '../texts/give-back.ts';
import { formatMoney } from '../ui/format.ts';

/** The server decides; this spares a question about what has begun or is spent. */
export const mayAsk = (ticket: TicketView, nowMs: number): boolean =>
  ticket.status === 'issued' && Date.parse(ticket.startsAt) > nowMs;

export interface Sum {
  /** Those that can come back. */
  ticketIds: string[];
  amountCents: number;
  feeCents: number;
  /** Points that had helped to pay them. */
  points: number;
  currency: string;
  needsApproval: boolean;
  /** The earliest end among them: ISO 8601. */
  until: string | null;
  /** Nothing was paid yet: it is a cancellation, and no money moves. */
  unpaid: boolean;
}

/** What the chosen ones come to; null while nothing that can come back is chosen. */
export function sumOf(quotes: readonly RefundQuote[], chosen: ReadonlySet<string>): Sum | null {
  const some = quotes.filter((quote) => quote.possible && chosen.has(quote.ticketId));
  const [first] = some;
  if (!first) return null;
  const total = (of: (quote: RefundQuote) => number): number =>
    some.reduce((sum, quote) => sum + of(quote), 0);
  const amountCents = total((quote) => quote.amountCents);
  const feeCents = total((quote) => quote.feeCents);
  return {
    ticketIds: some.map((quote) => quote.ticketId),
    amountCents,
    feeCents,
    points: total((quote) => quote.points ?? 0),
    currency: first.currency,
    needsApproval: some.some((quote) => quote.needsApproval),
    until:
      some
        .map((quote) => quote.until)
        .filter((at) => at !== null)
        .sort()[0] ?? null,
    unpaid: amountCents + feeCents === 0,
  };
}

export const whyNot = (quote: RefundQuote): string =>
  texts.why[(quote.why ?? '') as keyof typeof texts.why] ?? texts.why.other;

/** What a fan reads of a refund: on its way, waiting, rejected and why, or back. */
export function saysOf(refund: RefundView): { kind: 'good' | 'warn' | 'bad' | 'plain'; text: string } {
  const money = formatMoney(refund.amountCents, refund.currency);
  switch (refund.status) {
    case 'requested':
      return { kind: 'warn', text: texts.states.requested(money) };
    case 'rejected':
      return { kind: 'bad', text: texts.states.rejected(refund.reason) };
    case 'sending':
    case 'failed':
      // A provider that failed is tried again, or a person sees to it: for its owner it is on its way.
      return {
        kind: 'warn',
        text: refund.amountCents > 0 ? texts.states.sending(money) : texts.states.canceled,
      };
    case 'succeeded':
      return {
        kind: 'good',
        text: refund.amountCents > 0 ? texts.states.succeeded(money) : texts.states.canceled,
      };
  }
}

/** The latest word about one ticket. */
export const refundOfTicket = (refunds: readonly RefundView[], ticketId: string): RefundView | null =>
  refunds.find((refund) => refund.ticketIds.includes(ticketId)) ?? null;

export const refundsOfOrder = (refunds: readonly RefundView[], orderId: string): RefundView[] =>
  refunds.filter((refund) => refund.orderId === orderId);
