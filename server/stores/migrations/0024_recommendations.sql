-- Recommendations (rules J…): who looked at what, and models learned from that and from what was bought.
create schema recommendations;

-- That somebody looked at an event on a day. Written by pages in bulk, kept for a bounded time, read for nobody else.
create table recommendations.views (
  user_id uuid not null references accounts.users (id) on delete cascade,
  event_id uuid not null references events.events (id) on delete cascade,
  day date not null,
  at timestamptz not null,
  primary key (user_id, event_id, day)
);
create index idx_views_at on recommendations.views (at, user_id, event_id);

-- A model is one row, so that nobody ever reads half of one. Nothing in it is about a person.
create table recommendations.models (
  id uuid primary key,
  trained_at timestamptz not null,
  seed int not null,
  deeds int not null,
  people int not null,
  traits int not null,
  took_ms int not null,
  -- recall and NDCG on purchases it was not fitted on, beside popularity's; null: too few to measure
  quality jsonb,
  model bytea not null
);
-- Numbers do not get smaller by packing them.
alter table recommendations.models alter column model set storage external;
create index idx_models_trained on recommendations.models (trained_at desc);

-- Off: nothing is recorded of this account, and nothing is learned from it.
alter table accounts.preferences add column personalised boolean not null default true;

create function recommendations.forget_views() returns trigger language plpgsql as $$
begin
  delete from recommendations.views where user_id = new.user_id;
  return null;
end $$;
create trigger switched_off after insert or update of personalised on accounts.preferences
  for each row when (not new.personalised) execute function recommendations.forget_views();
