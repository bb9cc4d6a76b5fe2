-- The schema that the migrations and functions make, dumped from the catalogue by: npm run schema

create schema accounts;

create table accounts.letters
  id uuid not null
  user_id uuid not null
  kind text not null
  to_address text not null
  detail text
  secret_hash bytea
  expires_at timestamp with time zone
  spent_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  constraint letters_detail_check CHECK ((length(detail) <= 254))
  constraint letters_kind_check CHECK ((kind ~ '^[a-z_]{1,40}$'::text))
  constraint letters_secret_hash_check CHECK ((length(secret_hash) = 32))
  constraint letters_to_address_check CHECK ((length(to_address) <= 254))
  constraint letters_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint letters_pkey PRIMARY KEY (id)
  constraint letters_secret_hash_key UNIQUE (secret_hash)
  CREATE INDEX idx_letters_age ON accounts.letters USING btree (created_at)
  CREATE INDEX idx_letters_open ON accounts.letters USING btree (user_id, kind) WHERE ((spent_at IS NULL) AND (expires_at IS NOT NULL))

create table accounts.passkey_challenges
  challenge_hash bytea not null
  purpose text not null
  user_id uuid
  expires_at timestamp with time zone not null
  constraint adding_is_somebodys CHECK (((purpose = 'add'::text) = (user_id IS NOT NULL)))
  constraint passkey_challenges_challenge_hash_check CHECK ((length(challenge_hash) = 32))
  constraint passkey_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['add'::text, 'log_in'::text])))
  constraint passkey_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint passkey_challenges_pkey PRIMARY KEY (challenge_hash)
  CREATE INDEX idx_passkey_challenges_age ON accounts.passkey_challenges USING btree (expires_at)

create table accounts.passkeys
  id uuid not null
  user_id uuid not null
  credential_id bytea not null
  public_key bytea not null
  sign_count bigint not null
  transports text[] not null default '{}'::text[]
  backed_up boolean not null
  name text not null
  created_at timestamp with time zone not null default now()
  last_used_at timestamp with time zone
  frozen_at timestamp with time zone
  constraint passkeys_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023)))
  constraint passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
  constraint passkeys_sign_count_check CHECK ((sign_count >= 0))
  constraint passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint passkeys_pkey PRIMARY KEY (id)
  constraint passkeys_credential_id_key UNIQUE (credential_id)
  CREATE INDEX idx_passkeys_user ON accounts.passkeys USING btree (user_id, created_at)

create table accounts.preferences
  user_id uuid not null
  favourite_types text[] not null default '{}'::text[]
  favourite_cities text[] not null default '{}'::text[]
  favourite_artists text[] not null default '{}'::text[]
  by_email boolean not null default true
  by_push boolean not null default true
  quiet_from time without time zone
  quiet_until time without time zone
  time_zone text
  updated_at timestamp with time zone not null default now()
  personalised boolean not null default true
  suggestions boolean not null default false
  constraint preferences_favourite_artists_check CHECK ((cardinality(favourite_artists) <= 50))
  constraint preferences_favourite_cities_check CHECK ((cardinality(favourite_cities) <= 50))
  constraint preferences_favourite_types_check CHECK ((cardinality(favourite_types) <= 50))
  constraint preferences_time_zone_check CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 64)))
  constraint quiet_hours_are_whole CHECK (((quiet_from IS NULL) = (quiet_until IS NULL)))
  constraint quiet_hours_have_a_clock CHECK (((quiet_from IS NULL) OR (time_zone IS NOT NULL)))
  constraint preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint preferences_pkey PRIMARY KEY (user_id)
  CREATE INDEX idx_preferences_suggestions ON accounts.preferences USING btree (user_id) WHERE suggestions
  CREATE TRIGGER switched_off AFTER INSERT OR UPDATE OF personalised ON accounts.preferences FOR EACH ROW WHEN ((NOT new.personalised)) EXECUTE FUNCTION recommendations.forget_views()

create table accounts.refresh_tokens
  token_hash bytea not null
  session_id uuid not null
  issued_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES accounts.sessions(id) ON DELETE CASCADE
  constraint refresh_tokens_pkey PRIMARY KEY (token_hash)
  CREATE INDEX idx_refresh_tokens_session ON accounts.refresh_tokens USING btree (session_id)

create table accounts.sessions
  id uuid not null
  user_id uuid not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  revoked_reason text
  device text
  network text
  last_used_at timestamp with time zone not null default now()
  proven_at timestamp with time zone not null default now()
  constraint sessions_device_check CHECK ((length(device) <= 80))
  constraint sessions_network_check CHECK ((length(network) <= 64))
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint sessions_pkey PRIMARY KEY (id)
  CREATE INDEX idx_sessions_user ON accounts.sessions USING btree (user_id) WHERE (revoked_at IS NULL)

create table accounts.team_acts
  id uuid not null
  vendor_id uuid not null
  user_id uuid not null
  method text not null
  route text not null
  path text not null
  request_id text not null
  asked_at timestamp with time zone not null default now()
  status smallint
  constraint team_acts_method_check CHECK ((length(method) <= 10))
  constraint team_acts_path_check CHECK ((length(path) <= 500))
  constraint team_acts_request_id_check CHECK ((length(request_id) <= 64))
  constraint team_acts_route_check CHECK ((length(route) <= 200))
  constraint team_acts_status_check CHECK (((status >= 100) AND (status <= 599)))
  constraint team_acts_pkey PRIMARY KEY (id)
  CREATE INDEX idx_team_acts_vendor ON accounts.team_acts USING btree (vendor_id, id DESC)
  CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON accounts.team_acts FOR EACH ROW EXECUTE FUNCTION accounts.team_acts_append_only()

create table accounts.team_invitations
  letter_id uuid not null
  vendor_id uuid not null
  rights text[] not null
  invited_by uuid
  joined_by uuid
  created_at timestamp with time zone not null default now()
  constraint team_invitations_rights_check CHECK ((((cardinality(rights) >= 1) AND (cardinality(rights) <= 4)) AND (rights <@ ARRAY['events'::text, 'sales'::text, 'money'::text, 'team'::text])))
  constraint team_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES accounts.users(id) ON DELETE SET NULL
  constraint team_invitations_joined_by_fkey FOREIGN KEY (joined_by) REFERENCES accounts.users(id) ON DELETE SET NULL
  constraint team_invitations_letter_id_fkey FOREIGN KEY (letter_id) REFERENCES accounts.letters(id) ON DELETE CASCADE
  constraint team_invitations_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint team_invitations_pkey PRIMARY KEY (letter_id)
  CREATE INDEX idx_team_invitations_vendor ON accounts.team_invitations USING btree (vendor_id, created_at DESC)

create table accounts.team_members
  vendor_id uuid not null
  user_id uuid not null
  rights text[] not null
  invited_by uuid
  created_at timestamp with time zone not null default now()
  constraint nobody_is_in_their_own_team CHECK ((vendor_id <> user_id))
  constraint team_members_rights_check CHECK ((((cardinality(rights) >= 1) AND (cardinality(rights) <= 4)) AND (rights <@ ARRAY['events'::text, 'sales'::text, 'money'::text, 'team'::text])))
  constraint team_members_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES accounts.users(id) ON DELETE SET NULL
  constraint team_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint team_members_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint team_members_pkey PRIMARY KEY (vendor_id, user_id)
  CREATE INDEX idx_team_members_user ON accounts.team_members USING btree (user_id)

create table accounts.users
  id uuid not null
  email text not null
  name text not null
  password_hash text not null
  role text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  disabled_at timestamp with time zone
  version integer not null default 1
  email_verified_at timestamp with time zone
  constraint users_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
  constraint users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
  constraint users_role_check CHECK ((role = ANY (ARRAY['user'::text, 'vendor'::text, 'operator'::text])))
  constraint users_pkey PRIMARY KEY (id)
  constraint users_email_key UNIQUE (email)

create function accounts.team_acts_append_only() returns trigger;

create schema delivery;

create table delivery.mails with (fillfactor=80)
  id uuid not null
  kind text not null
  about text not null
  user_id uuid not null
  order_id uuid
  refund_id uuid
  to_name text not null
  to_address text not null
  subject text not null
  requested_by uuid
  reason text
  status text not null default 'queued'::text
  tries integer not null default 0
  try_at timestamp with time zone not null default now()
  failure text
  attachments text[] not null default '{}'::text[]
  raw bytea
  created_at timestamp with time zone not null default now()
  sent_at timestamp with time zone
  constraint mails_about_check CHECK (((length(about) >= 1) AND (length(about) <= 120)))
  constraint mails_failure_check CHECK ((length(failure) <= 500))
  constraint mails_kind_check CHECK ((kind ~ '^[a-z_]{1,40}$'::text))
  constraint mails_reason_check CHECK ((length(reason) <= 500))
  constraint mails_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
  constraint mails_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint mails_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES ticketing.refunds(id)
  constraint mails_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint mails_pkey PRIMARY KEY (id)
  constraint one_mail_per_occasion UNIQUE (kind, about)
  CREATE INDEX idx_mails_due ON delivery.mails USING btree (try_at) WHERE (status = 'queued'::text)
  CREATE INDEX idx_mails_failed ON delivery.mails USING btree (id DESC) WHERE (status = 'failed'::text)
  CREATE INDEX idx_mails_kept ON delivery.mails USING btree (sent_at) WHERE (raw IS NOT NULL)
  CREATE INDEX idx_mails_order ON delivery.mails USING btree (order_id, created_at) WHERE (order_id IS NOT NULL)
  CREATE INDEX idx_mails_user ON delivery.mails USING btree (user_id, id DESC)

create schema events;

create table events.events
  id uuid not null
  vendor_id uuid not null
  title text not null
  type text not null
  artist text
  description text
  venue_name text not null
  venue_city text
  time_zone text not null default 'UTC'::text
  start_at timestamp with time zone not null
  status text not null
  currency text not null
  version bigint not null default 1
  is_demo boolean not null default false
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  draft_drop jsonb
  previous_start_at timestamp with time zone
  constraint events_artist_check CHECK ((length(artist) <= 200))
  constraint events_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
  constraint events_description_check CHECK ((length(description) <= 10000))
  constraint events_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'canceled'::text, 'ended'::text])))
  constraint events_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
  constraint events_type_check CHECK (((length(type) >= 1) AND (length(type) <= 60)))
  constraint events_venue_city_check CHECK ((length(venue_city) <= 120))
  constraint events_venue_name_check CHECK (((length(venue_name) >= 1) AND (length(venue_name) <= 200)))
  constraint only_a_draft_has_a_draft_drop CHECK (((draft_drop IS NULL) OR (status = ANY (ARRAY['draft'::text, 'canceled'::text]))))
  constraint events_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint events_pkey PRIMARY KEY (id)
  CREATE INDEX idx_events_artist ON events.events USING btree (lower(artist), start_at) WHERE (artist IS NOT NULL)
  CREATE INDEX idx_events_start ON events.events USING btree (start_at, id) WHERE (status = 'published'::text)
  CREATE INDEX idx_events_vendor ON events.events USING btree (vendor_id, created_at DESC)
  CREATE INDEX idx_events_venue ON events.events USING btree (lower(venue_name), start_at)
  CREATE TRIGGER event_listed AFTER INSERT OR UPDATE OF title, type, artist, venue_name, venue_city, start_at, status, currency ON events.events FOR EACH ROW EXECUTE FUNCTION events.relist_event()
  CREATE TRIGGER keep_previous_start BEFORE UPDATE OF start_at ON events.events FOR EACH ROW WHEN (((old.status = 'published'::text) AND (old.start_at IS DISTINCT FROM new.start_at))) EXECUTE FUNCTION events.keep_previous_start()

create table events.listings with (fillfactor=80)
  event_id uuid not null
  start_at timestamp with time zone not null
  type text not null
  artist text
  venue text not null
  city text
  currency text not null
  prices integer[] not null
  from_cents integer
  document tsvector not null
  popularity double precision not null default '-Infinity'::double precision
  constraint listings_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id) ON DELETE CASCADE
  constraint listings_pkey PRIMARY KEY (event_id)
  CREATE INDEX idx_listings_document ON events.listings USING gin (document)
  CREATE INDEX idx_listings_popularity ON events.listings USING btree (popularity DESC, event_id DESC)
  CREATE INDEX idx_listings_price ON events.listings USING btree (from_cents, event_id)
  CREATE INDEX idx_listings_start ON events.listings USING btree (start_at, event_id)

