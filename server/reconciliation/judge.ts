/**
 * What differs, of one payment or one charge: pure, from what ledger and provider say. What changed a moment ago is in
 * flight and no difference (rule K5).
 */
import type { BookedCharge } from '../payments/index.ts';
import { aboutPayment, differenceOf } from './difference.ts';
import type { Books, Item, ItemPayment } from './item.ts';
import { disputesDiffer, type Heard, refundsDiffer } from './judge-returns.ts';
import { type Difference, money } from './kinds.ts';

/** ms. */
export interface Bounds {
  graceMs: number;
  paymentStuckMs: number;
  refundStuckMs: number;
}

const OPEN = ['started', 'requires_action', 'unknown', 'authorized'];
const ENDED = ['voided', 'declined', 'capture_failed'];

/** Neither cash at the door nor what costs nothing is in anybody's books. */
export const keepsBooks = (payment: ItemPayment): boolean =>
  payment.provider !== 'cash_on_arrival' && payment.provider !== 'free';
export const isOpen = (payment: ItemPayment): boolean =>
  OPEN.includes(payment.status) && payment.provider !== 'cash_on_arrival';
export const isEnded = (payment: ItemPayment): boolean => ENDED.includes(payment.status);

/** Ended here: the provider must neither hold nor have kept any money. */
function endedDiffers(item: Item, p: ItemPayment, books: Books): Difference[] {
  const say = aboutPayment(item, p);
  const { state, booked } = books;
  const captured = booked ? booked.capturedCents : state === 'captured' ? p.amountCents : 0;
  const kept = captured - (booked?.refundedCents ?? 0);
  if (kept > 0 && item.paidOtherwise)
    return [
      say(
        'DUPLICATE_CAPTURE',
        kept,
        `it is paid, and another of its payments, which is ${p.status} here, was captured too: ${money(kept, p.currency)} of it are still at the provider.`,
      ),
    ];
  if (kept > 0)
    return [
      say(
        'CAPTURED_AFTER_END',
        kept,
        `its payment is ${p.status} here; the provider captured ${money(captured, booked?.currency ?? p.currency)} and has ${money(kept, booked?.currency ?? p.currency)} of it.`,
      ),
    ];
  if (state !== 'authorized') return [];
  const text = `its payment is ${p.status} here; the provider has ${money(p.amountCents, p.currency)} authorised.`;
  return [say('AUTHORISED_LEFT_OPEN', p.amountCents, text)];
}

/** Taken here: the provider must have it, in the same amount and currency, and have given back the same. */
function takenDiffers(item: Item, p: ItemPayment, books: Books, heard: Heard): Difference[] {
  if (p.capturedCents === 0) return [];
  const say = aboutPayment(item, p);
  const taken = money(p.capturedCents, p.currency);
  if (books.state === 'none')
    return [
      say('CHARGE_MISSING', p.capturedCents, `${taken} taken here; the provider knows no such charge.`),
    ];
  const { booked } = books;
  if (booked && booked.currency !== p.currency)
    return [
      say(
        'CURRENCY_DIFFERS',
        p.capturedCents,
        `${taken} taken here, ${money(booked.capturedCents, booked.currency)} at the provider.`,
      ),
    ];
  const captured = booked ? booked.capturedCents > 0 : ['captured', 'mismatched'].includes(books.state);
  if (!captured)
    return [
      say(
        'NOT_CAPTURED_AT_PROVIDER',
        p.capturedCents,
        `${taken} taken here; at the provider the charge is ${books.state}.`,
      ),
    ];
  const found = [
    ...refundsDiffer(item, p, booked?.refundedCents ?? null, heard),
    ...disputesDiffer(item, p, books),
  ];
  if (booked && booked.capturedCents !== p.capturedCents)
    found.push(
      say(
        'AMOUNT_DIFFERS',
        Math.abs(booked.capturedCents - p.capturedCents),
        `${taken} taken here, ${money(booked.capturedCents, p.currency)} at the provider.`,
      ),
    );
  return found;
}

