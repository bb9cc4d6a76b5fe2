-- Workers that live (rules W…, server/worker/RULES.md): a job locked by one that has not been seen for a while is unlocked.
create table ticketing.workers (
  -- the id under which it locks jobs
  id text primary key,
  seen_at timestamptz not null default now()
);
