/** Every state of the drop page by name: the facts it is drawn from. A screen without an entry does not compile. */

import type { SeatRefusal } from '../../seats/choosing.ts';
import type { Freshness } from '../freshness.ts';
import type { Facts, ScreenName } from '../screen.ts';
import type { DropViewProps, Problem } from '../view-props.ts';
import {
  at,
  drop,
  event,
  FULL,
  GONE,
  hold,
  mine,
  NOW,
  order,
  place,
  SEATS,
  seatedHold,
  secondHold,
  ticket,
  turnPlace,
} from './fixtures.ts';
import { moneyStates } from './money.ts';
import { APART, heldSeats, ORPHAN, PICKED, PICKED_BESIDE, seatedDrop, TAKEN } from './seats.ts';
import type { TillState } from './till.ts';

export interface GalleryState {
  facts: Partial<Facts>;
  freshness?: Freshness;
  more?: Partial<DropViewProps>;
  till?: TillState;
}

const OFF: Freshness = {
  kind: 'off',
  ageMs: 12_400,
  offMs: 12_400,
  nextTryMs: 27_600,
  failedRetries: 0,
  unavailable: false,
};

const early = { serving: 0, lastNumber: 0, ratePerMinute: null, turnsInUse: 0, tiers: FULL };
const lobby = drop({ ...early, phase: 'lobby', opensAt: at(724_000) });
const paused = drop({ phase: 'paused', pausedAt: at(-204_000), pauseReason: 'PA problem, 10 min.' });
const waiting = { drop: drop(), mine: mine(), shownNumber: 1204 };

const SCREENS: Record<ScreenName, GalleryState> = {
  loading: { facts: { drop: null } },
  missing: { facts: { missing: true, drop: null } },
  scheduled: {
    facts: {
      drop: drop({
        ...early,
        phase: 'scheduled',
        lobbyOpensAt: at(3_533_000),
        opensAt: at(5_333_000),
        lobbyCount: 0,
      }),
      mine: mine({ place: null }),
    },
  },
  doors: { facts: { drop: lobby, mine: mine({ place: null }) } },
  lobby: { facts: { drop: lobby, mine: mine({ place: place({ number: null }) }) } },
  drawing: {
    facts: { drop: drop({ ...early, phase: 'drawing' }), mine: mine({ place: place({ number: null }) }) },
  },
  number: { facts: { drop: drop({ ...early, lastNumber: 18_311 }), mine: mine() } },
  waiting: {
    facts: {
      ...waiting,
      samples: Array.from({ length: 20 }, (_, index) => ({
        at: NOW - 300_000 + index * 15_000,
        serving: 342 - (20 - index) * 17,
      })),
    },
  },
  late: { facts: { drop: drop({ serving: 1260 }), mine: mine({ place: place({ state: 'late' }) }) } },
  called: {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: place({ state: 'called', claimBy: at(47_000) }) }),
    },
  },
  open: { facts: { drop: drop(), mine: mine({ place: null }) } },
  turn: {
    facts: { drop: drop({ serving: 1204 }), mine: mine({ place: turnPlace() }) },
    more: { draft: { [drop().tiers[0]!.id]: 2 } },
  },
  hold: {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(441_000), holds: [hold()], remainingAllowance: 2 }),
    },
  },
  paying: {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(), holds: [hold({ status: 'paying' })], remainingAllowance: 2 }),
      checkout: { order: order(), nextAction: null, since: NOW - 2_000 },
    },
  },
  step: {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(), holds: [hold({ status: 'paying' })], remainingAllowance: 2 }),
      checkout: { order: order(), nextAction: { type: 'confirm' }, since: NOW - 2_000 },
    },
  },
  tickets: {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(301_000), bought: 2, remainingAllowance: 2 }),
      tickets: [ticket(1), ticket(2)],
    },
  },
  returned: {
    facts: {
      drop: drop({ serving: 1300 }),
      mine: mine({ place: place({ state: 'expired' }) }),
      checkout: {
        order: order({ status: 'expired', refundedCents: 13_680 }),
        nextAction: null,
        since: NOW - 60_000,
      },
    },
  },
  paused: { facts: { drop: paused, mine: mine(), shownNumber: 1204 } },
  sold_out: {
    facts: { drop: drop({ phase: 'sold_out', tiers: GONE, serving: 980 }), mine: mine(), shownNumber: 1204 },
  },
  missed: { facts: { drop: drop({ serving: 1300 }), mine: mine({ place: place({ state: 'expired' }) }) } },
  left: { facts: { drop: drop(), mine: mine({ place: place({ state: 'left' }) }) } },
  done: { facts: { drop: drop({ serving: 1300 }), mine: mine({ place: place({ state: 'done' }) }) } },
  ended: { facts: { drop: drop({ phase: 'ended', tiers: GONE }), mine: mine() } },
  canceled: { facts: { drop: drop({ phase: 'canceled' }), mine: mine() } },
};

const seatTurn = {
  drop: seatedDrop({ serving: 1204 }),
  mine: mine({ place: turnPlace(), remainingAllowance: 4 }),
};
const asked = (refusal: SeatRefusal): Problem => ({
  at: 'board',
  kind: 'turn',
  text: '',
  refusal: { message: '', ...refusal },
});

