import { expect, test } from 'vitest';
import { DROP_PHASES, type DropPhase, PLACE_STATES, type PlaceState } from '../../server/protocol/views.ts';
import { at, drop, hold, mine, NOW, order, place, ticket, turnPlace } from './gallery/fixtures.ts';
import { STATES } from './gallery/states.ts';
import { type Facts, peopleAhead, type ScreenName, screenOf } from './screen.ts';

const facts = (more: Partial<Facts> = {}): Facts => ({
  drop: drop(),
  missing: false,
  mine: mine(),
  who: 'known',
  checkout: null,
  returned: null,
  tickets: null,
  shownNumber: 1204,
  lowestAhead: null,
  samples: [],
  wantsMore: false,
  ...more,
});
const show = (more: Partial<Facts>): ScreenName => screenOf(facts(more), NOW).name;

/** The screen for each phase and place, in a drop with a line; `none`: not joined. */
const TABLE: Record<DropPhase, Record<PlaceState | 'none', ScreenName>> = {
  scheduled: row('scheduled', {}),
  lobby: row('doors', { waiting: 'lobby' }),
  drawing: row('drawing', {}),
  live: {
    none: 'open',
    waiting: 'waiting',
    called: 'called',
    late: 'late',
    turn: 'turn',
    done: 'done',
    expired: 'missed',
    left: 'left',
  },
  paused: row('paused', { turn: 'turn' }),
  sold_out: {
    none: 'sold_out',
    waiting: 'sold_out',
    called: 'called',
    late: 'late',
    turn: 'turn',
    done: 'done',
    expired: 'missed',
    left: 'left',
  },
  ended: row('ended', {}),
  canceled: row('canceled', {}),
};

function row(
  all: ScreenName,
  some: Partial<Record<PlaceState | 'none', ScreenName>>,
): Record<PlaceState | 'none', ScreenName> {
  return {
    none: all,
    waiting: all,
    called: all,
    late: all,
    turn: all,
    done: all,
    expired: all,
    left: all,
    ...some,
  };
}

for (const phase of DROP_PHASES)
  test(`U1: every place has its screen while the drop is ${phase}`, () => {
    for (const state of ['none', ...PLACE_STATES] as const) {
      // Whoever has a turn or a call before the sale is live does not exist; the table answers all the same.
      const early = phase === 'scheduled' || phase === 'lobby' || phase === 'drawing';
      if (early && (state === 'turn' || state === 'called')) continue;
      const mineNow = mine({
        place:
          state === 'none'
            ? null
            : state === 'turn'
              ? turnPlace()
              : place({ state, claimBy: state === 'called' ? at(30_000) : null }),
      });
      const now = drop({ phase, pausedAt: phase === 'paused' ? at(-1_000) : null });
      expect(show({ drop: now, mine: mineNow }), `${phase} ${state}`).toBe(TABLE[phase][state]);
    }
  });

test('U1: without a line one goes straight to the board, and before it opens one waits for the time', () => {
  const noLine = (phase: DropPhase) => drop({ hasLine: false, phase });
  expect(show({ drop: noLine('scheduled'), mine: mine({ place: null }) })).toBe('scheduled');
  expect(show({ drop: noLine('lobby'), mine: mine({ place: null }) })).toBe('scheduled');
  expect(screenOf(facts({ drop: noLine('live'), mine: mine({ place: null }) }), NOW)).toMatchObject({
    name: 'turn',
    leftMs: null,
  });
  expect(screenOf(facts({ drop: noLine('live'), mine: null, who: 'anonymous' }), NOW)).toMatchObject({
    name: 'turn',
    anonymous: true,
  });
});

test('U1: unknown, missing and anonymous have their screens', () => {
  expect(show({ drop: null })).toBe('loading');
  expect(show({ mine: null })).toBe('loading');
  expect(show({ missing: true })).toBe('missing');
  expect(screenOf(facts({ mine: null, who: 'anonymous' }), NOW)).toMatchObject({
    name: 'open',
    anonymous: true,
  });
});

test('U1: a number is shown with ceremony once, then the line', () => {
  expect(show({ shownNumber: null })).toBe('number');
  expect(show({ shownNumber: 9 })).toBe('number');
  expect(show({ shownNumber: 1204 })).toBe('waiting');
  expect(show({ mine: mine({ place: place({ number: null }) }) })).toBe('drawing');
});

