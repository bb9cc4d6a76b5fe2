-- Accounts, their sessions and refresh tokens (rules A1…, server/accounts/RULES.md).
create schema accounts;

create table accounts.users (
  id uuid primary key,
  -- stored lower-cased and trimmed: one mailbox, one account
  email text not null unique check (email = lower(email) and length(email) <= 254),
  name text not null check (length(name) between 1 and 120),
  password_hash text not null,
  role text not null check (role in ('user', 'vendor', 'operator')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  disabled_at timestamptz
);

-- A session is a family of refresh tokens: reuse of a spent one revokes the family.
create table accounts.sessions (
  id uuid primary key,
  user_id uuid not null references accounts.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_reason text
);
create index idx_sessions_user on accounts.sessions (user_id) where revoked_at is null;

create table accounts.refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references accounts.sessions (id) on delete cascade,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index idx_refresh_tokens_session on accounts.refresh_tokens (session_id);
