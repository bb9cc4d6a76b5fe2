-- The ledger refused holds the gate had let through: they leave the gate, and its stock is set down to what the
-- ledger said is left, never above it (rule H9). Crediting without the cap counts twice when the gate was too high.
-- KEYS  1 epoch pointer  2 stock  3 fans  4 requests  5 holds  6 pending
-- ARGV  1 epoch  2 number of tiers  3.. pairs: tier id, units the ledger had left; then refused hold ids
-- Returns the number taken out, or STALE.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local removed = 0
local tiers = tonumber(ARGV[2])
for i = 3 + 2 * tiers, #ARGV do
  local id = ARGV[i]
  local entry = redis.call('HGET', KEYS[5], id)
  if entry then
    local user, request, items = string.match(entry, '^(.-)|(.-)|(.*)$')
    local total = 0
    for tier, quantity in string.gmatch(items, '([^:,]+):(%d+)') do
      redis.call('HINCRBY', KEYS[2], tier, quantity)
      total = total + tonumber(quantity)
    end
    redis.call('HINCRBY', KEYS[3], user, -total)
    redis.call('HDEL', KEYS[5], id)
    redis.call('HDEL', KEYS[6], id)
    local key = user .. ':' .. request
    local known = redis.call('HGET', KEYS[4], key)
    if known and string.sub(known, 1, #id) == id then redis.call('HDEL', KEYS[4], key) end
    removed = removed + 1
  end
end
for i = 3, 2 + 2 * tiers, 2 do
  local have = redis.call('HGET', KEYS[2], ARGV[i])
  if have and tonumber(have) > tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
end
redis.call('HINCRBY', KEYS[2], 'v', 1)
return removed
