/** The operators' view: invariants, health, open drops. RULES.md says what holds here. */
import { type Health, type HealthDeps, type OpenDrop, readHealth, readOpenDrops } from './health.ts';
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

export function createOperations(deps: HealthDeps): Operations {
  let checking: Promise<InvariantsNow> | undefined;
  async function check(): Promise<InvariantsNow> {
    const invariants = await checkInvariants(deps.ledger.reads, { graceSeconds: REFUND_GRACE_SECONDS });
    const checkedAt = new Date(deps.clock.now()).toISOString();
    return { ok: invariants.every((i) => i.violations === 0), checkedAt, invariants };
  }
  return {
    invariants() {
      checking ??= check().finally(() => {
        checking = undefined;
      });
      return checking;
    },
    health: () => readHealth(deps),
    drops: () => readOpenDrops(deps),
  };
}
