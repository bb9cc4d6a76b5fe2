/** `GET /events/{id}/seating` (rule S25): how an event uses its map, as short as a page can read it. */
import type { SeatingView } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';

const READ = sqlFile(import.meta.url, 'read-plan.sql');

interface Row {
  map_id: string;
  tiers: string[];
  tier_runs: [number, number][];
  standing: Record<string, string>;
  orphan_rule: boolean;
  orphan_relax_percent: number;
  drop_id: string | null;
  accessible_until: Date | null;
}

/** Null: no such event for this viewer, or nothing of it has a seat. */
export async function readPlan(db: Db, eventId: string, viewer: Account | null): Promise<SeatingView | null> {
  const row = await db.one<Row>(READ, [eventId, viewer?.id ?? null, viewer?.role ?? null]);
  return row
    ? {
        eventId,
        dropId: row.drop_id,
        mapId: row.map_id,
        tiers: row.tiers,
        tierRuns: row.tier_runs,
        standing: row.standing,
        orphanRule: row.orphan_rule,
        orphanRelaxPercent: row.orphan_relax_percent,
        accessibleUntil: row.accessible_until?.toISOString() ?? null,
      }
    : null;
}
