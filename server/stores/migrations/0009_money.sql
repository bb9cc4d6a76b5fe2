-- Money (rules O, P, F, C): all-in prices locked at the hold, payments that are asked about on a schedule, event terms.

-- What one unit costs, taken apart: price, fee and tax on top make what a fan pays; a tax may be contained instead.
-- Fee and tax are worked out when price or terms change, so that a hold copies three integers and computes nothing.
alter table ticketing.ticket_tiers
  add column fee_cents int not null default 0 check (fee_cents >= 0),
  add column tax_cents int not null default 0 check (tax_cents >= 0),
  add column tax_included_cents int not null default 0 check (tax_included_cents >= 0);
alter table ticketing.ticket_holds
  add column unit_fee_cents int not null default 0 check (unit_fee_cents >= 0),
  add column unit_tax_cents int not null default 0 check (unit_tax_cents >= 0),
  add column unit_tax_included_cents int not null default 0 check (unit_tax_included_cents >= 0);
-- A code's discount is taken off the unit's price, before tax; the tax columns are what is left after it.
alter table ticketing.order_items
  add column unit_discount_cents int not null default 0 check (unit_discount_cents >= 0 and unit_discount_cents <= unit_price_cents),
  add column unit_fee_cents int not null default 0 check (unit_fee_cents >= 0),
  add column unit_tax_cents int not null default 0 check (unit_tax_cents >= 0),
  add column unit_tax_included_cents int not null default 0 check (unit_tax_included_cents >= 0);
alter table ticketing.orders
  add column discount_cents bigint not null default 0 check (discount_cents >= 0),
  add column tax_cents bigint not null default 0 check (tax_cents >= 0),
  add column tax_included_cents bigint not null default 0 check (tax_included_cents >= 0),
  drop constraint total_is_sum,
  add constraint total_is_sum check (total_cents = subtotal_cents - discount_cents + fees_cents + tax_cents);

-- An event's terms; without a row: no fee, no tax, tickets come back until the event starts.
create table ticketing.event_terms (
  event_id uuid primary key references events.events (id),
  fee_cents int not null default 0 check (fee_cents between 0 and 1000000),
  -- basis points of the tier's price, added to the fixed fee
  fee_bp int not null default 0 check (fee_bp between 0 and 5000),
  tax_name text not null default 'VAT' check (length(tax_name) between 1 and 40),
  -- basis points of price and fee
  tax_bp int not null default 0 check (tax_bp between 0 and 5000),
  -- contained in the price instead of added to it
  tax_included boolean not null default true,
  -- until so many hours before the event starts; null: never
  refund_until_hours int default 0 check (refund_until_hours between 0 and 8760),
  -- kept of each ticket that comes back
  refund_fee_cents int not null default 0 check (refund_fee_cents between 0 and 1000000),
  refund_fee_bp int not null default 0 check (refund_fee_bp between 0 and 10000),
  refund_needs_approval boolean not null default false,
  version bigint not null default 1,
  updated_at timestamptz not null default now()
);

alter table ticketing.payments
  -- which of the vendor's ways to pay it came through (payments.methods); null: the installation's own
  add column method_id uuid,
  add column brand text check (length(brand) <= 40),
  -- asked about so often, and when next
  add column checks int not null default 0,
  add column check_at timestamptz not null default now() + interval '5 seconds',
  drop constraint payments_provider_check,
  add constraint payments_provider_check check (provider in ('test', 'cash_on_arrival', 'stripe', 'free')),
  drop constraint payments_status_check,
  -- stray: money that was taken and buys nothing; it is on its way back (ticketing.refunds)
  add constraint payments_status_check check (status in
    ('started', 'requires_action', 'authorized', 'captured', 'declined', 'voided', 'capture_failed', 'refunded', 'unknown', 'stray'));
drop index ticketing.idx_payments_unsettled;
create index idx_payments_unsettled on ticketing.payments (check_at)
  where status in ('started', 'requires_action', 'unknown') or (status = 'authorized' and provider <> 'cash_on_arrival');
create index idx_payments_ref on ticketing.payments (provider_ref) where provider_ref is not null;

