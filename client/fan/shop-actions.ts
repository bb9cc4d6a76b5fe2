/** Holding, changing, paying: what is asked of the server once there is a turn. Loaded with the shop's screens. */
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { HoldItem } from '../../server/protocol/events.ts';
import type { HoldView } from '../../server/protocol/index.ts';
import { ApiError } from '../api.ts';
import { type SeatRequest, wishMembers } from '../seats/choosing.ts';
import { viaMember } from '../sharing/via.ts';
import { dueOf } from '../till/lines.ts';
import type { ActionEnv, ShopActions, Tools } from './actions.ts';
import { itemsOf, planEdit, type Quantities } from './edit-plan.ts';
import type { OrderAnswer } from './facts.ts';
import { paymentFor, requestFor } from './kept.ts';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { endsRequest, isUnknown } from './refusals.ts';

export function createShopActions(env: ActionEnv, { ask, keep }: Tools): ShopActions {
  const { dropId, feed, kept } = env;

  async function placeHold(items: HoldItem[]): Promise<ErrorBody | null> {
    // Only tiers in presale ask for a code; without seats nobody asks for a wheelchair place.
    const code = wishMembers({ ...kept.peek().wishes, accessible: false });
    const wanted = Object.keys(code).length > 0 ? [items, code] : items;
    const request = requestFor(kept.peek(), wanted, env.uuid);
    keep({ request });
    const error = await ask('hold:place', { dropId, requestId: request.id, items, ...code });
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

  const book = (holdId: string): Promise<OrderAnswer> =>
    env.request<OrderAnswer>('POST', '/tickets/book', { body: { holdId, ...viaMember() } });

  async function pay(holdId: string): Promise<ErrorBody | ApiError | null> {
    const hold = feed.mine.peek()?.holds.find((one) => one.id === holdId);
    if (!hold) return null;
    // What the page names is what is agreed to: anything else is asked about again.
    const shown = dueOf(hold, env.known.facts.peek().checkout?.order ?? null);
    const till = env.till();
    const means = await till.method(shown);
    if (!means.ok) return { code: 'INVALID_REQUEST', message: means.text };
    let orderId: string | null = null;
    const error = await call(
      () => orderId,
      async () => {
        const booked = await book(holdId);
        const { order } = booked;
        orderId = order.id;
        if (order.totalCents !== shown) throw new ApiError('AMOUNT_MISMATCH', 409, '');
        const payment = paymentFor(kept.peek(), order.id, means.name, env.uuid);
        keep({ payment });
        const answer = await env.request<OrderAnswer>('POST', '/payment', {
          body: { orderId: order.id, method: means.body, amountCents: shown, currency: order.currency },
          headers: { 'idempotency-key': payment.key },
        });
        env.known.takeOrder(answer);
        settled();
      },
    );
    if (error?.code === 'AMOUNT_MISMATCH') return { code: error.code, message: shop.pay.changed };
    return error ?? takeStep();
  }

  /** The question Stripe asks for a bank, if there is one: asked here, and then its answer looked up. */
  async function takeStep(): Promise<ErrorBody | ApiError | null> {
    const { nextAction, order } = env.known.facts.peek().checkout ?? {};
    if (!order || nextAction?.type !== 'stripe') return null;
    const said = await env.till().step(nextAction.publishableKey ?? '', nextAction.clientSecret ?? '');
    const error = await confirm(order.id, true);
    const open = env.known.facts.peek().checkout?.nextAction;
    return error ?? (said.ok || !open ? null : { code: 'INVALID_STATE', message: said.text });
  }

  const confirm = (orderId: string, approved: boolean): Promise<ApiError | null> =>
    call(
      () => orderId,
      async () => {
        env.known.takeOrder(
          await env.request<OrderAnswer>('POST', '/payment/confirm', {
            body: { orderId, approve: approved },
          }),
        );
      },
    );

  /** Puts something on the order of a hold that changes what it costs, or takes it off. */
  async function changePrice(
    holdId: string,
    what: 'code' | 'points',
    method: 'POST' | 'PUT' | 'DELETE',
    body?: object,
  ): Promise<ApiError | null> {
    let orderId: string | null = null;
    return call(
      () => orderId,
      async () => {
        orderId = (await book(holdId)).order.id;
        const path = `/orders/${orderId}/${what}`;
        env.known.takeOrder(await env.request<OrderAnswer>(method, path, body ? { body } : {}));
        // A code changes what points pay for, too.
        env.till().loadPoints();
      },
    );
  }

  /** Answered for good: the next press is another payment. */
  function settled(): void {
    keep({ payment: null });
    env.till().answered();
  }

  /** Runs a call; a refusal is a value here, told once the order is known as the refusal left it. */
  async function call(orderId: () => string | null, work: () => Promise<void>): Promise<ApiError | null> {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isUnknown(error) && error.code !== 'REQUEST_IN_PROGRESS') settled();
      const id = orderId();
      await reread(id);
      if (error.code !== 'PAYMENT_RETURNED' || id === null) return error;
      // Not a thing gone wrong with this page: it has a screen of its own.
      env.known.takeReturned(id);
      return null;
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
    useCode: (holdId, code) =>
      code === null ? changePrice(holdId, 'code', 'DELETE') : changePrice(holdId, 'code', 'POST', { code }),
    usePoints: (holdId, wish) =>
      wish === null ? changePrice(holdId, 'points', 'DELETE') : changePrice(holdId, 'points', 'PUT', wish),
    confirmStep: (orderId, approved) =>
      env.known.facts.peek().checkout?.nextAction?.type === 'stripe'
        ? takeStep()
        : confirm(orderId, approved),
  };
}
