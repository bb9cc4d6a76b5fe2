-- Refunds and chargebacks (rules F…): what 0009 left open of money on its way back.

alter table ticketing.refunds
  -- tickets of several orders given back together; what an Idempotency-Key stands for
  add column request_id uuid,
  -- the provider's idempotency key of the present attempt; null: the refund's own id
  add column attempt_id uuid unique;
create index idx_refunds_request on ticketing.refunds (request_id) where request_id is not null;
create index idx_refunds_user on ticketing.refunds (user_id, id);
create index idx_refunds_event on ticketing.refunds (event_id, id);

-- While a bank looks into the payment, its tickets that were not used admit nobody.
alter table ticketing.tickets add column suspended_at timestamptz;
-- What the bank took back by a chargeback that was lost. It may come on top of a refund.
alter table ticketing.payments add column disputed_cents bigint not null default 0 check (disputed_cents >= 0);

create table ticketing.disputes (
  id uuid primary key,
  provider text not null,
  provider_ref text not null,
  payment_id uuid not null references ticketing.payments (id),
  order_id uuid not null references ticketing.orders (id),
  -- the account it is recorded against
  user_id uuid not null references accounts.users (id),
  amount_cents bigint not null check (amount_cents >= 0),
  currency text not null,
  reason text check (length(reason) <= 200),
  status text not null check (status in ('open', 'won', 'lost')),
  opened_at timestamptz not null,
  closed_at timestamptz,
  recorded_at timestamptz not null default now(),
  constraint closed_has_its_time check ((status = 'open') = (closed_at is null)),
  constraint one_row_per_dispute unique (provider, provider_ref)
);
create index idx_disputes_payment on ticketing.disputes (payment_id);
create index idx_disputes_order on ticketing.disputes (order_id);
create index idx_disputes_user on ticketing.disputes (user_id);

-- Refunds and disputes a provider told of that nothing here knows, such as a refund made on its own pages: for the reconciler.
create table ticketing.unknown_reports (
  provider_ref text primary key,
  kind text not null check (kind in ('refund', 'dispute')),
  provider text,
  payment_ref text,
  amount_cents bigint,
  seen_at timestamptz not null default now()
);

-- What comes back of an order that is sold goes to the gate once, by the refund's id: units by tier, seats, and the fan's allowance.
alter table ticketing.gate_credits
  add column refund_id uuid,
  add column units jsonb,
  drop constraint gate_credits_kind_check,
  add constraint gate_credits_kind_check check (kind in ('release', 'complete', 'move', 'refund')),
  add constraint refund_names_itself check ((kind = 'refund') = (refund_id is not null));

-- Beside who did it, the log keeps why: what a person wrote, and what the provider said.
create or replace function ticketing.guard_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status || '>' || new.status not in
    ('requested>sending', 'requested>rejected', 'sending>succeeded', 'sending>failed', 'failed>sending', 'failed>succeeded')
  then
    raise exception 'refund % cannot go from % to %', new.id, old.status, new.status using errcode = 'check_violation';
  end if;
  insert into ticketing.refund_log (refund_id, order_id, actor_user_id, from_status, to_status, cause, amount_cents, detail)
  values (new.id, new.order_id, nullif(current_setting('holdfast.actor', true), '')::uuid,
          case when tg_op = 'UPDATE' then old.status end, new.status, new.cause, new.amount_cents,
          nullif(jsonb_strip_nulls(jsonb_build_object(
            'failure', new.failure, 'reason', nullif(current_setting('holdfast.reason', true), ''))), '{}'));
  return null;
end $$;
