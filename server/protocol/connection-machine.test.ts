import { expect, test } from 'vitest';
import { stepConnection } from './connection-machine.ts';
import {
  CONNECTION,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionEventType,
  type ConnectionState,
  type ConnectionStateName,
  initialConnection,
  viewConnection,
} from './connection-state.ts';

const NOW = 1_000_000;
const HALF = () => 0.5;

/** One state of each name, all waiting for something that is due at NOW. */
const STATES: { [N in ConnectionStateName]: Extract<ConnectionState, { name: N }> } = {
  idle: { name: 'idle', attempt: 7 },
  dialing: { name: 'dialing', attempt: 7, edge: 0, windowEnds: NOW + 10_000, dialBy: NOW },
  pausing: { name: 'pausing', attempt: 7, edge: 1, windowEnds: NOW + 10_000, dialAt: NOW },
  connected: { name: 'connected', attempt: 7, edge: 0 },
  moving: { name: 'moving', attempt: 7, edge: 0, moveAt: NOW },
  waiting: { name: 'waiting', attempt: 7, failedRetries: 0, retryAt: NOW },
  retrying: { name: 'retrying', attempt: 7, edge: 0, failedRetries: 0, startedAt: NOW - 5_000, dialBy: NOW },
  unavailable: { name: 'unavailable', attempt: 7, until: NOW },
  probing: { name: 'probing', attempt: 7, edge: 0, dialBy: NOW },
  refused: { name: 'refused', attempt: 7 },
};

const EVENTS: Record<ConnectionEventType, ConnectionEvent> = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  dialed: { type: 'dialed', attempt: 7 },
  failed: { type: 'failed', attempt: 7 },
  refused: { type: 'refused', attempt: 7 },
  lost: { type: 'lost', attempt: 7 },
  draining: { type: 'draining', attempt: 7, withinMs: 10_000 },
  online: { type: 'online' },
  wake: { type: 'wake' },
};

/** Expected: the state after, then the effects (`dial`, `hangUp`, `wakeAt`) in order. `=` is "nothing happens". */
type Cell = '=' | [ConnectionStateName, ...ConnectionEffect['type'][]];
const dial: Cell = ['dialing', 'dial', 'wakeAt'];
const off: Cell = ['idle'];
const offHangUp: Cell = ['idle', 'hangUp'];
const pause: Cell = ['pausing', 'wakeAt'];

const TABLE: Record<ConnectionStateName, Record<ConnectionEventType, Cell>> = {
  idle: {
    start: dial,
    stop: off,
    dialed: '=',
    failed: '=',
    refused: '=',
    lost: '=',
    draining: '=',
    online: '=',
    wake: '=',
  },
  dialing: {
    start: '=',
    stop: offHangUp,
    dialed: ['connected'],
    failed: pause,
    refused: ['refused', 'hangUp'],
    lost: '=',
    draining: '=',
    online: '=',
    wake: ['pausing', 'hangUp', 'wakeAt'],
  },
  pausing: {
    start: '=',
    stop: off,
    dialed: '=',
    failed: '=',
    refused: '=',
    lost: '=',
    draining: '=',
    online: pause,
    wake: dial,
  },
  connected: {
    start: '=',
    stop: offHangUp,
    dialed: '=',
    failed: '=',
    refused: ['refused', 'hangUp'],
    lost: pause,
    draining: ['moving', 'wakeAt'],
    online: '=',
    wake: '=',
  },
  moving: {
    start: '=',
    stop: offHangUp,
    dialed: '=',
    failed: '=',
    refused: ['refused', 'hangUp'],
    lost: pause,
    draining: '=',
    online: '=',
    wake: ['dialing', 'hangUp', 'dial', 'wakeAt'],
  },
  waiting: {
    start: '=',
    stop: off,
    dialed: '=',
    failed: '=',
    refused: '=',
    lost: '=',
    draining: '=',
    online: pause,
    wake: ['retrying', 'dial', 'wakeAt'],
  },
  retrying: {
    start: '=',
    stop: offHangUp,
    dialed: ['connected'],
    failed: ['waiting', 'wakeAt'],
    refused: ['refused', 'hangUp'],
    lost: '=',
    draining: '=',
    online: '=',
    wake: ['waiting', 'hangUp', 'wakeAt'],
  },
  unavailable: {
    start: '=',
    stop: off,
    dialed: '=',
    failed: '=',
    refused: '=',
    lost: '=',
    draining: '=',
    online: pause,
    wake: ['probing', 'dial', 'wakeAt'],
  },
  probing: {
    start: '=',
    stop: offHangUp,
    dialed: ['connected'],
    failed: ['unavailable', 'wakeAt'],
    refused: ['refused', 'hangUp'],
    lost: '=',
    draining: '=',
    online: '=',
    wake: ['unavailable', 'hangUp', 'wakeAt'],
  },
  refused: {
    start: dial,
    stop: off,
    dialed: '=',
    failed: '=',
    refused: '=',
    lost: '=',
    draining: '=',
    online: '=',
    wake: '=',
  },
};