create table events.popularity_read
  single boolean not null default true
  up_to timestamp with time zone not null
  constraint popularity_read_single_check CHECK (single)
  constraint popularity_read_pkey PRIMARY KEY (single)

create table events.words
  word text not null
  constraint words_pkey PRIMARY KEY (word)
  CREATE INDEX idx_words_similar ON events.words USING gin (word gin_trgm_ops)

create function events.first_id_at(p_at timestamp with time zone) returns uuid;

create function events.keep_previous_start() returns trigger;

create function events.list_event(p_event uuid) returns void;

create function events.plain_words(p_text text) returns text;

create function events.refresh_popularity(p_lag interval DEFAULT '00:00:10'::interval) returns integer;

create function events.relist_event() returns trigger;

create function events.relist_tier() returns trigger;

create function events.understand(p_search text, OUT wanted text, OUT titled text, OUT read_as text) returns record;

create schema holdfast;

create table holdfast.functions
  path text not null
  checksum text not null
  applied_at timestamp with time zone not null default now()
  constraint functions_pkey PRIMARY KEY (path)

create table holdfast.migrations
  id integer not null default nextval('migrations_id_seq'::regclass)
  name character varying(255) not null
  run_on timestamp without time zone not null
  constraint migrations_pkey PRIMARY KEY (id)

create schema loyalty;

create table loyalty.entries
  user_id uuid not null
  seq integer not null
  kind text not null
  points bigint not null
  balance bigint not null
  owed bigint not null
  order_id uuid not null
  refund_id uuid
  at timestamp with time zone not null default now()
  constraint balance_or_debt CHECK (((balance = 0) OR (owed = 0)))
  constraint entries_balance_check CHECK ((balance >= 0))
  constraint entries_owed_check CHECK ((owed >= 0))
  constraint entries_seq_check CHECK ((seq > 0))
  constraint kind_has_its_sign CHECK ((((kind = ANY (ARRAY['earned'::text, 'returned'::text, 'refunded'::text])) AND (points > 0)) OR ((kind = ANY (ARRAY['redeemed'::text, 'taken_back'::text])) AND (points < 0))))
  constraint refunded_by_a_refund CHECK (((kind <> 'refunded'::text) OR (refund_id IS NOT NULL)))
  constraint entries_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint entries_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES ticketing.refunds(id)
  constraint entries_user_id_fkey FOREIGN KEY (user_id) REFERENCES loyalty.members(user_id)
  constraint entries_pkey PRIMARY KEY (user_id, seq)
  CREATE INDEX idx_entries_order ON loyalty.entries USING btree (order_id)
  CREATE UNIQUE INDEX once_per_refund ON loyalty.entries USING btree (refund_id, kind) WHERE (refund_id IS NOT NULL)
  CREATE UNIQUE INDEX one_earning_per_order ON loyalty.entries USING btree (order_id) WHERE (kind = 'earned'::text)
  CREATE TRIGGER entries_stay BEFORE DELETE OR UPDATE ON loyalty.entries FOR EACH ROW EXECUTE FUNCTION loyalty.keep_entries()

create table loyalty.members
  user_id uuid not null
  since timestamp with time zone not null default now()
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint members_pkey PRIMARY KEY (user_id)

create table loyalty.redemption_items
  order_item_id uuid not null
  order_id uuid not null
  unit_points bigint not null
  unit_off_cents integer not null
  constraint redemption_items_check CHECK (((unit_off_cents >= 0) AND (unit_off_cents <= unit_points)))
  constraint redemption_items_unit_points_check CHECK ((unit_points > 0))
  constraint redemption_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES loyalty.redemptions(order_id) ON DELETE CASCADE
  constraint redemption_items_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES ticketing.order_items(id)
  constraint redemption_items_pkey PRIMARY KEY (order_item_id)
  CREATE INDEX idx_redemption_items_order ON loyalty.redemption_items USING btree (order_id)

create table loyalty.redemptions
  order_id uuid not null
  user_id uuid not null
  kind text not null
  asked integer
  tier_id uuid
  from_tier_id uuid
  from_price_cents integer
  points bigint not null
  live boolean not null default true
  created_at timestamp with time zone not null default now()
  constraint redemptions_points_check CHECK ((points > 0))
  constraint wish_is_whole CHECK (
CASE kind
    WHEN 'discount'::text THEN ((asked > 0) AND (tier_id IS NULL) AND (from_tier_id IS NULL) AND (from_price_cents IS NULL))
    WHEN 'free'::text THEN ((asked IS NULL) AND (tier_id IS NOT NULL) AND (from_tier_id IS NULL) AND (from_price_cents IS NULL))
    WHEN 'upgrade'::text THEN ((asked IS NULL) AND (tier_id IS NOT NULL) AND (from_tier_id IS NOT NULL) AND (from_price_cents >= 0))
    ELSE false
END)
  constraint redemptions_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint redemptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES loyalty.members(user_id)
  constraint redemptions_pkey PRIMARY KEY (order_id)

create function loyalty.append_entry(p_user uuid, p_kind text, p_points bigint, p_order uuid, p_refund uuid) returns void;

create function loyalty.balance_of(p_user uuid) returns bigint;

create function loyalty.keep_entries() returns trigger;

create function loyalty.lock_members(p_users uuid[]) returns void;

create function loyalty.orders_left_points() returns trigger;

create function loyalty.payment_left_points() returns trigger;

create function loyalty.remove_points(p_order uuid, p_user uuid) returns text;

create function loyalty.return_points(p_orders uuid[]) returns void;

create function loyalty.settle_order(p_order uuid, p_refund uuid, p_per_100 integer) returns void;

create function loyalty.spread_points(p_order uuid, p_code uuid, p_kind text, p_asked bigint, p_tier uuid, p_from_price integer) returns TABLE(item_id uuid, quantity integer, unit_points bigint, unit_off integer);

create function loyalty.take_points(p_order uuid, p_code uuid) returns void;

create function loyalty.use_points(p_order uuid, p_user uuid, p_kind text, p_asked integer, p_tier uuid, p_from uuid, OUT outcome text, OUT why text, OUT needed bigint, OUT balance bigint) returns record;

create schema notifications;

create table notifications.devices
  id uuid not null
  user_id uuid not null
  endpoint text not null
  p256dh text not null
  auth text not null
  name text not null
  created_at timestamp with time zone not null default now()
  last_ok_at timestamp with time zone
  failures integer not null default 0
  ended_at timestamp with time zone
  constraint devices_auth_check CHECK ((length(auth) = 22))
  constraint devices_endpoint_check CHECK (((length(endpoint) >= 10) AND (length(endpoint) <= 1000)))
  constraint devices_failures_check CHECK ((failures >= 0))
  constraint devices_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
  constraint devices_p256dh_check CHECK ((length(p256dh) = 87))
  constraint devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint devices_pkey PRIMARY KEY (id)
  constraint one_device_per_endpoint UNIQUE (endpoint)
  CREATE INDEX idx_devices_user ON notifications.devices USING btree (user_id)

create table notifications.notices with (fillfactor=70)
  id uuid not null
  user_id uuid not null
  kind text not null
  subject text not null
  event_id uuid
  place_id uuid
  urgent boolean not null
  status text not null default 'queued'::text
  tries integer not null default 0
  try_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  reached uuid[] not null default '{}'::uuid[]
  outcome text
  created_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  constraint finished_is_whole CHECK (((status = 'queued'::text) = (finished_at IS NULL)))
  constraint notices_kind_check CHECK ((kind ~ '^[a-z_]{1,40}$'::text))
  constraint notices_outcome_check CHECK ((length(outcome) <= 300))
  constraint notices_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'mailed'::text, 'dropped'::text, 'failed'::text])))
  constraint notices_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 120)))
  constraint notices_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id) ON DELETE CASCADE
  constraint notices_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint notices_pkey PRIMARY KEY (id)
  constraint told_once UNIQUE (user_id, kind, subject)
  CREATE INDEX idx_notices_due ON notifications.notices USING btree (urgent, try_at) WHERE (status = 'queued'::text)
  CREATE INDEX idx_notices_finished ON notifications.notices USING btree (finished_at) WHERE (finished_at IS NOT NULL)

create table notifications.reminders
  user_id uuid not null
  event_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint reminders_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id) ON DELETE CASCADE
  constraint reminders_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint reminders_pkey PRIMARY KEY (user_id, event_id)
  CREATE INDEX idx_reminders_event ON notifications.reminders USING btree (event_id)

create table notifications.suggested
  user_id uuid not null
  at timestamp with time zone not null
  constraint suggested_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint suggested_pkey PRIMARY KEY (user_id)

create schema oauth;

create table oauth.artifacts
  kind text not null
  id_hash bytea not null
  payload jsonb not null
  grant_id uuid
  client_id uuid
  account_id uuid
  consumed_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  constraint artifacts_id_hash_check CHECK ((length(id_hash) = 32))
  constraint artifacts_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 40)))
  constraint artifacts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint artifacts_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth.clients(id) ON DELETE CASCADE
  constraint artifacts_pkey PRIMARY KEY (kind, id_hash)
  CREATE INDEX idx_artifacts_account ON oauth.artifacts USING btree (account_id, client_id) WHERE (kind = 'Grant'::text)
  CREATE INDEX idx_artifacts_age ON oauth.artifacts USING btree (expires_at)
  CREATE INDEX idx_artifacts_client ON oauth.artifacts USING btree (client_id)
  CREATE INDEX idx_artifacts_grant ON oauth.artifacts USING btree (grant_id) WHERE (grant_id IS NOT NULL)

create table oauth.clients
  id uuid not null
  owner_id uuid not null
  name text not null
  redirect_uris text[] not null
  scopes text[] not null
  secret_hash bytea
  own_name boolean not null default false
  created_at timestamp with time zone not null default now()
  constraint clients_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
  constraint clients_redirect_uris_check CHECK ((cardinality(redirect_uris) <= 10))
  constraint clients_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 10)))
  constraint clients_secret_hash_check CHECK ((length(secret_hash) = 32))
  constraint it_can_be_used CHECK ((own_name OR (cardinality(redirect_uris) > 0)))
  constraint own_name_needs_a_secret CHECK (((NOT own_name) OR (secret_hash IS NOT NULL)))
  constraint clients_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint clients_pkey PRIMARY KEY (id)
  CREATE INDEX idx_clients_owner ON oauth.clients USING btree (owner_id, created_at)

create table oauth.identities
  issuer text not null
  subject text not null
  user_id uuid not null
  email text not null
  created_at timestamp with time zone not null default now()
  constraint identities_email_check CHECK ((length(email) <= 254))
  constraint identities_issuer_check CHECK ((length(issuer) <= 300))
  constraint identities_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
  constraint identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint identities_pkey PRIMARY KEY (issuer, subject)
  CREATE UNIQUE INDEX idx_identities_user ON oauth.identities USING btree (user_id, issuer)

create schema payments;

create table payments.customers
  user_id uuid not null
  account_ref text not null
  customer_ref text not null
  created_at timestamp with time zone not null default now()
  constraint customers_account_ref_check CHECK (((length(account_ref) >= 1) AND (length(account_ref) <= 255)))
  constraint customers_customer_ref_check CHECK (((length(customer_ref) >= 1) AND (length(customer_ref) <= 255)))
  constraint customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint customers_pkey PRIMARY KEY (user_id, account_ref)
  constraint customers_account_ref_customer_ref_key UNIQUE (account_ref, customer_ref)

create table payments.event_methods
  event_id uuid not null
  method_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint event_methods_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint event_methods_method_id_fkey FOREIGN KEY (method_id) REFERENCES payments.methods(id)
  constraint event_methods_pkey PRIMARY KEY (event_id, method_id)
  CREATE INDEX idx_event_methods_method ON payments.event_methods USING btree (method_id)

create table payments.method_credentials
  method_id uuid not null
  field text not null
  key_id text not null
  sealed bytea not null
  updated_at timestamp with time zone not null default now()
  constraint method_credentials_field_check CHECK ((field = ANY (ARRAY['secret_key'::text, 'webhook_secret'::text])))
  constraint method_credentials_method_id_fkey FOREIGN KEY (method_id) REFERENCES payments.methods(id) ON DELETE CASCADE
  constraint method_credentials_pkey PRIMARY KEY (method_id, field)
  CREATE INDEX idx_method_credentials_key ON payments.method_credentials USING btree (key_id)

