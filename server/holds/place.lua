-- Asks the gate for one hold: a filter and a fast "no" (rules H1–H3, H5–H8). The ledger alone says "yes".
-- KEYS  1 epoch pointer  2 state  3 stock  4 fans  5 turns  6 requests  7 holds  8 pending
-- ARGV  1 epoch  2 user id  3 request id  4 body hash  5 hold id  6.. pairs: tier id, quantity (units)
-- Returns OK | STALE | NO_TIER | REPEAT:<hold id> | REQUEST_ID_REUSED | NOT_OPEN | DROP_PAUSED | NO_TURN
--         | LIMIT_EXCEEDED | SOLD_OUT:<tier id>
-- Everything is tested before anything is written: Redis does not roll back.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local user, request = ARGV[2], ARGV[2] .. ':' .. ARGV[3]

local tiers, total = {}, 0
for i = 6, #ARGV, 2 do
  tiers[#tiers + 1] = ARGV[i]
  total = total + tonumber(ARGV[i + 1])
end
local stock = redis.call('HMGET', KEYS[3], unpack(tiers))
for i = 1, #tiers do
  if not stock[i] then return 'NO_TIER' end
end

local known = redis.call('HGET', KEYS[6], request)
if known then
  local hold, hash = string.match(known, '^(.-)|(.*)$')
  if hash == ARGV[4] then return 'REPEAT:' .. hold end
  return 'REQUEST_ID_REUSED'
end

local state = redis.call('HMGET', KEYS[2], 'phase', 'line', 'limit')
if state[1] == 'paused' then return 'DROP_PAUSED' end
if state[1] ~= 'live' and state[1] ~= 'sold_out' then return 'NOT_OPEN' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if state[2] == '1' then
  local turn = redis.call('HGET', KEYS[5], user)
  if not turn or tonumber(turn) <= now then return 'NO_TURN' end
end
local used = tonumber(redis.call('HGET', KEYS[4], user) or '0')
if used + total > tonumber(state[3]) then return 'LIMIT_EXCEEDED' end
for i = 1, #tiers do
  if tonumber(stock[i]) < tonumber(ARGV[5 + 2 * i]) then return 'SOLD_OUT:' .. tiers[i] end
end

local items = {}
for i = 1, #tiers do
  local quantity = ARGV[5 + 2 * i]
  redis.call('HINCRBY', KEYS[3], tiers[i], -quantity)
  items[i] = tiers[i] .. ':' .. quantity
end
redis.call('HINCRBY', KEYS[3], 'v', 1)
redis.call('HINCRBY', KEYS[4], user, total)
redis.call('HSET', KEYS[6], request, ARGV[5] .. '|' .. ARGV[4])
redis.call('HSET', KEYS[7], ARGV[5], user .. '|' .. ARGV[3] .. '|' .. table.concat(items, ','))
redis.call('HSET', KEYS[8], ARGV[5], string.format('%.0f', now))
return 'OK'
