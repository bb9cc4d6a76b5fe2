-- What stands in the way of deleting the event of drop $1: tickets, and payments under way. Asked under the exclusive fence.
select
  (select coalesce(sum(t.issued_quantity), 0) from ticketing.ticket_tiers t
     join ticketing.drops d on d.event_id = t.event_id where d.id = $1)::integer as tickets,
  (select count(*) from ticketing.holds h where h.drop_id = $1 and h.status = 'paying')::integer as paying