/** Money against tickets. */
function ticketsDiffer(item: Item): Difference[] {
  const { payment: p, orderId } = item;
  const found: Difference[] = [];
  const about = { cents: item.totalCents, currency: item.orderCurrency };
  const is = `Order ${item.reference} is ${item.order}:`;
  if (p?.status === 'captured') {
    const given = p.refunds.filter((r) => r.withoutTickets && !['rejected', 'failed'].includes(r.status));
    const owed = item.missingCents - given.reduce((cents, r) => cents + r.amountCents, 0);
    const cents = Math.min(owed, p.capturedCents - p.refundedCents);
    if (item.missing > 0 && cents > 0)
      found.push(
        differenceOf(
          'PAID_WITHOUT_TICKETS',
          { orderId, paymentId: p.id },
          `${is} ${money(p.capturedCents, p.currency)} were taken, and ${item.missing} of its tickets ${item.missing === 1 ? 'is' : 'are'} missing, worth ${money(cents, p.currency)}.`,
          { cents, currency: p.currency },
        ),
      );
  }
  if (item.live > 0 && item.totalCents > 0 && item.orderNetCents <= 0 && !item.unsettled)
    found.push(
      differenceOf(
        'TICKETS_WITHOUT_MONEY',
        { orderId },
        `${is} ${item.live} of its tickets admit, of an order over ${money(item.totalCents, item.orderCurrency)}; ${money(Math.max(0, item.orderNetCents), item.orderCurrency)} of its money are here.`,
        about,
      ),
    );
  if (item.unclaimed > 0)
    found.push(
      differenceOf(
        'SEAT_NOT_CLAIMED',
        { orderId },
        `${is} ${item.unclaimed} of its ${item.live} tickets have a seat that is not claimed for them.`,
        about,
      ),
    );
  return found;
}

/** Of an item and what its provider says (`null`: it keeps no books, or they were not looked at). */
export function judge(item: Item, books: Books | null, heard: Heard, bounds: Bounds): Difference[] {
  if (item.quietMs < bounds.graceMs) return [];
  const p = item.payment;
  if (!p) return ticketsDiffer(item);
  const say = aboutPayment(item, p);
  if (isOpen(p))
    return p.ageMs < bounds.paymentStuckMs
      ? []
      : [
          say(
            'PAYMENT_STUCK',
            p.amountCents,
            `its payment over ${money(p.amountCents, p.currency)} is ${p.status}.`,
          ),
        ];
  const found = ticketsDiffer(item);
  if (books) found.push(...(isEnded(p) ? endedDiffers(item, p, books) : takenDiffers(item, p, books, heard)));
  for (const r of p.refunds)
    if (r.status === 'sending' && r.ageMs >= bounds.refundStuckMs && heard?.get(r.id)?.state !== 'succeeded')
      found.push(
        say(
          'REFUND_STUCK',
          r.amountCents,
          `a refund of ${money(r.amountCents, p.currency)} is still being sent.`,
          {
            refundId: r.id,
          },
        ),
      );
  if (p.duplicateOf && p.status === 'captured')
    found.push(
      say(
        'DUPLICATE_CAPTURE',
        p.capturedCents - p.refundedCents,
        `${money(p.capturedCents, p.currency)} for the same tickets of the same event as an earlier payment of this account (${p.duplicateOf}).`,
      ),
    );
  return found;
}

/** A charge that is not the one any payment names. `payment`: the one it says it was made for, where there is such. */
export function judgeStranger(
  charge: BookedCharge,
  books: { provider: string; methodId: string | null },
  item: Item | null,
  nowMs: number,
  bounds: Bounds,
): Difference[] {
  const kept = charge.capturedCents - charge.refundedCents;
  // Every charge made here names its payment. A vendor's own account may serve their shop as well.
  if (books.methodId !== null && charge.paymentId === null && item === null) return [];
  if (kept <= 0 || nowMs - charge.createdAtMs < bounds.graceMs) return [];
  const p = item?.payment ?? null;
  const twice = item !== null && (item.orderNetCents > 0 || item.paidOtherwise);
  const has = `${money(charge.capturedCents, charge.currency)} captured as ${charge.ref}`;
  return [
    differenceOf(
      twice ? 'DUPLICATE_CAPTURE' : 'CAPTURED_UNKNOWN_TO_LEDGER',
      {
        orderId: item?.orderId ?? null,
        paymentId: p?.id ?? null,
        charge: { ...books, ref: charge.ref, madeAtMs: charge.createdAtMs },
      },
      item
        ? `Order ${item.reference}: ${has}, beside the charge ${p?.ref ?? 'without a name'} of the same payment.`
        : `${has}, ${charge.paymentId ? `for a payment ${charge.paymentId} that does not exist here` : 'which names no payment'}.`,
      { cents: kept, currency: charge.currency },
    ),
  ];
}