create table payments.method_log
  id bigint not null generated always as identity
  method_id uuid not null
  vendor_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid not null
  action text not null
  event_id uuid
  detail jsonb
  constraint method_log_action_check CHECK ((action = ANY (ARRAY['created'::text, 'changed'::text, 'credentials'::text, 'removed'::text, 'attached'::text, 'detached'::text])))
  constraint method_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_method_log_method ON payments.method_log USING btree (method_id, id)

create table payments.methods
  id uuid not null
  vendor_id uuid not null
  provider text not null
  label text not null
  brands text[]
  active boolean not null default true
  publishable_key text
  credentials_hint text
  livemode boolean
  account_ref text
  version bigint not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  removed_at timestamp with time zone
  constraint cards_have_brands CHECK (((brands IS NULL) OR (provider <> 'cash_on_arrival'::text)))
  constraint methods_account_ref_check CHECK ((length(account_ref) <= 255))
  constraint methods_brands_check CHECK (((cardinality(brands) >= 1) AND (cardinality(brands) <= 20)))
  constraint methods_credentials_hint_check CHECK ((length(credentials_hint) <= 8))
  constraint methods_label_check CHECK (((length(label) >= 1) AND (length(label) <= 80)))
  constraint methods_provider_check CHECK ((provider = ANY (ARRAY['test'::text, 'cash_on_arrival'::text, 'stripe'::text])))
  constraint methods_publishable_key_check CHECK ((length(publishable_key) <= 255))
  constraint own_account_of_stripe CHECK (((publishable_key IS NULL) OR (provider = 'stripe'::text)))
  constraint own_account_whole CHECK ((((publishable_key IS NULL) = (credentials_hint IS NULL)) AND ((publishable_key IS NULL) = (livemode IS NULL))))
  constraint methods_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint methods_pkey PRIMARY KEY (id)
  CREATE INDEX idx_methods_removed ON payments.methods USING btree (removed_at) WHERE (removed_at IS NOT NULL)
  CREATE INDEX idx_methods_vendor ON payments.methods USING btree (vendor_id, created_at)

create table payments.test_charges with (fillfactor=70)
  id uuid not null
  amount_cents bigint not null
  currency text not null
  last4 text
  status text not null
  reason text
  capture_fails boolean not null default false
  ready_at timestamp with time zone not null default now()
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint test_charges_amount_cents_check CHECK ((amount_cents >= 0))
  constraint test_charges_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'requires_action'::text, 'authorized'::text, 'declined'::text, 'captured'::text, 'capture_failed'::text, 'voided'::text])))
  constraint test_charges_pkey PRIMARY KEY (id)
  CREATE INDEX idx_test_charges_created ON payments.test_charges USING btree (created_at)

create table payments.test_refunds
  id uuid not null
  charge_id uuid not null
  amount_cents bigint not null
  status text not null
  created_at timestamp with time zone not null default now()
  constraint test_refunds_amount_cents_check CHECK ((amount_cents >= 0))
  constraint test_refunds_status_check CHECK ((status = ANY (ARRAY['succeeded'::text, 'failed'::text])))
  constraint test_refunds_pkey PRIMARY KEY (id)
  CREATE INDEX idx_test_refunds_charge ON payments.test_refunds USING btree (charge_id)

create table payments.webhook_events with (fillfactor=80)
  id uuid not null
  provider text not null
  method_id uuid
  event_id text not null
  type text not null
  object_id text
  event_at timestamp with time zone not null
  body text not null
  status text not null default 'received'::text
  attempts integer not null default 0
  error text
  received_at timestamp with time zone not null default now()
  processed_at timestamp with time zone
  constraint webhook_events_provider_check CHECK ((provider = 'stripe'::text))
  constraint webhook_events_status_check CHECK ((status = ANY (ARRAY['received'::text, 'processed'::text, 'ignored'::text, 'dead'::text])))
  constraint webhook_events_pkey PRIMARY KEY (id)
  constraint webhook_once UNIQUE NULLS NOT DISTINCT (provider, method_id, event_id)
  CREATE INDEX idx_webhook_events_done ON payments.webhook_events USING btree (processed_at) WHERE (status = ANY (ARRAY['processed'::text, 'ignored'::text]))
  CREATE INDEX idx_webhook_events_status ON payments.webhook_events USING btree (status, id)

create schema pictures;

create table pictures.decisions
  id uuid not null
  image_id uuid not null
  actor_id uuid not null
  action text not null
  reason text
  created_at timestamp with time zone not null default now()
  constraint decisions_action_check CHECK ((action = ANY (ARRAY['hide'::text, 'show'::text, 'remove'::text])))
  constraint decisions_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
  constraint decisions_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES accounts.users(id)
  constraint decisions_pkey PRIMARY KEY (id)
  CREATE INDEX idx_decisions_image ON pictures.decisions USING btree (image_id, created_at)

create table pictures.images
  id uuid not null
  kind text not null
  user_id uuid not null
  event_id uuid not null
  status text not null default 'storing'::text
  status_at timestamp with time zone not null default now()
  slot smallint
  caption text
  width integer not null
  height integer not null
  created_at timestamp with time zone not null default now()
  constraint images_caption_check CHECK (((length(caption) >= 1) AND (length(caption) <= 300)))
  constraint images_height_check CHECK ((height > 0))
  constraint images_kind_check CHECK ((kind = ANY (ARRAY['night'::text, 'cover'::text])))
  constraint images_slot_check CHECK (((slot >= 1) AND (slot <= 100)))
  constraint images_status_check CHECK ((status = ANY (ARRAY['storing'::text, 'shown'::text, 'hidden'::text, 'removed'::text])))
  constraint images_width_check CHECK ((width > 0))
  constraint slot_while_kept CHECK (((slot IS NOT NULL) = ((kind = 'night'::text) AND (status <> 'removed'::text))))
  constraint images_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint images_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint images_pkey PRIMARY KEY (id)
  CREATE INDEX idx_images_event ON pictures.images USING btree (event_id, id) WHERE ((kind = 'night'::text) AND (status = 'shown'::text))
  CREATE INDEX idx_images_unfinished ON pictures.images USING btree (status_at) WHERE (status = ANY (ARRAY['storing'::text, 'removed'::text]))
  CREATE INDEX idx_images_user ON pictures.images USING btree (user_id, id) WHERE ((kind = 'night'::text) AND (status = ANY (ARRAY['shown'::text, 'hidden'::text])))
  CREATE UNIQUE INDEX one_cover_per_event ON pictures.images USING btree (event_id) WHERE ((kind = 'cover'::text) AND (status = ANY (ARRAY['shown'::text, 'hidden'::text])))
  CREATE UNIQUE INDEX one_picture_per_slot ON pictures.images USING btree (user_id, event_id, slot) WHERE (slot IS NOT NULL)

create table pictures.reports
  image_id uuid not null
  user_id uuid not null
  reason text not null
  created_at timestamp with time zone not null default now()
  settled_at timestamp with time zone
  constraint reports_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
  constraint reports_image_id_fkey FOREIGN KEY (image_id) REFERENCES pictures.images(id) ON DELETE CASCADE
  constraint reports_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint reports_pkey PRIMARY KEY (image_id, user_id)
  CREATE INDEX idx_reports_open ON pictures.reports USING btree (image_id, created_at) WHERE (settled_at IS NULL)

create schema public;

create schema recommendations;

create table recommendations.models
  id uuid not null
  trained_at timestamp with time zone not null
  seed integer not null
  deeds integer not null
  people integer not null
  traits integer not null
  took_ms integer not null
  quality jsonb
  model bytea not null
  constraint models_pkey PRIMARY KEY (id)
  CREATE INDEX idx_models_trained ON recommendations.models USING btree (trained_at DESC)

create table recommendations.views
  user_id uuid not null
  event_id uuid not null
  day date not null
  at timestamp with time zone not null
  constraint views_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id) ON DELETE CASCADE
  constraint views_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id) ON DELETE CASCADE
  constraint views_pkey PRIMARY KEY (user_id, event_id, day)
  CREATE INDEX idx_views_at ON recommendations.views USING btree (at, user_id, event_id)

create function recommendations.forget_views() returns trigger;

create schema reconciliation;

create table reconciliation.findings
  id uuid not null
  kind text not null
  subject text not null
  explanation text not null
  action text not null
  order_id uuid
  payment_id uuid
  refund_id uuid
  provider text
  method_id uuid
  charge_ref text
  charge_made_at timestamp with time zone
  amount_cents bigint
  currency text
  figures text not null
  status text not null
  first_seen_at timestamp with time zone not null default now()
  last_seen_at timestamp with time zone not null default now()
  run_id uuid not null
  decided_by uuid
  decided_at timestamp with time zone
  reason text
  done_at timestamp with time zone
  constraint decided_by_somebody CHECK (((status <> ALL (ARRAY['approved'::text, 'dismissed'::text])) OR (decided_by IS NOT NULL)))
  constraint findings_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60)))
  constraint findings_reason_check CHECK ((length(reason) <= 500))
  constraint findings_status_check CHECK ((status = ANY (ARRAY['open'::text, 'mended'::text, 'approved'::text, 'dismissed'::text, 'gone'::text])))
  constraint findings_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES accounts.users(id)
  constraint findings_pkey PRIMARY KEY (id)
  constraint seen_nightly_is_one UNIQUE (kind, subject)
  CREATE INDEX idx_findings_due ON reconciliation.findings USING btree (id) WHERE ((status = 'approved'::text) AND (done_at IS NULL))
  CREATE INDEX idx_findings_status ON reconciliation.findings USING btree (status, id)

create table reconciliation.runs
  id uuid not null
  trigger text not null
  night date
  dry_run boolean not null default false
  since timestamp with time zone
  whole boolean not null
  started_at timestamp with time zone not null default now()
  holder uuid not null
  alive_at timestamp with time zone not null default now()
  attempts integer not null default 1
  ended_at timestamp with time zone
  payments bigint not null default 0
  charges bigint not null default 0
  tickets bigint not null default 0
  found integer not null default 0
  mended integer not null default 0
  queued integer not null default 0
  duplicates integer not null default 0
  error text
  constraint night_is_nightly CHECK (((night IS NULL) OR (trigger = 'nightly'::text)))
  constraint runs_trigger_check CHECK ((trigger = ANY (ARRAY['nightly'::text, 'command'::text, 'operator'::text])))
  constraint runs_pkey PRIMARY KEY (id)
  constraint runs_night_key UNIQUE (night)
  CREATE UNIQUE INDEX one_run_at_work ON reconciliation.runs USING btree ((true)) WHERE ((ended_at IS NULL) AND (NOT dry_run))

create function reconciliation.give_back(p_refund uuid, p_payment uuid, p_amount bigint, p_cause text, p_actor uuid, p_reason text, OUT outcome text) returns text;

create function reconciliation.record_refund(p_refund uuid, p_payment uuid, p_amount bigint, p_actor uuid, p_reason text, OUT outcome text) returns text;

create function reconciliation.return_stray(p_payment uuid, p_refund uuid, p_ref text, p_taken bigint, p_cause text, OUT outcome text) returns text;

create schema ticketing;

create table ticketing.affiliate_orders
  order_id uuid not null
  affiliate_id uuid not null
  commission_bp integer not null
  constraint affiliate_orders_commission_bp_check CHECK (((commission_bp >= 0) AND (commission_bp <= 10000)))
  constraint affiliate_orders_affiliate_id_fkey FOREIGN KEY (affiliate_id) REFERENCES ticketing.affiliates(id)
  constraint affiliate_orders_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint affiliate_orders_pkey PRIMARY KEY (order_id)
  CREATE INDEX idx_affiliate_orders ON ticketing.affiliate_orders USING btree (affiliate_id)
  CREATE TRIGGER attribution_stays BEFORE DELETE OR UPDATE ON ticketing.affiliate_orders FOR EACH ROW EXECUTE FUNCTION ticketing.keep_attribution()

