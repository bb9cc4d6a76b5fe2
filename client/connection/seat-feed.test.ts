import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { signal } from '@preact/signals';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  diffSeats,
  encodeRuns,
  LEDGER_SEATS_VERSION,
  packSeats,
  toBase64,
} from '../../server/protocol/seat-states.ts';
import type { SeatStates, SeatsDelta } from '../../server/protocol/seating.ts';
import type { Link, LinkFacts } from './link.ts';
import { canInflate, inflateRaw } from './page-seats.ts';
import type { SeatsChanged } from './seat-board.ts';
import { createSeatFeed, SEAT_FEED } from './seat-feed.ts';

const LIVE: LinkFacts = { link: 'live', mayAct: true, failedRetries: 0, nextTryAt: null, downSince: null };
const AWAY: LinkFacts = { ...LIVE, link: 'waiting', mayAct: false, downSince: 1 };
const DROP = 'drop';

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

function world(options: Options = {}) {
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

test('U300: a new socket begins with all states, and deltas follow', async () => {
  const made = world({ live: true });
  await made.settle();
  expect(made.asked).toEqual(['seats:watch']);
  expect(made.polled).toEqual([]);
  made.push('seats:delta', made.edge.move('110000000003'));
  expect(made.shows()).toBe('110000000003');
  expect(made.feed.board.value).toMatchObject({ mapId: 'map', position: { epoch: 1, version: 2 } });
  made.session.value = 2;
  await made.settle();
  expect(made.watches()).toBe(2);
  made.push('seats:delta', { ...made.edge.move('222222222222'), dropId: 'another' });
  expect(made.shows()).toBe('110000000003');
});

test('U300: without a socket the states are polled, ever more slowly where that fails, and no more once there is one', async () => {
  const made = world();
  await made.settle();
  expect([made.polled, made.asked]).toEqual([[false], []]);
  made.edge.move('100000000000');
  await made.advance(SEAT_FEED.pollMs);
  expect([made.polled.length, made.shows()]).toEqual([2, '100000000000']);
  made.hooks.http = () => Promise.reject(new Error('away'));
  await made.advance(SEAT_FEED.pollMs * (1 + 2 + 4 + 8 + 8));
  expect(made.polled.length).toBe(7);
  // What is known stays.
  expect(made.shows()).toBe('100000000000');
  made.facts.value = LIVE;
  made.session.value = 1;
  await made.settle();
  expect(made.watches()).toBe(1);
  await made.advance(60_000 - 1);
  expect(made.polled.length).toBe(7);
});

test('U300: a socket that is lost is polled for after a random moment; what it was asked is not waited for', async () => {
  const made = world({ live: true });
  await made.settle();
  made.push('seats:delta', { ...made.edge.move('100000000000'), from: 90 });
  made.hooks.answer = () => new Promise(() => {});
  await made.advance(SEAT_FEED.spreadMs);
  made.facts.value = AWAY;
  await made.settle();
  expect(made.polled).toEqual([]);
  await made.advance(SEAT_FEED.pollMs);
  expect([made.polled.length, made.shows()]).toEqual([1, '100000000000']);
});

test('U300: an edge that does not let it watch is asked again, and meanwhile the states come over HTTP', async () => {
  const made = world({ live: true });
  made.hooks.answer = async () => ({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } });
  made.session.value = 2;
  await made.settle();
  expect(made.shows()).toBe('000000000000');
  const before = made.watches();
  await made.advance(SEAT_FEED.pollMs * 3);
  expect(made.watches()).toBeGreaterThan(before);
  expect(made.polled.length).toBeGreaterThan(2);
});

test('U300: a drop without seats is said to be missing, and nothing is asked any more', async () => {
  const made = world();
  made.hooks.http = () => Promise.reject(new Error('not found'));
  made.comeBack();
  await made.advance(SEAT_FEED.pollMs * 2);
  expect(made.feed.missing.value).toBe(true);
  const before = made.polled.length;
  await made.advance(SEAT_FEED.pollMs * 20);
  expect(made.polled.length).toBe(before);
});

