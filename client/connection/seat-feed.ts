/**
 * A drop's seats, kept fresh: all states once a socket, then what changed; `GET /drops/{id}/seats` while there is no
 * socket. A delta counts only on exactly the states it was made from; whatever else happens, all states are asked for
 * again, one ask at a time.
 *
 *   away ─socket up, seats:watch answered─▶ following ─gap, other epoch, stale, malformed, silence─▶ asks again
 *     ▲ polls, ever more slowly where it fails     │
 *     └──────────socket lost, watch refused────────┘
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { fromBase64, MalformedSeats, packedBytes, unpackSeats } from '../../server/protocol/seat-states.ts';
import type { SeatStates, SeatsDelta } from '../../server/protocol/seating.ts';
import type { Link } from './link.ts';
import { isOvertaken, layDelta, replaceBoard, type SeatBoard, type SeatsChanged } from './seat-board.ts';

export interface SeatFeedEnv {
  link: Link;
  /** The server's time in ms, as this page knows it. */
  serverNow(): number;
  random(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
  /** `plain`: packed, but not deflated. */
  getSeats(dropId: string, plain: boolean): Promise<SeatStates>;
  /** Raw DEFLATE, at most `limit` bytes of it. null: this browser cannot, and polls plain states instead. */
  inflate: ((bytes: Uint8Array<ArrayBuffer>, limit: number) => Promise<Uint8Array>) | null;
  isHidden(): boolean;
  /** Calls back when the page is looked at again. */
  onReturn(listener: () => void): () => void;
  isNotFound(error: unknown): boolean;
}

export const SEAT_FEED = {
  pollMs: 5_000,
  pollHiddenMs: 20_000,
  /** A poll that failed waits twice as long as the one before, so many times. */
  doublings: 3,
  /** What makes everybody ask at once (a new epoch) spreads over this. */
  spreadMs: 1_000,
  /** An edge repeats its position every 5 s: states that nobody confirmed for this long are shown as old. */
  freshMs: 12_000,
  /** Deltas kept while an answer is on its way. */
  heldMax: 100,
} as const;

export interface SeatFeed {
  /** Set when the seats are first known and when they are those of another map; its bytes change in place. */
  board: ReadonlySignal<SeatBoard | null>;
  /** Rises with every change of a state. */
  revision: ReadonlySignal<number>;
  /** Server time at which the states shown were last confirmed, once that is too long ago; null while they are fresh. */
  staleSince: ReadonlySignal<number | null>;
  /** The drop has no seats. */
  missing: ReadonlySignal<boolean>;
  /** Tells which seats changed, so that only they are drawn again. */
  onChange(listener: (changed: SeatsChanged) => void): () => void;
  stop(): void;
}

/** How many feeds of one page follow a drop over its one socket: the last one to stop ends it. */
const followers = new WeakMap<Link, Map<string, number>>();

function countFollower(link: Link, dropId: string, by: 1 | -1): number {
  const counts = followers.get(link) ?? new Map<string, number>();
  followers.set(link, counts);
  const count = (counts.get(dropId) ?? 0) + by;
  if (count > 0) counts.set(dropId, count);
  else counts.delete(dropId);
  return count;
}