/** Sales with seats. */
const SEATED: Record<string, GalleryState> = {
  'turn-seats': { facts: seatTurn },
  'turn-seats-picked': {
    facts: seatTurn,
    more: { picks: PICKED, draft: { [seatTurn.drop.tiers[2]!.id]: 1 } },
  },
  'turn-seats-taken': { facts: seatTurn, more: { picks: PICKED.slice(1), problem: asked(TAKEN) } },
  'turn-seats-orphan': { facts: seatTurn, more: { picks: PICKED_BESIDE, problem: asked(ORPHAN) } },
  'turn-seats-apart': { facts: seatTurn, more: { problem: asked(APART) } },
  'hold-seats-map': {
    facts: {
      drop: seatedDrop({ serving: 1204 }),
      mine: mine({ place: turnPlace(441_000), holds: [heldSeats()], remainingAllowance: 1 }),
    },
  },
  'waiting-seats': { facts: { ...waiting, drop: seatedDrop() } },
};

/** The same screens under other conditions. */
const VARIANTS: Record<string, GalleryState> = {
  'hold-seats': {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(441_000), holds: [seatedHold()], remainingAllowance: 0 }),
    },
  },
  'paying-seats': {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(), holds: [seatedHold({ status: 'paying' })], remainingAllowance: 0 }),
      checkout: { order: order({ items: seatedHold().items }), nextAction: null, since: NOW - 2_000 },
    },
  },
  'tickets-seats': {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({ place: turnPlace(301_000), bought: 4, remainingAllowance: 0 }),
      tickets: [...SEATS.map((seat, index) => ticket(index + 1, seat)), ticket(4)],
    },
  },
  'doors-anonymous': { facts: { drop: lobby, mine: null, who: 'anonymous' } },
  'open-anonymous': { facts: { drop: drop(), mine: null, who: 'anonymous' } },
  'waiting-next': {
    facts: {
      ...waiting,
      drop: drop({ serving: 1201 }),
      samples: [
        { at: NOW - 60_000, serving: 1100 },
        { at: NOW, serving: 1201 },
      ],
    },
  },
  'waiting-offline': { facts: waiting, freshness: OFF, more: { mayAct: false } },
  'waiting-unavailable': {
    facts: waiting,
    freshness: {
      ...OFF,
      ageMs: 131_000,
      offMs: 131_000,
      nextTryMs: 214_000,
      failedRetries: 2,
      unavailable: true,
    },
    more: { mayAct: false },
  },
  'waiting-old': { facts: waiting, freshness: { kind: 'old', ageMs: 8_000 } },
  'waiting-reconnecting': {
    facts: waiting,
    freshness: { kind: 'reconnecting', ageMs: 6_000, offMs: 5_000 },
    more: { mayAct: false },
  },
  'called-asking': {
    facts: SCREENS.called.facts,
    more: { asking: 'claim' },
  },
  'turn-hurry': {
    facts: { drop: drop({ serving: 1204 }), mine: mine({ place: turnPlace(18_000) }) },
    more: {
      problem: {
        at: 'board',
        kind: 'bad',
        text: 'There are not that many left. Choose fewer or another kind.',
      },
      draft: { [drop().tiers[0]!.id]: 4 },
    },
  },
  'turn-paused': {
    facts: { drop: paused, mine: mine({ place: turnPlace() }) },
    more: { draft: { [drop().tiers[1]!.id]: 1 } },
  },
  'turn-soldout': {
    facts: { drop: drop({ tiers: GONE, serving: 1204 }), mine: mine({ place: turnPlace() }) },
  },
  'turn-noline': {
    facts: { drop: drop({ hasLine: false, tiers: FULL }), mine: null, who: 'anonymous' },
    more: { draft: { [drop().tiers[1]!.id]: 1 } },
  },
  'hold-declined': {
    facts: SCREENS.hold.facts,
    till: { card: '4000000000000002' },
    more: {
      problem: {
        at: 'pay',
        kind: 'bad',
        text: 'The card was declined. Your tickets are still held: try another card.',
        refusal: { code: 'PAYMENT_DECLINED', message: '' },
      },
    },
  },
  'hold-two': {
    facts: {
      drop: drop({ serving: 1204 }),
      mine: mine({
        place: turnPlace(52_000),
        holds: [hold({ expiresAt: at(48_000), extended: true }), secondHold()],
        remainingAllowance: 1,
      }),
    },
  },
  'paying-slow': {
    facts: {
      ...SCREENS.paying.facts,
      checkout: { order: order(), nextAction: null, since: NOW - 14_000 },
    },
  },
  'paying-committed': {
    facts: {
      ...SCREENS.paying.facts,
      checkout: { order: order({ status: 'committed' }), nextAction: null, since: NOW - 3_000 },
    },
  },
};

export const STATES: Record<string, GalleryState> = {
  ...SCREENS,
  ...SEATED,
  ...VARIANTS,
  ...moneyStates(SCREENS),
};
export { event };
