-- STABLE, not IMMUTABLE, since extract() is: only so it is inlined, and a call for each place saved.
-- The hash of a place's leaf (rule Q12): 0x00 || drop || place || account commitment || joined at, int64 microseconds.
create or replace function ticketing.place_leaf(p_drop uuid, p_place uuid, p_commitment bytea, p_joined_at timestamptz)
returns bytea language sql stable strict parallel safe as $$
  select sha256('\x00'::bytea || uuid_send(p_drop) || uuid_send(p_place) || p_commitment
    || int8send((extract(epoch from p_joined_at) * 1000000)::bigint))
$$;