export function createSeatFeed(env: SeatFeedEnv, dropId: string): SeatFeed {
  const { link } = env;
  const board = signal<SeatBoard | null>(null);
  const revision = signal(0);
  const staleSince = signal<number | null>(null);
  const missing = signal(false);
  const listeners = new Set<(changed: SeatsChanged) => void>();
  /** The ask on its way; another object once it was given up. */
  let asking: object | null = null;
  let again = false;
  /** Whether an ask that was spread is due. */
  let waits = false;
  /** Heard while an answer was on its way: some of them follow it. */
  let held: SeatsDelta[] = [];
  /** The session of the link whose socket follows the seats. */
  let followed = 0;
  let failures = 0;
  let stopped = false;
  let cancelNext: () => void = () => {};
  let cancelStale: () => void = () => {};

  const follows = (): boolean => link.facts.peek().mayAct && followed === link.session.peek();

  function emit(changed: SeatsChanged): void {
    if (changed.length === 0) return;
    for (const listener of listeners) listener(changed);
    revision.value += 1;
  }

  function confirm(): void {
    const at = env.serverNow();
    staleSince.value = null;
    cancelStale();
    cancelStale = env.after(SEAT_FEED.freshMs, () => {
      staleSince.value = at;
      // An edge that says nothing cannot read the seats, or no longer knows this socket.
      if (follows()) askSoon();
    });
  }

  /** Asks for all states at a random moment, unless that is to happen anyway. */
  function askSoon(): void {
    if (asking) again = true;
    else if (!waits) {
      waits = true;
      schedule(env.random() * SEAT_FEED.spreadMs);
    }
  }

  function schedule(ms: number): void {
    cancelNext();
    cancelNext = env.after(ms, () => void refresh());
  }

  function hear(delta: SeatsDelta): void {
    if (asking) {
      held.push(delta);
      if (held.length > SEAT_FEED.heldMax) held.shift();
      return;
    }
    const known = board.peek();
    if (!known) return void askSoon();
    try {
      const laid = layDelta(known, delta);
      if (laid === 'gap') return void askSoon();
      if (laid === 'older') return;
      confirm();
      emit(laid);
    } catch (error) {
      if (!(error instanceof MalformedSeats)) throw error;
      // Whoever wrote it may have written others that passed: all states are asked for.
      askSoon();
    }
  }

  async function boardOf(answer: SeatStates): Promise<SeatBoard> {
    const bytes = fromBase64(answer.states);
    const packed = env.inflate ? await env.inflate(bytes, packedBytes(answer.seats)) : bytes;
    return {
      mapId: answer.mapId,
      position: { epoch: answer.epoch, version: answer.version },
      states: unpackSeats(packed, answer.seats),
    };
  }

  /** All states, by whichever way there is; null: there are no seats. */
  async function fetchBoard(): Promise<{ next: SeatBoard; bySocket: boolean } | null> {
    // Whoever cannot inflate gains nothing from a socket: its deltas would fit no plain answer.
    if (env.inflate && link.facts.peek().mayAct) {
      const answer = await link.ask<SeatStates>('seats:watch', { dropId });
      if (answer.ok) return { next: await boardOf(answer.data), bySocket: true };
      if (answer.error.code === 'NOT_FOUND') return null;
    }
    try {
      return { next: await boardOf(await env.getSeats(dropId, !env.inflate)), bySocket: false };
    } catch (error) {
      if (env.isNotFound(error)) return null;
      throw error;
    }
  }

  function take(next: SeatBoard, bySocket: boolean): void {
    // What an edge answers is what its next delta is made from: taken even if it is behind what is known.
    if (!bySocket && isOvertaken(board.peek(), next)) return;
    const replaced = replaceBoard(board.peek(), next);
    board.value = replaced.board;
    confirm();
    emit(replaced.changed);
  }

  async function refresh(): Promise<void> {
    cancelNext();
    waits = false;
    const mine = {};
    const session = link.session.peek();
    asking = mine;
    again = false;
    let found: Awaited<ReturnType<typeof fetchBoard>> | undefined;
    try {
      found = await fetchBoard();
    } catch {
      // Out of reach or not to be read: what is known stays, with its age, and it is tried again later.
    }
    if (asking !== mine || stopped) return;
    asking = null;
    failures = found === undefined ? failures + 1 : 0;
    followed = found?.bySocket ? session : 0;
    missing.value = found === null;
    if (found) take(found.next, found.bySocket);
    const heard = held;
    held = [];
    if (found) for (const delta of heard) hear(delta);
    if (again) askSoon();
    else if (!waits) poll();
  }

  /** The next look, where no socket tells what changes. */
  function poll(): void {
    if (stopped || missing.peek() || follows()) return;
    const base = env.isHidden() ? SEAT_FEED.pollHiddenMs : SEAT_FEED.pollMs;
    schedule(base * 2 ** Math.min(failures, SEAT_FEED.doublings) * (0.6 + 0.8 * env.random()));
  }

  /** What was asked of a socket that is gone is not waited for. */
  function giveUpAsk(): void {
    asking = null;
    held = [];
    waits = false;
  }

  countFollower(link, dropId, 1);
  let wasUp = link.facts.peek().mayAct;
  const stops = [
    link.on('seats:delta', (delta) => delta.dropId === dropId && hear(delta)),
    link.on('server:stale', (note) => note.dropId === dropId && askSoon()),
    effect(() => {
      // Each new socket begins with all states; so does a page without one.
      void link.session.value;
      giveUpAsk();
      failures = 0;
      void refresh();
    }),
    effect(() => {
      const { mayAct } = link.facts.value;
      if (wasUp && !mayAct) {
        // Everybody of a killed edge is here: they poll at their own random moments.
        giveUpAsk();
        poll();
      }
      wasUp = mayAct;
    }),
    env.onReturn(() => {
      if (!follows() && !asking) void refresh();
    }),
  ];

  return {
    board,
    revision,
    staleSince,
    missing,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      cancelNext();
      cancelStale();
      listeners.clear();
      for (const stop of stops) stop();
      if (countFollower(link, dropId, -1) <= 0 && env.inflate && link.facts.peek().mayAct)
        void link.ask('seats:unwatch', { dropId });
    },
  };
}
