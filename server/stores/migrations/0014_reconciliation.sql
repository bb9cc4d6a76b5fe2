-- Reconciliation (rules K…): runs that compare ledger, provider and tickets, and the differences they found.

create schema reconciliation;

create table reconciliation.runs (
  id uuid primary key,
  trigger text not null check (trigger in ('nightly', 'command', 'operator')),
  -- the night it is for, on the installation's clock: each has one run
  night date unique,
  dry_run boolean not null default false,
  -- compares what happened since; null: everything there is
  since timestamptz,
  -- together with the last one of its kind it leaves nothing out: the next begins where it did
  whole boolean not null,
  started_at timestamptz not null default now(),
  -- who is at work, and when it was last heard of: a run whose process was killed is taken up by another
  holder uuid not null,
  alive_at timestamptz not null default now(),
  attempts int not null default 1,
  ended_at timestamptz,
  payments bigint not null default 0,
  charges bigint not null default 0,
  tickets bigint not null default 0,
  found int not null default 0,
  mended int not null default 0,
  queued int not null default 0,
  duplicates int not null default 0,
  -- why it is not to be relied on; the next one begins where the last good one did
  error text,
  constraint night_is_nightly check (night is null or trigger = 'nightly')
);
create unique index one_run_at_work on reconciliation.runs ((true)) where ended_at is null and not dry_run;

create table reconciliation.findings (
  -- also the provider's idempotency key of what is sent back once a person has approved it
  id uuid primary key,
  kind text not null check (length(kind) between 1 and 60),
  -- what differs: payment:<id>, refund:<id>, order:<id>, charge:<provider>:<way to pay>:<the provider's name for it>
  subject text not null,
  explanation text not null,
  action text not null,
  order_id uuid,
  payment_id uuid,
  refund_id uuid,
  -- of a charge that no payment knows: whose books it stands in
  provider text,
  method_id uuid,
  charge_ref text,
  charge_made_at timestamptz,
  -- the money it is about, minor units
  amount_cents bigint,
  currency text,
  -- the figures that differ: other figures are news, whatever was decided about these
  figures text not null,
  status text not null check (status in ('open', 'mended', 'approved', 'dismissed', 'gone')),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- the last run that looked at it
  run_id uuid not null,
  decided_by uuid references accounts.users (id),
  decided_at timestamptz,
  reason text check (length(reason) <= 500),
  -- an approved one: when its action had been carried out
  done_at timestamptz,
  constraint seen_nightly_is_one unique (kind, subject),
  constraint decided_by_somebody check (status not in ('approved', 'dismissed') or decided_by is not null)
);
create index idx_findings_status on reconciliation.findings (status, id);
create index idx_findings_due on reconciliation.findings (id) where status = 'approved' and done_at is null;
