/** `GET /events/{id}/seating` (rule S25): how an event uses its map, as short as a page can read it. */
import type { SeatingView } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { type GateFacts, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';

const READ = sqlFile(import.meta.url, 'read-plan.sql');
/** Where a seat's tier stands within its bytes (gate-plan.ts). */
const TIER_AT = 8;

interface Row {
  map_id: string;
  gate_plan: Buffer;
  gate_facts: GateFacts;
  assignment: { standing: Record<string, string> };
  orphan_rule: boolean;
  orphan_relax_percent: number;
  drop_id: string | null;
  accessible_until: Date | null;
}

/** Runs of seats with the same tier: [index into `tiers` or -1, how many]. */
function tierRuns(plan: Buffer): [number, number][] {
  const runs: [number, number][] = [];
  for (let at = TIER_AT; at < plan.length; at += PLAN_BYTES) {
    const tier = plan[at] === NOT_ON_SALE ? -1 : (plan[at] as number);
    const last = runs.at(-1);
    if (last?.[0] === tier) last[1]++;
    else runs.push([tier, 1]);
  }
  return runs;
}

/** Null: no such event for this viewer, or nothing of it has a seat. */
export async function readPlan(db: Db, eventId: string, viewer: Account | null): Promise<SeatingView | null> {
  const row = await db.one<Row>(READ, [eventId, viewer?.id ?? null, viewer?.role ?? null]);
  return row
    ? {
        eventId,
        dropId: row.drop_id,
        mapId: row.map_id,
        tiers: row.gate_facts.tiers,
        tierRuns: tierRuns(row.gate_plan),
        standing: row.assignment.standing,
        orphanRule: row.orphan_rule,
        orphanRelaxPercent: row.orphan_relax_percent,
        accessibleUntil: row.accessible_until?.toISOString() ?? null,
      }
    : null;
}