test('U301: a duplicate, an older one and one of an older epoch change nothing and ask nothing', async () => {
  const made = world({ live: true });
  await made.settle();
  const [one, two] = [made.edge.move('100000000000'), made.edge.move('120000000000')];
  made.push('seats:delta', one);
  made.push('seats:delta', two);
  made.push('seats:delta', two);
  made.push('seats:delta', one);
  made.push('seats:delta', { ...one, epoch: 0, from: 3, version: 900 });
  made.push('seats:delta', made.edge.repeat());
  await made.advance(SEAT_FEED.spreadMs * 2);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 1]);
});

test('U301: after a gap all states are asked for again, also when the lost one was the last and the position repeats', async () => {
  const made = world({ live: true });
  await made.settle();
  made.edge.move('100000000000');
  made.push('seats:delta', made.edge.move('120000000000'));
  expect(made.shows()).toBe('000000000000');
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
  made.edge.move('123000000000');
  made.push('seats:delta', made.edge.repeat());
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['123000000000', 3]);
});

test('U301: out of order: the later one first is a gap, the earlier one then is laid and the answer settles it', async () => {
  const made = world({ live: true });
  await made.settle();
  const [one, two] = [made.edge.move('100000000000'), made.edge.move('120000000000')];
  made.push('seats:delta', two);
  made.push('seats:delta', one);
  expect(made.shows()).toBe('100000000000');
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
});

test('U301: a delta leads into a new epoch; one that nobody can lay makes everybody ask, another map too', async () => {
  const made = world({ live: true });
  await made.settle();
  made.push('seats:delta', made.edge.move('100000000000', { epoch: 2, version: 0 }));
  made.push('seats:delta', made.edge.move('110000000000'));
  expect([made.shows(), made.watches()]).toEqual(['110000000000', 1]);
  made.edge.move('110000000002', { epoch: 3, version: 0 });
  made.push('seats:delta', { ...made.edge.repeat(), from: -1 });
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['110000000002', 2]);
  made.push('seats:delta', made.edge.useMap('other', '1212'));
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.feed.board.value?.mapId, made.changes.at(-1)]).toEqual(['1212', 'other', 'all']);
  // Said again to one who knows: nothing to ask.
  made.push('seats:delta', { ...made.edge.repeat(), from: -1 });
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.watches()).toBe(3);
});

test('U301: an answer over HTTP that is older than what is known is passed over; what the ledger alone knew is not', async () => {
  const made = world();
  await made.settle();
  const old = made.edge.whole();
  made.edge.move('100000000000');
  await made.advance(SEAT_FEED.pollMs);
  made.hooks.http = async () => old;
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('100000000000');
  made.edge.move('200000000000', { version: LEDGER_SEATS_VERSION });
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('200000000000');
  made.edge.move('210000000000', { version: 7 });
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('210000000000');
  // No delta follows what the ledger knew: the socket's first word is all states, and so it must be.
  made.edge.move('000000000000', { version: LEDGER_SEATS_VERSION });
  await made.advance(SEAT_FEED.pollMs);
  made.push('seats:delta', { dropId: DROP, epoch: 1, from: 8, version: 9, runs: '' });
  made.edge.move('310000000000', { version: 9 });
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.shows()).toBe('310000000000');
});

test('U302: what everybody hears is asked about at a random moment within a second, and never twice at once', async () => {
  const draws = [0.9, 0.1];
  const made = world({ live: true, random: () => draws.shift() ?? 0.5 });
  await made.settle();
  for (let i = 0; i < 5; i++) made.push('server:stale', { dropId: DROP });
  made.push('server:stale', { dropId: 'another' });
  await made.advance(SEAT_FEED.spreadMs * 0.85);
  expect(made.watches()).toBe(1);
  let release: () => void = () => {};
  made.hooks.answer = async () => {
    await new Promise<void>((done) => {
      release = done;
    });
    return { ok: true, data: made.edge.whole() };
  };
  await made.advance(SEAT_FEED.spreadMs * 0.1);
  expect(made.watches()).toBe(2);
  // Asked meanwhile: once more afterwards, and only once.
  made.push('server:stale', { dropId: DROP });
  made.comeBack();
  await made.advance(SEAT_FEED.spreadMs * 3);
  expect(made.watches()).toBe(2);
  release();
  await made.settle();
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.watches(), made.mostAtOnce()]).toEqual([3, 1]);
});

