/**
 * What a page knows of one drop, kept fresh: the snapshot and the ticks while the socket is up, `GET /drops/{id}`
 * while it is not, and always one's own things by `GET /drops/{id}/mine`. A push is only a reason to look.
 */
import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { DropState, MineView, ServerEvents } from '../../server/protocol/index.ts';
import type { SessionStatus } from '../session.ts';
import { applyQueueTick, applyStockTick, freshest } from './freshest.ts';
import type { Link } from './link.ts';

export interface FeedEnv {
  /** The server's time in ms, as this page knows it. */
  serverNow(): number;
  random(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
  getDrop(dropId: string): Promise<DropState>;
  getMine(dropId: string): Promise<MineView>;
  isHidden(): boolean;
  /** Calls back when the page is looked at again, or another tab did something. */
  onReturn(listener: () => void): () => void;
  isNotFound(error: unknown): boolean;
}

export const FEED = {
  pollMs: 5_000,
  pollHiddenMs: 20_000,
  /** With a live socket nothing has to be polled; this only heals what a lost push left behind. */
  healMs: 20_000,
  /** Reads that a broadcast causes in everybody at once spread over this. */
  spreadMs: 1_500,
  /** An edge repeats itself every 2 s: silence for this long means a dead socket, minutes before TCP would notice. */
  silentMs: 9_000,
  /** State that was confirmed longer ago is shown as old. */
  freshMs: 3_000,
} as const;

export interface DropFeed {
  drop: ReadonlySignal<DropState | null>;
  /** Server time at which `drop` was last confirmed. */
  dropAt: ReadonlySignal<number>;
  mine: ReadonlySignal<MineView | null>;
  missing: ReadonlySignal<boolean>;
  /** Re-reads one's own things now (`spreadMs`: at a random moment within that). */
  readMine(spreadMs?: number): Promise<void>;
  stop(): void;
}

export function createDropFeed(
  dropId: string,
  link: Link,
  env: FeedEnv,
  who: ReadonlySignal<SessionStatus>,
): DropFeed {
  const drop = signal<DropState | null>(null);
  const dropAt = signal(0);
  const mine = signal<MineView | null>(null);
  const missing = signal(false);
  const stops: (() => void)[] = [];
  let stopped = false;
  /** Whether the present socket ever told of the drop: only one that spoke can fall silent. (With the gate away none speaks, and dialing anew would only add to the trouble.) */
  let spoke = false;
  let cancelPoll: () => void = () => {};

  function takeDrop(next: DropState): void {
    const before = drop.peek();
    batch(() => {
      drop.value = freshest(before, next);
      dropAt.value = env.serverNow();
    });
    afterChange(before, drop.peek()!);
  }

  /** What everybody's state tells me about mine: a new phase, or my number among those called. */
  function afterChange(before: DropState | null, after: DropState): void {
    const place = mine.peek()?.place;
    const waits = place?.state === 'waiting';
    const called = waits && place.number !== null && place.number <= after.serving;
    const numbered = waits && place.number === null && after.phase === 'live';
    const turned = before !== null && before.phase !== after.phase;
    if (called) void readMine(FEED.spreadMs / 5);
    else if (turned || (numbered && before?.version !== after.version)) void readMine(FEED.spreadMs);
  }

  /** A drawn number needs no question: a whole lobby learns its own at once. Everything else is a reason to look. */
  function takePlace(note: ServerEvents['place:updated']): void {
    const known = mine.peek();
    const drawn =
      note.number !== null && known?.place?.number === null && known.place.placeId === note.placeId;
    if (drawn && note.state === 'waiting')
      mine.value = { ...known, place: { ...known.place!, number: note.number } };
    else void readMine();
  }

  async function readDrop(): Promise<void> {
    try {
      takeDrop(await env.getDrop(dropId));
    } catch (error) {
      // Out of reach: what is known stays, with its age. Not there: said so.
      if (env.isNotFound(error)) missing.value = true;
    }
  }

  let reading: Promise<void> | null = null;
  let again = false;
  /** Ends the wait of a read that was spread: somebody needs it now. */
  let hurry: () => void = () => {};
  function readMine(spreadMs = 0): Promise<void> {
    if (who.peek() !== 'known' || missing.peek()) {
      mine.value = null;
      return Promise.resolve();
    }
    if (reading) {
      again = true;
      if (spreadMs === 0) hurry();
      return reading;
    }
    reading = (async () => {
      if (spreadMs > 0)
        await new Promise<void>((done) => {
          hurry = done;
          env.after(env.random() * spreadMs, done);
        });
      do {
        again = false;
        try {
          const next = await env.getMine(dropId);
          if (stopped) return;
          const known = mine.peek();
          // An answer overtaken by a later one says nothing new.
          if (!known || Date.parse(next.serverTime) >= Date.parse(known.serverTime)) mine.value = next;
        } catch (error) {
          if (env.isNotFound(error)) mine.value = null;
        }
      } while (again && !stopped);
    })().finally(() => {
      reading = null;
    });
    return reading;
  }

  async function snapshot(): Promise<void> {
    const answer = await link.ask<DropState>('drop:watch', { dropId });
    if (answer.ok) takeDrop(answer.data);
    else if (answer.error.code === 'NOT_FOUND') missing.value = true;
    else await readDrop();
  }

  function poll(): void {
    cancelPoll();
    if (stopped || missing.peek()) return;
    const live = link.facts.peek().mayAct;
    const base = live ? FEED.healMs : env.isHidden() ? FEED.pollHiddenMs : FEED.pollMs;
    cancelPoll = env.after(base * (0.6 + 0.8 * env.random()), () => {
      void Promise.all([live ? Promise.resolve() : readDrop(), readMine()]).then(poll);
    });
  }

  function listen(): void {
    const stockOrLine = (apply: (known: DropState) => DropState | null): void => {
      spoke = true;
      const known = drop.peek();
      const next = known ? apply(known) : null;
      if (!next) return void snapshot();
      batch(() => {
        drop.value = next;
        dropAt.value = env.serverNow();
      });
      afterChange(known, next);
    };
    stops.push(
      link.on('drop:state', (state) => state.id === dropId && takeDrop(state)),
      link.on(
        'queue:tick',
        (tick) => tick.dropId === dropId && stockOrLine((known) => applyQueueTick(known, tick)),
      ),
      link.on(
        'stock:tick',
        (tick) => tick.dropId === dropId && stockOrLine((known) => applyStockTick(known, tick)),
      ),
      link.on('server:stale', (note) => note.dropId === dropId && void snapshot()),
      link.on('place:updated', (note) => note.dropId === dropId && takePlace(note)),
      link.on('hold:updated', (note) => note.dropId === dropId && void readMine()),
      link.on('hold:expired', (note) => note.dropId === dropId && void readMine()),
      link.on('order:updated', (note) => note.dropId === dropId && void readMine()),
    );
  }

  /** Looks now and then whether a socket that calls itself live still says anything. */
  function listenFor(): () => void {
    let cancel = env.after(FEED.silentMs / 3, look);
    let was = env.serverNow();
    function look(): void {
      const now = env.serverNow();
      // Whoever slept meanwhile heard nothing either: the clock starts when they wake.
      const slept = now - was > FEED.silentMs;
      was = now;
      const silent = spoke && link.facts.peek().mayAct && now - dropAt.peek() > FEED.silentMs;
      if (silent && !slept && !env.isHidden()) link.suspect();
      cancel = env.after(FEED.silentMs / 3, look);
    }
    return () => cancel();
  }

  listen();
  stops.push(listenFor());
  stops.push(
    effect(() => {
      // Each new socket starts from a snapshot: nothing between is assumed.
      if (link.session.value === 0) return;
      spoke = false;
      void Promise.all([snapshot(), readMine(FEED.spreadMs)]);
    }),
    effect(() => {
      void link.facts.value.mayAct;
      poll();
    }),
    env.onReturn(() => {
      void readMine();
      if (!link.facts.peek().mayAct) void readDrop();
    }),
  );
  stops.push(
    effect(() => {
      // Logged in here or in another tab, or out again: what is mine is another's.
      void who.value;
      void readMine();
    }),
  );
  void readDrop();

  return {
    drop,
    dropAt,
    mine,
    missing,
    readMine,
    stop() {
      stopped = true;
      cancelPoll();
      for (const stop of stops) stop();
      if (link.facts.peek().mayAct) void link.ask('drop:unwatch', { dropId });
    },
  };
}
