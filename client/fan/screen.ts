/**
 * What the drop page shows, as a pure function of what is known: the public state, my things, the session, the
 * connection and the server's time. No component decides anything a test cannot see here (rules U1 to U9).
 *
 *   scheduled ─▶ doors ─join─▶ lobby ─▶ drawing ─▶ number ─▶ waiting ─▶ called ─claim─▶ turn ─▶ hold ─▶ paying ─▶ tickets
 *                                                     │        ▲ │         └─lapsed─▶ late ─┘     └▶ step ─┘
 *                                       open ─join────┘        └─┴─ paused · sold_out    missed · left · done · ended · canceled
 */
import type { DropState, PlaceView } from '../../server/protocol/index.ts';
import { type Eta, estimate, spreadOf } from './eta.ts';
import { dropTime, type Facts, leftOf, peopleAhead, type Screen } from './screens.ts';
import { shoppingScreen } from './shopping.ts';

export type { Checkout, Facts, HeldNow, NextAction, Screen, ScreenName } from './screens.ts';
export { dropTime, peopleAhead } from './screens.ts';
export { isOpen } from './shopping.ts';

export function screenOf(facts: Facts, now: number): Screen {
  const { drop, mine } = facts;
  if (facts.missing) return { name: 'missing' };
  if (!drop) return { name: 'loading' };
  // Nobody is told to log in while their session is still being taken up.
  if (facts.who === 'unknown' || (facts.who === 'known' && !mine)) return { name: 'loading' };
  const at = dropTime(drop, now);
  return mine
    ? (shoppingScreen(facts, drop, mine, at, now) ?? lineScreen(facts, drop, mine.place, at, now))
    : lineScreen(facts, drop, null, at, now);
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
