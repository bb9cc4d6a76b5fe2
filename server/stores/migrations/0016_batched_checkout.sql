-- Checkout commits what arrives together (decision 0020): the order's guard looks at a whole statement's rows at once.
-- The function is in server/checkout/guard_order.function.sql.
drop trigger order_made on ticketing.orders;
drop trigger order_moved on ticketing.orders;

create trigger order_made after insert on ticketing.orders
  referencing new table as fresh for each statement execute function ticketing.guard_order();
create trigger order_moved after update on ticketing.orders
  referencing old table as stale new table as fresh for each statement execute function ticketing.guard_order();

-- Rows that go from state to state three times within a second: room to stay on their page.
alter table ticketing.orders set (fillfactor = 50);
alter table ticketing.payments set (fillfactor = 50);
alter table ticketing.tickets set (fillfactor = 60);