const names = Object.keys(TABLE) as ConnectionStateName[];
const types = Object.keys(EVENTS) as ConnectionEventType[];

test.each(names.flatMap((name) => types.map((type) => ({ name, type }))))(
  'B1: $name on $type does what the table says',
  ({ name, type }) => {
    const step = stepConnection(STATES[name], EVENTS[type], { now: NOW, random: HALF, edges: 2 });
    const cell = TABLE[name][type];
    if (cell === '=') expect(step).toEqual({ state: STATES[name], effects: [] });
    else expect([step.state.name, ...step.effects.map((e) => e.type)]).toEqual(cell);
  },
);

test.each(names)('B1: %s ignores news of an older dial', (name) => {
  for (const type of ['dialed', 'failed', 'refused', 'lost', 'draining'] as const) {
    const stale = { ...EVENTS[type], attempt: 6 } as ConnectionEvent;
    expect(stepConnection(STATES[name], stale, { now: NOW, random: HALF, edges: 2 }).state).toBe(
      STATES[name],
    );
  }
});

/** Runs the machine on a fake clock against a world in which each dial is answered by `answer`. */
function drive(
  answer: (at: number, edge: number) => 'dialed' | 'failed' | 'silence',
  edges = 2,
  random: () => number = HALF,
) {
  let state: ConnectionState = initialConnection;
  let now = 0;
  let wakeAt: number | undefined;
  const dials: { at: number; edge: number; from: ConnectionStateName }[] = [];
  const seen: { at: number; name: ConnectionStateName }[] = [];

  function send(event: ConnectionEvent): void {
    const before: ConnectionState = state;
    const step = stepConnection(state, event, { now, random, edges });
    state = step.state;
    if (state.name !== before.name) seen.push({ at: now, name: state.name });
    for (const effect of step.effects) {
      if (effect.type === 'wakeAt') wakeAt = effect.at;
      if (effect.type !== 'dial') continue;
      dials.push({ at: now, edge: effect.edge, from: before.name });
      const reply = answer(now, effect.edge);
      if (reply !== 'silence') pending.push({ type: reply, attempt: effect.attempt });
    }
    while (pending.length > 0) send(pending.shift()!);
  }
  const pending: ConnectionEvent[] = [];

  return {
    send,
    dials,
    seen,
    get state() {
      return state;
    },
    get now() {
      return now;
    },
    runUntil(end: number) {
      while (wakeAt !== undefined && wakeAt <= end) {
        now = Math.max(now, wakeAt);
        wakeAt = undefined;
        send({ type: 'wake' });
      }
      now = end;
    },
  };
}

test('B2: after a loss it dials for up to 15 s over all edges, and none of that counts as a failed retry', () => {
  let up = true;
  const world = drive(() => (up ? 'dialed' : 'failed'), 3);
  world.send({ type: 'start' });
  expect(world.state.name).toBe('connected');
  up = false;
  world.runUntil(1_000);
  world.send({ type: 'lost', attempt: world.state.attempt });
  world.runUntil(1_000 + CONNECTION.windowMs - 1);
  expect(world.dials.length).toBeGreaterThanOrEqual(5);
  expect(new Set(world.dials.slice(1).map((d) => d.edge))).toEqual(new Set([0, 1, 2]));
  expect(world.dials[1]?.edge).not.toBe(world.dials[0]?.edge);
  world.runUntil(1_000 + CONNECTION.windowMs + CONNECTION.pauseMs);
  expect(world.state).toMatchObject({ name: 'waiting', failedRetries: 0 });
});

test('B2: a killed edge costs a fan seconds when another edge lives', () => {
  const world = drive(
    (at, edge) => (at === 0 || edge === 0 ? 'dialed' : 'failed'),
    2,
    () => 0.999,
  );
  world.send({ type: 'start' });
  world.runUntil(1_000);
  world.send({ type: 'lost', attempt: world.state.attempt });
  world.runUntil(1_000 + 10_000);
  expect(world.state.name).toBe('connected');
});

