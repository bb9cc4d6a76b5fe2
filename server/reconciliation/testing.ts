/** What tests of reconciliation stand on: a world where tickets are sold and refunded, and a reconciler that waits for nobody. */
import type { Provider, ProviderName } from '../payments/index.ts';
import { type RefundWorld, refundWorld } from '../refunds/testing.ts';
import {
  createReconciler,
  type Difference,
  type Fate,
  type Ran,
  type Reconciler,
  type ReconcilerOptions,
} from './index.ts';

export interface FoundOne extends Difference {
  fate: Fate;
}

export interface ReconcileWorld extends RefundWorld {
  reconciler: Reconciler;
  process(options?: Partial<ReconcilerOptions>): Reconciler;
  /** Compares everything there is. @throws when another run is at work */
  compare(options?: { dryRun?: boolean; by?: Reconciler }): Promise<Ran & { differences: FoundOne[] }>;
  /** Kinds, fates and orders of what there is to be found, sorted. */
  kinds(options?: { dryRun?: boolean }): Promise<string[]>;
  findings(): Promise<
    { id: string; kind: string; subject: string; status: string; explanation: string; done: boolean }[]
  >;
  /** Everything both sides have, to see that nothing changed. */
  everything(): Promise<unknown>;
}

const TABLES = [
  'ticketing.orders',
  'ticketing.payments',
  'ticketing.tickets',
  'ticketing.refunds',
  'ticketing.refund_log',
  'ticketing.gate_credits',
  'ticketing.outbox',
  'payments.test_charges',
  'payments.test_refunds',
  'reconciliation.runs',
  'reconciliation.findings',
];

/** `stripe`: the installation's account there, beside the test bank. */
export async function reconcileWorld(
  installed: readonly ProviderName[] = ['test'],
  stripe?: Provider,
): Promise<ReconcileWorld> {
  const w = await refundWorld(stripe);
  const { ledger, clock, ids, log } = w.world;
  const options: ReconcilerOptions = {
    ledger,
    clock,
    ids,
    log,
    providers: w.providers,
    resume: w.checkout.resume,
    onDispute: w.refunds.onDispute,
    installed,
    bounds: { graceMs: 0 },
  };
  const reconciler = createReconciler(options);
  const process = (other: Partial<ReconcilerOptions> = {}) => createReconciler({ ...options, ...other });

  async function compare({ dryRun = false, by = reconciler } = {}) {
    const differences: FoundOne[] = [];
    const ran = await by.run({
      trigger: 'command',
      dryRun,
      since: 'all',
      onDifference: (difference, fate) => void differences.push({ ...difference, fate }),
    });
    if (!ran.ok) throw new Error(`not compared: ${ran.error.code}`);
    return { ...ran.value, differences };
  }

  return {
    ...w,
    reconciler,
    process,
    compare,
    async kinds(how) {
      const { differences } = await compare(how);
      return differences.map(({ kind, fate }) => `${kind} ${fate}`).sort();
    },
    findings: () =>
      w.sql(
        `select id, kind, subject, status, explanation, done_at is not null as done from reconciliation.findings order by id`,
      ),
    async everything() {
      const state: Record<string, unknown> = {};
      for (const table of TABLES) {
        const rows = await w.sql<{ row: unknown }>(
          `select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`,
        );
        state[table] = rows.map(({ row }) => row);
      }
      return state;
    },
  };
}
