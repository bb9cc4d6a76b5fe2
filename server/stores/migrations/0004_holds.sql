-- Holds (rules H…, server/holds/RULES.md). `holds` is the hold, `ticket_holds` its row per tier, as the
-- ticketing runbook reads it. Reserved seats (to come) join as rows of their own under the same hold.
-- No foreign keys on these two: the batch has drop, tiers and fan under lock when it inserts, and each key check
-- would cost one more query per row (docs/decisions/0002-no-foreign-keys-on-holds.md has the figure).

create table ticketing.holds (
  id uuid primary key,
  drop_id uuid not null,
  user_id uuid not null,
  request_id uuid not null,
  -- SHA-256 of the canonical body (first 132 bits, base64): the same request id with another body is refused
  body_hash text not null,
  -- `void` is a tombstone: the resolver wrote it so that a straggling batch can never insert this id
  status text not null check (status in ('active', 'paying', 'completed', 'expired', 'released', 'void')),
  -- sum over items, so that limit and credit need no join
  quantity integer not null check (quantity >= 0),
  expires_at timestamptz not null,
  -- hard cap while paying
  paying_until timestamptz,
  extended boolean not null default false,
  epoch bigint not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz
) with (fillfactor = 80);
create unique index one_hold_per_request on ticketing.holds (drop_id, user_id, request_id);
create index idx_holds_live on ticketing.holds (drop_id, expires_at) where status in ('active', 'paying');

create table ticketing.ticket_holds (
  id bigint generated always as identity,
  hold_id uuid not null,
  tier_id uuid not null,
  user_id uuid not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null check (unit_price_cents >= 0),
  status text not null check (status in ('active', 'paying', 'completed', 'expired', 'released')),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (hold_id, tier_id)
) with (fillfactor = 80);
create index idx_ticket_holds_tier_status_expires on ticketing.ticket_holds (tier_id, status, expires_at)
  where status in ('active', 'paying');
create index idx_holds_user_expires on ticketing.ticket_holds (user_id, expires_at) where status in ('active', 'paying');

-- A batch writes its own id first; a resolver that inserts the same id waits for the straggler and then knows.
create table ticketing.hold_batches (
  id uuid primary key,
  drop_id uuid not null,
  created_at timestamptz not null default now()
);
create index idx_hold_batches_created on ticketing.hold_batches (created_at);

-- What the gate is still owed: written in the transaction that freed the stock, applied once by hold id.
create table ticketing.gate_credits (
  id bigint generated always as identity primary key,
  drop_id uuid not null,
  hold_id uuid not null,
  user_id uuid not null,
  epoch bigint not null,
  -- `release`: stock and allowance come back; `complete`: the hold became tickets, nothing comes back
  kind text not null check (kind in ('release', 'complete')),
  created_at timestamptz not null default now()
);
create index idx_gate_credits_drop on ticketing.gate_credits (drop_id, id);
