/** Words of points: at the till, and on their own page. */
import type { PointKind } from '../../server/protocol/loyalty.ts';

const many = (points: string, count: number): string => `${points} ${count === 1 ? 'point' : 'points'}`;

export const pointTexts = {
  many,

  till: {
    summary: (points: string, worth: string) => `Use points: ${points}, worth ${worth}`,
    label: 'Points to use',
    hint: (off: string) => `Takes up to ${off} off the price.`,
    apply: 'Use',
    all: (points: string) => `Use all ${points}`,
    whole: 'Write a whole number of points.',
    most: (points: string) => `At most ${points} here.`,
    offers: 'Or use them for',
    free: (count: number, tier: string) => (count === 1 ? `A free ticket: ${tier}` : `Free tickets: ${tier}`),
    upgrade: (tier: string, from: string) => `${tier} at the price of ${from}`,
    use: 'Use',
    useLabel: (points: string, what: string) => `Use ${points} for: ${what}`,
    applied: (points: string) => points,
    kinds: { discount: 'as a discount', free: 'for free tickets', upgrade: 'for an upgrade' },
    remove: 'Remove',
    removeLabel: 'Remove the points from this order',
  },

  title: 'My points',
  sub: 'You earn them by buying tickets, and spend them when you pay for the next ones.',
  balance: (count: number) => (count === 1 ? 'point to use' : 'points to use'),
  worth: (amount: string) => `Worth ${amount} off your next tickets, in their currency.`,
  owed: (points: string) =>
    `${points} went back with a refund after you had used them. The next ones you earn make up for that first.`,
  rule: (points: string, paid: string, needed: string) =>
    `You earn ${points} for each ${paid} you pay, shortly after. ${needed} take ${paid} off a later order; they also buy free tickets and upgrades.`,
  history: 'What came and went',
  after: (balance: string) => `then ${balance}`,
  afterOwed: (owed: string) => `then ${owed} owed`,
  kinds: {
    earned: 'Earned',
    redeemed: 'Used',
    returned: 'Came back',
    refunded: 'Came back with a refund',
    taken_back: 'Taken back with a refund',
  } satisfies Record<PointKind, string>,
  orderOf: (reference: string) => `Order ${reference}`,
  emptyTitle: 'You have no points yet.',
  toEvents: 'See all events',
} as const;
