-- Vendors' teams (rules VT…): who may work in whose name, invitations to, and what was done so.

create table accounts.team_members (
  vendor_id uuid not null references accounts.users (id) on delete cascade,
  user_id uuid not null references accounts.users (id) on delete cascade,
  rights text[] not null check (cardinality(rights) between 1 and 4 and rights <@ array['events', 'sales', 'money', 'team']),
  invited_by uuid references accounts.users (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (vendor_id, user_id),
  constraint nobody_is_in_their_own_team check (vendor_id <> user_id)
);
create index idx_team_members_user on accounts.team_members (user_id);

-- The mail and its link are the letter's; until it is used or withdrawn the invitation stands.
create table accounts.team_invitations (
  letter_id uuid primary key references accounts.letters (id) on delete cascade,
  vendor_id uuid not null references accounts.users (id) on delete cascade,
  rights text[] not null check (cardinality(rights) between 1 and 4 and rights <@ array['events', 'sales', 'money', 'team']),
  invited_by uuid references accounts.users (id) on delete set null,
  joined_by uuid references accounts.users (id) on delete set null,
  created_at timestamptz not null default now()
);
create index idx_team_invitations_vendor on accounts.team_invitations (vendor_id, created_at desc);

-- One row per change asked for in a vendor's name. No foreign keys: it outlives whoever did it.
create table accounts.team_acts (
  id uuid primary key,
  vendor_id uuid not null,
  user_id uuid not null,
  method text not null check (length(method) <= 10),
  -- the route as the API documents it, and what its path named
  route text not null check (length(route) <= 200),
  path text not null check (length(path) <= 500),
  request_id text not null check (length(request_id) <= 64),
  asked_at timestamptz not null default now(),
  -- the answer's status; null: still at work, or killed
  status smallint check (status between 100 and 599)
);
create index idx_team_acts_vendor on accounts.team_acts (vendor_id, id desc);

-- Rows come and get their outcome once; nothing else happens to them.
create function accounts.team_acts_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status is null and new.status is not null
     and (to_jsonb(new) - 'status') = (to_jsonb(old) - 'status') then
    return new;
  end if;
  raise exception 'team acts are append-only' using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on accounts.team_acts
  for each row execute function accounts.team_acts_append_only();

-- Which kinds of letter there are is the program's to say.
alter table accounts.letters drop constraint letters_kind_check;
alter table accounts.letters add constraint letters_kind_check check (kind ~ '^[a-z_]{1,40}$');
