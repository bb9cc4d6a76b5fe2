-- How event $1 uses map $2, made anew or in place of what was planned before.
insert into ticketing.seat_plans (event_id, map_id, assignment, orphan_rule, orphan_relax_percent, gate_plan, gate_blocks,
  gate_facts, tier_runs)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (event_id) do update
set map_id = excluded.map_id, assignment = excluded.assignment, orphan_rule = excluded.orphan_rule,
  orphan_relax_percent = excluded.orphan_relax_percent, gate_plan = excluded.gate_plan, gate_blocks = excluded.gate_blocks,
  gate_facts = excluded.gate_facts, tier_runs = excluded.tier_runs, kept_version = seat_plans.kept_version + 1, updated_at = now()