test('U303: deltas heard while the answer is on its way are laid over it where they follow', async () => {
  const made = world({ live: true });
  const before = made.edge.move('100000000000');
  const answer = made.edge.whole();
  const after = made.edge.move('120000000000');
  made.hooks.answer = async () => {
    made.push('seats:delta', before);
    made.push('seats:delta', after);
    return { ok: true, data: answer };
  };
  made.session.value = 2;
  await made.settle();
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.watches()).toBe(2);
});

test('U304: malformed runs change nothing, and all states are asked for again', async () => {
  const made = world({ live: true });
  await made.settle();
  for (const runs of ['nonsense!', 'gA==', '/////w==', toBase64(Uint8Array.from([0x08, 0x61, 0x60]))]) {
    const before = made.watches();
    made.push('seats:delta', { dropId: DROP, epoch: 1, from: 1, version: 2, runs });
    expect(made.shows()).toBe('000000000000');
    expect(made.feed.board.value?.position.version).toBe(1);
    await made.advance(SEAT_FEED.spreadMs);
    expect(made.watches(), runs).toBe(before + 1);
  }
  expect(made.feed.revision.value).toBe(1);
});

test('U304: an answer that is malformed is no answer: what is known stays, and it is asked again', async () => {
  const made = world();
  await made.settle();
  for (const over of [{ states: 'AAAA' }, { states: '@' }, { seats: 13 }, { seats: 4 }]) {
    made.hooks.http = async () => ({ ...made.edge.whole(), version: 99, ...over });
    await made.advance(SEAT_FEED.pollMs * 9);
    expect(made.feed.board.value?.position.version, JSON.stringify(over)).toBe(1);
  }
  made.edge.move('100000000000');
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs * 9);
  expect(made.shows()).toBe('100000000000');
});

test('U305: who draws hears which seats changed, and of all only at first', async () => {
  const made = world({ live: true });
  await made.settle();
  const states = made.feed.board.value?.states;
  made.push('seats:delta', made.edge.move('110000000003'));
  made.edge.move('110000000000');
  made.edge.move('112000000000');
  made.push('server:stale', { dropId: DROP });
  await made.advance(SEAT_FEED.spreadMs);
  made.push('seats:delta', made.edge.repeat());
  expect(made.changes).toEqual(['all', [0, 1, 11], [2, 11]]);
  expect(made.feed.revision.value).toBe(3);
  // The same bytes all the time: a canvas may hold on to them.
  expect(made.feed.board.value?.states).toBe(states);
});

