-- A draw's secret is the one committed to at the drop's creation, and its seed is HMAC-SHA-256(secret, root and beacon).
with pads as (
  select w.drop_id, s.secret, w.seed, w.root || coalesce(w.beacon_value, ''::bytea) as message,
    string_agg(set_byte('\x00'::bytea, 0, get_byte(k.padded, i) # 54), ''::bytea order by i) as inner_pad,
    string_agg(set_byte('\x00'::bytea, 0, get_byte(k.padded, i) # 92), ''::bytea order by i) as outer_pad
  from ticketing.draws w
  join ticketing.drop_secrets s on s.drop_id = w.drop_id
  cross join lateral (select s.secret || decode(repeat('00', 32), 'hex') as padded) k
  cross join generate_series(0, 63) i
  where w.seed is not null
  group by w.drop_id, s.secret, w.seed, w.root, w.beacon_value
)
select p.drop_id, encode(p.seed, 'hex') as seed
from pads p
join ticketing.drops d on d.id = p.drop_id
where p.seed <> sha256(p.outer_pad || sha256(p.inner_pad || p.message)) or d.secret_hash <> sha256(p.secret)
