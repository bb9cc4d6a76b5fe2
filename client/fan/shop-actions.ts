/** Holding, changing, paying: what is asked of the server once there is a turn. Loaded with the shop's screens. */
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { HoldItem } from '../../server/protocol/events.ts';
import type { HoldView } from '../../server/protocol/index.ts';
import { ApiError } from '../api.ts';
import { type SeatRequest, wishMembers } from '../seats/choosing.ts';
import type { ActionEnv, ShopActions, Tools } from './actions.ts';
import { itemsOf, planEdit, type Quantities } from './edit-plan.ts';
import type { OrderAnswer } from './facts.ts';
import { paymentFor, requestFor } from './kept.ts';
import { say } from './messages.ts';
import { endsRequest, isUnknown } from './refusals.ts';

export function createShopActions(env: ActionEnv, { ask, keep }: Tools): ShopActions {
  const { dropId, feed, kept } = env;

  async function placeHold(items: HoldItem[]): Promise<ErrorBody | null> {
    const request = requestFor(kept.peek(), items, env.uuid);
    keep({ request });
    const error = await ask('hold:place', { dropId, requestId: request.id, items });
    // Answered for good: the next press is another wish. No answer: the same press again is the same request.
    if (!error || endsRequest(error)) keep({ request: null });
    return error;
  }

  /** A hold, or the exchange of one: the same press again is the same request here too. */
  async function askSeats({ items, wishes, swap }: SeatRequest): Promise<ErrorBody | null> {
    const members = { ...wishMembers(wishes), ...(swap ? { holdId: swap } : {}) };
    const request = requestFor(kept.peek(), [items, members], env.uuid);
    keep({ request });
    const error = await ask(swap ? 'hold:swap' : 'hold:place', {
      dropId,
      requestId: request.id,
      items,
      ...members,
    });
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
    let orderId: string | null = null;
    return call(
      () => orderId,
      async () => {
        const { order } = await env.request<OrderAnswer>('POST', '/tickets/book', { body: { holdId } });
        orderId = order.id;
        const payment = paymentFor(kept.peek(), order.id, byCard ? card.slice(-4) : 'cash', env.uuid);
        keep({ payment });
        const method = byCard ? { provider: 'test', card } : { provider: 'cash_on_arrival' };
        const answer = await env.request<OrderAnswer>('POST', '/payment', {
          body: { orderId: order.id, method },
          headers: { 'idempotency-key': payment.key },
        });
        env.known.takeOrder(answer);
        keep({ payment: null });
      },
    );
  }

  /** Runs a call; a refusal is a value here, told once the order is known as the refusal left it. */
  async function call(orderId: () => string | null, work: () => Promise<void>): Promise<ApiError | null> {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isUnknown(error) && error.code !== 'REQUEST_IN_PROGRESS') keep({ payment: null });
      await reread(orderId());
      return error;
    }
  }

  async function reread(orderId: string | null): Promise<void> {
    if (orderId === null) return;
    try {
      env.known.takeOrder(await env.request<OrderAnswer>('GET', `/orders/${orderId}`));
    } catch (error) {
      // Out of reach: the order is asked for again for as long as it may be open.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  return {
    async hold() {
      const error = await placeHold(itemsOf(kept.peek().draft));
      if (!error) {
        keep({ draft: {} });
        env.known.wantsMore.value = false;
      }
      return error;
    },
    async holdSeats(request) {
      const error = await askSeats(request);
      if (!error) {
        keep({ draft: {}, picks: [] });
        env.known.wantsMore.value = false;
      }
      return error;
    },
    change,
    pay,
    confirmStep: (orderId, approved) =>
      call(
        () => orderId,
        async () => {
          env.known.takeOrder(
            await env.request<OrderAnswer>('POST', '/payment/confirm', {
              body: { orderId, approve: approved },
            }),
          );
        },
      ),
  };
}
