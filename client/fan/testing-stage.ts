/** The drop page's actions on a scripted server: what was asked, and what came of it on the page. */
import { signal } from '@preact/signals';
import { vi } from 'vitest';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { ClientEvent } from '../../server/protocol/events.ts';
import type { MineView, OrderView } from '../../server/protocol/index.ts';
import { ApiError, type RequestOptions } from '../api.ts';
import type { Link } from '../connection/index.ts';
import { createTill, type Till, type TillEnv } from '../till/till.ts';
import { type ActionEnv, createActions } from './actions.ts';
import type { OrderAnswer } from './facts.ts';
import { hold, mine, order } from './gallery/fixtures.ts';
import { CASH, TEST_CARDS } from './gallery/till.ts';
import { EMPTY, type Kept } from './kept.ts';
import { loadShop } from './lazy-shop.tsx';
import type { Facts } from './screen.ts';
import type { Asking, Problem } from './view-props.ts';

export interface Stage {
  asked: { event: string; payload: Record<string, unknown> }[];
  posted: { path: string; options: RequestOptions }[];
  reads: number;
  asking: ActionEnv['asking'];
  problem: ActionEnv['problem'];
  kept: ActionEnv['kept'];
  act: ReturnType<typeof createActions>;
  till: Till;
  /** Orders whose payment was told to come back. */
  returned: string[];
  order: OrderView | null;
  idle(): Promise<void>;
}

/** `refuse` says no to some events, `post` answers HTTP. */
export async function stage(options: {
  mine?: MineView;
  refuse?: Partial<Record<ClientEvent, ErrorBody>>;
  post?: (path: string) => unknown;
  till?: Till;
}): Promise<Stage> {
  await loadShop();
  const asked: Stage['asked'] = [];
  const posted: Stage['posted'] = [];
  let reads = 0;
  let ids = 0;
  const asking = signal<Asking | null>(null);
  const problem = signal<Problem | null>(null);
  const kept = signal<Kept>(EMPTY);
  const current = signal<MineView | null>(options.mine ?? mine({ holds: [hold()], remainingAllowance: 2 }));
  const returned: string[] = [];
  const facts = signal<Pick<Facts, 'checkout'>>({ checkout: null });
  const till = options.till ?? (await testTill());
  const link = {
    async ask(event: ClientEvent, payload: Record<string, unknown>) {
      asked.push({ event, payload });
      const error = options.refuse?.[event];
      return error ? { ok: false, error } : { ok: true, data: {} };
    },
    tryNow() {},
  } as unknown as Link;
  const act = createActions({
    dropId: 'd',
    link,
    feed: {
      mine: current,
      readMine: async () => {
        reads += 1;
      },
    } as unknown as ActionEnv['feed'],
    known: {
      wantsMore: signal(false),
      facts,
      takeOrder(answer: OrderAnswer) {
        facts.value = { checkout: { order: answer.order, nextAction: answer.nextAction ?? null, since: 0 } };
      },
      takeReturned: (orderId: string) => void returned.push(orderId),
    } as unknown as ActionEnv['known'],
    request: async <T>(_method: string, path: string, given?: RequestOptions): Promise<T> => {
      posted.push({ path, options: given ?? {} });
      const answer = options.post?.(path);
      if (answer instanceof ApiError) throw answer;
      return (answer ?? { order: order() }) as T;
    },
    uuid: () => `id-${++ids}`,
    kept,
    asking,
    problem,
    till: () => till,
    tellOthers() {},
    notifyMe() {},
  });
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = asking.subscribe((what) => {
        if (what === null) queueMicrotask(() => resolve(stop?.()));
      });
    });
  return {
    asked,
    posted,
    get reads() {
      return reads;
    },
    asking,
    problem,
    kept,
    act,
    idle,
    till,
    returned,
    get order() {
      return facts.peek().checkout?.order ?? null;
    },
  };
}

/** A till that takes test cards and cash, a good card in it. */
export async function testTill(more: Partial<TillEnv> = {}): Promise<Till> {
  const till = createTill({
    getWays: async () => [TEST_CARDS, CASH],
    getCards: async () => [],
    stripe: { open: () => Promise.reject(new Error('out of reach')), step: async () => ({ ok: true }) },
    returnUrl: () => 'https://holdfast.test/d/1',
    changed() {},
    notes: signal({}),
    ...more,
  });
  till.load();
  await vi.waitUntil(() => till.choices.peek() !== null || till.failed.peek());
  till.setCard('4242424242424242');
  return till;
}
