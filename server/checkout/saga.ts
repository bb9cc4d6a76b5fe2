/**
 * Paying, as a declared list of steps. There is no script to be at some line of: how the payment stands decides, and
 * the first step that fits is taken until none does. Whoever was killed anywhere is therefore resumed by the very same
 * loop (rule O11), in another process too: each step asks the provider by the payment's id and writes one idempotent
 * transaction; no network is waited for inside one (rule O5). How it stands is read from the ledger, before the first
 * step and after every one whose own transaction does not say what it left.
 *
 *   begin ─▶ prepare ─▶ authorise ─▶ complete ─▶ capture ─▶ paid
 *                          │ unknown    │ no stock    │ refused
 *                          ▼            ▼             ▼
 *                        ask, give up  void or       cancel
 *                                      refund
 *
 * `begin` stands in pay.ts: it is the request's own.
 */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import type {
  Charge,
  ChargeOutcome,
  ChargeState,
  Instrument,
  Provider,
  Providers,
} from '../payments/index.ts';
import { signCode } from '../tickets/index.ts';
import { hasTickets } from './order.ts';
import type { Records } from './record.ts';
import { chargeOf, NOT_ASKED, type ReadStanding, type Standing } from './standing.ts';

export interface SagaDeps {
  readStanding: ReadStanding;
  records: Records;
  providers: Providers;
  keys: KeyRing;
  ids: Ids;
  clock: Clock;
  log: Logger;
  /** Side effects that nothing depends on: the gate's figures, a turn that is used up. */
  aftermath: Aftermath;
  /** Called once a provider has answered after all that did not in time. */
  onLateAnswer(paymentId: string, settled: Promise<unknown>): void;
  /** A provider named another amount or currency than it was asked for. */
  onMismatch(): void;
  answerMs?: number;
}

export interface Aftermath {
  limitReached(s: Standing): Promise<void>;
  /** Stock came back: the gate has a credit to apply. */
  stockReturned(s: Standing): Promise<void>;
  /** The ledger took or gave stock that the gate cannot account for by its own credits. */
  gateAstray(s: Standing, why: string): Promise<void>;
}

/** One run of the loop, in memory only: losing it loses nothing. */
export interface Run {
  instrument?: Instrument;
  /** Whether the provider is to be asked how the charge stands. */
  ask: boolean;
  /** The provider's last word in this run. */
  heard?: ChargeOutcome;
  /** What this run has issued: whoever resumes reads it. */
  issued?: { ticketIds: readonly string[]; limitReached: boolean | null };
  /** Nothing more to do here until somebody else answers. */
  resting: boolean;
}

interface Call {
  s: Standing;
  run: Run;
  provider: Provider;
  charge: Charge;
  deps: SagaDeps;
}

/** Nothing was written: it stands as it stood. */
const UNCHANGED: Partial<Standing> = {};

export interface Step {
  name: 'prepare' | 'authorise' | 'ask' | 'give_up' | 'complete' | 'capture';
  when(s: Standing, run: Run, provider: Provider): boolean;
  /** What stands for certain after it, by its own transaction; nothing: read it. */
  run(call: Call): Promise<Partial<Standing> | undefined>;
}

const OPEN = ['started', 'requires_action', 'unknown'] as const;
const isOpen = (s: Standing) => (OPEN as readonly string[]).includes(s.payment);
const YES: readonly ChargeState[] = ['authorized', 'captured'];
const saysYes = (run: Run) => run.heard !== undefined && YES.includes(run.heard.state);
/** Neither yes nor no. */
const UNDECIDED: readonly ChargeState[] = ['none', 'pending', 'requires_action', 'unknown'];

/** The provider's answer, or `unknown` once patience is over or the call failed (rule P3). */
async function inTime({ deps, s }: Call, answer: Promise<ChargeOutcome>): Promise<ChargeOutcome> {
  const patience = new AbortController();
  const late = deps.clock.sleep(deps.answerMs ?? LIMITS.paymentAnswerMs, patience.signal).then(
    (): ChargeOutcome => ({ state: 'unknown', reason: 'late' }),
    // aborted below: the answer came first
    (): ChargeOutcome => ({ state: 'unknown' }),
  );
  try {
    return await Promise.race([answer, late]);
  } catch (err) {
    deps.log.warn({ err, paymentId: s.paymentId, provider: s.provider }, 'payment provider did not answer');
    return { state: 'unknown', reason: 'failed' };
  } finally {
    patience.abort();
  }
}

