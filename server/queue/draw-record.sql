-- What a draw has made public so far. The secret only once the seed is written: then it can no longer steer anything.
select d.id as "dropId", d.phase, d.has_line as "hasLine", d.opens_at as "opensAt", d.secret_hash as "secretHash",
  d.beacon_source as "beaconSource", d.beacon_round as "beaconRound", coalesce(w.closed_at, d.closed_at) as "closedAt",
  w.root, w.place_count as "placeCount", w.beacon_value as "beaconValue", w.beacon_signature as "beaconSignature",
  w.seed, w.drawn_at as "drawnAt", case when w.seed is not null then s.secret end as secret,
  coalesce((select json_agg(json_build_object('at', to_char(g.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'from', g.before -> 'beaconRound', 'to', g.after -> 'beaconRound', 'reason', g.reason) order by g.id)
    from ticketing.drop_log g where g.drop_id = d.id and g.after ? 'beaconRound'), '[]') as "beaconChanges"
from ticketing.drops d
join ticketing.drop_secrets s on s.drop_id = d.id
left join ticketing.draws w on w.drop_id = d.id
where d.id = $1
