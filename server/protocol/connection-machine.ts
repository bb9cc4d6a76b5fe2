/**
 * The client's connection and its breaker (rules B1…B9, server/breakers/RULES.md): pure, so that pages and tests
 * run the same machine. Time, random numbers and the number of edges come in with each event; what is to be done
 * comes out as effects.
 *
 *   idle ─start─▶ dialing ◀─▶ pausing   (a window of 15 s over the edges: losing a socket is not a failed retry)
 *                   │  │          │
 *               dialed  └─window over──▶ waiting ─40 s─▶ retrying ─2nd failure─▶ unavailable ─5 min─▶ probing
 *                   ▼                       ▲────1st failure─┘                       ▲──────failed──────┘
 *               connected ─draining─▶ moving ─random share─▶ dialing
 *
 *   refused: an edge answered, and what it refuses is the session. The connection is fine; log in, then `start`.
 */
import {
  CONNECTION,
  type ConnectionEnv,
  type ConnectionEvent,
  type ConnectionState,
  type ConnectionStateName,
  type ConnectionStep,
} from './connection-state.ts';

type In<Name extends ConnectionStateName> = Extract<ConnectionState, { name: Name }>;
const stay = (state: ConnectionState): ConnectionStep => ({ state, effects: [] });
const inFlight = (state: ConnectionState): state is In<'dialing' | 'retrying' | 'probing'> =>
  state.name === 'dialing' || state.name === 'retrying' || state.name === 'probing';
const isUp = (state: ConnectionState): state is In<'connected' | 'moving'> =>
  state.name === 'connected' || state.name === 'moving';
const someEdge = (env: ConnectionEnv): number => Math.floor(env.random() * Math.max(1, env.edges));
const nextEdge = (edge: number, env: ConnectionEnv): number => (edge + 1) % Math.max(1, env.edges);

const dialing = (attempt: number, edge: number, windowEnds: number, env: ConnectionEnv): ConnectionStep => {
  const dialBy = env.now + CONNECTION.dialTimeoutMs;
  return {
    state: { name: 'dialing', attempt, edge, windowEnds, dialBy },
    effects: [
      { type: 'dial', attempt, edge },
      { type: 'wakeAt', at: dialBy },
    ],
  };
};

const pausing = (
  from: { attempt: number; edge: number },
  windowEnds: number,
  spreadMs: number,
  env: ConnectionEnv,
): ConnectionStep => {
  const dialAt = env.now + Math.floor(env.random() * spreadMs);
  return {
    state: { name: 'pausing', attempt: from.attempt, edge: from.edge, windowEnds, dialAt },
    effects: [{ type: 'wakeAt', at: dialAt }],
  };
};

/** A new window, after a loss: first a pause, then another edge than the one just lost. */
const newWindow = (from: { attempt: number; edge: number }, env: ConnectionEnv): ConnectionStep =>
  pausing(
    { attempt: from.attempt, edge: nextEdge(from.edge, env) },
    env.now + CONNECTION.windowMs,
    CONNECTION.firstPauseMs,
    env,
  );

const waiting = (attempt: number, failedRetries: number, retryAt: number): ConnectionStep => ({
  state: { name: 'waiting', attempt, failedRetries, retryAt },
  effects: [{ type: 'wakeAt', at: retryAt }],
});

const unavailable = (attempt: number, env: ConnectionEnv): ConnectionStep => {
  const until = env.now + CONNECTION.cooldownMs;
  return { state: { name: 'unavailable', attempt, until }, effects: [{ type: 'wakeAt', at: until }] };
};

/** The dial in flight came to nothing. */
function dialFailed(state: In<'dialing' | 'retrying' | 'probing'>, env: ConnectionEnv): ConnectionStep {
  switch (state.name) {
    case 'dialing': {
      if (env.now >= state.windowEnds) return waiting(state.attempt, 0, env.now + CONNECTION.retryEveryMs);
      return pausing(
        { attempt: state.attempt, edge: nextEdge(state.edge, env) },
        state.windowEnds,
        CONNECTION.pauseMs,
        env,
      );
    }
    case 'retrying': {
      const failedRetries = state.failedRetries + 1;
      if (failedRetries >= CONNECTION.retriesBeforeUnavailable) return unavailable(state.attempt, env);
      return waiting(state.attempt, failedRetries, state.startedAt + CONNECTION.retryEveryMs);
    }
    case 'probing':
      return unavailable(state.attempt, env);
  }
}

