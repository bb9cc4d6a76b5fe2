-- What the catalogue and the operators' views need (rules E…, server/catalog/RULES.md; W30…, server/operations/RULES.md).

-- A draft has no drop yet, so that nothing of it can open, be joined or be sold: its settings wait here.
alter table events.events add column draft_drop jsonb;
alter table events.events add constraint only_a_draft_has_a_draft_drop
  check (draft_drop is null or status in ('draft', 'canceled'));

-- a vendor's figures: revenue from the index alone, minutes by range
create index idx_orders_event_paid on ticketing.orders (event_id, status) include (total_cents, id);
create index idx_orders_event_paid_at on ticketing.orders (event_id, paid_at) where paid_at is not null;
create index idx_tickets_event_created on ticketing.tickets (event_id, created_at);

-- `serving` only ever rises, and a number once given is for ever (design section 6).
create function ticketing.refuse_going_back() returns trigger language plpgsql as $$
begin
  raise exception '% of drop % may not go back', tg_table_name, old.drop_id using errcode = 'check_violation';
end $$;
create trigger line_never_falls before update on ticketing.lines
  for each row when (new.serving < old.serving or new.last_number < old.last_number)
  execute function ticketing.refuse_going_back();
create trigger number_is_for_ever before update on ticketing.place_numbers
  for each row execute function ticketing.refuse_going_back();
create trigger seed_is_written_once before update on ticketing.draws
  for each row when (old.seed is not null and (new.seed is distinct from old.seed or new.root <> old.root))
  execute function ticketing.refuse_going_back();

create view ticketing.ticket_availability as
select t.event_id, e.title as event_title, t.id as tier_id, t.name as tier_name, t.price_cents, e.currency,
  t.quantity, t.reserved_quantity, t.issued_quantity,
  t.quantity - t.reserved_quantity - t.issued_quantity as available,
  round(t.issued_quantity * 100.0 / nullif(t.quantity, 0), 1) as percent_sold, t.status
from ticketing.ticket_tiers t
join events.events e on e.id = t.event_id;

-- One row per event; health_score counts what is wrong, 0 is healthy. Lateral, so that asking for one event reads
-- that event's rows only. A drop that is paused stands still, and so do its holds.
create view ticketing.event_health as
select e.id as event_id, e.title as event_title, e.vendor_id, e.status as event_status, e.start_at,
  t.total_capacity, t.total_reserved, t.total_issued, t.total_available,
  t.suspicious_high_reserved_tiers, t.negative_available_tiers, t.reserved_mismatch_tiers,
  h.expired_active_holds, o.stale_pending_orders, o.paid_orders_missing_tickets,
  t.suspicious_high_reserved_tiers + t.negative_available_tiers + t.reserved_mismatch_tiers
    + h.expired_active_holds + o.stale_pending_orders + o.paid_orders_missing_tickets as health_score
from events.events e
left join lateral (
  select coalesce(d.paused_at, now()) as now from ticketing.drops d
  where d.event_id = e.id order by d.created_at desc limit 1
) d on true
cross join lateral (
  select coalesce(sum(t.quantity), 0) as total_capacity, coalesce(sum(t.reserved_quantity), 0) as total_reserved,
    coalesce(sum(t.issued_quantity), 0) as total_issued,
    coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity), 0) as total_available,
    -- much is reserved, and more than running holds account for
    count(*) filter (where t.reserved_quantity > t.quantity * 0.3 and t.reserved_quantity > live.running)
      as suspicious_high_reserved_tiers,
    count(*) filter (where t.reserved_quantity + t.issued_quantity > t.quantity) as negative_available_tiers,
    count(*) filter (where t.reserved_quantity <> live.reserved) as reserved_mismatch_tiers
  from ticketing.ticket_tiers t
  cross join lateral (
    select coalesce(sum(r.quantity), 0) as reserved,
      coalesce(sum(r.quantity) filter (where r.status = 'paying' or r.expires_at > coalesce(d.now, now())), 0) as running
    from ticketing.ticket_holds r where r.tier_id = t.id and r.status in ('active', 'paying')
  ) live
  where t.event_id = e.id
) t
cross join lateral (
  -- the sweep has a minute before a lapsed hold is called stuck
  select count(*) as expired_active_holds
  from ticketing.ticket_holds r
  join ticketing.ticket_tiers t on t.id = r.tier_id
  where t.event_id = e.id and r.status = 'active' and r.expires_at < coalesce(d.now, now()) - interval '1 min'
) h
cross join lateral (
  select
    (select count(*) from ticketing.orders p
       join ticketing.holds h on h.id = p.hold_id
      where p.event_id = e.id and p.status = 'pending'
        and (h.status not in ('active', 'paying') or h.expires_at < coalesce(d.now, now()) - interval '1 min'))
      as stale_pending_orders,
    (select count(*) from ticketing.orders p
      where p.event_id = e.id and p.status in ('committed', 'paid')
        and not exists (select from ticketing.tickets k where k.order_id = p.id)) as paid_orders_missing_tickets
  -- counted once, although the score names it again
  offset 0
) o;

create view ticketing.alerts as
select event_id, event_title, 'PAID_WITHOUT_TICKETS' as alert_type, paid_orders_missing_tickets as affected_tiers, 'P1' as priority
from ticketing.event_health where paid_orders_missing_tickets > 0
union all
select event_id, event_title, 'OVERSOLD', negative_available_tiers, 'P1'
from ticketing.event_health where negative_available_tiers > 0
union all
select event_id, event_title, 'HIGH_RESERVED', suspicious_high_reserved_tiers, 'P2'
from ticketing.event_health where suspicious_high_reserved_tiers > 0
union all
select event_id, event_title, 'EXPIRED_HOLDS', expired_active_holds, 'P3'
from ticketing.event_health where expired_active_holds > 0
union all
select event_id, event_title, 'STALE_ORDERS', stale_pending_orders, 'P3'
from ticketing.event_health where stale_pending_orders > 0
union all
select event_id, event_title, 'COUNTER_DRIFT', reserved_mismatch_tiers, 'P4'
from ticketing.event_health where reserved_mismatch_tiers > 0;
comment on column ticketing.alerts.affected_tiers is 'How many are affected: tiers, orders or holds, by alert_type.';
