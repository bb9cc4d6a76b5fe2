-- Reserved seats (rules S…): maps as data, seats of an event with their tier and whom they are kept for, and one claim
-- per taken seat, whether a hold or a ticket has it. A seat is a number within its map: its place in the map's order.

-- An imported map never changes: another import is another map, so its geometry can be cached for ever.
create table ticketing.venue_maps (
  id uuid primary key,
  -- whose it is; null: everybody may use it
  vendor_id uuid references accounts.users (id),
  name text not null check (length(name) between 1 and 200),
  seat_count int not null check (seat_count between 0 and 65000),
  -- docs/venue-maps.md, with every row written out
  map jsonb not null,
  -- SHA-256 of the map's canonical text: importing the same file twice gives the same map
  digest bytea not null check (length(digest) = 32),
  created_at timestamptz not null default now()
);
create unique index one_map_per_digest on ticketing.venue_maps (coalesce(vendor_id, '00000000-0000-0000-0000-000000000000'), digest);

create table ticketing.seat_plans (
  event_id uuid primary key references events.events (id),
  map_id uuid not null references ticketing.venue_maps (id),
  -- which section or standing area is which tier, as the vendor gave it
  assignment jsonb not null,
  orphan_rule boolean not null default true,
  -- the orphan rule rests once this share of a tier's seats, or less, is free
  orphan_relax_percent int not null default 5 check (orphan_relax_percent between 0 and 100),
  -- what the gate needs of the map (server/seating/gate-plan.ts), ready to be loaded
  gate_plan bytea not null,
  gate_blocks bytea not null,
  gate_facts jsonb not null,
  -- the same for pages: runs of seats of one tier, [index into gate_facts' tiers or -1, how many]
  tier_runs jsonb not null,
  -- rises when a seat is kept for a channel or let go
  kept_version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Whom a vendor keeps seats for. Channel 1 is the accessible seats: anybody who asks for one may have it.
create table ticketing.seat_channels (
  event_id uuid not null references events.events (id),
  channel smallint not null check (channel between 1 and 250),
  name text not null check (length(name) between 1 and 120),
  -- what a buyer shows to be sold from it; null: nobody can buy from it (but for channel 1)
  code text check (length(code) between 4 and 64),
  -- from then on the seats that are left are everybody's
  release_at timestamptz,
  released_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (event_id, channel)
);
create unique index one_channel_per_code on ticketing.seat_channels (event_id, code) where code is not null and released_at is null;
create index idx_seat_channels_release on ticketing.seat_channels (release_at) where release_at is not null and released_at is null;

-- No foreign keys to hot rows (decision 0002).
create table ticketing.seats (
  event_id uuid not null,
  seat int not null check (seat >= 0),
  -- null: not on sale
  tier_id uuid,
  section text not null,
  row_label text not null,
  label text not null,
  -- 1 accessible, 2 companion, 4 restricted view
  flags smallint not null default 0,
  -- 0: everybody's; else the channel it is kept for
  channel smallint not null default 0,
  primary key (event_id, seat)
) with (fillfactor = 90);
create index idx_seats_kept on ticketing.seats (event_id, channel) where channel <> 0;

-- One row per seat that is held or sold: its key is the promise that nobody is sold another's seat.
create table ticketing.seat_claims (
  event_id uuid not null,
  seat int not null,
  hold_id uuid not null,
  -- once the hold became a ticket
  ticket_id uuid,
  primary key (event_id, seat)
) with (fillfactor = 80);
create unique index one_seat_per_ticket on ticketing.seat_claims (ticket_id) where ticket_id is not null;

-- Who moved whose ticket, who kept which seats: written with the change.
create table ticketing.seat_log (
  id bigint generated always as identity primary key,
  event_id uuid not null references events.events (id),
  at timestamptz not null default now(),
  actor_user_id uuid,
  action text not null check (action in ('plan', 'rules', 'keep', 'release', 'move')),
  ticket_id uuid,
  from_seat int,
  to_seat int,
  reason text check (length(reason) <= 500),
  detail jsonb
);
create index idx_seat_log_event on ticketing.seat_log (event_id, id);
create index idx_seat_log_ticket on ticketing.seat_log (ticket_id) where ticket_id is not null;

alter table ticketing.ticket_tiers
  add column seated boolean not null default false,
  -- free seats that are kept for a channel: not for everybody
  add column kept_quantity int not null default 0 check (kept_quantity >= 0),
  add constraint check_kept_not_exceeded check (reserved_quantity + issued_quantity + kept_quantity <= quantity);

-- Which seats a line of a hold or an order has, sorted; null in tiers without seats. As many as its quantity.
alter table ticketing.ticket_holds add column seats int[];
alter table ticketing.order_items add column seats int[];
alter table ticketing.ticket_holds add constraint as_many_seats_as_units check (seats is null or cardinality(seats) = quantity);
alter table ticketing.order_items add constraint as_many_seats_as_units check (seats is null or cardinality(seats) = quantity);
alter table ticketing.tickets add column seat int;
create unique index one_live_ticket_per_seat on ticketing.tickets (event_id, seat)
  where seat is not null and status in ('issued', 'transferred', 'redeemed');

-- A moved ticket frees one seat and takes another: the gate learns both in order.
alter table ticketing.gate_credits add column seats int[];
alter table ticketing.gate_credits drop constraint gate_credits_kind_check;
alter table ticketing.gate_credits add constraint gate_credits_kind_check check (kind in ('release', 'complete', 'move'));

-- What is available is what everybody may have: kept seats are not among it.
create or replace view ticketing.ticket_availability as
select t.event_id, e.title as event_title, t.id as tier_id, t.name as tier_name, t.price_cents, e.currency,
  t.quantity, t.reserved_quantity, t.issued_quantity,
  t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity as available,
  round(t.issued_quantity * 100.0 / nullif(t.quantity, 0), 1) as percent_sold, t.status, t.kept_quantity
from ticketing.ticket_tiers t
join events.events e on e.id = t.event_id;

create or replace view ticketing.event_health as
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
    coalesce(sum(t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity), 0) as total_available,
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