create table ticketing.affiliates
  id uuid not null
  vendor_id uuid not null
  name text not null
  code text not null
  commission_bp integer not null
  event_ids uuid[]
  email text
  active boolean not null default true
  starts_at timestamp with time zone
  ends_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint affiliates_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{2,31}$'::text))
  constraint affiliates_commission_bp_check CHECK (((commission_bp >= 0) AND (commission_bp <= 10000)))
  constraint affiliates_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
  constraint affiliates_event_ids_check CHECK ((cardinality(event_ids) > 0))
  constraint affiliates_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
  constraint starts_before_it_ends CHECK ((starts_at < ends_at))
  constraint affiliates_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint affiliates_pkey PRIMARY KEY (id)
  CREATE INDEX idx_affiliates_email ON ticketing.affiliates USING btree (email) WHERE (email IS NOT NULL)
  CREATE INDEX idx_affiliates_vendor ON ticketing.affiliates USING btree (vendor_id, id DESC)
  CREATE UNIQUE INDEX one_code_per_vendor ON ticketing.affiliates USING btree (vendor_id, lower(code))

create view ticketing.alerts as
 SELECT event_health.event_id,
    event_health.event_title,
    'PAID_WITHOUT_TICKETS'::text AS alert_type,
    event_health.paid_orders_missing_tickets AS affected_tiers,
    'P1'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.paid_orders_missing_tickets > 0)
UNION ALL
 SELECT event_health.event_id,
    event_health.event_title,
    'OVERSOLD'::text AS alert_type,
    event_health.negative_available_tiers AS affected_tiers,
    'P1'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.negative_available_tiers > 0)
UNION ALL
 SELECT event_health.event_id,
    event_health.event_title,
    'HIGH_RESERVED'::text AS alert_type,
    event_health.suspicious_high_reserved_tiers AS affected_tiers,
    'P2'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.suspicious_high_reserved_tiers > 0)
UNION ALL
 SELECT event_health.event_id,
    event_health.event_title,
    'EXPIRED_HOLDS'::text AS alert_type,
    event_health.expired_active_holds AS affected_tiers,
    'P3'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.expired_active_holds > 0)
UNION ALL
 SELECT event_health.event_id,
    event_health.event_title,
    'STALE_ORDERS'::text AS alert_type,
    event_health.stale_pending_orders AS affected_tiers,
    'P3'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.stale_pending_orders > 0)
UNION ALL
 SELECT event_health.event_id,
    event_health.event_title,
    'COUNTER_DRIFT'::text AS alert_type,
    event_health.reserved_mismatch_tiers AS affected_tiers,
    'P4'::text AS priority
   FROM ticketing.event_health
  WHERE (event_health.reserved_mismatch_tiers > 0);

create table ticketing.call_rates
  drop_id uuid not null
  bucket timestamp with time zone not null
  calls integer not null
  constraint call_rates_calls_check CHECK ((calls > 0))
  constraint call_rates_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint call_rates_pkey PRIMARY KEY (drop_id, bucket)

create table ticketing.code_uses
  order_id uuid not null
  presale boolean not null
  code_id uuid not null
  user_id uuid not null
  tickets integer not null
  live boolean not null default true
  created_at timestamp with time zone not null default now()
  constraint code_uses_tickets_check CHECK ((tickets > 0))
  constraint code_uses_code_id_fkey FOREIGN KEY (code_id) REFERENCES ticketing.codes(id)
  constraint code_uses_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint code_uses_pkey PRIMARY KEY (order_id, presale)
  CREATE INDEX idx_code_uses_fan ON ticketing.code_uses USING btree (code_id, user_id) WHERE live

create table ticketing.codes
  id uuid not null
  event_id uuid not null
  code text not null
  kind text not null
  value integer not null
  tier_ids uuid[]
  max_tickets integer
  max_per_fan integer
  starts_at timestamp with time zone
  ends_at timestamp with time zone
  channel text
  active boolean not null default true
  used integer not null default 0
  removed_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint code_window CHECK ((starts_at < ends_at))
  constraint code_within_limit CHECK ((used <= max_tickets))
  constraint codes_channel_check CHECK (((length(channel) >= 1) AND (length(channel) <= 120)))
  constraint codes_check CHECK (
CASE kind
    WHEN 'percent'::text THEN ((value >= 1) AND (value <= 10000))
    WHEN 'amount'::text THEN (value > 0)
    ELSE (value = 0)
END)
  constraint codes_code_check CHECK (((length(code) >= 3) AND (length(code) <= 64)))
  constraint codes_kind_check CHECK ((kind = ANY (ARRAY['percent'::text, 'amount'::text, 'presale'::text])))
  constraint codes_max_per_fan_check CHECK ((max_per_fan > 0))
  constraint codes_max_tickets_check CHECK ((max_tickets > 0))
  constraint codes_used_check CHECK ((used >= 0))
  constraint codes_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint codes_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX one_code_per_event ON ticketing.codes USING btree (event_id, lower(code)) WHERE (removed_at IS NULL)

create view ticketing.commissions as
 SELECT order_id,
    affiliate_id,
    vendor_id,
    event_id,
    currency,
    paid_at,
    tickets,
    (
        CASE
            WHEN (total_cents = 0) THEN (0)::numeric
            ELSE div((ticket_cents * net_cents), (total_cents)::numeric)
        END)::bigint AS ticket_cents,
    (
        CASE
            WHEN (total_cents = 0) THEN (0)::numeric
            ELSE div(((ticket_cents * net_cents) * (commission_bp)::numeric), ((total_cents)::numeric * (10000)::numeric))
        END)::bigint AS commission_cents
   FROM ( SELECT a.order_id,
            a.affiliate_id,
            a.commission_bp,
            e.vendor_id,
            o.event_id,
            o.currency,
            o.paid_at,
            o.total_cents,
            i.tickets,
            i.ticket_cents,
            GREATEST((0)::numeric, (
                CASE
                    WHEN (o.status = 'paid'::text) THEN (o.total_cents)::numeric
                    ELSE ( SELECT COALESCE(sum((p.captured_cents - p.refunded_cents)), (0)::numeric) AS "coalesce"
                       FROM ticketing.payments p
                      WHERE ((p.order_id = o.id) AND (p.status = ANY (ARRAY['captured'::text, 'refunded'::text]))))
                END - ( SELECT COALESCE(sum(d.amount_cents), (0)::numeric) AS "coalesce"
                   FROM (ticketing.disputes d
                     JOIN ticketing.payments p ON (((p.id = d.payment_id) AND (p.status = ANY (ARRAY['captured'::text, 'refunded'::text])))))
                  WHERE ((d.order_id = o.id) AND (d.status = 'lost'::text))))) AS net_cents
           FROM (((ticketing.affiliate_orders a
             JOIN ticketing.orders o ON (((o.id = a.order_id) AND (o.status = ANY (ARRAY['paid'::text, 'partially_refunded'::text, 'refunded'::text])))))
             JOIN events.events e ON ((e.id = o.event_id)))
             CROSS JOIN LATERAL ( SELECT (sum(x.quantity))::integer AS tickets,
                    sum(((x.quantity)::bigint * (x.unit_price_cents - x.unit_discount_cents))) AS ticket_cents
                   FROM ticketing.order_items x
                  WHERE (x.order_id = o.id)) i)) s;

create table ticketing.disputes
  id uuid not null
  provider text not null
  provider_ref text not null
  payment_id uuid not null
  order_id uuid not null
  user_id uuid not null
  amount_cents bigint not null
  currency text not null
  reason text
  status text not null
  opened_at timestamp with time zone not null
  closed_at timestamp with time zone
  recorded_at timestamp with time zone not null default now()
  constraint closed_has_its_time CHECK (((status = 'open'::text) = (closed_at IS NULL)))
  constraint disputes_amount_cents_check CHECK ((amount_cents >= 0))
  constraint disputes_reason_check CHECK ((length(reason) <= 200))
  constraint disputes_status_check CHECK ((status = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text])))
  constraint disputes_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint disputes_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES ticketing.payments(id)
  constraint disputes_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint disputes_pkey PRIMARY KEY (id)
  constraint one_row_per_dispute UNIQUE (provider, provider_ref)
  CREATE INDEX idx_disputes_order ON ticketing.disputes USING btree (order_id)
  CREATE INDEX idx_disputes_payment ON ticketing.disputes USING btree (payment_id)
  CREATE INDEX idx_disputes_user ON ticketing.disputes USING btree (user_id)

create table ticketing.draws
  drop_id uuid not null
  closed_at timestamp with time zone not null
  root bytea not null
  place_count bigint not null
  beacon_source text
  beacon_round bigint
  beacon_value bytea
  beacon_signature bytea
  seed bytea
  drawn_at timestamp with time zone
  constraint draws_place_count_check CHECK ((place_count >= 0))
  constraint draws_root_check CHECK ((length(root) = 32))
  constraint draws_seed_check CHECK ((length(seed) = 32))
  constraint draws_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint draws_pkey PRIMARY KEY (drop_id)
  CREATE TRIGGER seed_is_written_once BEFORE UPDATE ON ticketing.draws FOR EACH ROW WHEN (((old.seed IS NOT NULL) AND ((new.seed IS DISTINCT FROM old.seed) OR (new.root <> old.root)))) EXECUTE FUNCTION ticketing.refuse_going_back()

create table ticketing.drop_log
  id bigint not null generated always as identity
  drop_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid
  action text not null
  reason text
  before jsonb
  after jsonb
  constraint drop_log_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint drop_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_drop_log_drop ON ticketing.drop_log USING btree (drop_id, at DESC)

create table ticketing.drop_secrets
  drop_id uuid not null
  secret bytea not null
  receipt_salt bytea not null
  constraint drop_secrets_receipt_salt_check CHECK ((length(receipt_salt) = 32))
  constraint drop_secrets_secret_check CHECK ((length(secret) = 32))
  constraint drop_secrets_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint drop_secrets_pkey PRIMARY KEY (drop_id)

create table ticketing.drops
  id uuid not null
  lock_key bigint not null generated always as identity
  event_id uuid not null
  phase text not null
  epoch bigint not null default 1
  epoch_bumped_at timestamp with time zone not null default now()
  has_line boolean not null
  lobby_opens_at timestamp with time zone
  opens_at timestamp with time zone not null
  ends_at timestamp with time zone
  turn_seconds integer not null default 600
  claim_seconds integer not null default 60
  hold_seconds integer not null default 900
  max_turns integer not null default 500
  overbook numeric not null default 1
  limit_per_fan integer not null default 4
  max_calls_per_minute integer
  extend_seconds integer
  closed_at timestamp with time zone
  paused_at timestamp with time zone
  phase_before_pause text
  pause_reason text
  secret_hash bytea not null
  beacon_source text
  beacon_round bigint
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  ended_at timestamp with time zone
  constraint beacon_is_whole CHECK (((beacon_source IS NULL) = (beacon_round IS NULL)))
  constraint drops_beacon_round_check CHECK ((beacon_round > 0))
  constraint drops_claim_seconds_check CHECK (((claim_seconds >= 1) AND (claim_seconds <= 3600)))
  constraint drops_extend_seconds_check CHECK (((extend_seconds >= 1) AND (extend_seconds <= 86400)))
  constraint drops_hold_seconds_check CHECK (((hold_seconds >= 5) AND (hold_seconds <= 86400)))
  constraint drops_limit_per_fan_check CHECK (((limit_per_fan >= 1) AND (limit_per_fan <= 1000)))
  constraint drops_max_calls_per_minute_check CHECK (((max_calls_per_minute >= 1) AND (max_calls_per_minute <= 1000000)))
  constraint drops_max_turns_check CHECK (((max_turns >= 1) AND (max_turns <= 1000000)))
  constraint drops_overbook_check CHECK (((overbook > (0)::numeric) AND (overbook <= (100000)::numeric)))
  constraint drops_pause_reason_check CHECK ((length(pause_reason) <= 500))
  constraint drops_phase_check CHECK ((phase = ANY (ARRAY['scheduled'::text, 'lobby'::text, 'drawing'::text, 'live'::text, 'paused'::text, 'sold_out'::text, 'ended'::text, 'canceled'::text])))
  constraint drops_secret_hash_check CHECK ((length(secret_hash) = 32))
  constraint drops_turn_seconds_check CHECK (((turn_seconds >= 5) AND (turn_seconds <= 86400)))
  constraint drops_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint drops_pkey PRIMARY KEY (id)
  constraint drops_lock_key_key UNIQUE (lock_key)
  CREATE INDEX idx_drops_event ON ticketing.drops USING btree (event_id, created_at DESC)
  CREATE INDEX idx_drops_open ON ticketing.drops USING btree (opens_at) WHERE (phase <> ALL (ARRAY['ended'::text, 'canceled'::text]))
  CREATE UNIQUE INDEX one_open_drop_per_event ON ticketing.drops USING btree (event_id) WHERE (phase <> ALL (ARRAY['ended'::text, 'canceled'::text]))

