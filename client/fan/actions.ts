/** What the fan can do, each answered on the page in the same frame and by the server when it can. */
import { batch, type Signal } from '@preact/signals';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { Ack, HoldItem } from '../../server/protocol/events.ts';
import type { HoldView } from '../../server/protocol/index.ts';
import { ApiError, type RequestOptions } from '../api.ts';
import type { DropFeed, Link } from '../connection/index.ts';
import { itemsOf, planEdit, type Quantities } from './edit-plan.ts';
import type { DropFacts, OrderAnswer } from './facts.ts';
import { type Kept, paymentFor, requestFor } from './kept.ts';
import { say } from './messages.ts';
import { endsRequest, isUnknown, problemOf } from './refusals.ts';
import type { Actions, Asking, PayMethod, Problem } from './view-props.ts';

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
  card: Signal<string>;
  method: Signal<PayMethod>;
  /** Tells other tabs of this browser to look. */
  tellOthers(): void;
  notifyMe(): void;
}

const CARD = /^\d{12,19}$/;

export function createActions(env: ActionEnv): Actions {
  const { dropId, link, feed, kept } = env;
  const keep = (more: Partial<Kept>): void => {
    kept.value = { ...kept.peek(), ...more };
  };

  /** One thing at a time: busy at once, then what came of it, then the truth read again. */
  async function run(
    what: Asking,
    at: Problem['at'],
    work: () => Promise<ErrorBody | ApiError | null>,
  ): Promise<void> {
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

  const ask = async (event: Parameters<Link['ask']>[0], payload: unknown): Promise<ErrorBody | null> => {
    const answer: Ack<unknown> = await link.ask(event, payload);
    return answer.ok ? null : answer.error;
  };

  async function placeHold(items: HoldItem[]): Promise<ErrorBody | null> {
    const request = requestFor(kept.peek(), items, env.uuid);
    keep({ request });
    const error = await ask('hold:place', { dropId, requestId: request.id, items });
    // Answered for good: the next press is another wish. No answer: the same press again is the same request.
    if (!error || endsRequest(error)) keep({ request: null });
    return error;
  }

  async function change(hold: HoldView, wanted: Quantities): Promise<ErrorBody | null> {
    const plan = planEdit(hold, wanted, feed.mine.peek()?.remainingAllowance ?? 0);
    switch (plan.kind) {
      case 'nothing':
      case 'too-many':
        return null;
      case 'let-go':
        return ask('hold:release', { holdId: hold.id });
      case 'safe': {
        const error = await placeHold(plan.items);
        return error
          ? { ...error, message: `${error.message} ${say.problem.changeKept}` }
          : ask('hold:release', { holdId: hold.id });
      }
      case 'risky': {
        const error = await ask('hold:release', { holdId: hold.id });
        return error ?? placeHold(plan.items);
      }
    }
  }

  async function pay(holdId: string): Promise<ErrorBody | ApiError | null> {
    const byCard = env.method.peek() === 'card';
    const card = env.card.peek();
    return call(async () => {
      const { order } = await env.request<OrderAnswer>('POST', '/tickets/book', { body: { holdId } });
      const payment = paymentFor(kept.peek(), order.id, byCard ? card.slice(-4) : 'cash', env.uuid);
      keep({ payment });
      const method = byCard ? { provider: 'test', card } : { provider: 'cash_on_arrival' };
      const answer = await env.request<OrderAnswer>('POST', '/payment', {
        body: { orderId: order.id, method },
        headers: { 'idempotency-key': payment.key },
      });
      env.known.takeOrder(answer);
      keep({ payment: null });
    });
  }

  /** Runs a call; a refusal is a value here. */
  async function call(work: () => Promise<void>): Promise<ApiError | null> {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isUnknown(error) && error.code !== 'REQUEST_IN_PROGRESS') keep({ payment: null });
      return error;
    }
  }

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
    hold: () =>
      void run('hold', 'board', async () => {
        const error = await placeHold(itemsOf(kept.peek().draft));
        if (!error) {
          keep({ draft: {} });
          env.known.wantsMore.value = false;
        }
        return error;
      }),
    release: (holdId) => void run('release', 'hold', () => ask('hold:release', { holdId })),
    extend: (holdId) => void run('extend', 'hold', () => ask('hold:extend', { holdId })),
    change(holdId, wanted) {
      const hold = holdOf(holdId);
      if (hold) void run('change', 'hold', () => change(hold, wanted));
    },
    setCard(card) {
      batch(() => {
        env.card.value = card;
        env.problem.value = null;
      });
    },
    setMethod(method) {
      env.method.value = method;
    },
    pay(holdId) {
      if (env.method.peek() === 'card' && !CARD.test(env.card.peek())) {
        env.problem.value = { at: 'card', kind: 'bad', text: say.problem.needNumber };
        return;
      }
      void run('pay', 'pay', () => pay(holdId));
    },
    confirmStep: (orderId, approved) =>
      void run(approved ? 'approve' : 'refuse', 'pay', () =>
        call(async () => {
          env.known.takeOrder(
            await env.request<OrderAnswer>('POST', '/payment/confirm', {
              body: { orderId, approve: approved },
            }),
          );
        }),
      ),
    getMore() {
      env.known.wantsMore.value = true;
    },
    notifyMe: env.notifyMe,
    tryNow: () => link.tryNow(),
  };
}
