-- Ways to pay of vendors and events, their sealed credentials, and what providers tell us (rules P20…, server/payments/RULES.md).

-- A vendor's way to pay. Removed ones stay as long as a payment went through them: it must still be captured, voided, refunded.
create table payments.methods (
  id uuid primary key,
  vendor_id uuid not null references accounts.users (id),
  provider text not null check (provider in ('test', 'cash_on_arrival', 'stripe')),
  label text not null check (length(label) between 1 and 80),
  -- card brands it is restricted to; null: any
  brands text[] check (cardinality(brands) between 1 and 20),
  active boolean not null default true,
  -- of its own account; null: it uses the installation's
  publishable_key text check (length(publishable_key) <= 255),
  credentials_hint text check (length(credentials_hint) <= 8),
  livemode boolean,
  -- the provider's own name for that account (acct_…); null: not known
  account_ref text check (length(account_ref) <= 255),
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz,
  constraint own_account_whole check ((publishable_key is null) = (credentials_hint is null) and (publishable_key is null) = (livemode is null)),
  constraint cards_have_brands check (brands is null or provider <> 'cash_on_arrival'),
  constraint own_account_of_stripe check (publishable_key is null or provider = 'stripe')
);
create index idx_methods_vendor on payments.methods (vendor_id, created_at);
create index idx_methods_removed on payments.methods (removed_at) where removed_at is not null;

-- What an event takes. An event without rows takes whatever the installation offers.
create table payments.event_methods (
  event_id uuid not null references events.events (id),
  method_id uuid not null references payments.methods (id),
  created_at timestamptz not null default now(),
  primary key (event_id, method_id)
);
create index idx_event_methods_method on payments.event_methods (method_id);

-- Who changed where money goes, and how; never a credential.
create table payments.method_log (
  id bigint generated always as identity primary key,
  method_id uuid not null,
  vendor_id uuid not null,
  at timestamptz not null default now(),
  actor_user_id uuid not null,
  action text not null check (action in ('created', 'changed', 'credentials', 'removed', 'attached', 'detached')),
  event_id uuid,
  detail jsonb
);
create index idx_method_log_method on payments.method_log (method_id, id);

-- Credentials, sealed by the vault (AES-256-GCM): nonce, ciphertext and tag in one value, and the id of the key.
create table payments.method_credentials (
  method_id uuid not null references payments.methods (id) on delete cascade,
  field text not null check (field in ('secret_key', 'webhook_secret')),
  key_id text not null,
  sealed bytea not null,
  updated_at timestamptz not null default now(),
  primary key (method_id, field)
);
create index idx_method_credentials_key on payments.method_credentials (key_id);

-- Every payment so far went through the installation's own account: there is nothing to validate.
alter table ticketing.payments
  add constraint payments_method_fkey foreign key (method_id) references payments.methods (id) not valid;
create index idx_payments_method on ticketing.payments (method_id) where method_id is not null;

-- What a provider told us: stored before it is answered, processed by a job.
create table payments.webhook_events (
  id uuid primary key,
  provider text not null check (provider in ('stripe')),
  -- whose endpoint it came to: a way to pay with credentials of its own; null: the installation's
  method_id uuid,
  event_id text not null,
  type text not null,
  object_id text,
  -- when it happened, says the provider
  event_at timestamptz not null,
  -- as it was signed
  body text not null,
  status text not null default 'received' check (status in ('received', 'processed', 'ignored', 'dead')),
  attempts int not null default 0,
  -- of the last attempt; of an ignored one: why
  error text,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  constraint webhook_once unique nulls not distinct (provider, method_id, event_id)
) with (fillfactor = 80);
create index idx_webhook_events_status on payments.webhook_events (status, id);
create index idx_webhook_events_done on payments.webhook_events (processed_at) where status in ('processed', 'ignored');