function wake(state: ConnectionState, env: ConnectionEnv): ConnectionStep {
  const attempt = state.attempt + 1;
  const dialBy = env.now + CONNECTION.dialTimeoutMs;
  const early = (at: number): ConnectionStep => ({ state, effects: [{ type: 'wakeAt', at }] });
  switch (state.name) {
    case 'pausing':
      if (env.now < state.dialAt) return early(state.dialAt);
      if (env.now >= state.windowEnds) return waiting(state.attempt, 0, env.now + CONNECTION.retryEveryMs);
      return dialing(attempt, state.edge % Math.max(1, env.edges), state.windowEnds, env);
    case 'dialing':
    case 'retrying':
    case 'probing': {
      if (env.now < state.dialBy) return early(state.dialBy);
      const step = dialFailed(state, env);
      return { ...step, effects: [{ type: 'hangUp', attempt: state.attempt }, ...step.effects] };
    }
    case 'moving': {
      if (env.now < state.moveAt) return early(state.moveAt);
      const step = dialing(attempt, nextEdge(state.edge, env), env.now + CONNECTION.windowMs, env);
      return { ...step, effects: [{ type: 'hangUp', attempt: state.attempt }, ...step.effects] };
    }
    case 'waiting': {
      if (env.now < state.retryAt) return early(state.retryAt);
      const edge = someEdge(env);
      return {
        state: {
          name: 'retrying',
          attempt,
          edge,
          failedRetries: state.failedRetries,
          startedAt: env.now,
          dialBy,
        },
        effects: [
          { type: 'dial', attempt, edge },
          { type: 'wakeAt', at: dialBy },
        ],
      };
    }
    case 'unavailable': {
      if (env.now < state.until) return early(state.until);
      const edge = someEdge(env);
      return {
        state: { name: 'probing', attempt, edge, dialBy },
        effects: [
          { type: 'dial', attempt, edge },
          { type: 'wakeAt', at: dialBy },
        ],
      };
    }
    case 'idle':
    case 'connected':
    case 'refused':
      return stay(state);
  }
}

function online(state: ConnectionState, env: ConnectionEnv): ConnectionStep {
  switch (state.name) {
    case 'waiting':
    case 'unavailable':
      return pausing(
        { attempt: state.attempt, edge: someEdge(env) },
        env.now + CONNECTION.windowMs,
        CONNECTION.firstPauseMs,
        env,
      );
    case 'pausing':
      return newWindow(state, env);
    default:
      return stay(state);
  }
}

/** What one event does: the state after it, and what is to be done now, in order. */
export function stepConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  env: ConnectionEnv,
): ConnectionStep {
  if ('attempt' in event && event.attempt !== state.attempt) return stay(state);
  switch (event.type) {
    case 'start':
      return state.name === 'idle' || state.name === 'refused'
        ? dialing(state.attempt + 1, someEdge(env), env.now + CONNECTION.windowMs, env)
        : stay(state);
    case 'stop':
      return {
        state: { name: 'idle', attempt: state.attempt },
        effects: inFlight(state) || isUp(state) ? [{ type: 'hangUp', attempt: state.attempt }] : [],
      };
    case 'dialed':
      return inFlight(state)
        ? stay({ name: 'connected', attempt: state.attempt, edge: state.edge })
        : stay(state);
    case 'failed':
      return inFlight(state) ? dialFailed(state, env) : stay(state);
    case 'refused':
      return inFlight(state) || isUp(state)
        ? {
            state: { name: 'refused', attempt: state.attempt },
            effects: [{ type: 'hangUp', attempt: state.attempt }],
          }
        : stay(state);
    case 'lost':
      return isUp(state) ? newWindow(state, env) : stay(state);
    case 'draining': {
      if (state.name !== 'connected') return stay(state);
      const moveAt = env.now + Math.floor(env.random() * event.withinMs);
      return { state: { ...state, name: 'moving', moveAt }, effects: [{ type: 'wakeAt', at: moveAt }] };
    }
    case 'online':
      return online(state, env);
    case 'wake':
      return wake(state, env);
  }
}
