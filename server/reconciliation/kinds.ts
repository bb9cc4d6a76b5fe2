/**
 * Every kind of difference there can be, each with what it means, what mends it, and what an operator's approval does.
 * docs/reconciliation.md tells the same to operators (a test compares).
 */

/** What approving a finding does; `settle`: nothing by itself, a person has dealt with it. */
export type OnApproval =
  | 'settle'
  | 'give_back'
  | 'give_back_order'
  | 'refund_charge'
  | 'capture'
  | 'send_refund'
  | 'record_refund';

export interface Kind {
  /** For a person. */
  sentence: string;
  /** What mends it, in words. */
  action: string;
  /** Done by the run itself, after it looked again; null: a person decides. */
  mend: 'resume' | 'void' | 'stray' | 'settle_refund' | 'record_dispute' | null;
  onApproval: OnApproval;
}

const byHand = (sentence: string, action: string): Kind => ({
  sentence,
  action,
  mend: null,
  onApproval: 'settle',
});

export const KINDS = {
  PAID_WITHOUT_TICKETS: {
    sentence: 'Money was taken for tickets that do not exist.',
    action: 'Approve to give the money of the missing tickets back.',
    mend: null,
    onApproval: 'give_back',
  },
  TICKETS_WITHOUT_MONEY: byHand(
    'Tickets admit somebody, but nobody’s money paid for them.',
    'Find out why; refund the tickets or collect the money, then approve.',
  ),
  SEAT_NOT_CLAIMED: byHand(
    'A ticket names a seat that is not claimed for it, so that the seat could be sold again.',
    'Find out whose seat it is and correct the claim, then approve.',
  ),
  CAPTURED_UNKNOWN_TO_LEDGER: {
    sentence: 'The provider took money that no payment here knows.',
    action: 'Approve to give it back through the provider; dismiss it if it belongs to another program.',
    mend: null,
    onApproval: 'refund_charge',
  },
  AUTHORISED_LEFT_OPEN: {
    sentence: 'The provider still blocks money for a payment that has ended here.',
    action: 'The authorisation is voided.',
    mend: 'void',
    onApproval: 'settle',
  },
  CAPTURED_AFTER_END: {
    sentence: 'The provider took money for a payment that has ended here.',
    action: 'The money is written down as taken, with its refund, which is sent at once.',
    mend: 'stray',
    onApproval: 'settle',
  },
  NOT_CAPTURED_AT_PROVIDER: {
    sentence: 'The ledger says that money was taken, the provider says it was not.',
    action: 'Approve to capture it, where the provider still has it authorised.',
    mend: null,
    onApproval: 'capture',
  },
  CHARGE_MISSING: byHand(
    'The ledger says that money was taken, and the provider has never heard of it.',
    'Ask the provider; check whose account the payment went through. Then approve.',
  ),
  AMOUNT_DIFFERS: byHand(
    'The provider took another amount than the ledger says.',
    'Compare the provider’s receipt with the order and settle the rest by hand, then approve.',
  ),
  CURRENCY_DIFFERS: byHand(
    'The provider took another currency than the ledger says.',
    'Compare the provider’s receipt with the order and settle it by hand, then approve.',
  ),
  REFUND_NOT_AT_PROVIDER: {
    sentence: 'A refund is done here, and the provider has not made it.',
    action: 'Approve to ask the provider for the very same refund again.',
    mend: null,
    onApproval: 'send_refund',
  },
  REFUND_UNKNOWN_TO_LEDGER: {
    sentence: 'The provider gave money back that no refund here knows, such as one made on its own pages.',
    action: 'Approve to write it down; refund the tickets by themselves if they should not admit any more.',
    mend: null,
    onApproval: 'record_refund',
  },
  REFUND_AMOUNT_DIFFERS: byHand(
    'The provider gave back another amount than the ledger says.',
    'Compare the provider’s receipt with the refund and settle the rest by hand, then approve.',
  ),
  REFUND_MADE: {
    sentence: 'The provider has made a refund that is still open or failed here.',
    action: 'The refund is written down as made.',
    mend: 'settle_refund',
    onApproval: 'settle',
  },
  REFUND_STUCK: byHand(
    'A refund has been on its way for longer than any should be.',
    'It goes on being sent; see at the provider what keeps it, or retry it under Refunds.',
  ),
  DISPUTE_UNTOLD: {
    sentence: 'A bank asked for money back, or has decided about it, and nothing here was told.',
    action: 'The chargeback is written down, with all that follows from it.',
    mend: 'record_dispute',
    onApproval: 'settle',
  },
  DUPLICATE_CAPTURE: {
    sentence: 'One account paid twice for the same within minutes.',
    action: 'Approve to give the later payment back, with its tickets; dismiss it if both were wanted.',
    mend: null,
    onApproval: 'give_back_order',
  },
  PAYMENT_STUCK: {
    sentence: 'A payment has been open for longer than any may be.',
    action: 'Its provider is asked again and the payment is driven to its end.',
    mend: 'resume',
    onApproval: 'settle',
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

export const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name);

/** What differs, named so that it is found again. */
export interface Subject {
  orderId: string | null;
  paymentId: string | null;
  refundId: string | null;
  /** Of a charge without a payment: whose books it stands in, and its name there. */
  charge: { provider: string; methodId: string | null; ref: string; madeAtMs: number } | null;
}

export interface Difference {
  kind: KindName;
  subject: Subject;
  /** The sentence, with the figures of this one. */
  explanation: string;
  /** Money it is about, minor units. */
  amountCents: number | null;
  currency: string | null;
  /** The figures that differ, as one comparable text. */
  figures: string;
}

/** Unique among differences of one kind. */
export function subjectKey({ orderId, paymentId, refundId, charge }: Subject): string {
  if (refundId) return `refund:${refundId}`;
  if (charge) return `charge:${charge.provider}:${charge.methodId ?? '-'}:${charge.ref}`;
  return paymentId ? `payment:${paymentId}` : `order:${orderId}`;
}

/** `EUR 49.00`: by the currency's own number of decimals. */
export function money(cents: number, currency: string): string {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const decimals = digits.maximumFractionDigits ?? 2;
  return `${currency} ${(cents / 10 ** decimals).toFixed(decimals)}`;
}
