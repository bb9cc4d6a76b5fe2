/** Facts to draw the drop page from: one evening, frozen at each of its moments. Development only. */
import type {
  DropState,
  EventView,
  HoldView,
  MineView,
  OrderView,
  PlaceView,
  SeatRef,
  TicketView,
} from '../../../server/protocol/index.ts';
import { seatIdOf } from '../../../server/protocol/seating.ts';

/** Sat 21 Nov 2026, 20:51:07 in Amsterdam. */
export const NOW = Date.parse('2026-11-21T19:51:07Z');
export const at = (ms: number): string => new Date(NOW + ms).toISOString();

const ids = {
  event: '5b0c1f2e-6a7d-4a1e-9f3b-2d1c7e8a9b10',
  drop: '8f6d2b1a-3c4e-4f5a-8b9c-0d1e2f3a4b5c',
  floor: '11111111-1111-4111-8111-111111111111',
  balcony: '22222222-2222-4222-8222-222222222222',
  view: '33333333-3333-4333-8333-333333333333',
  place: '44444444-4444-4444-8444-444444444444',
  hold: '55555555-5555-4555-8555-555555555555',
  order: '66666666-6666-4666-8666-666666666666',
};

type Counts = [available: number, held: number, sold: number];
const tiers = (floor: Counts, balcony: Counts, view: Counts): DropState['tiers'] => {
  const tier = (id: string, name: string, priceCents: number, [available, held, sold]: Counts) => ({
    id,
    name,
    priceCents,
    currency: 'EUR',
    quantity: available + held + sold,
    available,
    held,
    sold,
  });
  return [
    tier(ids.floor, 'Floor', 6840, floor),
    tier(ids.balcony, 'Balcony', 4920, balcony),
    tier(ids.view, 'Restricted view', 3100, view),
  ];
};

export const FULL = tiers([1600, 0, 0], [1900, 0, 0], [300, 0, 0]);
export const SELLING = tiers([212, 204, 1184], [1460, 178, 262], [214, 12, 74]);
export const GONE = tiers([0, 31, 1569], [0, 12, 1888], [0, 0, 300]);

export const event: EventView = {
  id: ids.event,
  vendorId: ids.place,
  title: 'Tidal Choir',
  type: 'concert',
  artist: 'Tidal Choir',
  description: 'Forty voices, one tide table.',
  venue: { name: 'Harbour Hall', city: 'Rotterdam', timeZone: 'Europe/Amsterdam' },
  startsAt: '2026-12-12T19:00:00Z',
  status: 'published',
  currency: 'EUR',
  version: 1,
  drop: null,
  tiers: SELLING,
};

export const drop = (more: Partial<DropState> = {}): DropState => ({
  id: ids.drop,
  eventId: ids.event,
  phase: 'live',
  epoch: 3,
  version: 4711,
  serverTime: at(0),
  hasLine: true,
  lobbyOpensAt: at(-2_400_000),
  opensAt: at(-1_267_000),
  endsAt: null,
  pausedAt: null,
  pauseReason: null,
  serving: 342,
  lastNumber: 18_311,
  lobbyCount: 18_311,
  turnsInUse: 396,
  maxTurns: 400,
  limitPerFan: 4,
  turnSeconds: 600,
  holdSeconds: 900,
  claimSeconds: 60,
  extendable: true,
  ratePerMinute: 78,
  tiers: SELLING,
  ...more,
});

const RECEIPT =
  'eyJhbGciOiJFZERTQSIsImtpZCI6InIxIn0.eyJkcm9wIjoiOGY2ZDJiMWEiLCJwbGFjZSI6IjQ0NDQ0NDQ0IiwiYXQiOjE3NjM3NTM0NjcwMDB9.Yk3T0m9q7f3aQv2LxR8nC4uJw1bPZsEoKdHfGtVyMiA5Xe6Wc91e';

export const place = (more: Partial<PlaceView> = {}): PlaceView => ({
  placeId: ids.place,
  dropId: ids.drop,
  number: 1204,
  state: 'waiting',
  joinedAt: at(-1_900_000),
  receipt: RECEIPT,
  claimBy: null,
  turn: null,
  ...more,
});

export const turnPlace = (leftMs = 581_000): PlaceView =>
  place({ state: 'turn', turn: { token: 'token', expiresAt: at(leftMs) } });

