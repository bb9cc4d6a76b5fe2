-- The small public state of drops ($1), as the ledger has it, in one snapshot.
select d.id, d.event_id as "eventId", d.phase, d.epoch, d.has_line as "hasLine",
       d.lobby_opens_at as "lobbyOpensAt", d.opens_at as "opensAt",
       coalesce(d.ends_at, e.start_at) as "endsAt", d.paused_at as "pausedAt", d.pause_reason as "pauseReason",
       l.serving, l.last_number as "lastNumber",
       case when d.phase in ('scheduled', 'lobby', 'drawing', 'paused') and l.last_number = 0 then l.joined else 0 end as "lobbyCount",
       (select count(*)::int from ticketing.places p
         where p.drop_id = d.id and p.state in ('called', 'turn')) as "turnsInUse",
       d.max_turns as "maxTurns", d.limit_per_fan as "limitPerFan", d.turn_seconds as "turnSeconds",
       d.hold_seconds as "holdSeconds", d.claim_seconds as "claimSeconds",
       d.extend_seconds is not null as "extendable",
       (select p.map_id from ticketing.seat_plans p where p.event_id = d.event_id) as "mapId",
       l.version + (select coalesce(sum(t.version), 0) from ticketing.ticket_tiers t where t.event_id = d.event_id)
         as "ledgerVersion",
       (select coalesce(sum(r.calls), 0)::int from ticketing.call_rates r
         where r.drop_id = d.id and r.bucket > now() - interval '3 minutes') as "calledRecently",
       extract(epoch from least(now() - d.opens_at, interval '3 minutes'))::float8 as "recentSeconds",
       coalesce((select json_agg(ticketing.show_price(t) || jsonb_build_object(
           'id', t.id, 'name', t.name, 'currency', e.currency, 'quantity', t.quantity,
           'held', t.reserved_quantity, 'sold', t.issued_quantity, 'seated', t.seated, 'kept', t.kept_quantity)
           order by t.position, t.price_cents, t.id)
         from ticketing.ticket_tiers t where t.event_id = d.event_id and t.status = 'active'), '[]') as tiers
  from ticketing.drops d
  join events.events e on e.id = d.event_id
  join ticketing.lines l on l.drop_id = d.id
 where d.id = any ($1)
