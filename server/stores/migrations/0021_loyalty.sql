-- Points (rules Y…): what a fan has earned, spent and owes, and what points took off an order.
create schema loyalty;

-- One row per fan with points. Whoever writes entries locks it first, after orders, payments and codes; of several, by id.
create table loyalty.members (
  user_id uuid primary key references accounts.users (id),
  since timestamptz not null default now()
);

-- The ledger of points: written once, each entry following from the one before. What a fan has is one signed number,
-- kept as two that are never below nothing: a balance to spend, or points owed that later ones pay off first.
create table loyalty.entries (
  user_id uuid not null references loyalty.members (user_id),
  seq int not null check (seq > 0),
  -- earned: by money paid. redeemed: put on an order. returned: the order ended, or they were taken off it.
  -- refunded: their ticket was given back. taken_back: the money that earned them went back.
  kind text not null,
  points bigint not null,
  balance bigint not null check (balance >= 0),
  owed bigint not null check (owed >= 0),
  order_id uuid not null references ticketing.orders (id),
  refund_id uuid references ticketing.refunds (id),
  at timestamptz not null default now(),
  primary key (user_id, seq),
  constraint balance_or_debt check (balance = 0 or owed = 0),
  constraint kind_has_its_sign check (
    (kind in ('earned', 'returned', 'refunded') and points > 0) or (kind in ('redeemed', 'taken_back') and points < 0)),
  constraint refunded_by_a_refund check (kind <> 'refunded' or refund_id is not null)
);
create unique index one_earning_per_order on loyalty.entries (order_id) where kind = 'earned';
create unique index once_per_refund on loyalty.entries (refund_id, kind) where refund_id is not null;
create index idx_entries_order on loyalty.entries (order_id);

create function loyalty.keep_entries() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger of points is written once' using errcode = 'restrict_violation';
end $$;
create trigger entries_stay before update or delete on loyalty.entries
  for each row execute function loyalty.keep_entries();

-- What points buy on an order: the wish, so that it can be worked out anew when the order's code changes, and what it took.
create table loyalty.redemptions (
  order_id uuid primary key references ticketing.orders (id),
  user_id uuid not null references loyalty.members (user_id),
  kind text not null,
  -- discount: at most so many points
  asked int,
  -- free, upgrade: which tickets of the order
  tier_id uuid,
  -- upgrade: what they cost instead, and what that was when it was asked for
  from_tier_id uuid,
  from_price_cents int,
  points bigint not null check (points > 0),
  -- false: the order ended without tickets, and its points went back
  live boolean not null default true,
  created_at timestamptz not null default now(),
  constraint wish_is_whole check (case kind
    when 'discount' then asked > 0 and tier_id is null and from_tier_id is null and from_price_cents is null
    when 'free' then asked is null and tier_id is not null and from_tier_id is null and from_price_cents is null
    when 'upgrade' then asked is null and tier_id is not null and from_tier_id is not null and from_price_cents >= 0
    else false end)
);

-- Of each ticket of the line: points taken, and how much of its discount they are. A free ticket's points paid fee and tax too.
create table loyalty.redemption_items (
  order_item_id uuid primary key references ticketing.order_items (id),
  order_id uuid not null references loyalty.redemptions (order_id) on delete cascade,
  unit_points bigint not null check (unit_points > 0),
  unit_off_cents int not null check (unit_off_cents between 0 and unit_points)
);
create index idx_redemption_items_order on loyalty.redemption_items (order_id);

-- What an order's end gives back, at the moment at which its codes' uses go back. One call for all orders that a statement ended,
-- since members are locked by id: the same fans may stand in other sweeps.
-- (A function that stands beside its verb comes after the migrations; these triggers name it when they fire.)
create function loyalty.orders_left_points() returns trigger language plpgsql as $$
declare v_ended uuid[];
begin
  select array_agg(n.id) into v_ended from stale o join fresh n on n.id = o.id
   where o.status <> n.status and n.status in ('expired', 'canceled');
  if v_ended is not null then perform loyalty.return_points(v_ended); end if;
  return null;
end $$;
create trigger orders_left_points after update on ticketing.orders
  referencing old table as stale new table as fresh for each statement execute function loyalty.orders_left_points();
create function loyalty.payment_left_points() returns trigger language plpgsql as $$
begin
  perform loyalty.return_points(array[new.order_id]);
  return null;
end $$;
create trigger payment_left_points after update of status on ticketing.payments
  for each row when (old.status is distinct from new.status and new.status in ('declined', 'voided', 'capture_failed', 'stray'))
  execute function loyalty.payment_left_points();
