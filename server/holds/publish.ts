/** The drop's small public state: read whole from the ledger, published whole to the gate, shown with its stock. */
import type { DropPhase, DropState, TierView } from '../protocol/index.ts';
import { createReadTogether, type Db, sqlFile } from '../stores/index.ts';

const SNAPSHOT = sqlFile(import.meta.url, 'snapshot.sql');

/** A rate is only shown once it was measured over this long, seconds. */
const RATE_AFTER_SECONDS = 20;

/** As stored in the gate: everything but what the gate itself counts (free units) and the moment of reading. */
export interface DropSnapshot extends Omit<DropState, 'version' | 'serverTime' | 'tiers' | 'epoch'> {
  epoch: number;
  ledgerVersion: number;
  tiers: Omit<TierView, 'available'>[];
}

interface Row
  extends Omit<DropSnapshot, 'phase' | 'ratePerMinute' | 'lobbyOpensAt' | 'opensAt' | 'endsAt' | 'pausedAt'> {
  phase: DropPhase;
  lobbyOpensAt: Date | null;
  opensAt: Date;
  endsAt: Date | null;
  pausedAt: Date | null;
  calledRecently: number;
  recentSeconds: number;
}

const iso = (date: Date | null): string | null => (date ? date.toISOString() : null);

export type ReadSnapshot = (dropId: string) => Promise<DropSnapshot | null>;

/** A worker publishes all open drops at once, and crowds ask for one: either way it is one statement. */
export function createReadSnapshot(db: Db): ReadSnapshot {
  const together = createReadTogether<string, Row>(db, {
    statement: SNAPSHOT,
    values: (dropIds) => [dropIds],
    keyOf: (dropId) => dropId,
    keyOfRow: (row) => row.id,
  });
  return async (dropId) => {
    const [row] = await together(dropId.toLowerCase());
    return row ? snapshotOf(row) : null;
  };
}

/** The same, alone. */
export async function readSnapshot(db: Db, dropId: string): Promise<DropSnapshot | null> {
  const row = await db.one<Row>(SNAPSHOT, [[dropId]]);
  return row ? snapshotOf(row) : null;
}

function snapshotOf(row: Row): DropSnapshot {
  const { calledRecently, recentSeconds, ...rest } = row;
  const measured = row.hasLine && recentSeconds >= RATE_AFTER_SECONDS && calledRecently > 0;
  return {
    ...rest,
    lobbyOpensAt: iso(row.lobbyOpensAt),
    opensAt: row.opensAt.toISOString(),
    endsAt: iso(row.endsAt),
    pausedAt: iso(row.pausedAt),
    ratePerMinute: measured ? Math.round((calledRecently / recentSeconds) * 600) / 10 : null,
  };
}

/** `stock`: tier id → units free for everybody as the gate has them; null: the ledger's own figures. */
export function stateFrom(
  snapshot: DropSnapshot,
  epoch: number,
  version: number,
  stock: Record<string, string> | null,
  nowMs: number,
): DropState {
  const { ledgerVersion: _ledgerVersion, tiers, ...rest } = snapshot;
  return {
    ...rest,
    epoch,
    version,
    serverTime: new Date(nowMs).toISOString(),
    tiers: tiers.map((tier) => {
      const forAll = tier.quantity - tier.sold - (tier.kept ?? 0);
      const available = Math.max(0, stock ? Number(stock[tier.id] ?? 0) : forAll - tier.held);
      return { ...tier, available, held: Math.max(0, forAll - available) };
    }),
  };
}
