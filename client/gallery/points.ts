/** A fan's points in the gallery: a year of them, a debt, or none yet. */
import type { PointKind, PointsEntry, PointsView } from '../../server/protocol/loyalty.ts';
import { at, ORDERS } from './fixtures.ts';

const DAY = 86_400_000;

/** Kind, points, days ago, which order: oldest first. */
const MOVES: readonly [PointKind, number, number, number][] = [
  ['earned', 1_640, 210, 0],
  ['redeemed', -1_500, 90, 1],
  ['earned', 684, 89, 1],
  ['refunded', 750, 41, 1],
  ['taken_back', -342, 41, 1],
  ['redeemed', -1_232, 3, 2],
  ['returned', 1_232, 2.9, 2],
  ['earned', 18, 1, 0],
];
/** Spent, and then the order that earned them went back. */
const OWING: readonly [PointKind, number, number, number][] = [
  ['earned', 1_640, 210, 0],
  ['redeemed', -1_500, 90, 1],
  ['taken_back', -1_640, 12, 0],
  ['earned', 250, 1, 1],
];

function entriesOf(moves: typeof MOVES): PointsEntry[] {
  let net = 0;
  return moves.map(([kind, points, days, n]) => {
    net += points;
    const order = ORDERS[n % ORDERS.length]!;
    return {
      kind,
      points,
      at: at(-days * DAY),
      balance: Math.max(net, 0),
      owed: Math.max(-net, 0),
      orderId: order.id,
      reference: order.reference,
      eventTitle: order.eventTitle,
    };
  });
}

export function pointsOf(world: { empty?: boolean; trouble?: boolean }): PointsView {
  const entries = world.empty ? [] : entriesOf(world.trouble ? OWING : MOVES);
  return {
    balance: entries.at(-1)?.balance ?? 0,
    owed: entries.at(-1)?.owed ?? 0,
    earn: { pointsPer100Cents: 5, pointWorthCents: 1 },
    items: entries.toReversed(),
    nextCursor: null,
  };
}