create view ticketing.event_health as
 SELECT e.id AS event_id,
    e.title AS event_title,
    e.vendor_id,
    e.status AS event_status,
    e.start_at,
    t.total_capacity,
    t.total_reserved,
    t.total_issued,
    t.total_available,
    t.suspicious_high_reserved_tiers,
    t.negative_available_tiers,
    t.reserved_mismatch_tiers,
    h.expired_active_holds,
    o.stale_pending_orders,
    o.paid_orders_missing_tickets,
    (((((t.suspicious_high_reserved_tiers + t.negative_available_tiers) + t.reserved_mismatch_tiers) + h.expired_active_holds) + o.stale_pending_orders) + o.paid_orders_missing_tickets) AS health_score
   FROM ((((events.events e
     LEFT JOIN LATERAL ( SELECT COALESCE(d_1.paused_at, now()) AS now
           FROM ticketing.drops d_1
          WHERE (d_1.event_id = e.id)
          ORDER BY d_1.created_at DESC
         LIMIT 1) d ON (true))
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(t_1.quantity), (0)::bigint) AS total_capacity,
            COALESCE(sum(t_1.reserved_quantity), (0)::bigint) AS total_reserved,
            COALESCE(sum(t_1.issued_quantity), (0)::bigint) AS total_issued,
            COALESCE(sum((((t_1.quantity - t_1.reserved_quantity) - t_1.issued_quantity) - t_1.kept_quantity)), (0)::bigint) AS total_available,
            count(*) FILTER (WHERE (((t_1.reserved_quantity)::numeric > ((t_1.quantity)::numeric * 0.3)) AND (t_1.reserved_quantity > live.running))) AS suspicious_high_reserved_tiers,
            count(*) FILTER (WHERE ((t_1.reserved_quantity + t_1.issued_quantity) > t_1.quantity)) AS negative_available_tiers,
            count(*) FILTER (WHERE (t_1.reserved_quantity <> live.reserved)) AS reserved_mismatch_tiers
           FROM (ticketing.ticket_tiers t_1
             CROSS JOIN LATERAL ( SELECT COALESCE(sum(r.quantity), (0)::bigint) AS reserved,
                    COALESCE(sum(r.quantity) FILTER (WHERE ((r.status = 'paying'::text) OR (r.expires_at > COALESCE(d.now, now())))), (0)::bigint) AS running
                   FROM ticketing.ticket_holds r
                  WHERE ((r.tier_id = t_1.id) AND (r.status = ANY (ARRAY['active'::text, 'paying'::text])))) live)
          WHERE (t_1.event_id = e.id)) t)
     CROSS JOIN LATERAL ( SELECT count(*) AS expired_active_holds
           FROM (ticketing.ticket_holds r
             JOIN ticketing.ticket_tiers t_1 ON ((t_1.id = r.tier_id)))
          WHERE ((t_1.event_id = e.id) AND (r.status = 'active'::text) AND (r.expires_at < (COALESCE(d.now, now()) - '00:01:00'::interval)))) h)
     CROSS JOIN LATERAL ( SELECT ( SELECT count(*) AS count
                   FROM (ticketing.orders p
                     JOIN ticketing.holds h_1 ON ((h_1.id = p.hold_id)))
                  WHERE ((p.event_id = e.id) AND (p.status = 'pending'::text) AND ((h_1.status <> ALL (ARRAY['active'::text, 'paying'::text])) OR (h_1.expires_at < (COALESCE(d.now, now()) - '00:01:00'::interval))))) AS stale_pending_orders,
            ( SELECT count(*) AS count
                   FROM ticketing.orders p
                  WHERE ((p.event_id = e.id) AND (p.status = ANY (ARRAY['committed'::text, 'paid'::text])) AND (NOT (EXISTS ( SELECT
                           FROM ticketing.tickets k
                          WHERE (k.order_id = p.id)))))) AS paid_orders_missing_tickets
         OFFSET 0) o);

create table ticketing.event_terms
  event_id uuid not null
  fee_cents integer not null default 0
  fee_bp integer not null default 0
  tax_name text not null default 'VAT'::text
  tax_bp integer not null default 0
  tax_included boolean not null default true
  refund_until_hours integer default 0
  refund_fee_cents integer not null default 0
  refund_fee_bp integer not null default 0
  refund_needs_approval boolean not null default false
  version bigint not null default 1
  updated_at timestamp with time zone not null default now()
  constraint event_terms_fee_bp_check CHECK (((fee_bp >= 0) AND (fee_bp <= 5000)))
  constraint event_terms_fee_cents_check CHECK (((fee_cents >= 0) AND (fee_cents <= 1000000)))
  constraint event_terms_refund_fee_bp_check CHECK (((refund_fee_bp >= 0) AND (refund_fee_bp <= 10000)))
  constraint event_terms_refund_fee_cents_check CHECK (((refund_fee_cents >= 0) AND (refund_fee_cents <= 1000000)))
  constraint event_terms_refund_until_hours_check CHECK (((refund_until_hours >= 0) AND (refund_until_hours <= 8760)))
  constraint event_terms_tax_bp_check CHECK (((tax_bp >= 0) AND (tax_bp <= 5000)))
  constraint event_terms_tax_name_check CHECK (((length(tax_name) >= 1) AND (length(tax_name) <= 40)))
  constraint event_terms_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint event_terms_pkey PRIMARY KEY (event_id)
  CREATE TRIGGER refund_terms_kept AFTER INSERT OR UPDATE OF refund_until_hours, refund_fee_cents, refund_fee_bp, refund_needs_approval ON ticketing.event_terms FOR EACH ROW EXECUTE FUNCTION ticketing.keep_refund_terms()

create table ticketing.fans with (fillfactor=60)
  drop_id uuid not null
  user_id uuid not null
  held integer not null default 0
  bought integer not null default 0
  turn_expires_at timestamp with time zone
  place_id uuid
  constraint fans_bought_check CHECK ((bought >= 0))
  constraint fans_held_check CHECK ((held >= 0))
  constraint fans_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint fans_place_id_fkey FOREIGN KEY (place_id) REFERENCES ticketing.places(id)
  constraint fans_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint fans_pkey PRIMARY KEY (drop_id, user_id)

create table ticketing.gate_credits
  id bigint not null generated always as identity
  drop_id uuid not null
  hold_id uuid not null
  user_id uuid not null
  epoch bigint not null
  kind text not null
  created_at timestamp with time zone not null default now()
  seats integer[]
  refund_id uuid
  units jsonb
  constraint gate_credits_kind_check CHECK ((kind = ANY (ARRAY['release'::text, 'complete'::text, 'move'::text, 'refund'::text])))
  constraint refund_names_itself CHECK (((kind = 'refund'::text) = (refund_id IS NOT NULL)))
  constraint gate_credits_pkey PRIMARY KEY (id)
  CREATE INDEX idx_gate_credits_drop ON ticketing.gate_credits USING btree (drop_id, id)

create table ticketing.hold_batches
  id uuid not null
  drop_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint hold_batches_pkey PRIMARY KEY (id)
  CREATE INDEX idx_hold_batches_created ON ticketing.hold_batches USING btree (created_at)

create table ticketing.holds with (fillfactor=80)
  id uuid not null
  drop_id uuid not null
  user_id uuid not null
  request_id uuid not null
  body_hash text not null
  status text not null
  quantity integer not null
  expires_at timestamp with time zone not null
  paying_until timestamp with time zone
  extended boolean not null default false
  epoch bigint not null
  created_at timestamp with time zone not null default now()
  ended_at timestamp with time zone
  constraint holds_quantity_check CHECK ((quantity >= 0))
  constraint holds_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paying'::text, 'completed'::text, 'expired'::text, 'released'::text, 'void'::text])))
  constraint holds_pkey PRIMARY KEY (id)
  CREATE INDEX idx_holds_live ON ticketing.holds USING btree (drop_id, expires_at) WHERE (status = ANY (ARRAY['active'::text, 'paying'::text]))
  CREATE UNIQUE INDEX one_hold_per_request ON ticketing.holds USING btree (drop_id, user_id, request_id)

create table ticketing.idempotency_keys
  user_id uuid not null
  key text not null
  request_hash bytea not null
  subject_id uuid not null
  created_at timestamp with time zone not null default now()
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
  constraint idempotency_keys_request_hash_check CHECK ((length(request_hash) = 32))
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key)
  CREATE INDEX idx_idempotency_created ON ticketing.idempotency_keys USING btree (created_at)

create table ticketing.invoice_series
  vendor_id uuid not null
  kind text not null
  last_number bigint not null default 0
  constraint invoice_series_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text])))
  constraint invoice_series_last_number_check CHECK ((last_number >= 0))
  constraint invoice_series_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint invoice_series_pkey PRIMARY KEY (vendor_id, kind)

create table ticketing.invoices
  id uuid not null default gen_random_uuid()
  vendor_id uuid not null
  kind text not null
  number bigint not null
  order_id uuid not null
  invoice_id uuid
  refund_id uuid
  currency text not null
  total_cents bigint not null
  data jsonb not null
  issued_at timestamp with time zone not null
  constraint credit_notes_refer CHECK (((kind = 'credit_note'::text) = ((invoice_id IS NOT NULL) AND (refund_id IS NOT NULL))))
  constraint invoices_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text])))
  constraint invoices_number_check CHECK ((number > 0))
  constraint invoices_total_cents_check CHECK ((total_cents >= 0))
  constraint invoices_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES ticketing.invoices(id)
  constraint invoices_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint invoices_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES ticketing.refunds(id)
  constraint invoices_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint invoices_pkey PRIMARY KEY (id)
  constraint invoices_refund_id_key UNIQUE (refund_id)
  constraint one_number_per_vendor UNIQUE (vendor_id, kind, number)
  CREATE INDEX idx_invoices_order ON ticketing.invoices USING btree (order_id, issued_at)
  CREATE UNIQUE INDEX one_invoice_per_order ON ticketing.invoices USING btree (order_id) WHERE (kind = 'invoice'::text)
  CREATE TRIGGER invoice_is_for_ever BEFORE DELETE OR UPDATE ON ticketing.invoices FOR EACH ROW EXECUTE FUNCTION ticketing.refuse_changed_invoice()

create table ticketing.lines with (fillfactor=50)
  drop_id uuid not null
  serving bigint not null default 0
  last_number bigint not null default 0
  joined bigint not null default 0
  turns_in_use integer not null default 0
  call_tokens double precision not null default 0
  call_tokens_at timestamp with time zone
  version bigint not null default 0
  constraint lines_joined_check CHECK ((joined >= 0))
  constraint lines_last_number_check CHECK ((last_number >= 0))
  constraint lines_serving_check CHECK ((serving >= 0))
  constraint lines_turns_in_use_check CHECK ((turns_in_use >= 0))
  constraint serving_is_given CHECK ((serving <= last_number))
  constraint lines_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint lines_pkey PRIMARY KEY (drop_id)
  CREATE TRIGGER line_never_falls BEFORE UPDATE ON ticketing.lines FOR EACH ROW WHEN (((new.serving < old.serving) OR (new.last_number < old.last_number))) EXECUTE FUNCTION ticketing.refuse_going_back()

