-- Orders, payments, tickets (rules O…, P…, T…).

create table ticketing.orders (
  id uuid primary key,
  reference text not null unique,
  user_id uuid not null references accounts.users (id),
  event_id uuid not null references events.events (id),
  drop_id uuid not null references ticketing.drops (id),
  hold_id uuid not null unique references ticketing.holds (id),
  status text not null check (status in
    ('pending', 'paying', 'committed', 'paid', 'partially_refunded', 'refunded', 'expired', 'canceled')),
  subtotal_cents integer not null check (subtotal_cents >= 0),
  fees_cents integer not null default 0 check (fees_cents >= 0),
  total_cents integer not null check (total_cents >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  stripe_session_id text,
  stripe_payment_intent_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  paid_at timestamptz,
  canceled_reason text,
  constraint total_is_sum check (total_cents = subtotal_cents + fees_cents)
);
create index idx_orders_user_status on ticketing.orders (user_id, status);
create index idx_orders_event_status_created on ticketing.orders (event_id, status, created_at);

create table ticketing.order_items (
  id uuid primary key,
  order_id uuid not null references ticketing.orders (id),
  tier_id uuid not null references ticketing.ticket_tiers (id),
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null check (unit_price_cents >= 0),
  unique (order_id, tier_id)
);
create index idx_order_items_tier on ticketing.order_items (tier_id);

-- One row per attempt to be paid; the provider's call carries this row's id as its idempotency key.
create table ticketing.payments (
  id uuid primary key,
  order_id uuid not null references ticketing.orders (id),
  provider text not null check (provider in ('test', 'cash_on_arrival', 'stripe')),
  status text not null check (status in
    ('started', 'requires_action', 'authorized', 'captured', 'declined', 'voided', 'capture_failed', 'refunded', 'unknown')),
  amount_cents integer not null check (amount_cents >= 0),
  captured_cents integer not null default 0 check (captured_cents >= 0 and captured_cents <= amount_cents),
  refunded_cents integer not null default 0 check (refunded_cents >= 0),
  currency text not null,
  provider_ref text,
  detail jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunded_within_captured check (refunded_cents <= captured_cents)
);
create index idx_payments_order on ticketing.payments (order_id, created_at desc);
-- one attempt at a time, and one success ever
create unique index one_live_payment_per_order on ticketing.payments (order_id)
  where status in ('started', 'requires_action', 'authorized', 'captured', 'unknown');

create table ticketing.tickets (
  id uuid primary key,
  order_id uuid not null references ticketing.orders (id),
  order_item_id uuid not null references ticketing.order_items (id),
  ordinal integer not null check (ordinal > 0),
  event_id uuid not null references events.events (id),
  tier_id uuid not null references ticketing.ticket_tiers (id),
  owner_user_id uuid not null references accounts.users (id),
  status text not null check (status in ('issued', 'transferred', 'redeemed', 'refunded', 'canceled')),
  -- counts reissues: an older version's code is refused at the gate
  code_version integer not null default 1,
  -- signed text; null until the payment released it
  qr_code text,
  redeemed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (order_item_id, ordinal)
);
create index idx_tickets_tier_status on ticketing.tickets (tier_id, status);
create index idx_tickets_owner_event on ticketing.tickets (owner_user_id, event_id);
create index idx_tickets_order on ticketing.tickets (order_id);

-- Every change of an order's or payment's state, and why.
create table ticketing.order_log (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  at timestamptz not null default now(),
  actor_user_id uuid,
  from_status text,
  to_status text not null,
  cause text not null,
  detail jsonb
);
create index idx_order_log_order on ticketing.order_log (order_id, id);

-- An idempotency key has one effect: first writer decides, the answer is replayed.
create table ticketing.idempotency_keys (
  user_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  request_hash bytea not null,
  status integer,
  response jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (user_id, key)
);
create index idx_idempotency_created on ticketing.idempotency_keys (created_at);

-- Jobs leave a transaction as rows here; a relay hands them to the job runner in bulk.
create table ticketing.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  payload jsonb not null,
  created_at timestamptz not null default now()
);