/** Amount or currency are not ours: nothing is built on it, and somebody should look. */
async function refuseMismatch(call: Call, { ref, reason }: ChargeOutcome): Promise<void> {
  const { s, deps } = call;
  deps.log.error({ paymentId: s.paymentId, ref, reason }, 'charge is not for what was asked');
  deps.onMismatch();
  await giveBack(call, 'amount_mismatch');
}

/** Writes down what was heard; a yes is written by `complete` itself. */
async function hear(call: Call, outcome: ChargeOutcome): Promise<Partial<Standing> | undefined> {
  const { s, run, deps } = call;
  run.heard = outcome;
  const { state, ref, reason } = outcome;
  if (YES.includes(state)) return UNCHANGED;
  if (state === 'declined' || state === 'capture_failed')
    await deps.records.withdraw(s.paymentId, 'declined', reason ?? 'declined', ref);
  else if (state === 'voided') await deps.records.withdraw(s.paymentId, 'voided', 'voided', ref);
  else if (state === 'requires_action')
    await deps.records.mark(s.paymentId, 'requires_action', ref, ['started', 'unknown']);
  else if (state === 'mismatched') await refuseMismatch(call, outcome);
  else if (UNDECIDED.includes(state)) await deps.records.mark(s.paymentId, 'unknown', ref, ['started']);
  return undefined;
}

/**
 * An authorisation that will not be used: given back, and only then written off (rule O13). Where the money had been
 * taken, its refund is written down instead (rule O27).
 */
async function giveBack(call: Call, cause: string): Promise<void> {
  const { s, run, provider, charge, deps } = call;
  const outcome = await inTime(call, provider.void(charge));
  if (outcome.state === 'voided' || outcome.state === 'declined') {
    await deps.records.withdraw(s.paymentId, 'voided', cause, outcome.ref);
    deps.log.warn({ paymentId: s.paymentId, orderId: s.orderId, cause }, 'authorisation given back');
  } else if (outcome.state === 'captured' || (outcome.state === 'mismatched' && outcome.takenCents)) {
    const taken = outcome.takenCents ?? s.amountCents;
    await deps.records.stray(s.paymentId, deps.ids.next(), outcome.ref, taken, cause);
    deps.log.error(
      { paymentId: s.paymentId, orderId: s.orderId, cause },
      'money without a use: refund begun',
    );
  }
  run.resting = true;
}

const prepare: Step = {
  name: 'prepare',
  when: (s, run, provider) =>
    s.payment === 'started' &&
    run.instrument !== undefined &&
    provider.prepare !== undefined &&
    s.ref === null,
  async run(call) {
    const { s, run, provider, charge, deps } = call;
    const outcome = await inTime(call, provider.prepare!(charge));
    if (outcome.ref === undefined) {
      // No money can have moved: the hold thaws, and the fan may try again at once.
      run.instrument = undefined;
      const declined = outcome.state === 'declined';
      const cause = declined ? (outcome.reason ?? 'declined') : NOT_ASKED;
      await deps.records.withdraw(s.paymentId, declined ? 'declined' : 'voided', cause, undefined);
    } else await deps.records.prepared(s.paymentId, outcome.ref);
    return undefined;
  },
};

const authorise: Step = {
  name: 'authorise',
  when: (s, run, provider) =>
    s.payment === 'started' &&
    run.instrument !== undefined &&
    (provider.prepare === undefined || s.ref !== null),
  async run(call) {
    const { s, run, provider, charge, deps } = call;
    const answer = provider.authorise(charge, run.instrument as Instrument);
    run.instrument = undefined;
    const outcome = await inTime(call, answer);
    // A breaker that is open called nobody, so that there is nothing to wait for: the hold thaws at once.
    if (outcome.state === 'unknown' && outcome.reason === NOT_ASKED) {
      await deps.records.withdraw(s.paymentId, 'voided', NOT_ASKED, undefined);
      return undefined;
    }
    const known = await hear(call, outcome);
    if (outcome.reason === 'late') deps.onLateAnswer(s.paymentId, answer);
    return known;
  },
};

const ask: Step = {
  name: 'ask',
  when: (s, run) => isOpen(s) && run.ask && run.heard === undefined,
  run: async (call) => hear(call, await inTime(call, call.provider.lookup(call.charge))),
};

const giveUp: Step = {
  name: 'give_up',
  // A charge the provider has never seen belongs to a process that is gone; the others are asked until the cap.
  when: (s, run) =>
    isOpen(s) &&
    run.ask &&
    run.heard !== undefined &&
    UNDECIDED.includes(run.heard.state) &&
    (run.heard.state === 'none' || s.capPassed),
  async run(call) {
    const outcome = await inTime(call, call.provider.void(call.charge));
    const known = await hear(call, outcome);
    if (UNDECIDED.includes(outcome.state)) call.run.resting = true;
    return known;
  },
};