create table ticketing.order_items
  id uuid not null
  order_id uuid not null
  tier_id uuid not null
  quantity integer not null
  unit_price_cents integer not null
  seats integer[]
  unit_discount_cents integer not null default 0
  unit_fee_cents integer not null default 0
  unit_tax_cents integer not null default 0
  unit_tax_included_cents integer not null default 0
  constraint as_many_seats_as_units CHECK (((seats IS NULL) OR (cardinality(seats) = quantity)))
  constraint order_items_check CHECK (((unit_discount_cents >= 0) AND (unit_discount_cents <= unit_price_cents)))
  constraint order_items_quantity_check CHECK ((quantity > 0))
  constraint order_items_unit_fee_cents_check CHECK ((unit_fee_cents >= 0))
  constraint order_items_unit_price_cents_check CHECK ((unit_price_cents >= 0))
  constraint order_items_unit_tax_cents_check CHECK ((unit_tax_cents >= 0))
  constraint order_items_unit_tax_included_cents_check CHECK ((unit_tax_included_cents >= 0))
  constraint order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint order_items_tier_id_fkey FOREIGN KEY (tier_id) REFERENCES ticketing.ticket_tiers(id)
  constraint order_items_pkey PRIMARY KEY (id)
  constraint order_items_order_id_tier_id_key UNIQUE (order_id, tier_id)
  CREATE INDEX idx_order_items_tier ON ticketing.order_items USING btree (tier_id)

create table ticketing.order_log
  id bigint not null generated always as identity
  order_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid
  from_status text
  to_status text not null
  cause text not null
  detail jsonb
  constraint order_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_order_log_order ON ticketing.order_log USING btree (order_id, id)

create table ticketing.orders with (fillfactor=50)
  id uuid not null
  reference text not null
  user_id uuid not null
  event_id uuid not null
  drop_id uuid not null
  hold_id uuid not null
  status text not null
  subtotal_cents bigint not null
  fees_cents bigint not null default 0
  total_cents bigint not null
  currency text not null
  stripe_session_id text
  stripe_payment_intent_id text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  paid_at timestamp with time zone
  canceled_reason text
  discount_cents bigint not null default 0
  tax_cents bigint not null default 0
  tax_included_cents bigint not null default 0
  constraint orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
  constraint orders_discount_cents_check CHECK ((discount_cents >= 0))
  constraint orders_fees_cents_check CHECK ((fees_cents >= 0))
  constraint orders_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'paying'::text, 'committed'::text, 'paid'::text, 'partially_refunded'::text, 'refunded'::text, 'expired'::text, 'canceled'::text])))
  constraint orders_subtotal_cents_check CHECK ((subtotal_cents >= 0))
  constraint orders_tax_cents_check CHECK ((tax_cents >= 0))
  constraint orders_tax_included_cents_check CHECK ((tax_included_cents >= 0))
  constraint orders_total_cents_check CHECK ((total_cents >= 0))
  constraint total_is_sum CHECK ((total_cents = (((subtotal_cents - discount_cents) + fees_cents) + tax_cents)))
  constraint orders_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint orders_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint orders_hold_id_fkey FOREIGN KEY (hold_id) REFERENCES ticketing.holds(id)
  constraint orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint orders_pkey PRIMARY KEY (id)
  constraint orders_hold_id_key UNIQUE (hold_id)
  constraint orders_reference_key UNIQUE (reference)
  CREATE INDEX idx_orders_event_paid ON ticketing.orders USING btree (event_id, status) INCLUDE (total_cents, id)
  CREATE INDEX idx_orders_event_paid_at ON ticketing.orders USING btree (event_id, paid_at) WHERE (paid_at IS NOT NULL)
  CREATE INDEX idx_orders_event_status_created ON ticketing.orders USING btree (event_id, status, created_at)
  CREATE INDEX idx_orders_open ON ticketing.orders USING btree (updated_at) WHERE (status = ANY (ARRAY['pending'::text, 'paying'::text]))
  CREATE INDEX idx_orders_user_status ON ticketing.orders USING btree (user_id, status)
  CREATE TRIGGER order_ended AFTER UPDATE OF status ON ticketing.orders FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['expired'::text, 'canceled'::text])))) EXECUTE FUNCTION ticketing.order_left_codes()
  CREATE TRIGGER order_made AFTER INSERT ON ticketing.orders REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ticketing.guard_order()
  CREATE TRIGGER order_moved AFTER UPDATE ON ticketing.orders REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ticketing.guard_order()
  CREATE TRIGGER orders_left_points AFTER UPDATE ON ticketing.orders REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION loyalty.orders_left_points()

create table ticketing.outbox
  id bigint not null generated always as identity
  topic text not null
  payload jsonb not null
  created_at timestamp with time zone not null default now()
  constraint outbox_pkey PRIMARY KEY (id)

create table ticketing.payments with (fillfactor=50)
  id uuid not null
  order_id uuid not null
  provider text not null
  status text not null
  amount_cents bigint not null
  captured_cents bigint not null default 0
  refunded_cents bigint not null default 0
  currency text not null
  last4 text
  provider_ref text
  detail jsonb
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  method_id uuid
  brand text
  checks integer not null default 0
  check_at timestamp with time zone not null default (now() + '00:00:05'::interval)
  disputed_cents bigint not null default 0
  constraint payments_amount_cents_check CHECK ((amount_cents >= 0))
  constraint payments_brand_check CHECK ((length(brand) <= 40))
  constraint payments_check CHECK (((captured_cents >= 0) AND (captured_cents <= amount_cents)))
  constraint payments_disputed_cents_check CHECK ((disputed_cents >= 0))
  constraint payments_last4_check CHECK ((last4 ~ '^[0-9]{4}$'::text))
  constraint payments_provider_check CHECK ((provider = ANY (ARRAY['test'::text, 'cash_on_arrival'::text, 'stripe'::text, 'free'::text])))
  constraint payments_refunded_cents_check CHECK ((refunded_cents >= 0))
  constraint payments_status_check CHECK ((status = ANY (ARRAY['started'::text, 'requires_action'::text, 'authorized'::text, 'captured'::text, 'declined'::text, 'voided'::text, 'capture_failed'::text, 'refunded'::text, 'unknown'::text, 'stray'::text])))
  constraint refunded_within_captured CHECK ((refunded_cents <= captured_cents))
  constraint payments_method_fkey FOREIGN KEY (method_id) REFERENCES payments.methods(id) NOT VALID
  constraint payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint payments_pkey PRIMARY KEY (id)
  CREATE INDEX idx_payments_method ON ticketing.payments USING btree (method_id) WHERE (method_id IS NOT NULL)
  CREATE INDEX idx_payments_order ON ticketing.payments USING btree (order_id, created_at DESC)
  CREATE INDEX idx_payments_ref ON ticketing.payments USING btree (provider_ref) WHERE (provider_ref IS NOT NULL)
  CREATE INDEX idx_payments_unsettled ON ticketing.payments USING btree (check_at) WHERE ((status = ANY (ARRAY['started'::text, 'requires_action'::text, 'unknown'::text])) OR ((status = 'authorized'::text) AND (provider <> 'cash_on_arrival'::text)))
  CREATE UNIQUE INDEX one_live_payment_per_order ON ticketing.payments USING btree (order_id) WHERE (status = ANY (ARRAY['started'::text, 'requires_action'::text, 'authorized'::text, 'captured'::text, 'unknown'::text]))
  CREATE TRIGGER payment_ended AFTER UPDATE OF status ON ticketing.payments FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['declined'::text, 'voided'::text, 'capture_failed'::text, 'stray'::text])))) EXECUTE FUNCTION ticketing.payment_left_codes()
  CREATE TRIGGER payment_left_points AFTER UPDATE OF status ON ticketing.payments FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['declined'::text, 'voided'::text, 'capture_failed'::text, 'stray'::text])))) EXECUTE FUNCTION loyalty.payment_left_points()

create table ticketing.place_numbers
  drop_id uuid not null
  number bigint not null
  place_id uuid not null
  constraint place_numbers_number_check CHECK ((number > 0))
  constraint one_place_per_number PRIMARY KEY (drop_id, number)
  CREATE TRIGGER number_is_for_ever BEFORE UPDATE ON ticketing.place_numbers FOR EACH ROW EXECUTE FUNCTION ticketing.refuse_going_back()

create table ticketing.places with (fillfactor=45)
  id uuid not null
  drop_id uuid not null
  user_id uuid not null
  joined_at timestamp with time zone not null
  commitment bytea not null
  lobby boolean not null
  number bigint
  state text not null
  called_at timestamp with time zone
  claim_by timestamp with time zone
  asked_at timestamp with time zone
  claimed_at timestamp with time zone
  turn_expires_at timestamp with time zone
  ended_at timestamp with time zone
  end_reason text
  constraint places_commitment_check CHECK ((length(commitment) = 32))
  constraint places_number_check CHECK ((number > 0))
  constraint places_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'called'::text, 'late'::text, 'turn'::text, 'done'::text, 'expired'::text, 'left'::text])))
  constraint places_drop_id_fkey FOREIGN KEY (drop_id) REFERENCES ticketing.drops(id)
  constraint places_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint places_pkey PRIMARY KEY (id)
  CREATE INDEX idx_places_open_slots ON ticketing.places USING btree (drop_id, state) WHERE (state = ANY (ARRAY['called'::text, 'late'::text, 'turn'::text]))
  CREATE INDEX idx_places_user ON ticketing.places USING btree (user_id, drop_id)
  CREATE UNIQUE INDEX one_live_place_per_fan ON ticketing.places USING btree (drop_id, user_id) WHERE (ended_at IS NULL)

create table ticketing.presale_grants
  drop_id uuid not null
  user_id uuid not null
  request_id uuid not null
  code_id uuid not null
  tier_ids uuid[] not null
  created_at timestamp with time zone not null default now()
  constraint presale_grants_pkey PRIMARY KEY (drop_id, user_id, request_id)
  CREATE INDEX idx_presale_grants_created ON ticketing.presale_grants USING btree (created_at)

create table ticketing.price_log
  id bigint not null generated always as identity
  event_id uuid not null
  tier_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid
  from_cents integer not null
  to_cents integer not null
  from_all_in_cents integer not null
  to_all_in_cents integer not null
  why text not null
  constraint price_log_why_check CHECK (((length(why) >= 1) AND (length(why) <= 200)))
  constraint price_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_price_log_event ON ticketing.price_log USING btree (event_id, id DESC)
  CREATE TRIGGER price_log_stays BEFORE DELETE OR UPDATE ON ticketing.price_log FOR EACH ROW EXECUTE FUNCTION ticketing.keep_price_log()

create table ticketing.price_rules
  tier_id uuid not null
  base_cents integer not null
  floor_cents integer not null
  cap_cents integer not null
  steps jsonb not null
  enabled boolean not null default false
  updated_at timestamp with time zone not null default now()
  constraint base_within_bounds CHECK (((floor_cents <= base_cents) AND (base_cents <= cap_cents)))
  constraint price_rules_cap_cents_check CHECK ((cap_cents <= 100000000))
  constraint price_rules_floor_cents_check CHECK ((floor_cents >= 0))
  constraint price_rules_tier_id_fkey FOREIGN KEY (tier_id) REFERENCES ticketing.ticket_tiers(id) ON DELETE CASCADE
  constraint price_rules_pkey PRIMARY KEY (tier_id)
  CREATE INDEX idx_price_rules_enabled ON ticketing.price_rules USING btree (tier_id) WHERE enabled

create table ticketing.refund_log
  id bigint not null generated always as identity
  refund_id uuid not null
  order_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid
  from_status text
  to_status text not null
  cause text not null
  amount_cents bigint not null
  detail jsonb
  constraint refund_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_refund_log_order ON ticketing.refund_log USING btree (order_id, id)

create table ticketing.refund_terms_log
  event_id uuid not null
  since timestamp with time zone not null
  refund_until_hours integer
  refund_fee_cents integer not null
  refund_fee_bp integer not null
  refund_needs_approval boolean not null
  constraint refund_terms_log_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint refund_terms_log_pkey PRIMARY KEY (event_id, since)

create table ticketing.refund_tickets
  refund_id uuid not null
  ticket_id uuid not null
  amount_cents bigint not null
  live boolean not null default true
  constraint refund_tickets_amount_cents_check CHECK ((amount_cents >= 0))
  constraint refund_tickets_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES ticketing.refunds(id)
  constraint refund_tickets_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES ticketing.tickets(id)
  constraint refund_tickets_pkey PRIMARY KEY (refund_id, ticket_id)
  CREATE UNIQUE INDEX one_refund_per_ticket ON ticketing.refund_tickets USING btree (ticket_id) WHERE live