-- The built-in bank gives money back too.
create table payments.test_refunds (
  -- the caller's idempotency key
  id uuid primary key,
  charge_id uuid not null,
  amount_cents bigint not null check (amount_cents >= 0),
  status text not null check (status in ('succeeded', 'failed')),
  created_at timestamptz not null default now()
);
create index idx_test_refunds_charge on payments.test_refunds (charge_id);
create index idx_test_charges_created on payments.test_charges (created_at);

-- Functions whose successors take more arguments.
drop function if exists ticketing.place_holds(uuid, uuid, bigint, uuid[], uuid[], uuid[], text[], int[], uuid[], int[], uuid[], int[], int[], uuid[], int[]);
drop function if exists ticketing.decide_holds(uuid, text, boolean, int, uuid[], int[], uuid[], uuid[], uuid[], text[], int[], int[], uuid[], int[]);

-- Money on its way back: written down before the provider is asked, sent by a job until it is settled (rules F…).
create table ticketing.refunds (
  -- the provider's idempotency key
  id uuid primary key,
  order_id uuid not null references ticketing.orders (id),
  -- null: nothing was ever captured (cash at the door that was not paid yet)
  payment_id uuid references ticketing.payments (id),
  user_id uuid not null references accounts.users (id),
  event_id uuid not null references events.events (id),
  -- requested: waits for approval. sending: decided, tickets and stock are back, money is on its way.
  status text not null check (status in ('requested', 'rejected', 'sending', 'succeeded', 'failed')),
  cause text not null check (cause in
    ('fan', 'vendor', 'operator', 'event_canceled', 'late_payment', 'duplicate', 'mismatch', 'dispute')),
  reason text check (length(reason) <= 500),
  -- what goes back, after the fee that is kept
  amount_cents bigint not null check (amount_cents >= 0),
  fee_cents bigint not null default 0 check (fee_cents >= 0),
  currency text not null,
  provider_ref text unique,
  requested_by uuid,
  decided_by uuid,
  decided_at timestamptz,
  -- asked for so often, and when next
  tries int not null default 0,
  try_at timestamptz not null default now(),
  failure text,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 80);
create index idx_refunds_order on ticketing.refunds (order_id);
create index idx_refunds_payment on ticketing.refunds (payment_id) where payment_id is not null;
create index idx_refunds_due on ticketing.refunds (try_at) where status = 'sending';
create index idx_refunds_waiting on ticketing.refunds (created_at) where status in ('requested', 'failed');

create table ticketing.refund_tickets (
  refund_id uuid not null references ticketing.refunds (id),
  ticket_id uuid not null references ticketing.tickets (id),
  -- what goes back for this one
  amount_cents bigint not null check (amount_cents >= 0),
  -- false: the refund was rejected, the ticket may be asked for again
  live boolean not null default true,
  primary key (refund_id, ticket_id)
);
create unique index one_refund_per_ticket on ticketing.refund_tickets (ticket_id) where live;

-- Every change of a refund's state, by whom and why; written by the trigger, so that none can be forgotten.
create table ticketing.refund_log (
  id bigint generated always as identity primary key,
  refund_id uuid not null,
  order_id uuid not null,
  at timestamptz not null default now(),
  actor_user_id uuid,
  from_status text,
  to_status text not null,
  cause text not null,
  amount_cents bigint not null,
  detail jsonb
);
create index idx_refund_log_order on ticketing.refund_log (order_id, id);
create function ticketing.guard_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status || '>' || new.status not in
    ('requested>sending', 'requested>rejected', 'sending>succeeded', 'sending>failed', 'failed>sending', 'failed>succeeded')
  then
    raise exception 'refund % cannot go from % to %', new.id, old.status, new.status using errcode = 'check_violation';
  end if;
  insert into ticketing.refund_log (refund_id, order_id, actor_user_id, from_status, to_status, cause, amount_cents, detail)
  values (new.id, new.order_id, nullif(current_setting('holdfast.actor', true), '')::uuid,
          case when tg_op = 'UPDATE' then old.status end, new.status, new.cause, new.amount_cents,
          case when new.failure is not null then jsonb_build_object('failure', new.failure) end);
  return null;
end $$;
create trigger refund_made after insert on ticketing.refunds for each row execute function ticketing.guard_refund();
create trigger refund_moved after update of status on ticketing.refunds
  for each row when (old.status is distinct from new.status) execute function ticketing.guard_refund();
drop function if exists ticketing.begin_payment(uuid, uuid, uuid, text, text, text, bytea, int);
