-- Whether anything of event $1 is or was held or sold. Asked under the exclusive fence of its drop.
select exists (
  select from ticketing.holds h join ticketing.drops d on d.id = h.drop_id where d.event_id = $1 and h.status <> 'void'
) or exists (
  select from ticketing.ticket_tiers t where t.event_id = $1 and t.reserved_quantity + t.issued_quantity > 0
) as touched
