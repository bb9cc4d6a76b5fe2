-- Other programs (rules Z…): who they are, what they were allowed, and people known by an account elsewhere.
create schema oauth;

create table oauth.clients (
  id uuid primary key,
  -- who answers for it; what it does in its own name, it does in theirs
  owner_id uuid not null references accounts.users (id) on delete cascade,
  name text not null check (length(name) between 1 and 80),
  -- compared character by character
  redirect_uris text[] not null check (cardinality(redirect_uris) <= 10),
  scopes text[] not null check (cardinality(scopes) between 1 and 10),
  -- SHA-256 of 256 random bits; null: a program that can keep no secret
  secret_hash bytea check (length(secret_hash) = 32),
  -- may ask for tokens in its own name
  own_name boolean not null default false,
  created_at timestamptz not null default now(),
  constraint own_name_needs_a_secret check (not own_name or secret_hash is not null),
  constraint it_can_be_used check (own_name or cardinality(redirect_uris) > 0)
);
create index idx_clients_owner on oauth.clients (owner_id, created_at);

-- What the authorization server keeps for a while: codes, refresh tokens, grants, questions to people.
create table oauth.artifacts (
  kind text not null check (length(kind) between 1 and 40),
  -- SHA-256 of what the holder presents: who reads this table can present nothing
  id_hash bytea not null check (length(id_hash) = 32),
  payload jsonb not null,
  grant_id uuid,
  client_id uuid references oauth.clients (id) on delete cascade,
  account_id uuid references accounts.users (id) on delete cascade,
  consumed_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (kind, id_hash)
);
create index idx_artifacts_grant on oauth.artifacts (grant_id) where grant_id is not null;
create index idx_artifacts_client on oauth.artifacts (client_id);
create index idx_artifacts_account on oauth.artifacts (account_id, client_id) where kind = 'Grant';
create index idx_artifacts_age on oauth.artifacts (expires_at);

-- Who somebody is at an OpenID provider elsewhere.
create table oauth.identities (
  issuer text not null check (length(issuer) <= 300),
  subject text not null check (length(subject) between 1 and 255),
  user_id uuid not null references accounts.users (id) on delete cascade,
  -- as the provider told it when they were tied together
  email text not null check (length(email) <= 254),
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);
create unique index idx_identities_user on oauth.identities (user_id, issuer);
