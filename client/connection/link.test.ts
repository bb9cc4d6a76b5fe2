import { expect, test } from 'vitest';
import { CONNECTION } from '../../server/protocol/connection-state.ts';
import { createLink, type Link, NO_ANSWER, type Wire, type WireHandlers } from './link.ts';
import { refusalCode } from './wire.ts';

interface Dial {
  origin: string;
  token: string;
  handlers: WireHandlers;
  closed: boolean;
  asked: unknown[];
}

interface World {
  link: Link;
  dials: Dial[];
  token: string | null;
  /** Lets pending promises run. */
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  answer: Awaited<ReturnType<Wire['ask']>>;
}

function world(edges: readonly string[] = ['http://a', 'http://b']): World {
  let now = 1_000;
  let wake: { at: number; run: () => void } | null = null;
  const dials: Dial[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const made: World = {
    dials,
    token: 'token',
    answer: { ok: true, data: 1 },
    settle,
    async advance(ms) {
      const end = now + ms;
      for (let due = wake; due && due.at <= end; due = wake) {
        now = Math.max(now, due.at);
        wake = null;
        due.run();
        await settle();
      }
      now = end;
    },
    link: createLink({
      now: () => now,
      random: () => 0.5,
      wakeAt: (at, run) => {
        const mine = { at, run };
        wake = mine;
        return () => {
          if (wake === mine) wake = null;
        };
      },
      edges: async () => edges,
      token: async () => made.token,
      dial: async (origin, token, handlers) => {
        const dial: Dial = { origin, token, handlers, closed: false, asked: [] };
        dials.push(dial);
        return {
          ask: async (event, payload) => {
            dial.asked.push([event, payload]);
            return made.answer;
          },
          close: () => {
            dial.closed = true;
          },
        };
      },
    }),
  };
  return made;
}

async function connected(): Promise<World> {
  const made = world();
  made.link.start();
  await made.settle();
  made.dials[0]!.handlers.up();
  return made;
}

test('U33: a dial that is up is live, asks go through it, and its loss is dialed again at another edge', async () => {
  const { link, dials, advance, settle } = await connected();
  expect(link.facts.value).toMatchObject({ link: 'live', mayAct: true, downSince: null });
  expect(link.session.value).toBe(1);
  expect(await link.ask('drop:watch', { dropId: 'd' })).toEqual({ ok: true, data: 1 });
  dials[0]!.handlers.lost();
  expect(link.facts.value).toMatchObject({ link: 'connecting', mayAct: false });
  await advance(CONNECTION.firstPauseMs);
  await settle();
  expect(dials).toHaveLength(2);
  expect(dials[1]!.origin).not.toBe(dials[0]!.origin);
  dials[1]!.handlers.up();
  expect(link.session.value).toBe(2);
});

test('U33: what an abandoned socket says or does changes nothing', async () => {
  const { link, dials, advance, settle } = await connected();
  const heard: unknown[] = [];
  link.on('hold:expired', (note) => heard.push(note));
  dials[0]!.handlers.lost();
  await advance(CONNECTION.firstPauseMs);
  await settle();
  dials[1]!.handlers.up();
  dials[0]!.handlers.push('hold:expired', { holdId: 'old', dropId: 'd' });
  dials[0]!.handlers.lost();
  expect(link.facts.value.link).toBe('live');
  expect(heard).toEqual([]);
  dials[1]!.handlers.push('hold:expired', { holdId: 'new', dropId: 'd' });
  expect(heard).toEqual([{ holdId: 'new', dropId: 'd' }]);
});

test('U33: an edge that drains is left for another within the time it named, and stays of use until then', async () => {
  const { link, dials, advance, settle } = await connected();
  dials[0]!.handlers.push('server:draining', { withinMs: 10_000 });
  expect(link.facts.value.mayAct).toBe(true);
  await advance(10_000);
  await settle();
  expect(dials[0]!.closed).toBe(true);
  expect(dials).toHaveLength(2);
});

test('U40: a socket under suspicion is closed, and another edge dialed', async () => {
  const { link, dials, advance, settle } = await connected();
  link.suspect();
  expect(dials[0]!.closed).toBe(true);
  expect(link.facts.value.mayAct).toBe(false);
  await advance(CONNECTION.firstPauseMs);
  await settle();
  expect(dials).toHaveLength(2);
});

test('U34: without a session nothing is dialed', async () => {
  const made = world();
  made.token = null;
  made.link.start();
  await made.settle();
  expect(made.dials).toHaveLength(0);
  expect(made.link.facts.value.link).toBe('signed-out');
});

test('U34: a refused token ends the dialing until there is another', async () => {
  const made = world();
  made.link.start();
  await made.settle();
  made.dials[0]!.handlers.failed('session');
  await made.advance(3_600_000);
  expect(made.dials).toHaveLength(1);
  made.link.start();
  await made.settle();
  expect(made.dials).toHaveLength(2);
});

test('U34: an edge names its refusal by code, wherever it puts it', () => {
  expect(refusalCode({ data: { code: 'TOKEN_EXPIRED' } })).toBe('TOKEN_EXPIRED');
  expect(refusalCode({ data: { error: { code: 'UNAUTHENTICATED' } } })).toBe('UNAUTHENTICATED');
  expect(refusalCode({ message: 'TOKEN_INVALID' })).toBe('TOKEN_INVALID');
  expect(refusalCode({})).toBe('');
});

test('U37: without a socket an ask is refused for now; without an answer it is unknown', async () => {
  const made = world();
  expect(await made.link.ask('queue:claim', {})).toMatchObject({
    ok: false,
    error: { code: 'TEMPORARILY_UNAVAILABLE' },
  });
  const up = await connected();
  up.answer = { ok: false, error: NO_ANSWER };
  const answer = await up.link.ask('hold:place', {});
  expect(answer).toMatchObject({ ok: false, error: { details: { unknown: true } } });
});

test('U34: edges that cannot be had are a failed dial, tried again', async () => {
  const made = world([]);
  made.link.start();
  await made.settle();
  expect(made.link.facts.value.link).toBe('connecting');
  made.link.stop();
  expect(made.link.facts.value.link).toBe('off');
});