/** One thing that happens to a page, in any order. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change' as const), seed: fc.nat() }) },
  { weight: 3, arbitrary: fc.constant({ do: 'lose' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'double' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'hold' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'epoch' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stale' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'refuse' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }) },
);

test('U306: whatever is lost, doubled, late or cut, the seats end as the server has them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 40 }),
      fc.infiniteStream(fc.nat(99)),
      async (all, dice) => {
        const made = world({ live: true, seats: 30, random: () => (dice.next().value as number) / 100 });
        const { edge } = made;
        let late: SeatsDelta[] = [];
        let last = edge.repeat();
        for (const one of all) {
          if (one.do === 'change' || one.do === 'lose' || one.do === 'hold' || one.do === 'epoch') {
            const seed = one.do === 'change' ? one.seed : late.length * 7 + 3;
            const next = [...edge.shows()];
            for (let i = 0; i < 4; i++) next[(seed * (i + 1)) % 30] = String((seed + i) % 4);
            last = edge.move(next.join(''), one.do === 'epoch' ? { epoch: last.epoch + 1, version: 0 } : {});
            if (one.do === 'hold') late.push(last);
            else if (one.do !== 'lose') made.push('seats:delta', last);
          } else if (one.do === 'double') made.push('seats:delta', last);
          else if (one.do === 'flush') {
            for (const delta of late.reverse()) made.push('seats:delta', delta);
            late = [];
          } else if (one.do === 'stale') made.push('server:stale', { dropId: DROP });
          else if (one.do === 'wait') await made.advance(one.ms);
          else if (one.do === 'refuse') {
            const { answer } = made.hooks;
            made.hooks.answer = async () => {
              made.hooks.answer = answer;
              return { ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } };
            };
          } else {
            made.facts.value = AWAY;
            await made.advance(100);
            made.facts.value = LIVE;
            made.session.value += 1;
          }
        }
        // An edge repeats where it stands; a page that could not watch asks again.
        for (let i = 0; i < 5; i++) {
          await made.advance(SEAT_FEED.pollMs * 2);
          made.push('seats:delta', edge.repeat());
          await made.advance(SEAT_FEED.spreadMs);
        }
        expect(made.shows()).toBe(edge.shows());
        expect(made.feed.staleSince.value).toBe(null);
        made.feed.stop();
        expect(made.timers()).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('U307: two feeds of a drop share the socket; only the last to stop ends the watching', async () => {
  const made = world({ live: true });
  const second = made.another();
  await made.settle();
  made.push('seats:delta', made.edge.move('120000000000'));
  expect([made.shows(), made.shows(second)]).toEqual(['120000000000', '120000000000']);
  made.feed.stop();
  made.push('seats:delta', made.edge.move('123000000000'));
  expect([made.shows(), made.shows(second)]).toEqual(['120000000000', '123000000000']);
  expect(made.asked).not.toContain('seats:unwatch');
  second.stop();
  expect(made.asked.at(-1)).toBe('seats:unwatch');
  expect(made.timers()).toBe(0);
});

test('U308: states nobody confirms are old after 12 s, and since when is told; a repeated position keeps them fresh', async () => {
  const made = world({ live: true });
  await made.settle();
  for (let i = 0; i < 6; i++) {
    await made.advance(5_000);
    made.push('seats:delta', made.edge.repeat());
  }
  expect([made.feed.staleSince.value, made.watches()]).toEqual([null, 1]);
  // Silence: the edge is asked, and has nothing to say either.
  made.hooks.answer = async () => ({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } });
  made.hooks.http = () => Promise.reject(new Error('away'));
  await made.advance(SEAT_FEED.freshMs + SEAT_FEED.spreadMs);
  expect([made.feed.staleSince.value, made.watches()]).toEqual([30_000, 2]);
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs * 4);
  expect(made.feed.staleSince.value).toBe(null);
});

test('U309: a browser that cannot inflate polls plain states and does not watch', async () => {
  const made = world({ live: true, inflate: false });
  await made.settle();
  made.edge.move('120000000000');
  await made.advance(SEAT_FEED.pollMs * 2);
  expect(made.shows()).toBe('120000000000');
  expect(made.asked).toEqual([]);
  expect(made.polled.length).toBeGreaterThan(1);
  expect(new Set(made.polled)).toEqual(new Set([true]));
  made.feed.stop();
  expect(made.asked).toEqual([]);
});

test('U309: the browser’s own inflation is taken where it is there, and stops at what the seats need', async () => {
  expect(canInflate()).toBe(true);
  const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * i) & 255);
  const deflated = Uint8Array.from(deflateRawSync(bytes));
  expect(await inflateRaw(deflated, 5_000)).toEqual(bytes);
  await expect(inflateRaw(deflated, 4_999)).rejects.toThrow('more than so many seats need');
  await expect(inflateRaw(Uint8Array.from([255, 255]), 10)).rejects.toThrow();
});
