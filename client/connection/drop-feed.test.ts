import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Ack } from '../../server/protocol/events.ts';
import type { DropState, MineView } from '../../server/protocol/index.ts';
import { drop, mine, place } from '../fan/gallery/fixtures.ts';
import type { SessionStatus } from '../session.ts';
import { createDropFeed, FEED } from './drop-feed.ts';
import type { Link, LinkFacts } from './link.ts';

const LIVE: LinkFacts = { link: 'live', mayAct: true, failedRetries: 0, nextTryAt: null, downSince: null };
const AWAY: LinkFacts = { ...LIVE, link: 'waiting', mayAct: false, downSince: 1 };

function world(options: { live?: boolean; who?: SessionStatus } = {}) {
  const facts = signal<LinkFacts>(options.live ? LIVE : AWAY);
  const session = signal(0);
  const who = signal<SessionStatus>(options.who ?? 'known');
  const listeners = new Map<string, (payload: never) => void>();
  const asked: string[] = [];
  const calls = { drop: 0, mine: 0 };
  const suspected = { count: 0 };
  let timers: { at: number; run: () => void }[] = [];
  let now = 0;
  const answers = { drop: drop(), mine: mine() as MineView | Error };
  const link = {
    facts,
    session,
    async ask(event: string): Promise<Ack<DropState>> {
      asked.push(event);
      return { ok: true, data: answers.drop };
    },
    suspect() {
      suspected.count += 1;
    },
    on(event: string, listener: (payload: never) => void) {
      listeners.set(event, listener);
      return () => listeners.delete(event);
    },
  } as unknown as Link;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  let returned: () => void = () => {};
  const feed = createDropFeed(
    drop().id,
    link,
    {
      serverNow: () => now,
      random: () => 0.5,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((one) => one !== timer);
        };
      },
      getDrop: async () => {
        calls.drop += 1;
        return answers.drop;
      },
      getMine: async () => {
        calls.mine += 1;
        if (answers.mine instanceof Error) throw answers.mine;
        return answers.mine;
      },
      isHidden: () => false,
      onReturn: (listener) => {
        returned = listener;
        return () => {};
      },
      isNotFound: (error) => error instanceof Error && error.message === 'not found',
    },
    who,
  );
  return {
    feed,
    facts,
    session,
    who,
    asked,
    calls,
    suspected,
    answers,
    settle,
    comeBack: () => returned(),
    push: (event: string, payload: unknown) => listeners.get(event)?.(payload as never),
    async advance(ms: number) {
      const end = now + ms;
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

test('U35: while the socket is away, both the state and what is mine are polled', async () => {
  const { calls, settle, advance } = world();
  await settle();
  expect(calls).toEqual({ drop: 1, mine: 1 });
  await advance(FEED.pollMs * 3.5);
  expect(calls.drop).toBeGreaterThanOrEqual(3);
  expect(calls.mine).toBeGreaterThanOrEqual(3);
});

test('U35: a new socket begins with a snapshot and with reading what is mine', async () => {
  const made = world({ live: true });
  await made.settle();
  const before = made.calls.mine;
  made.session.value = 1;
  await made.advance(FEED.spreadMs);
  expect(made.asked).toEqual(['drop:watch']);
  expect(made.calls.mine).toBeGreaterThan(before);
  made.push('server:stale', { dropId: drop().id });
  await made.settle();
  expect(made.asked).toEqual(['drop:watch', 'drop:watch']);
});

for (const [event, payload] of [
  ['place:updated', { number: 7 }],
  ['hold:updated', { status: 'expired', holdId: 'h' }],
  ['hold:expired', { holdId: 'h' }],
  ['order:updated', { status: 'paid' }],
] as const)
  test(`U36: ${event} is a reason to look, and nothing is taken from it`, async () => {
    const made = world({ live: true });
    await made.settle();
    const shown = made.feed.mine.value;
    const before = made.calls.mine;
    made.push(event, { dropId: 'another', ...payload });
    await made.settle();
    expect(made.calls.mine).toBe(before);
    made.push(event, { dropId: drop().id, ...payload });
    expect(made.feed.mine.value).toBe(shown);
    await made.settle();
    expect(made.calls.mine).toBe(before + 1);
  });

test('U31: a tick with another phase makes the page ask for the whole state', async () => {
  const made = world({ live: true });
  await made.settle();
  made.answers.drop = drop({ phase: 'paused', version: 4_800 });
  made.push('queue:tick', {
    dropId: drop().id,
    epoch: 3,
    version: 4_800,
    serving: 342,
    lastNumber: 18_311,
    phase: 'paused',
  });
  await made.settle();
  expect(made.asked).toEqual(['drop:watch']);
  expect(made.feed.drop.value?.phase).toBe('paused');
});

test('U36: when serving reaches my number, what is mine is read soon', async () => {
  const made = world({ live: true });
  await made.settle();
  const before = made.calls.mine;
  made.answers.mine = mine({ place: place({ state: 'called' }), serverTime: '2026-11-21T19:59:00.000Z' });
  made.push('queue:tick', {
    dropId: drop().id,
    epoch: 3,
    version: 4_900,
    serving: 1_300,
    lastNumber: 18_311,
    phase: 'live',
  });
  await made.advance(FEED.spreadMs);
  expect(made.calls.mine).toBeGreaterThan(before);
  expect(made.feed.mine.value?.place?.state).toBe('called');
});

test('U38: an answer older than the one on show is dropped', async () => {
  const made = world();
  await made.settle();
  made.answers.mine = mine({ bought: 9, serverTime: '2020-01-01T00:00:00.000Z' });
  await made.feed.readMine();
  expect(made.feed.mine.value?.bought).toBe(0);
});

test('U35: coming back to the page reads at once; a server out of reach leaves what is known', async () => {
  const made = world();
  await made.settle();
  made.answers.mine = new Error('away');
  const before = made.calls.mine;
  made.comeBack();
  await made.settle();
  expect(made.calls.mine).toBe(before + 1);
  expect(made.feed.mine.value).not.toBe(null);
});

test('U34: nobody logged in reads nothing of theirs, and logging out forgets it', async () => {
  const made = world({ who: 'anonymous' });
  await made.settle();
  expect(made.calls.mine).toBe(0);
  made.who.value = 'known';
  await made.settle();
  expect(made.feed.mine.value?.place?.number).toBe(1204);
  made.who.value = 'anonymous';
  await made.settle();
  expect(made.feed.mine.value).toBe(null);
});

test('U40: a live socket that says nothing for 9 s is given up, one that speaks is not', async () => {
  const made = world({ live: true });
  await made.settle();
  made.session.value = 1;
  await made.settle();
  let version = 5_000;
  const speak = (): void =>
    made.push('queue:tick', {
      dropId: drop().id,
      epoch: 3,
      version: ++version,
      serving: 342,
      lastNumber: 18_311,
      phase: 'live',
    });
  for (let i = 0; i < 20; i++) {
    speak();
    await made.advance(2_000);
  }
  expect(made.suspected.count).toBe(0);
  await made.advance(FEED.silentMs * 1.5);
  expect(made.suspected.count).toBeGreaterThan(0);
  // The next socket says nothing from the start: the edge has nothing to say, and dialing again would not help.
  const before = made.suspected.count;
  made.session.value = 2;
  await made.advance(FEED.silentMs * 5);
  expect(made.suspected.count).toBe(before);
});

test('U15: who asks now does not wait for a read that was spread over everybody', async () => {
  const { feed, session, calls, settle } = world({ live: true });
  await settle();
  const before = calls.mine;
  session.value += 1;
  await settle();
  expect(calls.mine).toBe(before);
  // No time passes: a press was answered, and what is true is read at once.
  await feed.readMine();
  expect(calls.mine).toBe(before + 1);
});
