import { expect, test } from 'vitest';
import type { RefundQuote, RefundView } from '../../server/protocol/money.ts';
import { NOW, REFUNDS, TICKETS } from '../gallery/fixtures.ts';
import { mayAsk, refundOfTicket, refundsOfOrder, saysOf, sumOf, whyNot } from './give-back.ts';

const quote = (ticketId: string, more: Partial<RefundQuote> = {}): RefundQuote => ({
  ticketId,
  possible: true,
  why: null,
  amountCents: 5_000,
  feeCents: 200,
  currency: 'EUR',
  until: '2026-12-10T18:00:00.000Z',
  needsApproval: false,
  refund: null,
  ...more,
});

test('U420: the sum is that of the chosen ones that can come back, with the earliest end', () => {
  const quotes = [
    quote('a', { points: 120 }),
    quote('b', { points: 80, until: '2026-12-09T18:00:00.000Z', needsApproval: true }),
    quote('c', { possible: false, why: 'used', amountCents: 0, feeCents: 0 }),
    quote('d'),
  ];
  expect(sumOf(quotes, new Set(['a', 'b', 'c']))).toEqual({
    ticketIds: ['a', 'b'],
    amountCents: 10_000,
    feeCents: 400,
    points: 200,
    currency: 'EUR',
    needsApproval: true,
    until: '2026-12-09T18:00:00.000Z',
    unpaid: false,
  });
  expect(sumOf(quotes, new Set(['c']))).toBeNull();
  expect(whyNot(quotes[2]!)).toMatch(/used/);
  expect(whyNot(quote('e', { why: 'something new' }))).not.toBe('');
});

test('U421: nothing paid is a cancellation', () => {
  expect(sumOf([quote('a', { amountCents: 0, feeCents: 0 })], new Set(['a']))?.unpaid).toBe(true);
});

test('U422: each state of a refund has its words', () => {
  const [one] = REFUNDS as [RefundView];
  const says = (status: RefundView['status']) => saysOf({ ...one, status, reason: 'Too many.' }).text;
  expect(says('sending')).toBe(says('failed'));
  expect(says('requested')).toContain('77.52');
  expect(says('rejected')).toContain('Too many.');
  expect(says('succeeded')).not.toBe(says('sending'));
  expect(saysOf({ ...one, amountCents: 0 }).text).not.toContain('0.00');
  expect(refundOfTicket(REFUNDS, one.ticketIds[0]!)?.id).toBe(one.id);
  expect(refundsOfOrder(REFUNDS, one.orderId).length).toBe(3);
});

test('U423: only what is valid and has not begun is offered', () => {
  const [ticket] = TICKETS;
  expect(mayAsk(ticket!, NOW)).toBe(true);
  expect(mayAsk({ ...ticket!, status: 'redeemed' }, NOW)).toBe(false);
  expect(mayAsk(ticket!, Date.parse(ticket!.startsAt))).toBe(false);
});
