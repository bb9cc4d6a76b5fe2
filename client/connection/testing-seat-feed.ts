/** A page's feed of seats over a link, an edge and a clock made for the test. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { signal } from '@preact/signals';
import { diffSeats, encodeRuns, packSeats, toBase64 } from '../../server/protocol/seat-states.ts';
import type { SeatStates, SeatsDelta } from '../../server/protocol/seating.ts';
import type { Link, LinkFacts } from './link.ts';
import type { SeatsChanged } from './seat-board.ts';
import { createSeatFeed } from './seat-feed.ts';

export const LIVE: LinkFacts = {
  link: 'live',
  mayAct: true,
  failedRetries: 0,
  nextTryAt: null,
  downSince: null,
};
export const AWAY: LinkFacts = { ...LIVE, link: 'waiting', mayAct: false, downSince: 1 };
export const DROP = 'drop';

/** An edge with its last published states, and the pushes it has made. */
function server(seats = 12) {
  let states = new Uint8Array(seats);
  let at = { epoch: 1, version: 1 };
  let mapId = 'map';
  const whole = (plain = false): SeatStates => ({
    dropId: DROP,
    mapId,
    ...at,
    seats: states.length,
    states: toBase64(plain ? packSeats(states) : deflateRawSync(packSeats(states))),
  });
  return {
    whole,
    shows: () => states.join(''),
    /** Sets states and moves on; returns what an edge would publish. */
    move(next: string, to: { epoch?: number; version?: number } = {}): SeatsDelta {
      const after = Uint8Array.from(next, Number);
      const before = at;
      at = { epoch: to.epoch ?? at.epoch, version: to.version ?? at.version + 1 };
      const runs = toBase64(encodeRuns(diffSeats(states, after)));
      states = after;
      return {
        dropId: DROP,
        epoch: at.epoch,
        ...(at.epoch === before.epoch ? {} : { fromEpoch: before.epoch }),
        from: before.version,
        version: at.version,
        runs,
      };
    },
    repeat: (): SeatsDelta => ({ dropId: DROP, ...at, from: at.version, runs: '' }),
    useMap(id: string, next: string): SeatsDelta {
      mapId = id;
      states = Uint8Array.from(next, Number);
      at = { ...at, version: at.version + 1 };
      return { dropId: DROP, ...at, from: -1, runs: '' };
    },
  };
}

interface Options {
  live?: boolean;
  seats?: number;
  inflate?: boolean;
  random?: () => number;
}

export function feedWorld(options: Options = {}) {
  const facts = signal<LinkFacts>(options.live ? LIVE : AWAY);
  const session = signal(options.live ? 1 : 0);
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const asked: string[] = [];
  const polled: boolean[] = [];
  const edge = server(options.seats);
  let timers: { at: number; run: () => void }[] = [];
  let now = 0;
  let asking = 0;
  /** What comes between an ask and its answer. */
  const hooks = {
    answer: async (event: string): Promise<unknown> =>
      event === 'seats:watch' ? { ok: true, data: edge.whole() } : { ok: true, data: {} },
    http: async (plain: boolean): Promise<SeatStates> => edge.whole(plain),
  };
  let most = 0;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    most = Math.max(most, ++asking);
    return work().finally(() => {
      asking--;
    });
  };
  const link = {
    facts,
    session,
    ask(event: string) {
      asked.push(event);
      return counted(() => hooks.answer(event));
    },
    on(event: string, listener: (payload: never) => void) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
  } as unknown as Link;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 30; i++) await Promise.resolve();
  };
  let returned: () => void = () => {};
  const feed = () =>
    createSeatFeed(
      {
        link,
        serverNow: () => now,
        random: options.random ?? (() => 0.5),
        after(ms, run) {
          const timer = { at: now + ms, run };
          timers.push(timer);
          return () => {
            timers = timers.filter((one) => one !== timer);
          };
        },
        getSeats(_dropId, plain) {
          polled.push(plain);
          return counted(() => hooks.http(plain));
        },
        // The browser's own takes real time; it is tested by itself below.
        inflate:
          options.inflate === false
            ? null
            : async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }),
        isHidden: () => false,
        onReturn: (listener) => {
          returned = listener;
          return () => {};
        },
        isNotFound: (error) => error instanceof Error && error.message === 'not found',
      },
      DROP,
    );
  const first = feed();
  const changes: SeatsChanged[] = [];
  first.onChange((changed) => changes.push(changed));
  return {
    feed: first,
    another: feed,
    edge,
    facts,
    session,
    asked,
    polled,
    hooks,
    changes,
    settle,
    comeBack: () => returned(),
    mostAtOnce: () => most,
    watches: () => asked.filter((event) => event === 'seats:watch').length,
    shows: (of = first) => of.board.value?.states.join('') ?? '',
    push: (event: string, payload: unknown) => {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
    timers: () => timers.length,
    async advance(ms: number) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.run();
        await settle();
      }
      now = end;
    },
  };
}
