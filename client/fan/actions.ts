/** What the fan can do, each answered on the page in the same frame and by the server when it can. */
import { batch, type Signal } from '@preact/signals';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { Ack, ClientEvent } from '../../server/protocol/events.ts';
import type { HoldView } from '../../server/protocol/index.ts';
import type { PointsWish } from '../../server/protocol/loyalty.ts';
import type { ApiError, RequestOptions } from '../api.ts';
import type { DropFeed, Link } from '../connection/index.ts';
import type { SeatRequest } from '../seats/choosing.ts';
import type { Till } from '../till/till.ts';
import type { Quantities } from './edit-plan.ts';
import type { DropFacts } from './facts.ts';
import type { Kept } from './kept.ts';
import { loadShop } from './lazy-shop.tsx';
import { problemOf } from './refusals.ts';
import type { Actions, Asking, Problem } from './view-props.ts';

export interface ActionEnv {
  dropId: string;
  link: Link;
  feed: DropFeed;
  known: DropFacts;
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  uuid(): string;
  kept: Signal<Kept>;
  asking: Signal<Asking | null>;
  problem: Signal<Problem | null>;
  till(): Till;
  /** Tells other tabs of this browser to look. */
  tellOthers(): void;
  notifyMe(): void;
}

type Refused = ErrorBody | ApiError | null;

/** What the shop's actions are made with. */
export interface Tools {
  ask(event: ClientEvent, payload: unknown): Promise<ErrorBody | null>;
  keep(more: Partial<Kept>): void;
}

export interface ShopActions {
  hold(): Promise<Refused>;
  holdSeats(request: SeatRequest): Promise<Refused>;
  change(hold: HoldView, wanted: Quantities): Promise<Refused>;
  pay(holdId: string): Promise<Refused>;
  useCode(holdId: string, code: string | null): Promise<Refused>;
  usePoints(holdId: string, wish: PointsWish | null): Promise<Refused>;
  confirmStep(orderId: string, approved: boolean): Promise<Refused>;
}

export function createActions(env: ActionEnv): Actions {
  const { dropId, link, feed, kept } = env;
  const keep = (more: Partial<Kept>): void => {
    kept.value = { ...kept.peek(), ...more };
  };

  /** One thing at a time: busy at once, then what came of it, then the truth read again. */
  async function run(what: Asking, at: Problem['at'], work: () => Promise<Refused>): Promise<void> {
    if (env.asking.peek() !== null) return;
    batch(() => {
      env.asking.value = what;
      env.problem.value = null;
    });
    try {
      const error = await work();
      await feed.readMine();
      if (error) env.problem.value = problemOf(error, at);
    } finally {
      env.asking.value = null;
      env.tellOthers();
    }
  }

  const ask = async (event: ClientEvent, payload: unknown): Promise<ErrorBody | null> => {
    const answer: Ack<unknown> = await link.ask(event, payload);
    return answer.ok ? null : answer.error;
  };

  const shop = async (): Promise<ShopActions> => (await loadShop()).createShopActions(env, { ask, keep });

  const holdOf = (holdId: string): HoldView | undefined =>
    feed.mine.peek()?.holds.find((hold) => hold.id === holdId);

  return {
    join: () => void run('join', 'line', () => ask('queue:join', { dropId })),
    claim: () => void run('claim', 'line', () => ask('queue:claim', { dropId })),
    leave: () => void run('leave', 'line', () => ask('queue:leave', { dropId })),
    finish: () => void run('finish', 'board', () => ask('queue:leave', { dropId })),
    seeLine() {
      const number = feed.mine.peek()?.place?.number ?? null;
      keep({ shownNumber: number });
    },
    setDraft(draft) {
      env.problem.value = null;
      keep({ draft });
    },
    setPicks(picks) {
      env.problem.value = null;
      keep({ picks });
    },
    setSeatWishes: (wishes) => keep({ wishes }),
    hold: () => void run('hold', 'board', async () => (await shop()).hold()),
    holdSeats: (request) =>
      void run(request.swap ? 'change' : 'hold', request.swap ? 'hold' : 'board', async () =>
        (await shop()).holdSeats(request),
      ),
    release: (holdId) => void run('release', 'hold', () => ask('hold:release', { holdId })),
    extend: (holdId) => void run('extend', 'hold', () => ask('hold:extend', { holdId })),
    change(holdId, wanted) {
      const hold = holdOf(holdId);
      if (hold) void run('change', 'hold', async () => (await shop()).change(hold, wanted));
    },
    pay: (holdId) => void run('pay', 'pay', async () => (await shop()).pay(holdId)),
    useCode: (holdId, code) => void run('code', 'code', async () => (await shop()).useCode(holdId, code)),
    usePoints: (holdId, wish) =>
      void run('points', 'points', async () => (await shop()).usePoints(holdId, wish)),
    confirmStep: (orderId, approved) =>
      void run(approved ? 'approve' : 'refuse', 'pay', async () =>
        (await shop()).confirmStep(orderId, approved),
      ),
    getMore() {
      env.known.wantsMore.value = true;
    },
    goOn: () => env.known.forgetOrder(),
    notifyMe: env.notifyMe,
    tryNow: () => link.tryNow(),
  };
}
