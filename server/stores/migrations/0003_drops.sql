-- A drop is the sale of an event's tickets: its settings, its line, its draw (rules Q…, server/queue/RULES.md).

create table ticketing.drops (
  id uuid primary key,
  -- advisory locks take a bigint: a drop has one (the fence of design section 4)
  lock_key bigint generated always as identity unique,
  event_id uuid not null references events.events (id),
  phase text not null check (phase in
    ('scheduled', 'lobby', 'drawing', 'live', 'paused', 'sold_out', 'ended', 'canceled')),
  -- bumped under the exclusive fence at each reopening of the gate
  epoch bigint not null default 1,
  epoch_bumped_at timestamptz not null default now(),
  has_line boolean not null,
  lobby_opens_at timestamptz,
  opens_at timestamptz not null,
  ends_at timestamptz,
  turn_seconds integer not null default 600 check (turn_seconds between 5 and 86400),
  claim_seconds integer not null default 60 check (claim_seconds between 1 and 3600),
  hold_seconds integer not null default 900 check (hold_seconds between 5 and 86400),
  max_turns integer not null default 500 check (max_turns between 1 and 1000000),
  overbook numeric not null default 1 check (overbook > 0 and overbook <= 100000),
  limit_per_fan integer not null default 4 check (limit_per_fan between 1 and 1000),
  -- calls per minute at most; null: only the cap limits
  max_calls_per_minute integer check (max_calls_per_minute between 1 and 1000000),
  extend_seconds integer check (extend_seconds between 1 and 86400),
  -- when the lobby was closed, under the exclusive fence
  closed_at timestamptz,
  paused_at timestamptz,
  -- what `live`/`sold_out` (or lobby) the pause interrupted
  phase_before_pause text,
  pause_reason text check (length(pause_reason) <= 500),
  -- SHA-256(secret), public from creation; the secret itself lives in drop_secrets
  secret_hash bytea not null check (length(secret_hash) = 32),
  -- the public random round the draw waits for, fixed before the close; null: a draw without a beacon
  beacon_source text,
  beacon_round bigint check (beacon_round > 0),
  constraint beacon_is_whole check ((beacon_source is null) = (beacon_round is null)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz
);
-- A tier belongs to at most one open drop: tiers belong to events, so an event has one open drop.
create unique index one_open_drop_per_event on ticketing.drops (event_id) where phase not in ('ended', 'canceled');
create index idx_drops_open on ticketing.drops (opens_at) where phase not in ('ended', 'canceled');
create index idx_drops_event on ticketing.drops (event_id, created_at desc);

create table ticketing.drop_secrets (
  drop_id uuid primary key references ticketing.drops (id),
  secret bytea not null check (length(secret) = 32),
  receipt_salt bytea not null check (length(receipt_salt) = 32)
);

-- The deli counter's own row, locked by whoever hands out or calls numbers.
create table ticketing.lines (
  drop_id uuid primary key references ticketing.drops (id),
  serving bigint not null default 0 check (serving >= 0),
  last_number bigint not null default 0 check (last_number >= 0),
  -- places ever taken
  joined bigint not null default 0 check (joined >= 0),
  -- live turns plus open calls when the line was last stepped
  turns_in_use integer not null default 0 check (turns_in_use >= 0),
  -- the token bucket behind max_calls_per_minute
  call_tokens double precision not null default 0,
  call_tokens_at timestamptz,
  version bigint not null default 0,
  constraint serving_is_given check (serving <= last_number)
) with (fillfactor = 50);

create table ticketing.places (
  id uuid primary key,
  drop_id uuid not null references ticketing.drops (id),
  user_id uuid not null references accounts.users (id),
  joined_at timestamptz not null,
  -- HMAC-SHA-256(receipt salt, account id): what the Merkle leaf commits to
  commitment bytea not null check (length(commitment) = 32),
  lobby boolean not null,
  -- as in place_numbers; not indexed here, and with room on each page, so that the draw's update stays on the page (HOT)
  number bigint check (number > 0),
  state text not null check (state in ('waiting', 'called', 'late', 'turn', 'done', 'expired', 'left')),
  called_at timestamptz,
  claim_by timestamptz,
  -- a late one showed itself by claiming again: it is called first
  asked_at timestamptz,
  claimed_at timestamptz,
  turn_expires_at timestamptz,
  ended_at timestamptz,
  end_reason text
) with (fillfactor = 45);
create unique index one_live_place_per_fan on ticketing.places (drop_id, user_id) where ended_at is null;
create index idx_places_open_slots on ticketing.places (drop_id, state) where state in ('called', 'late', 'turn');
create index idx_places_user on ticketing.places (user_id, drop_id);

-- Numbers, each given once and to one place. A table of its own, because the draw writes 100,000 of them in one go: this insert
-- and a page-local update of `places.number` took 1.1 s, updating an indexed `places.number` 2.3 to 2.7 s (it touches every
-- index of the row). No foreign key: rows come only from `places`, and its look-ups would double the cost.
create table ticketing.place_numbers (
  drop_id uuid not null,
  number bigint not null check (number > 0),
  place_id uuid not null,
  constraint one_place_per_number primary key (drop_id, number)
);

-- One row per (drop, fan): what the batch locks. Turn, held and bought are the ledger's to enforce.
create table ticketing.fans (
  drop_id uuid not null references ticketing.drops (id),
  user_id uuid not null references accounts.users (id),
  held integer not null default 0 check (held >= 0),
  bought integer not null default 0 check (bought >= 0),
  turn_expires_at timestamptz,
  place_id uuid references ticketing.places (id),
  primary key (drop_id, user_id)
) with (fillfactor = 60);

-- The draw's public record: one per drop, the seed written once.
create table ticketing.draws (
  drop_id uuid primary key references ticketing.drops (id),
  closed_at timestamptz not null,
  root bytea not null check (length(root) = 32),
  place_count bigint not null check (place_count >= 0),
  beacon_source text,
  beacon_round bigint,
  beacon_value bytea,
  beacon_signature bytea,
  seed bytea check (length(seed) = 32),
  drawn_at timestamptz
);

-- Who changed what about a drop, with the reason a person gave.
create table ticketing.drop_log (
  id bigint generated always as identity primary key,
  drop_id uuid not null references ticketing.drops (id),
  at timestamptz not null default now(),
  actor_user_id uuid,
  action text not null,
  reason text,
  before jsonb,
  after jsonb
);
create index idx_drop_log_drop on ticketing.drop_log (drop_id, at desc);

-- Calls per ten seconds of drop time: what the forecast learns from.
create table ticketing.call_rates (
  drop_id uuid not null references ticketing.drops (id),
  bucket timestamptz not null,
  calls integer not null check (calls > 0),
  primary key (drop_id, bucket)
);
