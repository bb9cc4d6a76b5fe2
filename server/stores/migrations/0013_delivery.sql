-- Delivery (rules M…): mails that are written down before they are sent, and invoices numbered without a gap.
create schema delivery;

create table delivery.mails (
  id uuid primary key,
  kind text not null check (kind in
    ('confirmation', 'resend', 'ticket_moved', 'refund_decided', 'refund_rejected', 'refund_settled')),
  -- what it is about: of each kind there is one mail about it, however often a job runs
  about text not null check (length(about) between 1 and 120),
  user_id uuid not null references accounts.users (id),
  order_id uuid references ticketing.orders (id),
  refund_id uuid references ticketing.refunds (id),
  to_name text not null,
  to_address text not null,
  subject text not null,
  -- who asked for it and why; null: it came by itself
  requested_by uuid,
  reason text check (length(reason) <= 500),
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  -- tried so often, and when next
  tries int not null default 0,
  try_at timestamptz not null default now(),
  failure text check (length(failure) <= 500),
  attachments text[] not null default '{}',
  -- the whole message, where the local mailbox keeps it
  raw bytea,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  constraint one_mail_per_occasion unique (kind, about)
) with (fillfactor = 80);
create index idx_mails_due on delivery.mails (try_at) where status = 'queued';
create index idx_mails_user on delivery.mails (user_id, id desc);
create index idx_mails_order on delivery.mails (order_id, created_at) where order_id is not null;
create index idx_mails_failed on delivery.mails (id desc) where status = 'failed';

-- Where each vendor's numbers stand; its row is the lock under which the next one is given.
create table ticketing.invoice_series (
  vendor_id uuid not null references accounts.users (id),
  kind text not null check (kind in ('invoice', 'credit_note')),
  last_number bigint not null default 0 check (last_number >= 0),
  primary key (vendor_id, kind)
);

create table ticketing.invoices (
  id uuid primary key default gen_random_uuid(),
  vendor_id uuid not null references accounts.users (id),
  kind text not null check (kind in ('invoice', 'credit_note')),
  number bigint not null check (number > 0),
  order_id uuid not null references ticketing.orders (id),
  -- a credit note's: the invoice it corrects, and the refund it is for
  invoice_id uuid references ticketing.invoices (id),
  refund_id uuid unique references ticketing.refunds (id),
  currency text not null,
  total_cents bigint not null check (total_cents >= 0),
  -- everything that is printed, as it was on that day
  data jsonb not null,
  issued_at timestamptz not null,
  constraint one_number_per_vendor unique (vendor_id, kind, number),
  constraint credit_notes_refer check ((kind = 'credit_note') = (invoice_id is not null and refund_id is not null))
);
create unique index one_invoice_per_order on ticketing.invoices (order_id) where kind = 'invoice';
create index idx_invoices_order on ticketing.invoices (order_id, issued_at);

create function ticketing.refuse_changed_invoice() returns trigger language plpgsql as $$
begin
  raise exception 'invoice % of vendor % is issued and never changes', old.number, old.vendor_id using errcode = 'check_violation';
end $$;
create trigger invoice_is_for_ever before update or delete on ticketing.invoices
  for each row execute function ticketing.refuse_changed_invoice();
