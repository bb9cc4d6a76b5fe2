-- One byte per seat of a drop's event: the channel it is kept for, 255 where it is not on sale; and the version of that, of the same moment.
select p.kept_version as version,
       (select coalesce(string_agg(set_byte('\x00'::bytea, 0, case when t.id is null then 255 else s.channel end), ''::bytea order by s.seat), ''::bytea)
          from ticketing.seats s left join ticketing.ticket_tiers t on t.id = s.tier_id and t.status = 'active'
         where s.event_id = p.event_id) as kept
  from ticketing.drops d join ticketing.seat_plans p on p.event_id = d.event_id
 where d.id = $1
