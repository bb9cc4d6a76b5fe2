-- Notifications (rules N…): devices that may be told, what is to be told to whom, reminders.
create schema notifications;

-- A browser on a device, as its push service knows it. Whoever logs in there next has it.
create table notifications.devices (
  id uuid primary key,
  user_id uuid not null references accounts.users (id) on delete cascade,
  endpoint text not null check (length(endpoint) between 10 and 1000),
  -- base64url: the browser's public key, and the secret that goes into every encryption
  p256dh text not null check (length(p256dh) = 87),
  auth text not null check (length(auth) = 22),
  name text not null check (length(name) between 1 and 80),
  created_at timestamptz not null default now(),
  last_ok_at timestamptz,
  -- in a row
  failures int not null default 0 check (failures >= 0),
  -- its service no longer takes anything for it
  ended_at timestamptz,
  constraint one_device_per_endpoint unique (endpoint)
);
create index idx_devices_user on notifications.devices (user_id);

-- What is told. A row is written once for each fan, kind and subject, and stays for as long as it could be written again.
create table notifications.notices (
  id uuid primary key,
  user_id uuid not null references accounts.users (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z_]{1,40}$'),
  subject text not null check (length(subject) between 1 and 120),
  event_id uuid references events.events (id) on delete cascade,
  place_id uuid,
  -- goes before everything else: worthless in minutes
  urgent boolean not null,
  status text not null default 'queued' check (status in ('queued', 'sent', 'mailed', 'dropped', 'failed')),
  tries int not null default 0,
  try_at timestamptz not null default now(),
  -- nobody is told after this
  expires_at timestamptz not null,
  -- devices that have it
  reached uuid[] not null default '{}',
  -- why it was dropped, put off or failed
  outcome text check (length(outcome) <= 300),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint told_once unique (user_id, kind, subject),
  constraint finished_is_whole check ((status = 'queued') = (finished_at is null))
) with (fillfactor=70);
create index idx_notices_due on notifications.notices (urgent, try_at) where status = 'queued';
create index idx_notices_finished on notifications.notices (finished_at) where finished_at is not null;

create table notifications.reminders (
  user_id uuid not null references accounts.users (id) on delete cascade,
  event_id uuid not null references events.events (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, event_id)
);
create index idx_reminders_event on notifications.reminders (event_id);

-- When somebody was last suggested something.
create table notifications.suggested (
  user_id uuid primary key references accounts.users (id) on delete cascade,
  at timestamptz not null
);

-- Suggestions are for those who asked for them.
alter table accounts.preferences add column suggestions boolean not null default false;
create index idx_preferences_suggestions on accounts.preferences (user_id) where suggestions;
