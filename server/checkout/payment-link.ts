/**
 * A link that pays one order without its fan's login: for the box office, whose screen shows it as a QR code (rule P78).
 * The token names order and fan, is signed, and ends with the order's time; what it opens is the same saga as `POST /payment`.
 * Whoever pays sees what is paid for and nothing of its fan: no ticket, no kept card.
 */
import { toString as drawQr } from 'qrcode';
import type { Clock } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type { NextAction } from '../payments/index.ts';
import { type OrderView, ok, type Result, refuse, type WayToPay } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import type { PaymentAnswer } from './answer.ts';
import { readOrder } from './orders.ts';
import type { Pay, PayRequest } from './pay.ts';

/** What tells this token from every other one signed for receipts. */
const KIND = 'payment-link';

export interface PaymentLink {
  url: string;
  /** An SVG image. */
  qrSvg: string;
  expiresAt: string;
}

export interface LinkAnswer {
  settled: boolean;
  body: { order: OrderView; nextAction?: NextAction };
}

export interface PaymentLinks {
  /** Refuses NOT_FOUND, ORDER_CLOSED, ORDER_EXPIRED. `origin`: of the page that asks, `https://tickets.example`. */
  make(userId: string, orderId: string, origin: string): Promise<Result<PaymentLink>>;
  /** Refuses NOT_FOUND: no such token, or its time is over. */
  show(token: string): Promise<Result<{ order: OrderView; ways: WayToPay[] }>>;
  pay(token: string, request: Omit<PayRequest, 'orderId'>, key: string | null): Promise<Result<LinkAnswer>>;
  confirm(token: string, approved: boolean): Promise<Result<LinkAnswer>>;
}

export interface PaymentLinksDeps {
  db: Db;
  keys: KeyRing;
  clock: Clock;
  checkout: Pick<Pay, 'pay' | 'confirm'>;
  /** What the event takes, as anybody sees it. */
  ways(eventId: string): Promise<Result<WayToPay[]>>;
}

interface Bearer {
  orderId: string;
  userId: string;
}

/** What the payer learns: how the order stands, never its tickets. */
const withoutTickets = (result: Result<PaymentAnswer>): Result<LinkAnswer> => {
  if (!result.ok) return result;
  const { settled, body } = result.value;
  const { order, nextAction } = body;
  return ok({ settled, body: { order, ...(nextAction ? { nextAction } : {}) } });
};

export function createPaymentLinks({ db, keys, clock, checkout, ways }: PaymentLinksDeps): PaymentLinks {
  function bearer(token: string): Bearer | null {
    const claims = keys.readToken('receipt', token);
    const { kind, order, fan, exp } = claims ?? {};
    const lives = kind === KIND && typeof exp === 'number' && exp * 1000 > clock.now();
    return lives && typeof order === 'string' && typeof fan === 'string'
      ? { orderId: order, userId: fan }
      : null;
  }

  return {
    async make(userId, orderId, origin) {
      const order = await readOrder(db, userId, orderId);
      if (!order) return refuse('NOT_FOUND');
      if (order.status === 'expired') return refuse('ORDER_EXPIRED');
      if (order.status !== 'pending' || order.expiresAt === null) return refuse('ORDER_CLOSED');
      const exp = Math.floor(Date.parse(order.expiresAt) / 1000);
      const token = keys.signToken('receipt', { kind: KIND, order: orderId, fan: userId, exp });
      const url = `${origin}/p/${token}`;
      const qrSvg = await drawQr(url, { type: 'svg', errorCorrectionLevel: 'L' });
      return ok({ url, qrSvg, expiresAt: order.expiresAt });
    },
    async show(token) {
      const found = bearer(token);
      const order = found && (await readOrder(db, found.userId, found.orderId));
      if (!order) return refuse('NOT_FOUND');
      const taken = await ways(order.eventId);
      // Cash changes hands at the door: there is nothing to pay by a link.
      return taken.ok
        ? ok({ order, ways: taken.value.filter(({ provider }) => provider !== 'cash_on_arrival') })
        : taken;
    },
    async pay(token, request, key) {
      const found = bearer(token);
      if (!found) return refuse('NOT_FOUND');
      const { provider, saveCard } = request.method;
      if (provider === 'cash_on_arrival')
        return refuse('METHOD_NOT_ACCEPTED', { provider, accepted: ['stripe', 'test'] });
      if (saveCard)
        return refuse(
          'INVALID_REQUEST',
          { field: 'method.saveCard' },
          'Cards are kept by their own fan only.',
        );
      const asked = { ...request, orderId: found.orderId, byAnybody: true };
      return withoutTickets(await checkout.pay(found.userId, asked, key));
    },
    async confirm(token, approved) {
      const found = bearer(token);
      if (!found) return refuse('NOT_FOUND');
      return withoutTickets(await checkout.confirm(found.userId, found.orderId, approved));
    },
  };
}
