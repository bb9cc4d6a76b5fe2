import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TicketView } from '../../server/protocol/views.ts';
import { forgetTickets } from './forget.ts';
import { keepQr, keepTickets, keptQr, keptTickets } from './kept.ts';

/** The browser's Cache as far as it is used here: answers by path. */
function browserCaches() {
  const caches = new Map<string, Map<string, Response>>();
  const pathOf = (key: string | Request): string =>
    new URL(typeof key === 'string' ? key : key.url, 'http://here').pathname;
  return {
    open: async (name: string) => {
      const kept = caches.get(name) ?? new Map<string, Response>();
      caches.set(name, kept);
      return {
        put: async (key: string, response: Response) => void kept.set(pathOf(key), response),
        match: async (key: string) => kept.get(pathOf(key))?.clone(),
        delete: async (key: string | Request) => kept.delete(pathOf(key)),
        keys: async () => [...kept.keys()].map((path) => new Request(`http://here${path}`)),
      };
    },
    delete: async (name: string) => caches.delete(name),
  };
}

beforeEach(() => vi.stubGlobal('caches', browserCaches()));
afterEach(() => vi.unstubAllGlobals());

const ticket = (id: string) => ({ id }) as TicketView;

test('U220: what was kept is shown to the account it was kept for, and to no other', async () => {
  await keepTickets({ userId: 'ann', keptAtMs: 1, tickets: [ticket('t1')] });
  expect((await keptTickets('ann'))?.tickets).toEqual([ticket('t1')]);
  expect(await keptTickets('ben')).toBeNull();
});

test('U221: logging out leaves nothing behind', async () => {
  await keepTickets({ userId: 'ann', keptAtMs: 1, tickets: [ticket('t1')] });
  await keepQr('t1', '<svg/>');
  await forgetTickets();
  expect(await keptTickets('ann')).toBeNull();
  expect(await keptQr('t1')).toBeNull();
});

test('U221: the picture of a ticket that is no longer there goes with it', async () => {
  await keepQr('t1', '<svg>1</svg>');
  await keepQr('t2', '<svg>2</svg>');
  await keepTickets({ userId: 'ann', keptAtMs: 2, tickets: [ticket('t2')] });
  expect(await keptQr('t1')).toBeNull();
  expect(await keptQr('t2')).toBe('<svg>2</svg>');
});

test('U220: where the browser keeps nothing (a bare http address), nothing is kept and nothing fails', async () => {
  vi.stubGlobal('caches', undefined);
  await keepTickets({ userId: 'ann', keptAtMs: 1, tickets: [ticket('t1')] });
  await keepQr('t1', '<svg/>');
  expect(await keptTickets('ann')).toBeNull();
  expect(await keptQr('t1')).toBeNull();
  await forgetTickets();
});
