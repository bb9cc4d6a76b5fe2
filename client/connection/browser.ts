/** The link of this page: the pure machine with the browser's own sockets, timers and session. */

import { effect } from '@preact/signals';
import { ApiError } from '../api.ts';
import { api, session as login } from '../session.ts';
import { monotonicMs } from '../time.ts';
import { edgeOrigins } from './edges.ts';
import { createLink, type Link } from './link.ts';
import { random } from './random.ts';
import { dialSocket } from './wire.ts';

interface StatusAnswer {
  edges?: string[];
  /** Where this host's own edge listens, when no edges are named. */
  socketPort?: number;
}

/** The edges are asked for again after this long; an answer that fails leaves the last ones in place. */
const EDGES_FOR_MS = 60_000;
const DEFAULT_SOCKET_PORT = '3001';

let known: { origins: string[]; at: number } | null = null;

async function edges(): Promise<readonly string[]> {
  if (known && monotonicMs() - known.at < EDGES_FOR_MS) return known.origins;
  try {
    const status = await api.request<StatusAnswer>('GET', '/status', { authenticate: false });
    const origins = edgeOrigins(
      status.edges?.length ? status.edges : [String(status.socketPort ?? DEFAULT_SOCKET_PORT)],
      window.location,
    );
    known = { origins, at: monotonicMs() };
  } catch (error) {
    if (!known) throw error;
  }
  return known.origins;
}

let shared: Link | null = null;

/** One socket per page, however many parts of it listen. Starts with a session, ends with it. */
export function pageLink(): Link {
  if (shared) return shared;
  const link = createLink({
    now: monotonicMs,
    random,
    wakeAt: (at, run) => {
      const timer = setTimeout(run, Math.max(0, at - monotonicMs()));
      return () => clearTimeout(timer);
    },
    edges,
    token: () => api.token(),
    dial: dialSocket,
  });
  shared = link;
  effect(() => {
    if (login.value.status === 'known') link.start();
    else if (login.value.status === 'anonymous') link.stop();
  });
  renewWhenRefused(link);
  window.addEventListener('online', () => link.tryNow());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) link.nudge();
  });
  window.addEventListener('pagehide', () => link.stop());
  window.addEventListener('pageshow', (event) => {
    if (event.persisted && login.peek().status === 'known') link.start();
  });
  return link;
}

const RENEW_FIRST_MS = 1_000;
const RENEW_LONGEST_MS = 60_000;

/** An edge refused the token: a fresh one is asked for, ever more slowly, until there is none to be had. */
function renewWhenRefused(link: Link): void {
  let pause = RENEW_FIRST_MS;
  let running = false;
  const renew = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, pause * (1 + random())));
    pause = Math.min(pause * 2, RENEW_LONGEST_MS);
    try {
      if (await api.refresh()) link.start();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await renew();
    }
  };
  effect(() => {
    const { link: name } = link.facts.value;
    if (name === 'live') pause = RENEW_FIRST_MS;
    if (name !== 'signed-out' || running || login.peek().status !== 'known') return;
    running = true;
    void renew().finally(() => {
      running = false;
    });
  });
}