const complete: Step = {
  name: 'complete',
  when: (s, run) => !hasTickets(s.order) && (s.payment === 'authorized' || (isOpen(s) && saysYes(run))),
  async run(call) {
    const { s, run, provider, deps } = call;
    const ticketIds = Array.from({ length: s.quantity }, () => deps.ids.next());
    const codes =
      provider.money === 'later'
        ? ticketIds.map((ticketId) => signCode(deps.keys, { ticketId, eventId: s.eventId, version: 1 }))
        : null;
    const { outcome, limitReached } = await deps.records.complete({
      paymentId: s.paymentId,
      dropId: s.dropId,
      userId: s.userId,
      ref: run.heard?.ref,
      ticketIds,
      codes,
    });
    if (outcome === 'NO_STOCK') await giveBack(call, 'late_no_stock');
    else if (outcome === 'CLOSED') await giveBack(call, 'order_closed');
    else if (outcome === 'RESEATED') await deps.aftermath.gateAstray(s, 're-seated a late payment');
    // Money that is still to be captured may yet fail, and the fan then needs the turn.
    if (limitReached && codes !== null) await deps.aftermath.limitReached(s);
    if (outcome !== 'COMPLETED') return undefined;
    run.issued = { ticketIds, limitReached };
    return { order: 'committed', payment: 'authorized', hold: 'completed', ref: run.heard?.ref ?? s.ref };
  },
};

/** The money is in: the order is paid and its codes are released. */
async function release(
  { s, run, deps }: Call,
  ref: string | undefined,
): Promise<Partial<Standing> | undefined> {
  // Issued a moment ago, a ticket is at its first version; whoever resumes has to look.
  const tickets = run.issued
    ? run.issued.ticketIds.map((id) => ({ id, eventId: s.eventId, version: 1 }))
    : await deps.records.toRelease(s.paymentId);
  const { outcome, limitReached } = await deps.records.captured({
    paymentId: s.paymentId,
    dropId: s.dropId,
    ref,
    ticketIds: tickets.map((t) => t.id),
    codes: tickets.map(({ id, eventId, version }) => signCode(deps.keys, { ticketId: id, eventId, version })),
    limitReached: run.issued?.limitReached ?? null,
  });
  if (limitReached) await deps.aftermath.limitReached(s);
  return outcome === 'PAID' ? { order: 'paid', payment: 'captured', ref: ref ?? s.ref } : undefined;
}

const capture: Step = {
  name: 'capture',
  when: (s, _run, provider) =>
    s.payment === 'authorized' && s.order === 'committed' && provider.money === 'capture',
  async run(call) {
    const { s, run, provider, charge, deps } = call;
    const outcome = await inTime(call, provider.capture(charge));
    if (outcome.state === 'captured') return release(call, outcome.ref);
    if (outcome.state === 'capture_failed' || outcome.state === 'declined' || outcome.state === 'voided') {
      const canceled = await deps.records.cancel(s.paymentId, 'capture_failed');
      if (canceled.gateForgot) await deps.aftermath.gateAstray(s, 'a canceled order gave its stock back');
      else await deps.aftermath.stockReturned(s);
    } else run.resting = true;
    return undefined;
  },
};

/** In the order they are tried. */
export const STEPS: readonly Step[] = [prepare, authorise, ask, giveUp, complete, capture];

const stepFor = (s: Standing, run: Run, provider: Provider): Step | undefined =>
  STEPS.find((candidate) => candidate.when(s, run, provider));

/** More steps than any path has: reaching it means that two steps undo each other. */
const MAX_STEPS = 12;

/** Takes steps until none fits. @throws what the ledger throws; nothing is lost then, only unfinished */
export async function drive(deps: SagaDeps, paymentId: string, run: Run): Promise<Standing | undefined> {
  let s: Standing | undefined = await deps.readStanding(paymentId);
  for (let taken = 0; taken < MAX_STEPS; taken++) {
    if (!s || run.resting) return s;
    const provider = await deps.providers.get(s.provider, s.methodId);
    if (!provider.ok)
      throw new Error(`payment ${paymentId} belongs to ${s.provider}, which is not configured`);
    const step = stepFor(s, run, provider.value);
    if (!step) return s;
    const known = await step.run({ s, run, provider: provider.value, charge: chargeOf(s), deps });
    s = known ? { ...s, ...known } : await deps.readStanding(paymentId);
  }
  throw new Error(`payment ${paymentId} does not come to rest`);
}
