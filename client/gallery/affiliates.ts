/** A vendor's affiliates in the gallery. */
import type { AffiliateView } from '../../server/protocol/affiliate-views.ts';
import { at, LIVE } from './fixtures.ts';

const DAY = 86_400_000;
const base = {
  email: null,
  active: true,
  startsAt: null,
  endsAt: null,
  eventIds: null,
  createdAt: at(-40 * DAY),
};

export const AFFILIATES: readonly AffiliateView[] = [
  {
    ...base,
    id: '01900000-0000-7000-8000-00000000a001',
    name: 'Anna’s harbour walks',
    code: 'anna-walks',
    commissionBp: 750,
    email: 'anna@example.org',
    figures: [{ currency: 'EUR', orders: 48, tickets: 103, ticketCents: 412_000, commissionCents: 30_900 }],
  },
  {
    ...base,
    id: '01900000-0000-7000-8000-00000000a002',
    name: 'Radio Tidenhub',
    code: 'tidenhub',
    commissionBp: 500,
    eventIds: [LIVE.id],
    startsAt: at(2 * DAY),
    figures: [],
  },
  {
    ...base,
    id: '01900000-0000-7000-8000-00000000a003',
    name: 'Last year’s newsletter',
    code: 'g4kzT9wq',
    commissionBp: 1_000,
    active: false,
    figures: [{ currency: 'EUR', orders: 1, tickets: 2, ticketCents: 9_100, commissionCents: 910 }],
  },
];
