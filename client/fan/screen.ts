/**
 * What the drop page shows, as a pure function of what is known: the public state, my things, the session, the
 * connection and the server's time. No component decides anything a test cannot see here (rules U1 to U9).
 *
 *   scheduled ─▶ doors ─join─▶ lobby ─▶ drawing ─▶ number ─▶ waiting ─▶ called ─claim─▶ turn ─▶ hold ─▶ paying ─▶ tickets
 *                                                     │        ▲ │         └─lapsed─▶ late ─┘     └▶ step ─┘
 *                                       open ─join────┘        └─┴─ paused · sold_out    missed · left · done · ended · canceled
 */
import type {
  DropState,
  HoldView,
  MineView,
  OrderView,
  PlaceView,
  TicketView,
} from '../../server/protocol/index.ts';
import { type Eta, estimate, type ServingSample, spreadOf } from './eta.ts';

export interface NextAction {
  type: string;
  url?: string;
}

/** What became of this page's (or another device's) payment, as far as is known. */
export interface Checkout {
  order: OrderView;
  nextAction: NextAction | null;
  /** Since when it is being paid, in server ms. */
  since: number;
}

export interface Facts {
  drop: DropState | null;
  missing: boolean;
  mine: MineView | null;
  who: 'unknown' | 'anonymous' | 'known' | 'unreachable';
  checkout: Checkout | null;
  /** My tickets of this event; null: not read yet. */
  tickets: readonly TicketView[] | null;
  /** The number this device has already shown with due ceremony. */
  shownNumber: number | null;
  /** Fewest people ahead this page has shown. */
  lowestAhead: number | null;
  samples: readonly ServingSample[];
  /** With tickets in hand and a turn still running, the fan went back to the board. */
  wantsMore: boolean;
}

export interface HeldNow {
  hold: HoldView;
  leftMs: number;
}

interface Turn {
  /** Null: a sale without a line has no turn that could end. */
  leftMs: number | null;
  allowance: number;
}

export type Screen =
  | { name: 'loading' }
  | { name: 'missing' }
  | { name: 'scheduled'; opensInMs: number; lobbyInMs: number | null }
  | { name: 'doors'; opensInMs: number; here: number; anonymous: boolean }
  | { name: 'lobby'; opensInMs: number; here: number; receipt: string; joinedAt: string }
  | { name: 'drawing'; joined: boolean; here: number }
  | { name: 'number'; number: number; last: number; ahead: number; receipt: string }
  | { name: 'waiting'; number: number; last: number; ahead: number; eta: Eta; receipt: string }
  | { name: 'late'; number: number | null }
  | { name: 'called'; number: number | null; leftMs: number }
  | { name: 'open'; lineLength: number; anonymous: boolean }
  | ({ name: 'turn'; anonymous: boolean; soldOut: boolean } & Turn)
  | ({ name: 'hold'; holds: HeldNow[]; soonestMs: number } & { turn: Turn | null })
  | {
      name: 'paying';
      order: OrderView | null;
      hold: HoldView | null;
      sinceMs: number | null;
      slow: boolean;
      committed: boolean;
    }
  | { name: 'step'; order: OrderView; action: NextAction }
  | {
      name: 'tickets';
      tickets: readonly TicketView[] | null;
      bought: number;
      order: OrderView | null;
      turn: Turn | null;
    }
  | {
      name: 'paused';
      reason: string | null;
      sinceMs: number;
      number: number | null;
      ahead: number | null;
      joined: boolean;
    }
  | { name: 'sold_out'; number: number | null; ahead: number | null; inCarts: number }
  | { name: 'missed'; canJoin: boolean }
  | { name: 'left'; canJoin: boolean }
  | { name: 'done'; canJoin: boolean }
  | { name: 'ended'; joined: boolean }
  | { name: 'canceled' };
export type ScreenName = Screen['name'];

/** A payment that takes longer than this gets a longer explanation. */
export const SLOW_PAYMENT_MS = 6_000;

/** The drop's own time: it stands still while the drop is paused. */
export const dropTime = (drop: DropState, now: number): number =>
  drop.pausedAt ? Math.min(now, Date.parse(drop.pausedAt)) : now;

