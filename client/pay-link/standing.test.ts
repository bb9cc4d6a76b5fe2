import { expect, test } from 'vitest';
import { ORDER_STATUSES, type OrderStatus } from '../../server/protocol/views.ts';
import { NOW, order } from '../fan/gallery/fixtures.ts';
import { type Standing, standingOf } from './standing.ts';

const TABLE: Record<OrderStatus, Standing> = {
  pending: 'pay',
  paying: 'paying',
  committed: 'confirmed',
  paid: 'paid',
  partially_refunded: 'over',
  refunded: 'over',
  expired: 'over',
  canceled: 'over',
};

test('U414: each state of an order has its standing', () => {
  for (const status of ORDER_STATUSES) expect(standingOf(order({ status }), null, NOW)).toBe(TABLE[status]);
});

test('U414: a step that is owed is asked for, and time that is over ends it', () => {
  expect(standingOf(order(), { type: 'stripe' }, NOW)).toBe('step');
  const late = order({ status: 'pending', expiresAt: new Date(NOW).toISOString() });
  expect(standingOf(late, null, NOW)).toBe('over');
});