create table ticketing.refunds with (fillfactor=80)
  id uuid not null
  order_id uuid not null
  payment_id uuid
  user_id uuid not null
  event_id uuid not null
  status text not null
  cause text not null
  reason text
  amount_cents bigint not null
  fee_cents bigint not null default 0
  currency text not null
  provider_ref text
  requested_by uuid
  decided_by uuid
  decided_at timestamp with time zone
  tries integer not null default 0
  try_at timestamp with time zone not null default now()
  failure text
  settled_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  request_id uuid
  attempt_id uuid
  constraint refunds_amount_cents_check CHECK ((amount_cents >= 0))
  constraint refunds_cause_check CHECK ((cause = ANY (ARRAY['fan'::text, 'vendor'::text, 'operator'::text, 'event_canceled'::text, 'late_payment'::text, 'duplicate'::text, 'mismatch'::text, 'dispute'::text])))
  constraint refunds_fee_cents_check CHECK ((fee_cents >= 0))
  constraint refunds_reason_check CHECK ((length(reason) <= 500))
  constraint refunds_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'rejected'::text, 'sending'::text, 'succeeded'::text, 'failed'::text])))
  constraint refunds_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES ticketing.payments(id)
  constraint refunds_user_id_fkey FOREIGN KEY (user_id) REFERENCES accounts.users(id)
  constraint refunds_pkey PRIMARY KEY (id)
  constraint refunds_attempt_id_key UNIQUE (attempt_id)
  constraint refunds_provider_ref_key UNIQUE (provider_ref)
  CREATE INDEX idx_refunds_due ON ticketing.refunds USING btree (try_at) WHERE (status = 'sending'::text)
  CREATE INDEX idx_refunds_event ON ticketing.refunds USING btree (event_id, id)
  CREATE INDEX idx_refunds_order ON ticketing.refunds USING btree (order_id)
  CREATE INDEX idx_refunds_payment ON ticketing.refunds USING btree (payment_id) WHERE (payment_id IS NOT NULL)
  CREATE INDEX idx_refunds_request ON ticketing.refunds USING btree (request_id) WHERE (request_id IS NOT NULL)
  CREATE INDEX idx_refunds_user ON ticketing.refunds USING btree (user_id, id)
  CREATE INDEX idx_refunds_waiting ON ticketing.refunds USING btree (created_at) WHERE (status = ANY (ARRAY['requested'::text, 'failed'::text]))
  CREATE TRIGGER refund_made AFTER INSERT ON ticketing.refunds FOR EACH ROW EXECUTE FUNCTION ticketing.guard_refund()
  CREATE TRIGGER refund_moved AFTER UPDATE OF status ON ticketing.refunds FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION ticketing.guard_refund()

create table ticketing.seat_channels
  event_id uuid not null
  channel smallint not null
  name text not null
  code text
  release_at timestamp with time zone
  released_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  constraint seat_channels_channel_check CHECK (((channel >= 1) AND (channel <= 250)))
  constraint seat_channels_code_check CHECK (((length(code) >= 4) AND (length(code) <= 64)))
  constraint seat_channels_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
  constraint seat_channels_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint seat_channels_pkey PRIMARY KEY (event_id, channel)
  CREATE INDEX idx_seat_channels_release ON ticketing.seat_channels USING btree (release_at) WHERE ((release_at IS NOT NULL) AND (released_at IS NULL))
  CREATE UNIQUE INDEX one_channel_per_code ON ticketing.seat_channels USING btree (event_id, code) WHERE ((code IS NOT NULL) AND (released_at IS NULL))

create table ticketing.seat_claims with (fillfactor=80)
  event_id uuid not null
  seat integer not null
  hold_id uuid not null
  ticket_id uuid
  constraint seat_claims_pkey PRIMARY KEY (event_id, seat)
  CREATE UNIQUE INDEX one_seat_per_ticket ON ticketing.seat_claims USING btree (ticket_id) WHERE (ticket_id IS NOT NULL)

create table ticketing.seat_log
  id bigint not null generated always as identity
  event_id uuid not null
  at timestamp with time zone not null default now()
  actor_user_id uuid
  action text not null
  ticket_id uuid
  from_seat integer
  to_seat integer
  reason text
  detail jsonb
  constraint seat_log_action_check CHECK ((action = ANY (ARRAY['plan'::text, 'rules'::text, 'keep'::text, 'release'::text, 'move'::text])))
  constraint seat_log_reason_check CHECK ((length(reason) <= 500))
  constraint seat_log_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint seat_log_pkey PRIMARY KEY (id)
  CREATE INDEX idx_seat_log_event ON ticketing.seat_log USING btree (event_id, id)
  CREATE INDEX idx_seat_log_ticket ON ticketing.seat_log USING btree (ticket_id) WHERE (ticket_id IS NOT NULL)

create table ticketing.seat_plans
  event_id uuid not null
  map_id uuid not null
  assignment jsonb not null
  orphan_rule boolean not null default true
  orphan_relax_percent integer not null default 5
  gate_plan bytea not null
  gate_blocks bytea not null
  gate_facts jsonb not null
  tier_runs jsonb not null
  kept_version bigint not null default 0
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint seat_plans_orphan_relax_percent_check CHECK (((orphan_relax_percent >= 0) AND (orphan_relax_percent <= 100)))
  constraint seat_plans_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint seat_plans_map_id_fkey FOREIGN KEY (map_id) REFERENCES ticketing.venue_maps(id)
  constraint seat_plans_pkey PRIMARY KEY (event_id)

create table ticketing.seats with (fillfactor=90)
  event_id uuid not null
  seat integer not null
  tier_id uuid
  section text not null
  row_label text not null
  label text not null
  flags smallint not null default 0
  channel smallint not null default 0
  constraint seats_seat_check CHECK ((seat >= 0))
  constraint seats_pkey PRIMARY KEY (event_id, seat)
  CREATE INDEX idx_seats_kept ON ticketing.seats USING btree (event_id, channel) WHERE (channel <> 0)

create view ticketing.ticket_availability as
 SELECT t.event_id,
    e.title AS event_title,
    t.id AS tier_id,
    t.name AS tier_name,
    t.price_cents,
    e.currency,
    t.quantity,
    t.reserved_quantity,
    t.issued_quantity,
    (((t.quantity - t.reserved_quantity) - t.issued_quantity) - t.kept_quantity) AS available,
    round((((t.issued_quantity)::numeric * 100.0) / (NULLIF(t.quantity, 0))::numeric), 1) AS percent_sold,
    t.status,
    t.kept_quantity
   FROM (ticketing.ticket_tiers t
     JOIN events.events e ON ((e.id = t.event_id)));

create table ticketing.ticket_holds with (fillfactor=80)
  id bigint not null generated always as identity
  hold_id uuid not null
  tier_id uuid not null
  user_id uuid not null
  quantity integer not null
  unit_price_cents integer not null
  status text not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null default now()
  seats integer[]
  unit_fee_cents integer not null default 0
  unit_tax_cents integer not null default 0
  unit_tax_included_cents integer not null default 0
  constraint as_many_seats_as_units CHECK (((seats IS NULL) OR (cardinality(seats) = quantity)))
  constraint ticket_holds_quantity_check CHECK ((quantity > 0))
  constraint ticket_holds_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paying'::text, 'completed'::text, 'expired'::text, 'released'::text])))
  constraint ticket_holds_unit_fee_cents_check CHECK ((unit_fee_cents >= 0))
  constraint ticket_holds_unit_price_cents_check CHECK ((unit_price_cents >= 0))
  constraint ticket_holds_unit_tax_cents_check CHECK ((unit_tax_cents >= 0))
  constraint ticket_holds_unit_tax_included_cents_check CHECK ((unit_tax_included_cents >= 0))
  constraint ticket_holds_pkey PRIMARY KEY (hold_id, tier_id)
  CREATE INDEX idx_holds_user_expires ON ticketing.ticket_holds USING btree (user_id, expires_at) WHERE (status = ANY (ARRAY['active'::text, 'paying'::text]))
  CREATE INDEX idx_ticket_holds_tier_status_expires ON ticketing.ticket_holds USING btree (tier_id, status, expires_at) WHERE (status = ANY (ARRAY['active'::text, 'paying'::text]))

create table ticketing.ticket_tiers with (fillfactor=50)
  id uuid not null
  event_id uuid not null
  name text not null
  "position" integer not null default 0
  price_cents integer not null
  quantity integer not null
  reserved_quantity integer not null default 0
  issued_quantity integer not null default 0
  status text not null default 'active'::text
  version bigint not null default 0
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  seated boolean not null default false
  kept_quantity integer not null default 0
  fee_cents integer not null default 0
  tax_cents integer not null default 0
  tax_included_cents integer not null default 0
  range_min_cents integer
  range_max_cents integer
  presale_until timestamp with time zone
  constraint check_capacity_not_exceeded CHECK ((issued_quantity <= quantity))
  constraint check_kept_not_exceeded CHECK ((((reserved_quantity + issued_quantity) + kept_quantity) <= quantity))
  constraint check_total_not_exceeded CHECK (((reserved_quantity + issued_quantity) <= quantity))
  constraint ticket_tiers_check CHECK ((range_max_cents >= range_min_cents))
  constraint ticket_tiers_fee_cents_check CHECK ((fee_cents >= 0))
  constraint ticket_tiers_issued_quantity_check CHECK ((issued_quantity >= 0))
  constraint ticket_tiers_kept_quantity_check CHECK ((kept_quantity >= 0))
  constraint ticket_tiers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
  constraint ticket_tiers_price_cents_check CHECK (((price_cents >= 0) AND (price_cents <= 100000000)))
  constraint ticket_tiers_quantity_check CHECK (((quantity >= 0) AND (quantity <= 10000000)))
  constraint ticket_tiers_range_min_cents_check CHECK ((range_min_cents >= 0))
  constraint ticket_tiers_reserved_quantity_check CHECK ((reserved_quantity >= 0))
  constraint ticket_tiers_status_check CHECK ((status = ANY (ARRAY['active'::text, 'hidden'::text, 'closed'::text])))
  constraint ticket_tiers_tax_cents_check CHECK ((tax_cents >= 0))
  constraint ticket_tiers_tax_included_cents_check CHECK ((tax_included_cents >= 0))
  constraint ticket_tiers_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint ticket_tiers_pkey PRIMARY KEY (id)
  CREATE INDEX idx_ticket_tiers_event ON ticketing.ticket_tiers USING btree (event_id)
  CREATE TRIGGER price_changed AFTER UPDATE OF price_cents, fee_cents, tax_cents ON ticketing.ticket_tiers FOR EACH ROW WHEN ((((old.price_cents IS DISTINCT FROM new.price_cents) OR (old.fee_cents IS DISTINCT FROM new.fee_cents)) OR (old.tax_cents IS DISTINCT FROM new.tax_cents))) EXECUTE FUNCTION ticketing.log_price()
  CREATE TRIGGER tier_listed AFTER INSERT OR DELETE OR UPDATE OF price_cents, fee_cents, tax_cents, status ON ticketing.ticket_tiers FOR EACH ROW EXECUTE FUNCTION events.relist_tier()

create table ticketing.tickets with (fillfactor=60)
  id uuid not null
  order_id uuid not null
  order_item_id uuid not null
  ordinal integer not null
  event_id uuid not null
  tier_id uuid not null
  owner_user_id uuid not null
  status text not null
  code_version integer not null default 1
  qr_code text
  redeemed_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  seat integer
  suspended_at timestamp with time zone
  constraint tickets_code_version_check CHECK (((code_version >= 1) AND (code_version <= 65535)))
  constraint tickets_ordinal_check CHECK ((ordinal > 0))
  constraint tickets_status_check CHECK ((status = ANY (ARRAY['issued'::text, 'transferred'::text, 'redeemed'::text, 'refunded'::text, 'canceled'::text])))
  constraint tickets_event_id_fkey FOREIGN KEY (event_id) REFERENCES events.events(id)
  constraint tickets_order_id_fkey FOREIGN KEY (order_id) REFERENCES ticketing.orders(id)
  constraint tickets_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES ticketing.order_items(id)
  constraint tickets_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES accounts.users(id)
  constraint tickets_tier_id_fkey FOREIGN KEY (tier_id) REFERENCES ticketing.ticket_tiers(id)
  constraint tickets_pkey PRIMARY KEY (id)
  constraint tickets_order_item_id_ordinal_key UNIQUE (order_item_id, ordinal)
  CREATE INDEX idx_tickets_event_created ON ticketing.tickets USING btree (event_id, created_at)
  CREATE INDEX idx_tickets_order ON ticketing.tickets USING btree (order_id)
  CREATE INDEX idx_tickets_owner_event ON ticketing.tickets USING btree (owner_user_id, event_id)
  CREATE INDEX idx_tickets_tier_status ON ticketing.tickets USING btree (tier_id, status)
  CREATE UNIQUE INDEX one_live_ticket_per_seat ON ticketing.tickets USING btree (event_id, seat) WHERE ((seat IS NOT NULL) AND (status = ANY (ARRAY['issued'::text, 'transferred'::text, 'redeemed'::text])))

