/** The screens from the turn on: what a fan may choose, holds, pays or owns (rule U2). */
import type { DropState, MineView, OrderView } from '../../server/protocol/index.ts';
import { type Facts, leftOf, type Screen, SLOW_PAYMENT_MS, type Turn } from './screens.ts';

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
export function shoppingScreen(
  facts: Facts,
  drop: DropState,
  mine: MineView,
  at: number,
  now: number,
): Screen | null {
  const turn = turnOf(drop, mine, at);
  const paying = payingScreen(facts, mine, now);
  if (paying) return paying;
  const order = facts.checkout?.order ?? null;
  const holds = mine.holds
    .filter((hold) => hold.status === 'active' && leftOf(hold.expiresAt, at) > 0)
    .map((hold) => ({ hold, leftMs: leftOf(hold.expiresAt, at) }))
    .sort((a, b) => a.leftMs - b.leftMs);
  if (holds.length > 0 && drop.phase !== 'canceled')
    return { name: 'hold', holds, soonestMs: holds[0]!.leftMs, turn, order };
  if (order && isReturned(order, facts.returned)) return { name: 'returned', order };
  if (mine.bought > 0 && !(facts.wantsMore && turn && turn.allowance > 0))
    return {
      name: 'tickets',
      tickets: facts.tickets,
      bought: mine.bought,
      order,
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

/**
 * Whether money or tickets of this order are still on their way. `committed` is, until its codes are out: with cash on
 * arrival they come at once and the money at the door.
 */
export function isOpen(order: OrderView, tickets: Facts['tickets']): boolean {
  if (order.status === 'paying') return true;
  if (order.status !== 'committed') return false;
  return !tickets?.some((ticket) => ticket.orderId === order.id && ticket.qr !== null);
}

/** Money that came when the tickets were gone: told by a refusal, or found on the order while it was waited for. */
const isReturned = (order: OrderView, returned: string | null): boolean =>
  order.id === returned ||
  ((order.status === 'expired' || order.status === 'canceled') && (order.refundedCents ?? 0) > 0);

function payingScreen(facts: Facts, mine: MineView, now: number): Screen | null {
  const { checkout } = facts;
  const hold = mine.holds.find((candidate) => candidate.status === 'paying') ?? null;
  const open = checkout !== null && isOpen(checkout.order, facts.tickets);
  if (!hold && !open) return null;
  if (checkout?.order.status === 'paying' && checkout.nextAction)
    return { name: 'step', order: checkout.order, action: checkout.nextAction };
  const sinceMs = checkout ? Math.max(0, now - checkout.since) : null;
  return {
    name: 'paying',
    order: checkout?.order ?? null,
    hold,
    sinceMs,
    slow: sinceMs === null || sinceMs > SLOW_PAYMENT_MS,
    committed: checkout?.order.status === 'committed',
  };
}
