-- Sharing: affiliates (rules V40…), and what previews of links tell (X60…).
-- Affiliates: who sends fans to a vendor's sales, and the orders that came by them.
create table ticketing.affiliates (
  id uuid primary key,
  vendor_id uuid not null references accounts.users (id),
  name text not null check (length(name) between 1 and 120),
  -- what stands in their links; one vendor's, so that nobody can take a name away from another's
  code text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{2,31}$'),
  -- of what is paid for tickets, in basis points: copied to each order, so that a change is no change of what was earned
  commission_bp int not null check (commission_bp between 0 and 10000),
  -- null: all of the vendor's events
  event_ids uuid[] check (cardinality(event_ids) > 0),
  -- whose account sees these figures, and earns nothing on orders of its own. An address: whether anybody has it, nobody is told.
  email text check (email = lower(email) and length(email) <= 254),
  active boolean not null default true,
  starts_at timestamptz,
  ends_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint starts_before_it_ends check (starts_at < ends_at)
);
create unique index one_code_per_vendor on ticketing.affiliates (vendor_id, lower(code));
create index idx_affiliates_vendor on ticketing.affiliates (vendor_id, id desc);
create index idx_affiliates_email on ticketing.affiliates (email) where email is not null;

-- Written once, with its order, and never changed: what it is worth follows from the order.
create table ticketing.affiliate_orders (
  order_id uuid primary key references ticketing.orders (id),
  affiliate_id uuid not null references ticketing.affiliates (id),
  commission_bp int not null check (commission_bp between 0 and 10000)
);
create index idx_affiliate_orders on ticketing.affiliate_orders (affiliate_id);
create function ticketing.keep_attribution() returns trigger language plpgsql as $$
begin
  raise exception 'by whom an order came is written once' using errcode = 'restrict_violation';
end $$;
create trigger attribution_stays before update or delete on ticketing.affiliate_orders
  for each row execute function ticketing.keep_attribution();

-- What each paid order is worth to whom it came by. Of tickets: their prices after discounts, before fees and taxes put on top.
-- What went back of the order's money, by refunds or banks, takes its share of it; what is left of a cent is dropped, once per order.
create view ticketing.commissions as
select s.order_id, s.affiliate_id, s.vendor_id, s.event_id, s.currency, s.paid_at, s.tickets,
  case when s.total_cents = 0 then 0 else div(s.ticket_cents::numeric * s.net_cents, s.total_cents) end::bigint as ticket_cents,
  case when s.total_cents = 0 then 0
       else div(s.ticket_cents::numeric * s.net_cents * s.commission_bp, s.total_cents::numeric * 10000) end::bigint as commission_cents
from (
  select a.order_id, a.affiliate_id, a.commission_bp, e.vendor_id, o.event_id, o.currency, o.paid_at, o.total_cents, i.tickets, i.ticket_cents,
    greatest(0,
      case when o.status = 'paid' then o.total_cents else (
        select coalesce(sum(p.captured_cents - p.refunded_cents), 0) from ticketing.payments p
         where p.order_id = o.id and p.status in ('captured', 'refunded')) end
      - (select coalesce(sum(d.amount_cents), 0) from ticketing.disputes d
           join ticketing.payments p on p.id = d.payment_id and p.status in ('captured', 'refunded')
          where d.order_id = o.id and d.status = 'lost')) as net_cents
  from ticketing.affiliate_orders a
  join ticketing.orders o on o.id = a.order_id and o.status in ('paid', 'partially_refunded', 'refunded')
  join events.events e on e.id = o.event_id
  cross join lateral (
    select sum(x.quantity)::int as tickets, sum(x.quantity::bigint * (x.unit_price_cents - x.unit_discount_cents)) as ticket_cents
    from ticketing.order_items x where x.order_id = o.id) i
) s;

-- When a published event was to be before it was put off: search engines and whoever looks at a link are told both.
alter table events.events add column previous_start_at timestamptz;
create function events.keep_previous_start() returns trigger language plpgsql as $$
begin
  new.previous_start_at := old.start_at;
  return new;
end $$;
create trigger keep_previous_start before update of start_at on events.events
  for each row when (old.status = 'published' and old.start_at is distinct from new.start_at)
  execute function events.keep_previous_start();
