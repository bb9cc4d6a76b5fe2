-- Prices (rules C…): how they move, what opens presales and takes discounts, and who changed what.

alter table ticketing.ticket_tiers
  -- where a rule may take the price, with fee and tax; null: no rule is enabled
  add column range_min_cents int check (range_min_cents >= 0),
  add column range_max_cents int check (range_max_cents >= range_min_cents),
  -- until then a presale code is needed
  add column presale_until timestamptz;

-- What a tier cost, and what it costs since; written by a trigger, so that no change can be forgotten.
create table ticketing.price_log (
  id bigint generated always as identity primary key,
  event_id uuid not null,
  tier_id uuid not null,
  at timestamptz not null default now(),
  -- null: nobody asked, a rule did it
  actor_user_id uuid,
  from_cents int not null,
  to_cents int not null,
  -- price, fee and tax on top
  from_all_in_cents int not null,
  to_all_in_cents int not null,
  why text not null check (length(why) between 1 and 200)
);
create index idx_price_log_event on ticketing.price_log (event_id, id desc);
create function ticketing.log_price() returns trigger language plpgsql as $$
begin
  insert into ticketing.price_log (event_id, tier_id, actor_user_id, from_cents, to_cents, from_all_in_cents, to_all_in_cents, why)
  values (new.event_id, new.id, nullif(current_setting('holdfast.actor', true), '')::uuid, old.price_cents, new.price_cents,
          old.price_cents + old.fee_cents + old.tax_cents, new.price_cents + new.fee_cents + new.tax_cents,
          coalesce(nullif(current_setting('holdfast.price_why', true), ''), 'ledger'));
  return null;
end $$;
create trigger price_changed after update of price_cents, fee_cents, tax_cents on ticketing.ticket_tiers
  for each row when ((old.price_cents, old.fee_cents, old.tax_cents) is distinct from (new.price_cents, new.fee_cents, new.tax_cents))
  execute function ticketing.log_price();
create function ticketing.keep_price_log() returns trigger language plpgsql as $$
begin
  raise exception 'the log of prices is written once' using errcode = 'restrict_violation';
end $$;
create trigger price_log_stays before update or delete on ticketing.price_log
  for each row execute function ticketing.keep_price_log();

-- How a tier's price moves by itself; off unless enabled.
create table ticketing.price_rules (
  tier_id uuid primary key references ticketing.ticket_tiers (id) on delete cascade,
  base_cents int not null,
  floor_cents int not null check (floor_cents >= 0),
  cap_cents int not null check (cap_cents <= 100000000),
  -- [{"at": time} or {"soldBp": share sold}, with "priceCents"], in order
  steps jsonb not null,
  enabled boolean not null default false,
  updated_at timestamptz not null default now(),
  constraint base_within_bounds check (floor_cents <= base_cents and base_cents <= cap_cents)
);
create index idx_price_rules_enabled on ticketing.price_rules (tier_id) where enabled;

-- Promo and presale codes of an event. `used`: tickets of live orders, moved under this row's lock only.
create table ticketing.codes (
  id uuid primary key,
  event_id uuid not null references events.events (id),
  code text not null check (length(code) between 3 and 64),
  kind text not null check (kind in ('percent', 'amount', 'presale')),
  -- percent: basis points; amount: minor units off each ticket
  value int not null check (case kind when 'percent' then value between 1 and 10000 when 'amount' then value > 0 else value = 0 end),
  -- null: all
  tier_ids uuid[],
  max_tickets int check (max_tickets > 0),
  max_per_fan int check (max_per_fan > 0),
  starts_at timestamptz,
  ends_at timestamptz,
  channel text check (length(channel) between 1 and 120),
  active boolean not null default true,
  used int not null default 0 check (used >= 0),
  -- given up; the orders that used it stay as they are
  removed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint code_within_limit check (used <= max_tickets),
  constraint code_window check (starts_at < ends_at)
);
create unique index one_code_per_event on ticketing.codes (event_id, lower(code)) where removed_at is null;

-- An order has at most one code that takes a discount, and one that opened its presale.
create table ticketing.code_uses (
  order_id uuid not null references ticketing.orders (id),
  presale boolean not null,
  code_id uuid not null references ticketing.codes (id),
  user_id uuid not null,
  tickets int not null check (tickets > 0),
  -- false: the order ended without tickets, and its uses went back
  live boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (order_id, presale)
);
create index idx_code_uses_fan on ticketing.code_uses (code_id, user_id) where live;

-- Which presale code a hold was asked for with, written before the gate is asked; booking counts its use.
create table ticketing.presale_grants (
  drop_id uuid not null,
  user_id uuid not null,
  request_id uuid not null,
  code_id uuid not null,
  -- those of the hold's tiers that were in presale
  tier_ids uuid[] not null,
  created_at timestamptz not null default now(),
  primary key (drop_id, user_id, request_id)
);
create index idx_presale_grants_created on ticketing.presale_grants (created_at);

-- What an order's end gives back to its codes: not while a payment of it is open, which may still bring it its tickets.
-- (A function that stands beside its verb comes after the migrations; these triggers name it when they fire.)
create function ticketing.order_left_codes() returns trigger language plpgsql as $$
begin
  perform ticketing.return_codes(new.id);
  return null;
end $$;
create trigger order_ended after update of status on ticketing.orders
  for each row when (old.status is distinct from new.status and new.status in ('expired', 'canceled'))
  execute function ticketing.order_left_codes();
create function ticketing.payment_left_codes() returns trigger language plpgsql as $$
begin
  perform ticketing.return_codes(new.order_id);
  return null;
end $$;
create trigger payment_ended after update of status on ticketing.payments
  for each row when (old.status is distinct from new.status and new.status in ('declined', 'voided', 'capture_failed', 'stray'))
  execute function ticketing.payment_left_codes();