create table ticketing.unknown_reports
  provider_ref text not null
  kind text not null
  provider text
  payment_ref text
  amount_cents bigint
  seen_at timestamp with time zone not null default now()
  constraint unknown_reports_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'dispute'::text])))
  constraint unknown_reports_pkey PRIMARY KEY (provider_ref)

create table ticketing.venue_maps
  id uuid not null
  vendor_id uuid
  name text not null
  seat_count integer not null
  map jsonb not null
  digest bytea not null
  created_at timestamp with time zone not null default now()
  constraint venue_maps_digest_check CHECK ((length(digest) = 32))
  constraint venue_maps_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint venue_maps_seat_count_check CHECK (((seat_count >= 0) AND (seat_count <= 65000)))
  constraint venue_maps_vendor_id_fkey FOREIGN KEY (vendor_id) REFERENCES accounts.users(id)
  constraint venue_maps_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX one_map_per_digest ON ticketing.venue_maps USING btree (COALESCE(vendor_id, '00000000-0000-0000-0000-000000000000'::uuid), digest)

create table ticketing.workers
  id text not null
  seen_at timestamp with time zone not null default now()
  constraint workers_pkey PRIMARY KEY (id)

create function ticketing.apply_code(p_order uuid, p_user uuid, p_code text, OUT outcome text, OUT why text) returns record;

create function ticketing.begin_payment(p_order uuid, p_user uuid, p_payment uuid, p_provider text, p_method uuid, p_last4 text, p_brand text, p_amount bigint, p_currency text, p_key text, p_hash bytea, p_cap_seconds integer, p_check_ms integer, OUT outcome text, OUT payment_id uuid) returns record;

create function ticketing.begin_payments(p_order uuid[], p_user uuid[], p_payment uuid[], p_provider text[], p_method uuid[], p_last4 text[], p_brand text[], p_amount bigint[], p_currency text[], p_key text[], p_hash bytea[], p_cap_seconds integer, p_check_ms integer) returns uuid[];

create function ticketing.book_order(p_hold uuid, p_user uuid, p_order uuid, p_reference text, p_key text, p_hash bytea, OUT outcome text, OUT order_id uuid) returns record;

create function ticketing.book_orders(p_hold uuid[], p_user uuid[], p_order uuid[], p_reference text[], p_key text[], p_hash bytea[]) returns uuid[];

create function ticketing.call_next(p_drop uuid, p_health double precision) returns TABLE(place_id uuid, user_id uuid, number bigint, claim_by timestamp with time zone);

create function ticketing.cancel_order(p_payment uuid, p_reason text, OUT outcome text, OUT gate_forgot boolean) returns record;

create function ticketing.claim_turn(p_drop uuid, p_user uuid, OUT code text, OUT place_id uuid, OUT number bigint, OUT expires_at timestamp with time zone, OUT ahead bigint, OUT fresh boolean) returns record;

create function ticketing.close_lobby(p_drop uuid, p_source text, p_next_round bigint, p_later_round bigint) returns boolean;

create function ticketing.complete_order(p_payment uuid, p_ref text, p_tickets uuid[], p_codes text[], OUT outcome text, OUT limit_reached boolean) returns record;

create function ticketing.complete_orders(p_drop uuid, p_payment uuid[], p_ref text[], p_tickets uuid[], OUT completed uuid[], OUT full_fans uuid[]) returns record;

create function ticketing.decide_holds(p_drop uuid, p_phase text, p_line boolean, p_limit integer, p_tiers uuid[], p_free integer[], p_seated boolean[], p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[], p_qty integer[], p_item_hold integer[], p_item_tier uuid[], p_item_qty integer[], p_item_seats text[], p_seat_codes text[], OUT codes text[], OUT taken integer[]) returns record;

create function ticketing.decide_refund(p_refund uuid, p_actor uuid, p_approve boolean, p_reason text, OUT outcome text, OUT status text, OUT why text) returns record;

create function ticketing.draw_numbers(p_drop uuid, p_beacon bytea, p_signature bytea) returns text;

create function ticketing.end_holds(p_drop uuid, p_holds uuid[], p_status text, p_limit integer) returns TABLE(hold_id uuid, user_id uuid);

create function ticketing.finish_drop(p_drop uuid, p_phase text, p_due boolean, p_actor uuid, p_reason text) returns boolean;

create function ticketing.follow_rule(p_tier uuid, p_actor uuid) returns boolean;

create function ticketing.forget_code(p_order uuid) returns void;

create function ticketing.guard_order() returns trigger;

create function ticketing.guard_refund() returns trigger;

create function ticketing.hmac_pad(p_key bytea, p_pad integer) returns bytea;

create function ticketing.issue_credit_note(p_refund uuid, OUT outcome text, OUT invoice uuid) returns record;

create function ticketing.issue_invoice(p_order uuid, OUT outcome text, OUT invoice uuid) returns record;

create function ticketing.join_batch(p_drop uuid, p_user uuid[], p_place uuid[]) returns TABLE(ord integer, code text, place_id uuid, number bigint, state text, joined_us bigint, commitment bytea, secret_hash bytea);

create function ticketing.judge_seats(p_event uuid, p_hold uuid[], p_item_hold integer[], p_item_tier uuid[], p_item_seats text[], p_channel integer[], p_accessible boolean[], OUT codes text[], OUT open boolean, OUT kept boolean, OUT taken text) returns record;

create function ticketing.keep_attribution() returns trigger;

create function ticketing.keep_price_log() returns trigger;

create function ticketing.keep_refund_terms() returns trigger;

create function ticketing.keep_seats(p_event uuid, p_channel integer, p_add integer[], p_remove integer[], p_actor uuid, OUT outcome text, OUT seats integer[], OUT drop_id uuid) returns record;

create function ticketing.leave_line(p_drop uuid, p_user uuid) returns text;

create function ticketing.lock_orders(p_orders uuid[]) returns void;

create function ticketing.lock_pending_order(p_order uuid, p_user uuid) returns text;

create function ticketing.log_price() returns trigger;

create function ticketing.lose_dispute(p_payment uuid, p_amount bigint, p_refund uuid, p_bought boolean) returns void;

create function ticketing.move_ticket(p_ticket uuid, p_seat integer, p_actor uuid, p_any boolean, p_reason text, OUT outcome text, OUT event_id uuid, OUT drop_id uuid, OUT order_id uuid, OUT from_seat integer) returns record;

create function ticketing.name_seats(p_event uuid, p_seats integer[]) returns json;

create function ticketing.open_drop(p_drop uuid) returns boolean;

create function ticketing.order_left_codes() returns trigger;

create function ticketing.pause_drop(p_drop uuid, p_actor uuid, p_reason text) returns text;

create function ticketing.payment_captured(p_payment uuid, p_ref text, p_tickets uuid[], p_codes text[], OUT outcome text, OUT limit_reached boolean) returns record;

create function ticketing.payment_left_codes() returns trigger;

create function ticketing.payments_captured(p_payment uuid[], p_ref text[], p_ticket uuid[], p_code text[]) returns uuid[];

create function ticketing.place_holds(p_batch uuid, p_drop uuid, p_epoch bigint, p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[], p_qty integer[], p_fan uuid[], p_fan_qty integer[], p_tier uuid[], p_tier_qty integer[], p_item_hold integer[], p_item_tier uuid[], p_item_qty integer[], p_item_seats text[], p_channel integer[], p_accessible boolean[], OUT status text, OUT results text, OUT expires_at timestamp with time zone, OUT tier_ids text, OUT remaining text, OUT prices text, OUT taken text) returns record;

create function ticketing.place_leaf(p_drop uuid, p_place uuid, p_commitment bytea, p_joined_at timestamp with time zone) returns bytea;

create function ticketing.price_event(p_event uuid, p_why text, p_actor uuid) returns integer;

create function ticketing.price_items(p_order uuid, p_code uuid) returns TABLE(item_id uuid, tier_id uuid, quantity integer, price integer, off integer, fee integer, tax integer, tax_included integer);

create function ticketing.price_order(p_order uuid, p_code uuid) returns void;

create function ticketing.price_parts(p_price integer, p_fee_cents integer, p_fee_bp integer, p_tax_bp integer, p_tax_included boolean, OUT fee integer, OUT tax integer, OUT tax_included integer) returns record;

create function ticketing.price_tier(p_tier uuid, p_price integer, p_why text, p_actor uuid) returns boolean;

create function ticketing.publish_root(p_drop uuid) returns boolean;

create function ticketing.quote_refunds(p_tickets uuid[], p_outside boolean) returns TABLE(ticket_id uuid, order_id uuid, payment_id uuid, owner_id uuid, why text, amount_cents bigint, fee_cents bigint, currency text, until timestamp with time zone, needs_approval boolean, refund_id uuid);

create function ticketing.record_dispute(p_id uuid, p_provider text, p_ref text, p_payment_ref text, p_amount bigint, p_currency text, p_reason text, p_status text, p_opened timestamp with time zone, p_refund uuid, OUT outcome text, OUT order_id uuid, OUT drop_id uuid) returns record;

create function ticketing.refund_tickets(p_user uuid, p_tickets uuid[], p_ids uuid[], p_request uuid, p_actor uuid, p_cause text, p_reason text, p_key text, p_hash bytea, OUT outcome text, OUT request_id uuid, OUT ticket_id uuid, OUT why text, OUT refund_id uuid) returns record;

create function ticketing.refuse_changed_invoice() returns trigger;

create function ticketing.refuse_going_back() returns trigger;

create function ticketing.release_channel(p_event uuid, p_channel integer, p_actor uuid, p_due boolean, OUT outcome text, OUT freed integer, OUT drop_id uuid) returns record;

create function ticketing.remove_code(p_order uuid, p_user uuid) returns text;

create function ticketing.resume_drop(p_drop uuid, p_actor uuid, p_reason text) returns text;

create function ticketing.return_codes(p_order uuid) returns void;

create function ticketing.rule_price(p_tier uuid) returns integer;

create function ticketing.set_channels(p_event uuid, p_seats integer[], p_channels integer[]) returns void;

create function ticketing.settle_refund(p_refund uuid, p_attempt uuid, p_state text, p_ref text, p_failure text, OUT outcome text) returns text;

create function ticketing.settle_turns(p_drop uuid) returns TABLE(kind text, place_id uuid, user_id uuid, number bigint);

create function ticketing.show_price(t ticketing.ticket_tiers) returns jsonb;

create function ticketing.stray_payment(p_payment uuid, p_refund uuid, p_ref text, p_taken bigint, p_cause text, OUT outcome text) returns text;

create function ticketing.swap_hold(p_batch uuid, p_drop uuid, p_epoch bigint, p_hold uuid[], p_user uuid[], p_request uuid[], p_hash text[], p_qty integer[], p_fan uuid[], p_fan_qty integer[], p_tier uuid[], p_tier_qty integer[], p_item_hold integer[], p_item_tier uuid[], p_item_qty integer[], p_item_seats text[], p_channel integer[], p_accessible boolean[], p_old uuid, OUT status text, OUT results text, OUT expires_at timestamp with time zone, OUT tier_ids text, OUT remaining text, OUT prices text, OUT taken text) returns record;

create function ticketing.take_back(p_refund uuid) returns void;

create function ticketing.tax_left(p_tax integer, p_base bigint, p_off bigint) returns integer;

create function ticketing.turn_stock(p_drop uuid) returns text;

create function ticketing.use_code(p_order uuid, p_code uuid, p_user uuid, p_presale boolean, p_tickets integer) returns boolean;

create function ticketing.withdraw_payment(p_payment uuid, p_status text, p_cause text, p_ref text, OUT outcome text) returns text;
