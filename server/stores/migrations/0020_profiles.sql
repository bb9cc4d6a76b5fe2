-- Accounts grow up (rules A53…): profiles, proven addresses, letters with links in them, where sessions are used, passkeys.

alter table accounts.users
  -- what an editor has read: raised by whatever the profile shows
  add column version int not null default 1,
  -- null: nobody has yet shown that mail to the address arrives with the account's owner
  add column email_verified_at timestamptz;

alter table accounts.sessions
  -- "Firefox on Linux", and the network it was last used from: never the whole address
  add column device text check (length(device) <= 80),
  add column network text check (length(network) <= 64),
  add column last_used_at timestamptz,
  -- when its owner last showed who they are: by logging in, or by the password
  add column proven_at timestamptz;
update accounts.sessions set last_used_at = created_at, proven_at = created_at;
alter table accounts.sessions
  alter column last_used_at set default now(),
  alter column last_used_at set not null,
  alter column proven_at set default now(),
  alter column proven_at set not null;

-- What an account likes, and how it may be told. No row: nothing was said.
create table accounts.preferences (
  user_id uuid primary key references accounts.users (id) on delete cascade,
  favourite_types text[] not null default '{}' check (cardinality(favourite_types) <= 50),
  favourite_cities text[] not null default '{}' check (cardinality(favourite_cities) <= 50),
  favourite_artists text[] not null default '{}' check (cardinality(favourite_artists) <= 50),
  by_email boolean not null default true,
  by_push boolean not null default true,
  -- between these, on the clock of that zone, nothing is sent that can wait; over midnight when from is the later one
  quiet_from time,
  quiet_until time,
  time_zone text check (length(time_zone) between 1 and 64),
  updated_at timestamptz not null default now(),
  constraint quiet_hours_are_whole check ((quiet_from is null) = (quiet_until is null)),
  constraint quiet_hours_have_a_clock check (quiet_from is null or time_zone is not null)
);

-- Mails that an account's own affairs ask for. Of a link's secret only its hash is here.
create table accounts.letters (
  id uuid primary key,
  user_id uuid not null references accounts.users (id) on delete cascade,
  kind text not null check (kind in ('verify_email', 'change_email', 'email_changing', 'email_changed', 'reset_password',
    'password_changed', 'passkey_added', 'passkey_frozen')),
  to_address text not null check (length(to_address) <= 254),
  -- what it is about beside the account: the other address, the passkey's name
  detail text check (length(detail) <= 254),
  -- written when the mail is made; null before that, and for letters without a link
  secret_hash bytea unique check (length(secret_hash) = 32),
  expires_at timestamptz,
  spent_at timestamptz,
  created_at timestamptz not null default now()
);
create index idx_letters_open on accounts.letters (user_id, kind) where spent_at is null and expires_at is not null;
create index idx_letters_age on accounts.letters (created_at);

create table accounts.passkeys (
  id uuid primary key,
  user_id uuid not null references accounts.users (id) on delete cascade,
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  -- COSE
  public_key bytea not null,
  -- how often it was used, as far as it counts; 0: it does not
  sign_count bigint not null check (sign_count >= 0),
  transports text[] not null default '{}',
  -- synchronised between its owner's devices
  backed_up boolean not null,
  name text not null check (length(name) between 1 and 60),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  -- its counter went back: somebody may have a copy, so it opens nothing any more
  frozen_at timestamptz
);
create index idx_passkeys_user on accounts.passkeys (user_id, created_at);

-- A question to an authenticator, answered once, by whichever process.
create table accounts.passkey_challenges (
  challenge_hash bytea primary key check (length(challenge_hash) = 32),
  purpose text not null check (purpose in ('add', 'log_in')),
  -- who adds; null: whoever logs in
  user_id uuid references accounts.users (id) on delete cascade,
  expires_at timestamptz not null,
  constraint adding_is_somebodys check ((purpose = 'add') = (user_id is not null))
);
create index idx_passkey_challenges_age on accounts.passkey_challenges (expires_at);

-- Which kinds of mail there are is the program's to say: each slice brings its own.
alter table delivery.mails drop constraint mails_kind_check;
alter table delivery.mails add constraint mails_kind_check check (kind ~ '^[a-z_]{1,40}$');