const leftOf = (iso: string, at: number): number => Math.max(0, Date.parse(iso) - at);

/** Numbers before mine that were not called yet. Never more than was shown before. */
export function peopleAhead(number: number, serving: number, lowest: number | null): number {
  const ahead = Math.max(0, number - serving - 1);
  return lowest === null ? ahead : Math.min(lowest, ahead);
}

export function screenOf(facts: Facts, now: number): Screen {
  const { drop, mine } = facts;
  if (facts.missing) return { name: 'missing' };
  if (!drop) return { name: 'loading' };
  if (facts.who === 'known' && !mine) return { name: 'loading' };
  const at = dropTime(drop, now);
  return mine
    ? (shoppingScreen(facts, drop, mine, at, now) ?? lineScreen(facts, drop, mine.place, at, now))
    : lineScreen(facts, drop, null, at, now);
}

function turnOf(drop: DropState, mine: MineView, at: number): Turn | null {
  const allowance = mine.remainingAllowance;
  if (!drop.hasLine)
    return drop.phase === 'live' || drop.phase === 'sold_out' ? { leftMs: null, allowance } : null;
  const { place } = mine;
  if (place?.state !== 'turn' || !place.turn) return null;
  const leftMs = leftOf(place.turn.expiresAt, at);
  return leftMs > 0 ? { leftMs, allowance } : null;
}

/** Everything from the turn on: what I hold, pay or own goes before anything the line has to say. */
function shoppingScreen(
  facts: Facts,
  drop: DropState,
  mine: MineView,
  at: number,
  now: number,
): Screen | null {
  const turn = turnOf(drop, mine, at);
  const paying = payingScreen(facts, mine, now);
  if (paying) return paying;
  const holds = mine.holds
    .filter((hold) => hold.status === 'active' && leftOf(hold.expiresAt, at) > 0)
    .map((hold) => ({ hold, leftMs: leftOf(hold.expiresAt, at) }))
    .sort((a, b) => a.leftMs - b.leftMs);
  if (holds.length > 0 && drop.phase !== 'canceled')
    return { name: 'hold', holds, soonestMs: holds[0]!.leftMs, turn };
  if (mine.bought > 0 && !(facts.wantsMore && turn && turn.allowance > 0))
    return {
      name: 'tickets',
      tickets: facts.tickets,
      bought: mine.bought,
      order: facts.checkout?.order ?? null,
      turn: turn && turn.allowance > 0 ? turn : null,
    };
  if (!turn || drop.phase === 'canceled' || drop.phase === 'ended') return null;
  return {
    name: 'turn',
    ...turn,
    anonymous: false,
    soldOut: drop.tiers.every((tier) => tier.available <= 0),
  };
}

function payingScreen(facts: Facts, mine: MineView, now: number): Screen | null {
  const { checkout } = facts;
  const hold = mine.holds.find((candidate) => candidate.status === 'paying') ?? null;
  const status = checkout?.order.status;
  const open = status === 'paying' || status === 'committed';
  if (!hold && !open) return null;
  if (checkout && status === 'paying' && checkout.nextAction)
    return { name: 'step', order: checkout.order, action: checkout.nextAction };
  const sinceMs = checkout ? Math.max(0, now - checkout.since) : null;
  return {
    name: 'paying',
    order: checkout?.order ?? null,
    hold,
    sinceMs,
    slow: sinceMs === null || sinceMs > SLOW_PAYMENT_MS,
    committed: status === 'committed',
  };
}