test('B3: the dials of a thousand clients that lose the same edge are spread over the first pause', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const perTenth = new Map<number, number>();
  for (let i = 0; i < 1_000; i++) {
    const world = drive(() => 'dialed', 2, random);
    world.send({ type: 'start' });
    world.send({ type: 'lost', attempt: world.state.attempt });
    world.runUntil(CONNECTION.firstPauseMs);
    const tenth = Math.floor((world.dials[1]!.at / CONNECTION.firstPauseMs) * 10);
    perTenth.set(tenth, (perTenth.get(tenth) ?? 0) + 1);
  }
  expect(Math.max(...perTenth.values())).toBeLessThan(200);
});

test('B4: then one retry every 40 s, unavailable after the second that fails, 5 minutes of quiet', () => {
  const world = drive(() => 'failed');
  world.send({ type: 'start' });
  world.runUntil(3_600_000);
  const firstWait = world.seen.find((s) => s.name === 'waiting')!.at;
  const retries = world.dials.filter((d) => d.from === 'waiting').map((d) => d.at - firstWait);
  expect(retries).toEqual([40_000, 80_000]);
  const down = world.seen.filter((s) => s.name === 'unavailable').map((s) => s.at - firstWait);
  expect(down[0]).toBe(80_000);
  const probes = world.dials.filter((d) => d.from === 'unavailable').map((d) => d.at - firstWait);
  expect(probes.slice(0, 3)).toEqual([380_000, 680_000, 980_000]);
});

test('B5: half-open sends exactly one probe: its success closes the breaker, its failure costs another cooldown', () => {
  let up = false;
  const world = drive(() => (up ? 'dialed' : 'silence'));
  world.send({ type: 'start' });
  world.runUntil(200_000);
  expect(world.state.name).toBe('unavailable');
  const dialsBefore = world.dials.length;
  const until = (world.state as { until: number }).until;
  world.runUntil(until + CONNECTION.dialTimeoutMs + 1_000);
  expect(world.dials.length).toBe(dialsBefore + 1);
  expect(world.state.name).toBe('unavailable');
  up = true;
  world.runUntil((world.state as { until: number }).until);
  expect(world.dials.length).toBe(dialsBefore + 2);
  expect(world.state.name).toBe('connected');
});

test('B5: a retry that succeeds forgets the failures before it', () => {
  const world = drive((at) => (at > 50_000 ? 'dialed' : 'failed'));
  world.send({ type: 'start' });
  world.runUntil(120_000);
  expect(world.state.name).toBe('connected');
  expect(viewConnection(world.state)).toEqual({
    link: 'live',
    mayAct: true,
    failedRetries: 0,
    nextTryAt: null,
  });
});

test('B6: a draining edge is left after a random share of its time, for another edge', () => {
  const world = drive(
    () => 'dialed',
    2,
    () => 0.25,
  );
  world.send({ type: 'start' });
  const home = world.dials[0]!.edge;
  world.send({ type: 'draining', attempt: world.state.attempt, withinMs: 10_000 });
  expect(viewConnection(world.state).mayAct).toBe(true);
  world.runUntil(2_499);
  expect(world.state.name).toBe('moving');
  world.runUntil(2_500);
  expect(world.state.name).toBe('connected');
  expect(world.dials[1]).toMatchObject({ at: 2_500, edge: 1 - home });
});

test('B7: a refused session is no failure of the server: nothing is dialed until the next start', () => {
  const world = drive(() => 'silence');
  world.send({ type: 'start' });
  world.send({ type: 'refused', attempt: world.state.attempt });
  world.runUntil(3_600_000);
  expect(world.dials.length).toBe(1);
  expect(viewConnection(world.state).link).toBe('signed-out');
  world.send({ type: 'start' });
  expect(world.dials.length).toBe(2);
});

test('B8: a device that finds its own network again does not sit out a cooldown its servers never caused', () => {
  let up = false;
  const world = drive(() => (up ? 'dialed' : 'failed'));
  world.send({ type: 'start' });
  world.runUntil(200_000);
  expect(world.state.name).toBe('unavailable');
  up = true;
  world.send({ type: 'online' });
  world.runUntil(200_000 + CONNECTION.firstPauseMs);
  expect(world.state.name).toBe('connected');
});

test.each(names)('B9: in %s a page may act only while the socket is up', (name) => {
  expect(viewConnection(STATES[name]).mayAct).toBe(name === 'connected' || name === 'moving');
});
