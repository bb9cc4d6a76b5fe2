/** Reconciliation: ledger against provider against tickets. RULES.md says what holds here. */
import { Counter, type Registry } from 'prom-client';
import type { Checkout } from '../checkout/index.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { ProviderName, Providers } from '../payments/index.ts';
import { ok, type ReconciliationView, type Result, refuse } from '../protocol/index.ts';
import type { Refunds } from '../refunds/index.ts';
import type { Db, Ledger } from '../stores/index.ts';
import { approve, dismiss, type Word } from './decide.ts';
import { countFindings, type FindingRow, listFindings } from './findings.ts';
import type { Bounds } from './judge.ts';
import { type Difference, KINDS } from './kinds.ts';
import type { Window } from './maintenance.ts';
import { type Tick, tick } from './nightly.ts';
import { begin, type Ran, type RunOptions, run, work } from './run.ts';
import { listRuns, nothingYet, type RunRow, runView, type Tally } from './runs.ts';
import type { ScanDeps } from './scan.ts';

export type { Fate } from './compare.ts';
export type { Difference, KindName } from './kinds.ts';
export { KINDS, money, subjectKey } from './kinds.ts';
export { reconciliationRoutes } from './routes.ts';
export type { Ran, RunOptions } from './run.ts';
export type { Tally } from './runs.ts';

export interface ReconcilerDeps {
  ledger: Pick<Ledger, 'payments' | 'views'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  providers: Providers;
  /** Drives a payment on, as the worker does (checkout). */
  resume: Checkout['resume'];
  /** Writes a chargeback down (refunds). */
  onDispute: Refunds['onDispute'];
  /** Providers that the installation itself may take payments through; default: test and stripe. */
  installed: readonly ProviderName[];
  timeZone: string;
  maintenance: readonly Window[];
  bounds: Bounds;
  /** Whether a run mends a difference by itself. */
  mends(difference: Difference): boolean;
  /** Sizes of pages, for tests. */
  scan: Pick<ScanDeps, 'pageMax' | 'chargesMax'>;
}

/** What every part of this slice works with. */
export interface Reconciling {
  deps: ReconcilerDeps;
  db: Db;
  nothing(): Tally;
}

export interface Reconciler {
  /** Compares now. Refuses REQUEST_IN_PROGRESS: another run is at work. */
  run(options: RunOptions): Promise<Result<Ran>>;
  /** The same behind the caller's back, for whoever asked over HTTP. */
  start(options: Pick<RunOptions, 'dryRun'>): Promise<Result<ReconciliationView>>;
  /** For the worker: the night's run once it is due, and what operators approved. */
  tick(signal?: AbortSignal): Promise<Tick>;
  runs(before: string | null, limit: number): Promise<RunRow[]>;
  findings(status: string | null, before: string | null, limit: number): Promise<FindingRow[]>;
  approve(word: Word): Promise<Result<FindingRow>>;
  dismiss(word: Word): Promise<Result<FindingRow>>;
  /** Resolves once nothing that was started here is at work. */
  idle(): Promise<void>;
}

export interface ReconcilerOptions
  extends Pick<ReconcilerDeps, 'ledger' | 'clock' | 'ids' | 'log' | 'providers' | 'resume' | 'onDispute'> {
  installed?: readonly ProviderName[];
  /** Default UTC, without windows. */
  timeZone?: string;
  maintenance?: readonly Window[];
  /** Overrides, ms: whoever knows that nothing is in flight compares at once with `graceMs: 0`. */
  bounds?: Partial<Bounds>;
  scan?: ReconcilerDeps['scan'];
  registry?: Registry;
}

const BOUNDS: Bounds = {
  graceMs: LIMITS.reconcileGraceSeconds * 1_000,
  paymentStuckMs: LIMITS.paymentStuckSeconds * 1_000,
  refundStuckMs: LIMITS.refundStuckSeconds * 1_000,
};

/** Counted in the ledger, so that it does not matter which process found them. */
function countDuplicates(registry: Registry, db: Db, log: Logger): void {
  new Counter({
    name: 'holdfast_duplicate_captures_total',
    help: 'Carts that were paid twice, as reconciliation found them',
    registers: [registry],
    async collect() {
      try {
        const n = await countFindings(db, 'DUPLICATE_CAPTURE');
        this.reset();
        this.inc(n);
      } catch (err) {
        // The other metrics must not be lost with the ledger: this one keeps its last figure.
        log.warn({ err: (err as Error).message }, 'duplicate captures not counted');
      }
    },
  });
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { registry, bounds, ...given } = options;
  const deps: ReconcilerDeps = {
    installed: ['test', 'stripe'],
    timeZone: 'UTC',
    maintenance: [],
    scan: {},
    ...given,
    bounds: { ...BOUNDS, ...bounds },
    mends: (difference) => KINDS[difference.kind].mend !== null,
  };
  const db = deps.ledger.payments;
  const r: Reconciling = { deps, db, nothing: nothingYet };
  if (registry) countDuplicates(registry, deps.ledger.views, deps.log);
  const atWork = new Set<Promise<unknown>>();

  return {
    run: (wanted) => run(r, wanted),
    async start({ dryRun = false }) {
      const wanted: RunOptions = { trigger: 'operator', dryRun };
      const started = await begin(r, wanted);
      if (!started) return refuse('REQUEST_IN_PROGRESS', { retryAfterMs: LIMITS.reconcileAliveMs });
      const working: Promise<unknown> = work(r, started, wanted)
        // Its row says why; the log says where.
        .catch((err: unknown) => deps.log.error({ err, runId: started.row.id }, 'reconciliation failed'))
        .finally(() => atWork.delete(working));
      atWork.add(working);
      return ok(runView(started.row));
    },
    tick: (signal) => tick(r, signal),
    runs: (before, limit) => listRuns(db, before, limit),
    findings: (status, before, limit) => listFindings(db, status, before, limit),
    approve: (word) => approve(r, word),
    dismiss: (word) => dismiss(r, word),
    async idle() {
      while (atWork.size > 0) await Promise.all(atWork);
    },
  };
}
