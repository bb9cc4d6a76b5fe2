/** What a mail says: from kind and facts to words, pure. */
import { isUnpaidCash, type OrderFacts, type RefundFacts, type ValidTicket } from './facts.ts';
import { amountInWords, oneLine, seatInWords, whenInWords, zoneInWords } from './in-words.ts';
import type { Letter, LetterTicket, OrderMailKind } from './mail.ts';
import { MAIL_TEXTS as texts } from './messages.ts';
import type { TicketSheet } from './ticket-sheet.ts';

type Words = keyof typeof texts.subject;

/** Money that bought nothing, and a canceled event, are told in their own words, not as the fan's refund. */
function wordsFor(kind: OrderMailKind, order: OrderFacts, refund: RefundFacts | null): Words {
  if (kind === 'confirmation' && isUnpaidCash(order)) return 'cash';
  if (kind === 'refund_decided' || kind === 'refund_settled') {
    if (refund?.cause === 'late_payment' || refund?.cause === 'mismatch') return 'late_payment';
    if (refund?.cause === 'event_canceled') return 'event_canceled';
  }
  return kind;
}

export function subjectOf(kind: OrderMailKind, order: OrderFacts, refund: RefundFacts | null): string {
  const words = wordsFor(kind, order, refund);
  return oneLine(texts.subject[words](oneLine(order.title), order.reference));
}

function refundParagraphs(kind: OrderMailKind, refund: RefundFacts): string[] {
  const amount = amountInWords(refund.amountCents, refund.currency);
  if (kind === 'refund_rejected') {
    const reason = refund.reason === null ? null : oneLine(refund.reason);
    return [texts.refundRejected(reason)];
  }
  const kept = refund.feeCents > 0 ? [texts.refundFee(amountInWords(refund.feeCents, refund.currency))] : [];
  if (refund.cause === 'late_payment') return [texts.latePayment(amount)];
  if (refund.cause === 'mismatch') return [texts.mismatch(amount)];
  if (refund.cause === 'duplicate') return [texts.duplicate(amount)];
  if (refund.cause === 'event_canceled') return [texts.eventCanceled(amount)];
  if (refund.amountCents === 0) return [texts.nothingToReturn, ...kept];
  return [kind === 'refund_settled' ? texts.refundSettled(amount) : texts.refundDecided(amount), ...kept];
}

function paragraphsOf(
  kind: OrderMailKind,
  order: OrderFacts,
  refund: RefundFacts | null,
  reason: string | null,
): string[] {
  if (refund) return refundParagraphs(kind, refund);
  if (kind === 'cancelation') return [texts.cancelation(reason === null ? null : oneLine(reason))];
  const count = order.tickets.length;
  const cash = isUnpaidCash(order)
    ? [texts.cash(count, amountInWords(order.totalCents, order.currency))]
    : [];
  if (kind === 'resend') return [texts.resend, ...cash];
  if (kind === 'ticket_moved') return [texts.moved];
  if (cash.length > 0) return cash;
  return [order.totalCents === 0 ? texts.free(count) : texts.confirmation(count)];
}

export const whatInWords = (ticket: Pick<ValidTicket, 'tierName' | 'seat'>): string =>
  [oneLine(ticket.tierName), ...(ticket.seat ? [seatInWords(ticket.seat)] : [])].join(', ');

export const venueInWords = (order: Pick<OrderFacts, 'venueName' | 'venueCity'>): string =>
  oneLine([order.venueName, order.venueCity].filter(Boolean).join(', '));

/** Parts of a mail name each other by ids of this form; the ticket's own id makes them unique and stable. */
const contentIdOf = (ticketId: string): string => `${ticketId}@tickets.holdfast`;

/** `reason`: what whoever caused the mail said. */
export function writeLetter(
  kind: OrderMailKind,
  order: OrderFacts,
  refund: RefundFacts | null,
  reason: string | null = null,
): Letter {
  const { labels } = texts;
  const startsAt = order.startsAt.toISOString();
  const count = order.tickets.length;
  const tickets: LetterTicket[] = order.tickets.map((ticket, index) => ({
    title: texts.ticketOf(index + 1, count),
    what: whatInWords(ticket),
    code: ticket.qr,
    contentId: contentIdOf(ticket.id),
  }));
  return {
    subject: subjectOf(kind, order, refund),
    heading: texts.heading[wordsFor(kind, order, refund)],
    greeting: texts.greeting(oneLine(order.toName)),
    paragraphs: paragraphsOf(kind, order, refund, reason),
    action: null,
    rows: [
      [labels.order, `${oneLine(order.title)}, ${order.reference}`],
      [labels.when, whenInWords(startsAt, order.timeZone)],
      [labels.zone, zoneInWords(startsAt, order.timeZone)],
      [labels.where, venueInWords(order)],
      ...(refund || kind === 'ticket_moved'
        ? []
        : ([[labels.total, amountInWords(order.totalCents, order.currency)]] as [string, string][])),
    ],
    tickets,
    foot: [...(count > 0 ? [texts.keep] : []), texts.why],
  };
}

/** The same tickets, for paper. */
export function sheetsOf(order: Pick<OrderFacts, 'tickets'>): TicketSheet[] {
  return order.tickets.map((ticket) => ({
    title: oneLine(ticket.eventTitle),
    when: whenInWords(ticket.startsAt, ticket.timeZone),
    zone: zoneInWords(ticket.startsAt, ticket.timeZone),
    venue: venueInWords(ticket),
    tier: oneLine(ticket.tierName),
    seat: ticket.seat ? seatInWords(ticket.seat) : null,
    holder: oneLine(ticket.holderName),
    reference: ticket.orderReference,
    ticketId: ticket.id,
    code: ticket.qr,
  }));
}
