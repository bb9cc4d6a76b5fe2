-- What a fan was promised stays: terms by which tickets come back, refunds that banks send back, and mails that are let go of.

-- The terms of each event as they were, from when on; an order's are those in force when it was booked (rule F9).
create table ticketing.refund_terms_log (
  event_id uuid not null references events.events (id),
  since timestamptz not null,
  refund_until_hours int,
  refund_fee_cents int not null,
  refund_fee_bp int not null,
  refund_needs_approval boolean not null,
  primary key (event_id, since)
);
-- Of what was before nobody wrote anything down: today's terms count for orders there are.
insert into ticketing.refund_terms_log
select event_id, '-infinity', refund_until_hours, refund_fee_cents, refund_fee_bp, refund_needs_approval from ticketing.event_terms;

-- By the trigger, so that no writer can forget it.
create function ticketing.keep_refund_terms() returns trigger language plpgsql as $$
begin
  -- fees and taxes stand in the same row, and are written with it
  if tg_op = 'UPDATE' and (old.refund_until_hours, old.refund_fee_cents, old.refund_fee_bp, old.refund_needs_approval)
    is not distinct from (new.refund_until_hours, new.refund_fee_cents, new.refund_fee_bp, new.refund_needs_approval)
  then return null; end if;
  insert into ticketing.refund_terms_log as l
  values (new.event_id, now(), new.refund_until_hours, new.refund_fee_cents, new.refund_fee_bp, new.refund_needs_approval)
  on conflict (event_id, since) do update
     set refund_until_hours = excluded.refund_until_hours, refund_fee_cents = excluded.refund_fee_cents,
         refund_fee_bp = excluded.refund_fee_bp, refund_needs_approval = excluded.refund_needs_approval;
  return null;
end $$;
create trigger refund_terms_kept after insert or update of
  refund_until_hours, refund_fee_cents, refund_fee_bp, refund_needs_approval on ticketing.event_terms
  for each row execute function ticketing.keep_refund_terms();

-- A bank may send money back days after it was given: what was done is open again, for a person (rule F38).
create or replace function ticketing.guard_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.status || '>' || new.status not in
    ('requested>sending', 'requested>rejected', 'sending>succeeded', 'sending>failed', 'failed>sending', 'failed>succeeded',
     'succeeded>failed')
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

-- Whole messages that the local mailbox keeps, for the purge (rule M19); with a mail server there are none.
create index idx_mails_kept on delivery.mails (sent_at) where raw is not null;
