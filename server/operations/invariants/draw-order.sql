-- The lobby's numbers follow HMAC-SHA-256(seed, place id), as the draw promised.
with pads as (
  select w.drop_id,
    string_agg(set_byte('\x00'::bytea, 0, get_byte(k.padded, i) # 54), ''::bytea order by i) as inner_pad,
    string_agg(set_byte('\x00'::bytea, 0, get_byte(k.padded, i) # 92), ''::bytea order by i) as outer_pad
  from ticketing.draws w
  cross join lateral (select w.seed || decode(repeat('00', 32), 'hex') as padded) k
  cross join generate_series(0, 63) i
  where w.seed is not null
  group by w.drop_id
), ranked as (
  select p.drop_id, p.id as place_id, p.number, row_number() over (
    partition by p.drop_id
    order by sha256(pads.outer_pad || sha256(pads.inner_pad || uuid_send(p.id)))
  ) as drawn
  from ticketing.places p
  join pads on pads.drop_id = p.drop_id
  where p.lobby and p.number is not null
)
select drop_id, place_id, number, drawn from ranked where number <> drawn
