/** The operators' view: invariants, health, open drops. RULES.md says what holds here. */
import type { Clock } from '../kernel/index.ts';
import { statement } from '../stores/index.ts';
import {
  type Health,
  type HealthDeps,
  type OpenDrop,
  readAlerts,
  readHealth,
  readOpenDrops,
} from './health.ts';
import { checkInvariants, type InvariantReport } from './invariants.ts';

export type { Health, OpenDrop } from './health.ts';
export {
  brokenInvariants,
  type CheckOptions,
  checkInvariants,
  INVARIANT_NAMES,
  type InvariantReport,
} from './invariants.ts';
export { operationsRoutes } from './routes.ts';

/** A refund under way is given this long before captured money without tickets is called broken, s. */
const REFUND_GRACE_SECONDS = 60;

/** At a million tickets the larger ones take seconds; one check at a time, and it only reads. */
const PATIENTLY = statement(
  'operations_patiently',
  `select set_config('statement_timeout', $1, true), set_config('transaction_read_only', 'on', true),
     set_config('work_mem', '64MB', true)`,
);

const PATIENCE_MS = 60_000;

export interface InvariantsNow {
  ok: boolean;
  checkedAt: string;
  invariants: InvariantReport[];
}

export interface Operations {
  /** Checked now; callers at the same time share one check. */
  invariants(): Promise<InvariantsNow>;
  health(): Promise<Health>;
  drops(): Promise<OpenDrop[]>;
}

/** Alerts read through every open order: pages that ask every second share an answer this old, ms. */
const ALERTS_MS = 5_000;

/** The answer of `read`, asked again once it is `ms` old; callers meanwhile share it, but never a failure. */
function rememberFor<T>(ms: number, clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let known: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (known && clock.now() - known.at < ms) return known.answer;
    const mine = { at: clock.now(), answer: read() };
    known = mine;
    mine.answer.catch(() => {
      if (known === mine) known = undefined;
    });
    return mine.answer;
  };
}

export function createOperations(deps: HealthDeps): Operations {
  let checking: Promise<InvariantsNow> | undefined;
  async function check(): Promise<InvariantsNow> {
    const invariants = await deps.ledger.reads.transaction(async (tx) => {
      await tx.all(PATIENTLY, [String(PATIENCE_MS)]);
      return checkInvariants(tx, { graceSeconds: REFUND_GRACE_SECONDS });
    }, PATIENCE_MS);
    const checkedAt = new Date(deps.clock.now()).toISOString();
    return { ok: invariants.every((i) => i.violations === 0), checkedAt, invariants };
  }
  const alerts = rememberFor(ALERTS_MS, deps.clock, () => readAlerts(deps));
  return {
    invariants() {
      checking ??= check().finally(() => {
        checking = undefined;
      });
      return checking;
    },
    health: async () => readHealth(deps, alerts),
    drops: async () => readOpenDrops(deps, alerts),
  };
}