test('U2: paying goes before a hold, a hold before tickets, tickets before a turn, a turn before the line', () => {
  const all = {
    place: turnPlace(),
    holds: [hold({ status: 'paying' }), hold()],
    bought: 2,
    remainingAllowance: 2,
  };
  const checkout = { order: order(), nextAction: null, since: NOW - 1_000 };
  expect(show({ mine: mine(all), checkout })).toBe('paying');
  expect(show({ mine: mine(all), checkout: { ...checkout, nextAction: { type: 'approve' } } })).toBe('step');
  expect(show({ mine: mine({ ...all, holds: [hold()] }) })).toBe('hold');
  expect(show({ mine: mine({ ...all, holds: [] }), tickets: [ticket(1)] })).toBe('tickets');
  expect(show({ mine: mine({ ...all, holds: [] }), wantsMore: true })).toBe('turn');
  expect(show({ mine: mine({ ...all, holds: [], remainingAllowance: 0 }), wantsMore: true })).toBe('tickets');
  expect(show({ mine: mine({ ...all, holds: [], bought: 0 }) })).toBe('turn');
});

test('U2: what has run out goes no further: call, turn and hold', () => {
  const over = at(-1);
  expect(show({ mine: mine({ place: place({ state: 'called', claimBy: over }) }) })).toBe('late');
  expect(show({ mine: mine({ place: turnPlace(-1) }) })).toBe('missed');
  expect(show({ mine: mine({ holds: [hold({ expiresAt: over })] }) })).toBe('waiting');
  expect(show({ mine: mine({ holds: [hold({ status: 'released' })] }) })).toBe('waiting');
});

test('U2: a finished order no longer pays, a committed one still does', () => {
  const of = (status: 'committed' | 'paid') => ({ order: order({ status }), nextAction: null, since: NOW });
  expect(screenOf(facts({ checkout: of('committed') }), NOW)).toMatchObject({
    name: 'paying',
    committed: true,
  });
  expect(show({ checkout: of('paid'), mine: mine({ bought: 2 }) })).toBe('tickets');
});

test('U2: a committed order whose codes are out is done paying: cash comes at the door', () => {
  const checkout = { order: order({ status: 'committed' }), nextAction: null, since: NOW };
  const known = { checkout, mine: mine({ bought: 1 }) };
  expect(show({ ...known, tickets: [{ ...ticket(1), qr: null }] })).toBe('paying');
  expect(show({ ...known, tickets: [ticket(1)] })).toBe('tickets');
});

test('U1: while the session is being taken up nobody is told to log in', () => {
  expect(show({ who: 'unknown', mine: null })).toBe('loading');
});

test('U3: people ahead never goes up', () => {
  expect(peopleAhead(1204, 342, null)).toBe(861);
  expect(peopleAhead(1204, 300, 861)).toBe(861);
  expect(peopleAhead(1204, 400, 861)).toBe(803);
  expect(peopleAhead(10, 400, null)).toBe(0);
  expect(screenOf(facts({ lowestAhead: 7 }), NOW)).toMatchObject({ name: 'waiting', ahead: 7 });
});

test('U4: while the drop is paused, call, turn and hold keep the time they had', () => {
  const paused = drop({ phase: 'paused', pausedAt: at(-100_000), pauseReason: 'PA' });
  const later = NOW + 3_600_000;
  const turn = screenOf(facts({ drop: paused, mine: mine({ place: turnPlace(-50_000) }) }), later);
  expect(turn).toMatchObject({ name: 'turn', leftMs: 50_000 });
  const held = screenOf(
    facts({ drop: paused, mine: mine({ holds: [hold({ expiresAt: at(-40_000) })] }) }),
    later,
  );
  expect(held).toMatchObject({ name: 'hold', soonestMs: 60_000 });
  expect(screenOf(facts({ drop: paused }), NOW)).toMatchObject({
    name: 'paused',
    reason: 'PA',
    sinceMs: 100_000,
    ahead: 861,
  });
});

test('U7: each state of the gallery draws the screen it is named after', () => {
  const empty = facts({ drop: null, mine: null, shownNumber: null });
  for (const [name, state] of Object.entries(STATES))
    expect(screenOf({ ...empty, ...state.facts }, NOW).name, name).toBe(name.split('-')[0]);
});

test('U5: in the first minute of a sale the page promises no time', () => {
  const opened = (ms: number) => screenOf(facts({ drop: drop({ opensAt: at(-ms) }) }), NOW);
  expect(opened(59_000)).toMatchObject({ name: 'waiting', eta: { kind: 'unknown' } });
  expect(opened(61_000)).toMatchObject({ name: 'waiting', eta: { kind: 'interval' } });
});
