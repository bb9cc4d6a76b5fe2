-- All that event $1's vendor sees of its seat $2.
select s.section, s.row_label as row, s.label, s.flags, s.channel, c.name as channel_name,
  t.id as tier_id, t.name as tier_name, k.seat is not null as claimed, i.id as ticket_id, i.status as ticket_status,
  o.reference, u.name as holder_name,
  case when k.ticket_id is null and h.status in ('active', 'paying') then
    case when h.status = 'paying' then greatest(h.expires_at, coalesce(h.paying_until, h.expires_at)) else h.expires_at end
      + (now() - coalesce(d.paused_at, now())) end as held_until
from ticketing.seats s
left join ticketing.ticket_tiers t on t.id = s.tier_id
left join ticketing.seat_channels c on c.event_id = s.event_id and c.channel = s.channel and s.channel <> 0
left join ticketing.seat_claims k on k.event_id = s.event_id and k.seat = s.seat
left join ticketing.holds h on h.id = k.hold_id
left join ticketing.drops d on d.id = h.drop_id
left join ticketing.tickets i on i.id = k.ticket_id
left join ticketing.orders o on o.id = i.order_id
left join accounts.users u on u.id = i.owner_user_id
where s.event_id = $1 and s.seat = $2