function lineScreen(facts: Facts, drop: DropState, place: PlaceView | null, at: number, now: number): Screen {
  const anonymous = facts.who !== 'known';
  const opensInMs = leftOf(drop.opensAt, now);
  switch (drop.phase) {
    case 'scheduled':
      return {
        name: 'scheduled',
        opensInMs,
        lobbyInMs: drop.lobbyOpensAt ? leftOf(drop.lobbyOpensAt, now) : null,
      };
    case 'lobby':
      if (!drop.hasLine) return { name: 'scheduled', opensInMs, lobbyInMs: null };
      return place?.state === 'waiting'
        ? {
            name: 'lobby',
            opensInMs,
            here: Math.max(1, drop.lobbyCount),
            receipt: place.receipt,
            joinedAt: place.joinedAt,
          }
        : { name: 'doors', opensInMs, here: drop.lobbyCount, anonymous };
    case 'drawing':
      return { name: 'drawing', joined: place?.state === 'waiting', here: drop.lobbyCount };
    case 'canceled':
      return { name: 'canceled' };
    case 'ended':
      return { name: 'ended', joined: place !== null };
    case 'paused':
      return pausedScreen(facts, drop, place, now);
    case 'live':
    case 'sold_out':
      return place ? placeScreen(facts, drop, place, at, now) : openScreen(facts, drop);
  }
}

const numberIn = (
  facts: Facts,
  drop: DropState,
  place: PlaceView | null,
): { number: number | null; ahead: number | null } => ({
  number: place?.number ?? null,
  ahead:
    typeof place?.number === 'number' ? peopleAhead(place.number, drop.serving, facts.lowestAhead) : null,
});

const inCarts = (drop: DropState): number => drop.tiers.reduce((sum, tier) => sum + tier.held, 0);

function pausedScreen(facts: Facts, drop: DropState, place: PlaceView | null, now: number): Screen {
  const sinceMs = drop.pausedAt ? Math.max(0, now - Date.parse(drop.pausedAt)) : 0;
  const joined = place !== null && ['waiting', 'called', 'late'].includes(place.state);
  return {
    name: 'paused',
    reason: drop.pauseReason,
    sinceMs,
    joined,
    ...numberIn(facts, drop, joined ? place : null),
  };
}

function openScreen(facts: Facts, drop: DropState): Screen {
  const anonymous = facts.who !== 'known';
  if (drop.phase === 'sold_out')
    return { name: 'sold_out', number: null, ahead: null, inCarts: inCarts(drop) };
  if (drop.hasLine)
    return { name: 'open', lineLength: Math.max(0, drop.lastNumber - drop.serving), anonymous };
  return {
    name: 'turn',
    leftMs: null,
    allowance: drop.limitPerFan,
    anonymous,
    soldOut: drop.tiers.every((tier) => tier.available <= 0),
  };
}

function placeScreen(facts: Facts, drop: DropState, place: PlaceView, at: number, now: number): Screen {
  const canJoin = drop.phase === 'live';
  switch (place.state) {
    case 'called': {
      const leftMs = place.claimBy ? leftOf(place.claimBy, at) : 0;
      return leftMs > 0
        ? { name: 'called', number: place.number, leftMs }
        : { name: 'late', number: place.number };
    }
    case 'late':
      return { name: 'late', number: place.number };
    // A turn that ran out while nobody told us: the next read says `expired`.
    case 'turn':
    case 'expired':
      return { name: 'missed', canJoin };
    case 'left':
      return { name: 'left', canJoin };
    case 'done':
      return { name: 'done', canJoin };
    case 'waiting': {
      if (place.number === null) return { name: 'drawing', joined: true, here: drop.lobbyCount };
      const ahead = peopleAhead(place.number, drop.serving, facts.lowestAhead);
      if (drop.phase === 'sold_out')
        return { name: 'sold_out', number: place.number, ahead, inCarts: inCarts(drop) };
      const line = {
        number: place.number,
        last: Math.max(drop.lastNumber, place.number),
        ahead,
        receipt: place.receipt,
      };
      if (facts.shownNumber !== place.number) return { name: 'number', ...line };
      return {
        name: 'waiting',
        ...line,
        eta: etaOf(facts, drop, place, ahead, now),
      };
    }
  }
}

/** In its first minute a sale fills all its shopping places at once: whatever pace that is, it is not the one to come. */
const FIRST_RUSH_MS = 60_000;

function etaOf(facts: Facts, drop: DropState, place: PlaceView, ahead: number, now: number): Eta {
  if (now - Date.parse(drop.opensAt) < FIRST_RUSH_MS) return { kind: 'unknown' };
  return estimate(ahead, drop.ratePerMinute, facts.samples, now, spreadOf(place.forecast));
}
