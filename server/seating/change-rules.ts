/** `PATCH /events/{id}/seating` (rule S35): how strict choosing is may change while an event sells; its plan may not. */
import { ok, type Result, refuse, type SeatingView } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import type { SeatRules } from './plan-body.ts';
import { type PutPlanDeps, reopen } from './put-plan.ts';
import { readPlan } from './read-plan.ts';

const CHANGE = statement(
  'seating_change_rules',
  `with changed as (
     update ticketing.seat_plans p
        set orphan_rule = coalesce($4, p.orphan_rule), orphan_relax_percent = coalesce($5, p.orphan_relax_percent), updated_at = now()
       from events.events e
      where p.event_id = $1 and e.id = p.event_id and ($3 or e.vendor_id = $2)
     returning p.event_id, p.orphan_rule, p.orphan_relax_percent),
   logged as (
     insert into ticketing.seat_log (event_id, actor_user_id, action, detail)
     select event_id, $2, 'rules', jsonb_build_object('orphanRule', orphan_rule, 'orphanRelaxPercent', orphan_relax_percent) from changed)
   select d.id as drop_id from changed c left join ticketing.drops d
     on d.event_id = c.event_id and d.phase not in ('ended', 'canceled')`,
);

/** Refuses NOT_FOUND: no such event of this vendor, or one without seats. */
export async function changeRules(
  deps: PutPlanDeps,
  editor: Account,
  eventId: string,
  rules: SeatRules,
): Promise<Result<SeatingView>> {
  const row = await deps.ledger.payments.one<{ drop_id: string | null }>(CHANGE, [
    eventId,
    editor.id,
    editor.role === 'operator',
    rules.orphanRule ?? null,
    rules.orphanRelaxPercent ?? null,
  ]);
  if (!row) return refuse('NOT_FOUND');
  // Gates are rebuilt while they sell: that takes a moment and loses nothing.
  if (row.drop_id) await reopen(deps, row.drop_id, 'how its seats may be chosen was changed');
  const view = await readPlan(deps.ledger.payments, eventId, editor);
  return view ? ok(view) : refuse('NOT_FOUND');
}
