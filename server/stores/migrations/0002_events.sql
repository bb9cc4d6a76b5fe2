-- Events and their tiers. Names follow the ticketing runbook (`ticketing.ticket_tiers`, `events.events`).
create schema events;
create schema ticketing;

create table events.events (
  id uuid primary key,
  vendor_id uuid not null references accounts.users (id),
  title text not null check (length(title) between 1 and 200),
  type text not null check (length(type) between 1 and 60),
  artist text check (length(artist) <= 200),
  description text check (length(description) <= 10000),
  venue_name text not null check (length(venue_name) between 1 and 200),
  venue_city text check (length(venue_city) <= 120),
  -- IANA name; dates are shown in the venue's zone
  time_zone text not null default 'UTC',
  start_at timestamptz not null,
  status text not null check (status in ('draft', 'published', 'canceled', 'ended')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- optimistic concurrency (`If-Match`)
  version bigint not null default 1,
  is_demo boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index idx_events_start on events.events (start_at, id) where status = 'published';
create index idx_events_vendor on events.events (vendor_id, created_at desc);

create table ticketing.ticket_tiers (
  id uuid primary key,
  event_id uuid not null references events.events (id),
  name text not null check (length(name) between 1 and 120),
  position int not null default 0,
  price_cents integer not null check (price_cents between 0 and 100000000),
  quantity integer not null check (quantity between 0 and 10000000),
  reserved_quantity integer not null default 0 check (reserved_quantity >= 0),
  issued_quantity integer not null default 0 check (issued_quantity >= 0),
  status text not null default 'active' check (status in ('active', 'hidden', 'closed')),
  -- rises with every counter that moves: the ledger's version of this tier
  version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint check_capacity_not_exceeded check (issued_quantity <= quantity),
  constraint check_total_not_exceeded check (reserved_quantity + issued_quantity <= quantity)
) with (fillfactor = 50);
create index idx_ticket_tiers_event on ticketing.ticket_tiers (event_id);
