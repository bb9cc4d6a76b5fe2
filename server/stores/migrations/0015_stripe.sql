-- Who a fan is at the installation's own Stripe account: there their cards are kept, here only that there is somebody.
create table payments.customers (
  user_id uuid not null references accounts.users (id),
  -- Stripe's name of the account (acct_…): after a move to another one nobody is known there
  account_ref text not null check (length(account_ref) between 1 and 255),
  customer_ref text not null check (length(customer_ref) between 1 and 255),
  created_at timestamptz not null default now(),
  primary key (user_id, account_ref),
  unique (account_ref, customer_ref)
);
