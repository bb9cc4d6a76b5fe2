/** An evening's worth of events, sales, tickets and orders, to show the pages with: everything hangs on one fixed moment. */
import type { RefundQuote, RefundView, WayToPay } from '../../server/protocol/money.ts';
import { type SeatRef, seatIdOf } from '../../server/protocol/seating.ts';
import type {
  DropPhase,
  DropState,
  EventView,
  OrderView,
  SalesView,
  TicketView,
} from '../../server/protocol/views.ts';
import type { SessionUser } from '../api.ts';

export const NOW = Date.parse('2026-11-21T20:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const id = (n: number): string => `0192a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = (ms: number): string => new Date(NOW + ms).toISOString();

export const PEOPLE: Record<SessionUser['role'], SessionUser> = {
  user: { id: id(901), email: 'ann@example.org', name: 'Ann Rivers', role: 'user' },
  vendor: { id: id(900), email: 'office@mole.example', name: 'Mole Concerts', role: 'vendor' },
  operator: { id: id(902), email: 'night@holdfast.example', name: 'Night Shift', role: 'operator' },
};

function tier(n: number, name: string, priceCents: number, [quantity, sold, held]: [number, number, number]) {
  return {
    id: id(n),
    name,
    priceCents,
    currency: 'EUR',
    quantity,
    available: quantity - sold - held,
    held,
    sold,
  };
}

interface EventFixture {
  title: string;
  phase: DropPhase;
  opensMs: number;
  artist?: string;
  description?: string;
  venue?: string;
  tiers?: EventView['tiers'];
}

function event(n: number, fixture: EventFixture): EventView {
  const { title, phase, opensMs, artist = null, description = null, venue = 'Harbour Hall' } = fixture;
  const tiers = fixture.tiers ?? [
    { ...tier(n * 10 + 1, 'Floor', 6840, [1500, 1071, 204]), feeCents: 455, taxCents: 657, allInCents: 7952 },
    {
      ...tier(n * 10 + 2, 'Balcony', 4920, [1200, 456, 178]),
      feeCents: 398,
      taxCents: 479,
      allInCents: 5797,
      priceRange: { minCents: 5200, maxCents: 7900 },
    },
    {
      ...tier(n * 10 + 3, 'Restricted view', 3100, [300, 20, 8]),
      feeCents: 343,
      taxCents: 310,
      allInCents: 3753,
      presaleUntil: at(DAY),
    },
  ];
  return {
    id: id(n),
    vendorId: PEOPLE.vendor.id,
    title,
    type: 'concert',
    artist,
    description,
    venue: { name: venue, city: 'Bremen', timeZone: 'Europe/Berlin' },
    startsAt: at(21 * DAY),
    status: 'published',
    currency: 'EUR',
    version: 1,
    drop: {
      id: id(500 + n),
      phase,
      hasLine: true,
      lobbyOpensAt: at(opensMs - 30 * MINUTE),
      opensAt: at(opensMs),
      endsAt: null,
      limitPerFan: 4,
    },
    tiers,
  };
}

export const LONG_TITLE =
  'Saltmarsh Sessions: slow music for a fast year, under a name so long that it has to wrap';

export const EVENTS: EventView[] = [
  event(1, {
    title: 'Tidal Choir',
    artist: 'with the Harbour Strings',
    phase: 'lobby',
    opensMs: 724_000,
    description:
      'Forty voices and one bass drum, in the hall where the ships were built.\n\nDoors at 19:00, music at 20:00. The balcony is seated, the floor is not.',
  }),
  event(2, {
    title: LONG_TITLE,
    artist: 'Ida Brandt, Okoro Trio & guests',
    phase: 'live',
    opensMs: -30 * MINUTE,
  }),
  event(3, { title: 'Ebb & Flow', phase: 'scheduled', opensMs: 3 * DAY }),
  event(4, { title: 'North Pier Derby', phase: 'sold_out', opensMs: -2 * DAY, venue: 'Seawall Stadium' }),
  event(5, {
    title: 'How Kelp Holds Fast',
    artist: 'Prof. Ada Lindqvist',
    phase: 'paused',
    opensMs: -40 * MINUTE,
    venue: 'Aula',
    tiers: [tier(51, 'Seat', 0, [400, 120, 12])],
  }),
  event(6, { title: 'Nightboat', phase: 'ended', opensMs: -9 * DAY }),
];
export const [LOBBY, LIVE, LATER] = EVENTS as [EventView, EventView, EventView];

const sum = (tiers: EventView['tiers'], of: 'quantity' | 'sold' | 'held' | 'available'): number =>
  tiers.reduce((total, each) => total + each[of], 0);

/** A vendor's list, as `GET /vendors/me/events` gives it, with a draft at its end. */
export const OWN_EVENTS = [
  ...EVENTS,
  { ...event(7, { title: 'A draft of an evening', phase: 'scheduled', opensMs: DAY }), drop: null },
].map((own) => ({
  id: own.id,
  title: own.title,
  status: own.drop ? own.status : 'draft',
  startsAt: own.startsAt,
  timeZone: own.venue.timeZone,
  venueName: own.venue.name,
  currency: own.currency,
  drop: own.drop,
  capacity: sum(own.tiers, 'quantity'),
  sold: own.drop ? sum(own.tiers, 'sold') : 0,
  held: own.drop ? sum(own.tiers, 'held') : 0,
  revenueCents: own.drop ? 8_194_000 : 0,
}));

const perMinute = Array.from({ length: 31 }, (_, minute) => {
  const tickets = Math.round(34 + minute * 1.3 + 16 * Math.sin(minute / 3) + 8 * Math.sin(minute * 1.7));
  return {
    minute: at((minute - 30) * MINUTE),
    tickets: minute === 30 ? 21 : tickets,
    revenueCents: tickets * 5900,
  };
});

export const SALES: SalesView = {
  eventId: LIVE.id,
  dropId: LIVE.drop?.id ?? '',
  phase: 'live',
  ledgerVersion: 48_112,
  asOf: at(30_000),
  currency: 'EUR',
  capacity: 3000,
  sold: 1547,
  held: 390,
  revenueCents: 9_574_400,
  revenueLastMinuteCents: 231_000,
  lineLength: 17_107,
  serving: 1204,
  ratePerMinute: 78.2,
  turnsInUse: 396,
  maxTurns: 400,
  funnel: { joined: 18_311, called: 1204, claimed: 1090, held: 902, paid: 641 },
  tiers: LIVE.tiers,
  perMinute,
};

export function dropState(shown: EventView): DropState {
  const { drop } = shown;
  if (!drop) throw new Error(`${shown.title} has no drop`);
  const paused = drop.phase === 'paused';
  return {
    ...drop,
    eventId: shown.id,
    epoch: 3,
    version: 991,
    serverTime: at(0),
    pausedAt: paused ? at(-3 * MINUTE) : null,
    pauseReason: paused ? 'PA problem, 10 min.' : null,
    serving: 1204,
    lastNumber: 18_311,
    lobbyCount: 18_311,
    turnsInUse: 396,
    maxTurns: 400,
    turnSeconds: 600,
    holdSeconds: 900,
    claimSeconds: 60,
    extendable: false,
    ratePerMinute: 78,
    tiers: shown.tiers,
  };
}

function ticket(n: number, shown: EventView, tierName: string, more: Partial<TicketView> = {}): TicketView {
  return {
    id: id(700 + n),
    orderId: id(800),
    orderReference: '4K-71B2',
    eventId: shown.id,
    tierId: shown.tiers[0]?.id ?? id(0),
    tierName,
    status: 'issued',
    holderName: 'Ann Rivers',
    eventTitle: shown.title,
    venueName: shown.venue.name,
    venueCity: shown.venue.city,
    startsAt: shown.startsAt,
    timeZone: shown.venue.timeZone,
    qr: `HF1.${'0123456789abcdef'.repeat(6)}${n}`,
    ...more,
  };
}

export const LONG_SECTION = 'Grosser Rang, linke Mittelloge (Donaudampfschifffahrtsgesellschaftsempore)';
const seat = (number: number, section: string, row: string, label: string): SeatRef => ({
  id: seatIdOf(id(950), number),
  section,
  row,
  label,
});
const SEATS = [
  seat(211, 'Stalls, left', 'C', '12'),
  seat(212, 'Stalls, left', 'C', '13'),
  seat(9041, LONG_SECTION, 'AA', '104'),
];

export const TICKETS: TicketView[] = [
  ticket(1, LOBBY, 'Standing'),
  ticket(6, LOBBY, 'Stalls', { seat: SEATS[0] }),
  ticket(7, LOBBY, 'Stalls', { seat: SEATS[1] }),
  ticket(8, LOBBY, 'Upper circle', { seat: SEATS[2] }),
  ticket(3, LIVE, 'Balcony', { qr: null }),
  ticket(4, EVENTS[4] as EventView, 'Seat', { status: 'refunded' }),
  ticket(5, EVENTS[5] as EventView, 'Floor', { status: 'redeemed', startsAt: at(-9 * DAY) }),
];

function order(n: number, status: OrderView['status'], shown: EventView, feesCents = 0): OrderView {
  const [first] = shown.tiers as [EventView['tiers'][number]];
  const subtotalCents = first.priceCents * 2;
  const discountCents = status === 'paid' ? 2_000 : 0;
  const taxCents = (first.taxCents ?? 0) * 2;
  return {
    id: id(800 + n),
    reference: `4K-71B${n}`,
    status,
    eventId: shown.id,
    eventTitle: shown.title,
    dropId: shown.drop?.id ?? id(0),
    holdId: id(1),
    items: [
      {
        tierId: first.id,
        tierName: first.name,
        quantity: 2,
        unitPriceCents: first.priceCents,
        currency: 'EUR',
        ...(status === 'pending' ? { seats: SEATS.slice(0, 2) } : {}),
        ...(status === 'paid' ? { seats: SEATS.slice(1) } : {}),
      },
    ],
    subtotalCents,
    feesCents,
    discountCents,
    code: discountCents > 0 ? 'KELP-10' : null,
    taxCents,
    refundedCents: status === 'partially_refunded' ? 7_752 : 0,
    totalCents: subtotalCents - discountCents + feesCents + taxCents,
    currency: 'EUR',
    createdAt: at(-n * 60 * MINUTE),
    expiresAt: at(8 * MINUTE),
  };
}

export const ORDERS: OrderView[] = (
  ['pending', 'paid', 'expired', 'refunded', 'canceled', 'partially_refunded'] as const
).map((status, index) => order(index + 1, status, EVENTS[index] as EventView, status === 'paid' ? 910 : 0));

/** One on its way back, one that waits for a person, one turned down, one that is back. */
export const REFUNDS: RefundView[] = (
  [
    [1, 6, 'sending', null],
    [2, 8, 'requested', null],
    [3, 7, 'rejected', 'The evening is tomorrow.'],
    [4, 4, 'succeeded', null],
  ] as const
).map(([n, ticketNumber, status, reason]) => ({
  id: id(600 + n),
  orderId: n === 4 ? id(806) : id(800),
  orderReference: '4K-71B2',
  eventId: LOBBY.id,
  eventTitle: LOBBY.title,
  ticketIds: [id(700 + ticketNumber)],
  status,
  cause: 'fan',
  reason,
  amountCents: 7_752,
  feeCents: 200,
  currency: 'EUR',
  createdAt: at(-n * 60 * MINUTE),
  settledAt: status === 'succeeded' ? at(-30 * MINUTE) : null,
}));

export const quoteOf = (ticketId: string): RefundQuote => {
  const late = ticketId === id(708);
  return {
    ticketId,
    possible: !late,
    why: late ? 'pending' : null,
    amountCents: late ? 0 : 7_752,
    feeCents: late ? 0 : 200,
    currency: 'EUR',
    until: at(19 * DAY),
    needsApproval: false,
    refund: null,
  };
};

export const WAYS: WayToPay[] = [
  { methodId: null, provider: 'test', label: 'Card', brands: ['visa', 'mastercard'] },
  { methodId: null, provider: 'cash_on_arrival', label: 'Cash on arrival', brands: null },
];

export { at, id };
