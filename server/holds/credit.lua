-- Takes ended holds out of the gate, once each by hold id (rules H11, H13).
-- KEYS  1 epoch pointer  2 stock  3 fans  4 requests  5 holds  6 pending
-- ARGV  1 epoch  2.. pairs: hold id, kind
--   release: stock and allowance come back (its request id stays known: asking again answers HOLD_EXPIRED)
--   forget:  as release, and the request id is judged afresh (the ledger never had this hold)
--   complete: the hold became tickets: nothing comes back
-- Returns the number applied, or STALE. A hold the gate does not have is skipped: that makes it idempotent.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local applied = 0
for i = 2, #ARGV, 2 do
  local id, kind = ARGV[i], ARGV[i + 1]
  local entry = redis.call('HGET', KEYS[5], id)
  if entry then
    local user, request, items = string.match(entry, '^(.-)|(.-)|(.*)$')
    redis.call('HDEL', KEYS[5], id)
    redis.call('HDEL', KEYS[6], id)
    if kind ~= 'complete' then
      local total = 0
      for tier, quantity in string.gmatch(items, '([^:,]+):(%d+)') do
        redis.call('HINCRBY', KEYS[2], tier, quantity)
        total = total + tonumber(quantity)
      end
      redis.call('HINCRBY', KEYS[3], user, -total)
      redis.call('HINCRBY', KEYS[2], 'v', 1)
    end
    if kind == 'forget' then
      local key = user .. ':' .. request
      local known = redis.call('HGET', KEYS[4], key)
      if known and string.sub(known, 1, #id) == id then redis.call('HDEL', KEYS[4], key) end
    end
    applied = applied + 1
  end
end
return applied