export const hold = (more: Partial<HoldView> = {}): HoldView => ({
  id: ids.hold,
  dropId: ids.drop,
  status: 'active',
  expiresAt: at(823_000),
  extended: false,
  items: [{ tierId: ids.floor, tierName: 'Floor', quantity: 2, unitPriceCents: 6840, currency: 'EUR' }],
  totalCents: 13_680,
  currency: 'EUR',
  orderId: null,
  ...more,
});

export const secondHold = (): HoldView =>
  hold({
    id: ids.place,
    expiresAt: at(884_000),
    items: [{ tierId: ids.balcony, tierName: 'Balcony', quantity: 1, unitPriceCents: 4920, currency: 'EUR' }],
    totalCents: 4920,
  });

export const mine = (more: Partial<MineView> = {}): MineView => ({
  dropId: ids.drop,
  serverTime: at(0),
  place: place(),
  holds: [],
  bought: 0,
  remainingAllowance: 4,
  ...more,
});

export const order = (more: Partial<OrderView> = {}): OrderView => ({
  id: ids.order,
  reference: '4K-71B2',
  status: 'paying',
  eventId: ids.event,
  eventTitle: 'Tidal Choir',
  dropId: ids.drop,
  holdId: ids.hold,
  items: hold().items,
  subtotalCents: 13_680,
  feesCents: 0,
  totalCents: 13_680,
  currency: 'EUR',
  createdAt: at(-20_000),
  expiresAt: at(823_000),
  ...more,
});

/** Two neighbours, and one whose section's name is as long as they get. */
export const SEATS: SeatRef[] = [
  { id: seatIdOf(ids.floor, 211), section: 'Stalls, left', row: 'C', label: '12' },
  { id: seatIdOf(ids.floor, 212), section: 'Stalls, left', row: 'C', label: '13' },
  {
    id: seatIdOf(ids.floor, 904),
    section: 'Balcony, middle boxes behind the lighting desk',
    row: 'AA',
    label: '104',
  },
];

export const seatedHold = (more: Partial<HoldView> = {}): HoldView =>
  hold({
    items: [
      {
        tierId: ids.floor,
        tierName: 'Seats',
        quantity: 3,
        unitPriceCents: 6840,
        currency: 'EUR',
        seats: SEATS,
      },
      { tierId: ids.balcony, tierName: 'Standing', quantity: 1, unitPriceCents: 4920, currency: 'EUR' },
    ],
    totalCents: 25_440,
    ...more,
  });

export const ticket = (index: number, seat: SeatRef | null = null): TicketView => ({
  id: `7777777${index}-7777-4777-8777-777777777777`,
  orderId: ids.order,
  orderReference: '4K-71B2',
  eventId: ids.event,
  tierId: ids.floor,
  tierName: 'Floor',
  status: 'issued',
  holderName: 'Noor van der Zee',
  eventTitle: 'Tidal Choir',
  venueName: 'Harbour Hall',
  venueCity: 'Rotterdam',
  startsAt: '2026-12-12T19:00:00Z',
  timeZone: 'Europe/Amsterdam',
  seat,
  qr: `hf1.${index}`,
});

/** A QR-like picture, so that the gallery needs no server. */
export function pictureOf(ticket: TicketView): string {
  const size = 29;
  let h = 2166136261;
  for (const letter of ticket.id) h = Math.imul(h ^ letter.charCodeAt(0), 16777619);
  const finder = (x: number, y: number, fx: number, fy: number): boolean | null => {
    const [u, v] = [x - fx, y - fy];
    if (u < -1 || v < -1 || u > 7 || v > 7) return null;
    if (u < 0 || v < 0 || u > 6 || v > 6) return false;
    return u === 0 || v === 0 || u === 6 || v === 6 || (u > 1 && u < 5 && v > 1 && v < 5);
  };
  let path = '';
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      h = Math.imul(h ^ (x * 31 + y), 16777619) ^ (h >>> 13);
      const fixed = finder(x, y, 0, 0) ?? finder(x, y, size - 7, 0) ?? finder(x, y, 0, size - 7);
      if (fixed ?? (h & 4) !== 0) path += `M${x} ${y}h1v1h-1z`;
    }
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#0c1b1d"/></svg>`)}`;
}
