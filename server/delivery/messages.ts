/** Every word of mails and paper. What people typed arrives here as one line (`oneLine`). */
import type { OrderMailKind } from './mail.ts';

export const MAIL_TEXTS = {
  subject: {
    confirmation: (title: string, reference: string) => `Your tickets: ${title} (order ${reference})`,
    cash: (title: string, reference: string) =>
      `Reserved, to be paid at the door: ${title} (order ${reference})`,
    resend: (title: string, reference: string) => `Your tickets, once more: ${title} (order ${reference})`,
    ticket_moved: (title: string, reference: string) =>
      `Your seat has changed: ${title} (order ${reference})`,
    refund_decided: (title: string, reference: string) =>
      `Your refund is on its way: ${title} (order ${reference})`,
    refund_rejected: (title: string, reference: string) => `About your refund: ${title} (order ${reference})`,
    refund_settled: (title: string, reference: string) => `Your refund: ${title} (order ${reference})`,
    late_payment: (title: string, reference: string) =>
      `Your payment goes back: ${title} (order ${reference})`,
    cancelation: (title: string, reference: string) => `Canceled: ${title} (order ${reference})`,
    event_canceled: (title: string, reference: string) =>
      `Canceled, and your money back: ${title} (order ${reference})`,
  },
  greeting: (name: string) => `Hello ${name},`,
  heading: {
    confirmation: 'You are going.',
    cash: 'Reserved for you.',
    resend: 'Your tickets, once more.',
    ticket_moved: 'Your seat has changed.',
    refund_decided: 'Your refund is on its way.',
    refund_rejected: 'Your refund was turned down.',
    refund_settled: 'Your money is on its way to you.',
    late_payment: 'Your payment goes back.',
    cancelation: 'The event is canceled.',
    event_canceled: 'The event is canceled.',
  } satisfies Record<OrderMailKind | 'cash' | 'late_payment' | 'event_canceled', string>,
  confirmation: (count: number) =>
    count === 1
      ? 'your payment is in, and this is your ticket. Show its code at the door, on the phone or on paper: the attached PDF has it too.'
      : `your payment is in, and these are your ${count} tickets. Each has its own code to show at the door, on the phone or on paper: the attached PDF has them too.`,
  cash: (count: number, amount: string) =>
    `${count === 1 ? 'a ticket is' : `${count} tickets are`} reserved for you. Please pay ${amount} at the door, before the event begins. The attached PDF has the ${count === 1 ? 'code' : 'codes'} too.`,
  free: (count: number) =>
    count === 1
      ? 'this is your ticket. There is nothing to pay. Show its code at the door, on the phone or on paper.'
      : `these are your ${count} tickets. There is nothing to pay. Show their codes at the door, on the phone or on paper.`,
  resend:
    'here are your tickets as they are now. Codes in older mails of this order stay valid unless a ticket was moved or given back.',
  moved:
    'the organiser has given you another seat. This is your new ticket; the code in the earlier mail no longer opens the door.',
  refundDecided: (amount: string) =>
    `${amount} goes back the way you paid. Banks take a few days to show it. You will hear from us when it has been sent.`,
  refundRejected: (reason: string | null) =>
    reason
      ? `your refund was turned down: “${reason}”. Your tickets stay valid.`
      : 'your refund was turned down. Your tickets stay valid.',
  refundSettled: (amount: string) =>
    `we have sent ${amount} back the way you paid. Banks take a few days to show it.`,
  nothingToReturn: 'your tickets are given back. Nothing had been paid, so that no money has to move.',
  latePayment: (amount: string) =>
    `your payment of ${amount} arrived after the time for it was over, and the tickets had gone. You have bought nothing, and nothing of it is kept: the whole amount goes back the way it came.`,
  duplicate: (amount: string) =>
    `${amount} was charged once too often. It goes back the way you paid; your tickets stay valid.`,
  mismatch: (amount: string) =>
    `a payment of ${amount} did not match what your order costs. You have bought nothing with it: it goes back the way it came.`,
  eventCanceled: (amount: string) =>
    `the organiser has canceled this event. ${amount} goes back the way you paid.`,
  cancelation: (reason: string | null) =>
    `the organiser has canceled this event${reason === null ? '' : `: “${reason}”`}. You can have all your money back: open My tickets and give them back. There is no hurry.`,
  refundFee: (amount: string) => `${amount} is kept, as the organiser's terms say.`,
  labels: {
    when: 'When',
    zone: 'Time at the venue',
    where: 'Where',
    order: 'Order',
    tier: 'Ticket',
    seat: 'Seat',
    holder: 'Holder',
    number: 'Ticket number',
    total: 'Total, all-in',
    back: 'Goes back',
    kept: 'Kept',
  },
  ticketOf: (index: number, count: number) => (count === 1 ? 'Your ticket' : `Ticket ${index} of ${count}`),
  qrAlt: (what: string) => `QR code: ${what}. If you do not see it, open the attached PDF.`,
  code: (what: string) => `Code of ${what}, as text`,
  keep: 'Whoever shows a code first gets in: keep it to yourself.',
  why: 'You get this mail because of an order with this address. It was sent by a machine; nobody reads answers to it.',
} as const;

export const PAPER_TEXTS = {
  ticket: 'Ticket',
  ticketsTitle: (event: string, reference: string) => `Tickets: ${event}, order ${reference}`,
  page: (index: number, count: number) => `${index} of ${count}`,
  show: 'Show this code at the door. Whoever shows it first gets in: keep it to yourself.',
  missing: '\ufffd stands for a character that could not be printed. The code is valid all the same.',
  invoice: 'Invoice',
  creditNote: 'Credit note',
  number: (kind: 'invoice' | 'credit_note', number: number) =>
    `${kind === 'invoice' ? 'INV' : 'CN'}-${String(number).padStart(6, '0')}`,
  corrects: (number: string) => `Corrects invoice ${number}`,
  seller: 'From',
  buyer: 'To',
  date: 'Date',
  order: 'Order',
  paid: 'Paid',
  paidBy: {
    card: (brand: string | null, last4: string | null) =>
      `by ${brand ?? 'card'}${last4 === null ? '' : ` ending in ${last4}`}`,
    cash_on_arrival: 'in cash, at the door',
    free: 'nothing to pay',
  },
  event: 'Event',
  columns: ['', 'Quantity', 'Each', 'Amount'],
  discount: (each: string) => `discount ${each} each`,
  points: (each: string) => `points ${each} each`,
  fee: (each: string) => `fee ${each} each`,
  tax: (name: string, each: string) => `${name} ${each} each`,
  subtotal: 'Subtotal',
  discounts: 'Discount',
  pointsUsed: (points: number) => `Loyalty points (${points})`,
  fees: 'Fees',
  added: (name: string, share: string | null) => (share === null ? name : `${name} ${share}`),
  contained: (name: string, share: string | null) =>
    `${share === null ? name : `${name} ${share}`}, contained`,
  total: 'Total',
  credited: 'Credited',
  kept: 'Kept of the price, by the terms',
} as const;
