-- The ledger refused holds the gate had let through: they leave the gate, and its stock is set down to what the
-- ledger said is left, never above it (rule H9). Crediting without the cap counts twice when the gate was too high.
-- Seats the ledger has others for are noted as theirs (rule S68).
-- KEYS  as settling.lua names them
-- ARGV  1 epoch  2 number of tiers  3 number of seats  then pairs: tier id, units the ledger had left; then triples:
--       seat, the hold that has it, 1 if it is sold; then refused hold ids
-- Returns the number taken out, or STALE.
-- @include settling.lua
local tiers = 4 + 2 * tonumber(ARGV[2])
local seats = tiers + 3 * tonumber(ARGV[3])
local removed = 0
for i = seats, #ARGV do
  if give_back(ARGV[i], 'forget') then removed = removed + 1 end
end
for i = tiers, at and seats - 3 or 0, 3 do
  local B, n = find(tonumber(ARGV[i]))
  if B.state[n] ~= SOLD and owner(tonumber(ARGV[i])) ~= ARGV[i + 1] then
    local t = tier(B, n) + 1
    if (B.state[n] == FREE or B.state[n] == OFFERED) and B.kept[n] == 0 then returned[t] = (returned[t] or 0) - 1 end
    set(B, n, ARGV[i + 2] == '1' and SOLD or HELD, ARGV[i + 1])
  end
end
write_back()
for i = 4, tiers - 2, 2 do
  local have = redis.call('HGET', KEYS[2], ARGV[i])
  if have and tonumber(have) > tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
end
return removed
