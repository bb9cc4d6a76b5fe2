/**
 * What an event is about, and what follows (rules P43–P46, P50). An event is only a hint at what to look at: payments and
 * refunds are asked for again at the provider, by the same steps that they take anyway. So it does not matter how often
 * an event comes, in which order, or how late.
 */
import { type Db, statement } from '../../stores/index.ts';
import { disputeOf, type EventObject, type SignedDispute, type SignedEvent } from './signature.ts';

export interface DisputeReport extends SignedDispute {
  provider: 'stripe';
  ref: string;
  paymentRef: string;
}

export interface WebhookHooks {
  /** Asks the provider about a payment, and drives it on. */
  resumePayment(paymentId: string): Promise<unknown>;
  /** Something happened to a refund; `refundId`: ours, as its metadata say. */
  onRefundEvent(ref: string, refundId: string | null): Promise<'known' | 'unknown'>;
  onDispute(report: DisputeReport): Promise<unknown>;
}

/** `later`: what it is about may be on its way into the ledger. */
export type Verdict = { is: 'processed' } | { is: 'ignored'; why: string } | { is: 'later'; why: string };

export interface Question {
  event: SignedEvent;
  /** Whose endpoint it came to: a way to pay with credentials of its own; null: the installation's. */
  methodId: string | null;
  /** Of that account; null: not known. */
  livemode: boolean | null;
  /** Whether there is time left to come back. */
  patient: boolean;
}

interface Payment {
  id: string;
  ref: string | null;
  status: string;
  account: string | null;
}

const DONE: Verdict = { is: 'processed' };
const ignored = (why: string): Verdict => ({ is: 'ignored', why });
const later = (why: string): Verdict => ({ is: 'later', why });

/** `account`: whose credentials it goes through; a way without its own uses the installation's. */
const PAYMENT = statement(
  'webhook_payment',
  `select p.id, p.provider_ref as ref, p.status, case when m.publishable_key is not null then m.id end as account
     from ticketing.payments p left join payments.methods m on m.id = p.method_id
    where p.provider = 'stripe' and (p.provider_ref = $1 or p.id = $2)
    order by (p.provider_ref = $1) desc nulls last limit 1`,
);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Where our ids stand in what we have Stripe make. */
const ours = ({ metadata }: EventObject, key: 'payment_id' | 'refund_id'): string | null => {
  const named = metadata[key];
  return named !== undefined && UUID.test(named) ? named : null;
};

/** By which name a refund or a dispute means its payment. */
const chargedAs = ({ paymentIntent, charge }: EventObject): string | null => paymentIntent ?? charge;

/** Said before anybody's bank has: the payment's own request is still at it. */
const UNMOVED = new Set(['payment_intent.created', 'payment_intent.processing']);
const REFUNDS = /^(refund\.|charge\.refund\.)/;
const DISPUTES = /^charge\.dispute\./;

export function createJudge(db: Db, hooks: WebhookHooks): (question: Question) => Promise<Verdict> {
  const find = (ref: string | null, id: string | null) => db.one<Payment>(PAYMENT, [ref, id]);

  async function judgePayment({ event: { object }, methodId, patient }: Question): Promise<Verdict> {
    const paymentId = ours(object, 'payment_id');
    const payment = await find(object.id, paymentId);
    if (!payment) {
      // A payment is written down before Stripe hears of it: one that is named and not here is another installation's.
      return paymentId !== null || !patient
        ? ignored('no payment of ours')
        : later('a payment that is not known yet');
    }
    if (payment.account !== methodId) return ignored('a payment of another account');
    // Asked about now, it would be taken for one that Stripe never heard of.
    if (payment.ref === null && payment.status === 'started' && patient)
      return later('its payment has not heard the answer yet');
    await hooks.resumePayment(payment.id);
    return DONE;
  }

  /** The payment a refund or a dispute belongs to: this account's, or why not. */
  async function ofPayment({ event: { object }, methodId, patient }: Question): Promise<Verdict | null> {
    if (object.id === null) return ignored('it names nothing');
    const ref = chargedAs(object);
    const payment = ref === null ? undefined : await find(ref, null);
    if (payment) return payment.account === methodId ? null : ignored('of a payment of another account');
    return patient ? later('of a payment that is not known yet') : null;
  }

  async function judgeRefund(question: Question): Promise<Verdict> {
    const astray = await ofPayment(question);
    if (astray) return astray;
    const { object } = question.event;
    const known = await hooks.onRefundEvent(object.id as string, ours(object, 'refund_id'));
    // Ours is written down before Stripe hears of it; this one somebody made by hand, and it is on record now.
    return known === 'known' ? DONE : ignored('a refund that was not made here');
  }

  async function judgeDispute(question: Question): Promise<Verdict> {
    const { object, dispute } = { object: question.event.object, dispute: disputeOf(question.event) };
    if (dispute === null) return ignored('an inquiry, or not readable: no money was taken back');
    const astray = await ofPayment(question);
    if (astray) return astray;
    const paymentRef = chargedAs(object);
    if (paymentRef === null) return ignored('it names no payment');
    await hooks.onDispute({ provider: 'stripe', ref: object.id as string, paymentRef, ...dispute });
    return DONE;
  }

  return async (question) => {
    const { event, livemode } = question;
    if (event.account !== null) return ignored('of a connected account');
    if (livemode !== null && event.livemode !== livemode)
      return ignored(event.livemode ? 'of live mode' : 'of test mode');
    if (UNMOVED.has(event.type)) return ignored('nothing has moved');
    if (event.type.startsWith('payment_intent.')) return judgePayment(question);
    if (REFUNDS.test(event.type)) return judgeRefund(question);
    if (DISPUTES.test(event.type)) return judgeDispute(question);
    return ignored('nothing here depends on it');
  };
}
