/**
 * Money on its way back (rules F30–F36). A refund's row was committed before anybody is asked, and its id is the provider's
 * idempotency key: whoever is killed anywhere, the next worker asks what became of it and sends it only if nothing did.
 *
 *   due ─▶ ask (but the first time) ─ none ─▶ send ─▶ succeeded | failed ─▶ settle
 *                    └─ pending, unknown ─▶ later, after 5, 10, 20, 40 s and then every minute
 */
import { LIMITS } from '../limits.ts';
import type { Provider, ProviderName, Refund, RefundOutcome } from '../payments/index.ts';
import { statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';
import { patiently } from './patiently.ts';
import { readRefund } from './view.ts';

const take = statement(
  'refunds_take',
  `update ticketing.refunds r
      set tries = r.tries + 1, updated_at = now(),
          try_at = clock_timestamp() + make_interval(
            secs => ($2::bigint[])[least(r.tries + 1, cardinality($2))]::double precision / 1000)
     from (select u.id from ticketing.refunds u
            where u.status = 'sending' and (u.try_at <= now() or $1)
              -- what a bank is looking into rests
              and not exists (select from ticketing.disputes d where d.payment_id = u.payment_id and d.status = 'open')
            order by u.try_at limit $3 for update of u skip locked) due
    where r.id = due.id returning r.id`,
);
const read = statement(
  'refund_to_send',
  `select r.id, coalesce(r.attempt_id, r.id) as attempt, r.status, r.tries, r.amount_cents as "amountCents", p.provider,
          p.method_id as "methodId", p.id as "paymentId", p.amount_cents as "chargedCents", p.currency, p.provider_ref as ref,
          r.order_id as "orderId"
     from ticketing.refunds r join ticketing.payments p on p.id = r.payment_id where r.id = $1`,
);
const settle = statement('refund_settle', 'select outcome from ticketing.settle_refund($1, $2, $3, $4, $5)');
const known = statement(
  'refund_by_ref',
  `select id from ticketing.refunds where provider_ref = $1 or attempt_id = $2 or (id = $2 and attempt_id is null) limit 1`,
);
const unknown = statement(
  'refund_unknown',
  `insert into ticketing.unknown_reports (provider_ref, kind) values ($1, 'refund') on conflict do nothing`,
);

export interface Sendable {
  id: string;
  /** The provider's idempotency key of the present attempt. */
  attempt: string;
  status: string;
  tries: number;
  amountCents: number;
  provider: ProviderName;
  methodId: string | null;
  paymentId: string;
  chargedCents: number;
  currency: string;
  ref: string | null;
  orderId: string;
}

export const readSendable = ({ ledger }: Pick<RefundDeps, 'ledger'>, id: string) =>
  ledger.payments.one<Sendable>(read, [id]);

/** The provider's answer, or `unknown` once patience is over or the call failed. */
async function inTime(deps: RefundDeps, s: Sendable, answer: Promise<RefundOutcome>): Promise<RefundOutcome> {
  const patience = new AbortController();
  const late = deps.clock.sleep(deps.answerMs ?? LIMITS.refundAnswerMs, patience.signal).then(
    (): RefundOutcome => ({ state: 'unknown', reason: 'late' }),
    // aborted below: the answer came first
    (): RefundOutcome => ({ state: 'unknown' }),
  );
  try {
    return await Promise.race([answer, late]);
  } catch (err) {
    deps.log.warn({ err, refundId: s.id, provider: s.provider }, 'provider did not answer about a refund');
    return { state: 'unknown', reason: 'failed' };
  } finally {
    patience.abort();
  }
}

const wantedOf = (s: Sendable): Refund => ({
  id: s.attempt,
  amountCents: s.amountCents,
  charge: {
    id: s.paymentId,
    amountCents: s.chargedCents,
    currency: s.currency,
    ref: s.ref,
    orderId: s.orderId,
  },
});

async function providerOf(deps: RefundDeps, s: Sendable): Promise<Provider> {
  const provider = await deps.providers.get(s.provider, s.methodId);
  if (!provider.ok) throw new Error(`refund ${s.id} belongs to ${s.provider}, which is not configured`);
  return provider.value;
}

/** How the present attempt stands at its provider, without sending anything. */
export async function askAbout(deps: RefundDeps, s: Sendable): Promise<RefundOutcome> {
  const { lookupRefund } = await providerOf(deps, s);
  return lookupRefund ? inTime(deps, s, lookupRefund(wantedOf(s))) : { state: 'none' };
}

/** A refund of another amount is not the one that was asked for (rule F37): it is not done, and nothing is sent beside it. */
function asAsked({ amountCents }: Sendable, outcome: RefundOutcome): RefundOutcome {
  const goes = outcome.state === 'succeeded' || outcome.state === 'pending';
  if (!goes || outcome.amountCents === undefined || outcome.amountCents === amountCents) return outcome;
  return { ...outcome, state: 'failed', reason: 'amount_differs' };
}

/** Writes down what was heard; the new status where there is one. */
export async function hear(deps: RefundDeps, s: Sendable, heard: RefundOutcome) {
  const { state, ref, reason } = asAsked(s, heard);
  if (state === 'none' || state === 'unknown') return 'OPEN';
  const { outcome } = await patiently<{ outcome: 'SETTLED' | 'FAILED' | 'OPEN' | 'DONE' | 'NOT_FOUND' }>(
    deps,
    settle,
    [s.id, s.attempt, state, ref ?? null, state === 'failed' ? (reason ?? 'refused') : null],
  );
  if (outcome === 'SETTLED' || outcome === 'FAILED') {
    const refund = await readRefund(deps.ledger.payments, s.id);
    if (refund) await deps.aftermath.settled(refund);
  }
  if (outcome === 'FAILED')
    deps.log.error({ refundId: s.id, reason }, 'refund failed: it waits for a person');
  return outcome;
}

async function sendOne(deps: RefundDeps, id: string): Promise<boolean> {
  const s = await readSendable(deps, id);
  if (s?.status !== 'sending') return false;
  const provider = await providerOf(deps, s);
  if (!provider.refund) return (await hear(deps, s, { state: 'failed', reason: 'cannot_refund' })) !== 'OPEN';
  let outcome: RefundOutcome = s.tries > 1 ? await askAbout(deps, s) : { state: 'none' };
  if (outcome.state === 'none') outcome = await inTime(deps, s, provider.refund(wantedOf(s)));
  return (await hear(deps, s, outcome)) !== 'OPEN';
}

export interface Settled {
  /** Refunds that were asked about or sent. */
  looked: number;
  /** Those that came to an end. */
  settled: number;
  /** Those that could not be asked about; they are taken up again. */
  failed: number;
}

/** Takes up what is due (or all that is open), each once for all workers. */
export async function sendDue(deps: RefundDeps, all: boolean): Promise<Settled> {
  const pauses = deps.retryPausesMs ?? LIMITS.refundRetryPausesMs;
  const due = await deps.ledger.payments.all<{ id: string }>(take, [all, pauses, LIMITS.refundBatchMax]);
  const result: Settled = { looked: due.length, settled: 0, failed: 0 };
  await Promise.all(
    due.map(async ({ id }) => {
      try {
        if (await sendOne(deps, id)) result.settled++;
      } catch (err) {
        // One refund that cannot be sent now must not keep the others waiting.
        deps.log.error({ err, refundId: id }, 'refund not sent');
        result.failed++;
      }
    }),
  );
  return result;
}

/**
 * A provider says that something happened to one of its refunds: asked, not believed. `refundId`: the id it was made with,
 * where the provider names it; so a message that is faster than our own write finds its refund. One that is nobody's here
 * (made on the provider's own pages) is kept for the reconciler.
 */
export async function hearOf(
  deps: RefundDeps,
  providerRef: string,
  refundId: string | null,
): Promise<'known' | 'unknown'> {
  const found = await deps.ledger.payments.one<{ id: string }>(known, [providerRef, refundId]);
  if (!found) {
    await deps.ledger.payments.all(unknown, [providerRef]);
    return 'unknown';
  }
  const s = await readSendable(deps, found.id);
  // Also one that is done: a bank that could not take the money says so days later (rule F38).
  if (s && ['sending', 'failed', 'succeeded'].includes(s.status))
    await hear(deps, s, await askAbout(deps, s));
  return 'known';
}
