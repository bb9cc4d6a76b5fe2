/** The drop page's states that are about money: prices with everything on them, codes, ways to pay, and what can go wrong. */
import type { DropState, HoldView, OrderView } from '../../../server/protocol/index.ts';
import { wayKey } from '../../till/ways.ts';
import type { ScreenName } from '../screen.ts';
import type { Problem } from '../view-props.ts';
import { at, drop, hold, mine, NOW, order, turnPlace } from './fixtures.ts';
import type { GalleryState } from './states.ts';
import { CASH, KEPT, STRIPE } from './till.ts';

/** Floor: 68,40 with a fee of 4,55 and 9% on both. The balcony moves, the last tier is in presale. */
export function priced(more: Partial<DropState> = {}): DropState {
  const plain = drop(more);
  const [floor, balcony, view] = plain.tiers as [
    DropState['tiers'][number],
    DropState['tiers'][number],
    DropState['tiers'][number],
  ];
  return {
    ...plain,
    tiers: [
      { ...floor, feeCents: 455, taxCents: 657, allInCents: 7952 },
      {
        ...balcony,
        feeCents: 398,
        taxCents: 479,
        allInCents: 5797,
        priceRange: { minCents: 5200, maxCents: 7900 },
      },
      { ...view, feeCents: 343, taxCents: 310, allInCents: 3753, presaleUntil: at(86_400_000) },
    ],
  };
}

const ITEM = {
  ...hold().items[0]!,
  unitFeeCents: 455,
  unitTaxCents: 657,
  unitAllInCents: 7952,
};
const pricedHold = (more: Partial<HoldView> = {}): HoldView =>
  hold({ items: [ITEM], totalCents: 15_904, ...more });
const withCode = (more: Partial<OrderView> = {}): OrderView =>
  order({
    status: 'pending',
    items: [{ ...ITEM, unitDiscountCents: 1000, unitTaxCents: 567, unitAllInCents: 6862 }],
    discountCents: 2000,
    code: 'KELP-10',
    feesCents: 910,
    taxCents: 1134,
    totalCents: 13_724,
    ...more,
  });

/** A tenth off by the code, and a thousand points off each. */
const withPoints = (more: Partial<OrderView> = {}): OrderView =>
  withCode({
    items: [{ ...ITEM, unitDiscountCents: 2000, unitTaxCents: 477, unitAllInCents: 5772 }],
    discountCents: 4000,
    pointsCents: 2000,
    pointsUsed: 2000,
    pointsKind: 'discount',
    taxCents: 954,
    totalCents: 11_544,
    ...more,
  });

const holding = (more: Partial<GalleryState> = {}, checkout: OrderView | null = null): GalleryState => ({
  facts: {
    drop: priced({ serving: 1204 }),
    mine: mine({ place: turnPlace(441_000), holds: [pricedHold()], remainingAllowance: 2 }),
    checkout: checkout && { order: checkout, nextAction: null, since: NOW },
  },
  ...more,
});

const refused = (at: Problem['at'], code: string, text: string, kind: Problem['kind'] = 'bad') => ({
  problem: { at, kind, text, refusal: { code, message: text } },
});

export function moneyStates(screens: Record<ScreenName, GalleryState>): Record<string, GalleryState> {
  return {
    'doors-prices': {
      ...screens.doors,
      facts: { ...screens.doors.facts, drop: priced({ ...screens.doors.facts.drop, tiers: drop().tiers }) },
    },
    'waiting-prices': { ...screens.waiting, facts: { ...screens.waiting.facts, drop: priced() } },
    'turn-presale': {
      facts: { drop: priced({ serving: 1204 }), mine: mine({ place: turnPlace() }) },
      more: {
        draft: { [drop().tiers[2]!.id]: 1 },
        wishes: { accessible: false, code: 'KELP' },
        ...refused('board', 'CODE_NOT_VALID', 'This code is not valid here, or not at this time.'),
      },
    },
    'hold-prices': holding(),
    'hold-code': holding({}, withCode()),
    'hold-code-refused': holding({
      more: refused('code', 'CODE_USED_UP', 'This code has been used as often as it may be.'),
    }),
    'hold-points': holding({ till: { points: 18_450 } }),
    'hold-points-refused': holding({
      till: { points: 9_120 },
      more: refused('points', 'NOT_ENOUGH_POINTS', 'You do not have that many points. Use fewer, or none.'),
    }),
    'hold-points-used': holding({ till: { points: 16_450 } }, withPoints()),
    'hold-points-free': holding(
      { till: { points: 2_546 } },
      withPoints({
        items: [{ ...ITEM, unitDiscountCents: 6840, unitFeeCents: 0, unitTaxCents: 0, unitAllInCents: 0 }],
        discountCents: 13_680,
        pointsCents: 13_680,
        pointsUsed: 15_904,
        pointsKind: 'free',
        feesCents: 0,
        taxCents: 0,
        totalCents: 0,
        code: null,
      }),
    ),
    'hold-kept-card': holding({ till: KEPT }),
    'hold-stripe': holding({ till: { ...KEPT, picked: wayKey(STRIPE) } }),
    'hold-stripe-away': holding({ till: { ways: [STRIPE, CASH], form: 'failed' } }),
    'hold-cash': holding({ till: { picked: wayKey(CASH) } }),
    'hold-paused': holding({ till: { paused: true } }),
    'hold-paused-nocash': holding({ till: { paused: true, ways: [STRIPE] } }),
    'hold-changed': holding({
      more: refused(
        'pay',
        'AMOUNT_MISMATCH',
        'The sum has changed since you saw it. Nothing was charged: look at the new one, and pay again.',
        'turn',
      ),
    }),
    'hold-ways-failed': holding({ till: { failed: true } }),
    'step-stripe': {
      facts: {
        ...screens.step.facts,
        checkout: {
          order: order(),
          nextAction: { type: 'stripe', clientSecret: 's', publishableKey: 'p' },
          since: NOW - 2_000,
        },
      },
    },
  };
}
