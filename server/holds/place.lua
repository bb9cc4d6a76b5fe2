-- Asks the gate for holds: a filter and a fast "no" (rules H1–H3, H5–H8). The ledger alone says "yes".
-- What arrived in one turn of an edge's event loop comes in one call; each request is judged by itself, in order.
-- KEYS  1 epoch pointer  2 state  3 stock  4 fans  5 turns  6 requests  7 holds  8 pending
-- ARGV  1 epoch; then per request: user id, request id, body hash, hold id, n, and n pairs: tier id, quantity (units)
-- Returns STALE, or per request OK | NO_TIER | REPEAT:<hold id> | REQUEST_ID_REUSED | NOT_OPEN | DROP_PAUSED | NO_TURN
--         | LIMIT_EXCEEDED | SOLD_OUT:<tier id>
-- A request is tested whole before anything of it is written: Redis does not roll back.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local state = redis.call('HMGET', KEYS[2], 'phase', 'line', 'limit')
local limit = tonumber(state[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local moment = string.format('%.0f', now)

local function refusal(user, request, hash, tiers, quantities, total)
  local stock = redis.call('HMGET', KEYS[3], unpack(tiers))
  for i = 1, #tiers do
    if not stock[i] then return 'NO_TIER' end
  end
  local known = redis.call('HGET', KEYS[6], request)
  if known then
    local hold, first = string.match(known, '^(.-)|(.*)$')
    return first == hash and 'REPEAT:' .. hold or 'REQUEST_ID_REUSED'
  end
  if state[1] == 'paused' then return 'DROP_PAUSED' end
  if state[1] ~= 'live' and state[1] ~= 'sold_out' then return 'NOT_OPEN' end
  if state[2] == '1' then
    local turn = redis.call('HGET', KEYS[5], user)
    if not turn or tonumber(turn) <= now then return 'NO_TURN' end
  end
  if tonumber(redis.call('HGET', KEYS[4], user) or '0') + total > limit then return 'LIMIT_EXCEEDED' end
  for i = 1, #tiers do
    if tonumber(stock[i]) < quantities[i] then return 'SOLD_OUT:' .. tiers[i] end
  end
end

local answers, at, taken = {}, 2, 0
while at <= #ARGV do
  local user, hash, hold, n = ARGV[at], ARGV[at + 2], ARGV[at + 3], tonumber(ARGV[at + 4])
  local request, tiers, quantities, items, total = user .. ':' .. ARGV[at + 1], {}, {}, {}, 0
  for i = 1, n do
    tiers[i], quantities[i] = ARGV[at + 3 + 2 * i], tonumber(ARGV[at + 4 + 2 * i])
    items[i] = tiers[i] .. ':' .. quantities[i]
    total = total + quantities[i]
  end
  local code = refusal(user, request, hash, tiers, quantities, total)
  if not code then
    for i = 1, n do redis.call('HINCRBY', KEYS[3], tiers[i], -quantities[i]) end
    redis.call('HINCRBY', KEYS[4], user, total)
    redis.call('HSET', KEYS[6], request, hold .. '|' .. hash)
    redis.call('HSET', KEYS[7], hold, user .. '|' .. ARGV[at + 1] .. '|' .. table.concat(items, ','))
    redis.call('HSET', KEYS[8], hold, moment)
    taken = taken + 1
  end
  answers[#answers + 1] = code or 'OK'
  at = at + 5 + 2 * n
end
if taken > 0 then redis.call('HINCRBY', KEYS[3], 'v', taken) end
return answers
