/** Words for what is paused, why, and what goes on meanwhile. */
import type { ServiceNote } from '../../server/protocol/money.ts';

export const serviceTexts = {
  /** Where the servers give no reason. */
  paused: 'Card payments are paused.',
  slow: 'Card payments may take longer.',
  retryAt: (clock: string) => `We try again at ${clock}.`,
  retryNow: 'We are trying again now.',
  held: (clock: string) => `Your tickets stay held until ${clock}.`,
  paying:
    'Your payment is kept: we go on asking by ourselves what became of it, and you may close this page.',
  goesOn:
    'Everything else goes on: joining the line, holding tickets, and paying in cash where the event takes it.',
  orders: 'Orders that wait for a payment are kept, and can be paid as long as their time lasts.',

  title: 'Services',
  names: {
    browse: 'Browsing',
    line: 'Lines',
    book: 'Booking',
    pay: 'Paying',
    email: 'E-mail',
    notifications: 'Notifications',
    cache: 'Cache',
    pictures: 'Pictures',
    recommendations: 'Recommendations',
    'payments:stripe': 'Cards, by Stripe',
    'payments:test': 'Test cards',
  } as Readonly<Record<string, string>>,
  states: { available: 'up', degraded: 'slow', unavailable: 'paused' } satisfies Record<
    ServiceNote['state'],
    string
  >,
  allUp: 'All services are up.',
  since: (clock: string) => `since ${clock}`,
  down: (name: string, reason: string) => `${name}: ${reason}`,
} as const;
