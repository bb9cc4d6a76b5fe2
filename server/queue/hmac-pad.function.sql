-- An HMAC-SHA-256 key's block, XORed with the inner (54 = 0x36) or outer (92 = 0x5c) pad byte: with both at hand,
-- HMAC(key, m) = sha256(outer || sha256(inner || m)), plain built-ins. Keys of up to 64 bytes.
create or replace function ticketing.hmac_pad(p_key bytea, p_pad int) returns bytea
language plpgsql immutable strict as $$
declare v bytea := p_key || decode(repeat('00', 64 - length(p_key)), 'hex');
begin
  for i in 0 .. 63 loop
    v := set_byte(v, i, get_byte(v, i) # p_pad);
  end loop;
  return v;
end $$;
