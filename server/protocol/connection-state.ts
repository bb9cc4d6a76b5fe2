/**
 * States, events and effects of the client's connection, and how a page reads them. The machine that moves them is
 * connection-machine.ts.
 */
export const CONNECTION = {
  /** After a loss the client dials again for this long before the breaker counts anything. */
  windowMs: 15_000,
  /** The first dial after a loss waits a random share of this, so that a killed edge's fans don't arrive at once. */
  firstPauseMs: 2_000,
  /** Later pauses in the window: a random share of this. */
  pauseMs: 4_000,
  /** A dial unanswered for this long has failed. */
  dialTimeoutMs: 5_000,
  retryEveryMs: 40_000,
  retriesBeforeUnavailable: 2,
  cooldownMs: 300_000,
} as const;

export type ConnectionState =
  | { name: 'idle'; attempt: number }
  | { name: 'dialing'; attempt: number; edge: number; windowEnds: number; dialBy: number }
  | { name: 'pausing'; attempt: number; edge: number; windowEnds: number; dialAt: number }
  | { name: 'connected'; attempt: number; edge: number }
  | { name: 'moving'; attempt: number; edge: number; moveAt: number }
  | { name: 'waiting'; attempt: number; failedRetries: number; retryAt: number }
  | {
      name: 'retrying';
      attempt: number;
      edge: number;
      failedRetries: number;
      startedAt: number;
      dialBy: number;
    }
  | { name: 'unavailable'; attempt: number; until: number }
  | { name: 'probing'; attempt: number; edge: number; dialBy: number }
  | { name: 'refused'; attempt: number };
export type ConnectionStateName = ConnectionState['name'];

/** `attempt` names the dial an event is about: news of an older dial is ignored. */
export type ConnectionEvent =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'dialed'; attempt: number }
  | { type: 'failed'; attempt: number }
  /** The edge answered UNAUTHENTICATED or TOKEN_EXPIRED. */
  | { type: 'refused'; attempt: number }
  | { type: 'lost'; attempt: number }
  /** `server:draining` from the edge of this dial. */
  | { type: 'draining'; attempt: number; withinMs: number }
  /** The device found its own network again: the failures so far say nothing about the servers. */
  | { type: 'online' }
  /** A wake-up asked for by an effect came due (one that comes early is harmless). */
  | { type: 'wake' };
export type ConnectionEventType = ConnectionEvent['type'];

export type ConnectionEffect =
  /** Open a socket to this edge (index into the edges that GET /status names) under this attempt. */
  | { type: 'dial'; attempt: number; edge: number }
  /** Close the socket, or give up the dial, of this attempt. */
  | { type: 'hangUp'; attempt: number }
  /** Send `wake` at this time (replaces the wake asked for before). */
  | { type: 'wakeAt'; at: number };

export interface ConnectionEnv {
  now: number;
  /** Uniform in [0, 1). */
  random(): number;
  /** How many edges there are to dial; at least one. */
  edges: number;
}

export interface ConnectionStep {
  state: ConnectionState;
  effects: ConnectionEffect[];
}

export const initialConnection: ConnectionState = { name: 'idle', attempt: 0 };

/** What a page shows: `live` may act (hold, pay); everything else leaves browsing and one's own place by HTTP. */
export interface ConnectionView {
  link: 'off' | 'connecting' | 'live' | 'waiting' | 'unavailable' | 'signed-out';
  mayAct: boolean;
  failedRetries: number;
  /** When the next try is due, on the clock that the events carried; null when none is. */
  nextTryAt: number | null;
}

export function viewConnection(state: ConnectionState): ConnectionView {
  const view = (
    link: ConnectionView['link'],
    failedRetries = 0,
    nextTryAt: number | null = null,
  ): ConnectionView => ({
    link,
    mayAct: link === 'live',
    failedRetries,
    nextTryAt,
  });
  switch (state.name) {
    case 'idle':
      return view('off');
    case 'dialing':
      return view('connecting');
    case 'pausing':
      return view('connecting', 0, state.dialAt);
    case 'connected':
    case 'moving':
      return view('live');
    case 'waiting':
      return view('waiting', state.failedRetries, state.retryAt);
    case 'retrying':
      return view('waiting', state.failedRetries, null);
    case 'unavailable':
      return view('unavailable', CONNECTION.retriesBeforeUnavailable, state.until);
    case 'probing':
      return view('unavailable', CONNECTION.retriesBeforeUnavailable, null);
    case 'refused':
      return view('signed-out');
  }
}
