-- Asks the gate for holds: a filter and a fast "no" (rules H1–H3, H5–H8, S40–S48, S60). The ledger alone says "yes".
-- Requests that arrived together come in one call; each is judged by itself, in order, beside those before it.
-- KEYS  1 epoch pointer  2 state  3 stock  4 fans  5 turns  6 requests  7 holds  8 pending
--       9 seats  10 kept  11 plan  12 blocks  13 runs  14 owners  15 offers  16 clean
-- ARGV  1 epoch  2 JSON: a list of requests, each [user id, request id, body hash, hold id, 0 or a wish for seats
--       (choose.lua), tier id, units, tier id, …]
-- Returns STALE, or per request OK | OK|<prefix of the seats' ids>|<tier>:<seat>.<seat>,… | NO_TIER | NO_SEAT | NEEDS_SEATS | NO_HOLD
--         | REPEAT:<hold id> | REQUEST_ID_REUSED | NOT_OPEN | DROP_PAUSED | NO_TURN | LIMIT_EXCEEDED | SOLD_OUT:<tier id>
--         | TAKEN:<seats> | ORPHAN:<seats>|<fix> | APART
-- Everything is read first, each hash once, and written last (but for offers that ran out): Redis does not roll back, and eight commands for each
-- request took it 30 us of its one thread, these a third of that.
local at, facts
-- @include entry.lua
-- @include ../seating/blocks.lua
-- @include ../seating/best-available.lua
-- @include ../seating/orphan-rule.lua
-- @include ../seating/split.lua
-- @include ../seating/anywhere.lua
-- @include ../seating/choose.lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local state = redis.call('HMGET', KEYS[2], 'phase', 'line', 'limit', 'seating')
local closed = state[1] == 'paused' and 'DROP_PAUSED' or (state[1] ~= 'live' and state[1] ~= 'sold_out' and 'NOT_OPEN')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local moment, limit = string.format('%.0f', now), tonumber(state[3])

local asks, users, requests, stock, tiers, seated = cjson.decode(ARGV[2]), {}, {}, {}, {}, {}
if state[4] then
  facts = cjson.decode(state[4])
  at = seat_keys(9, KEYS[2])
  if lapse_offers(moment) then redis.call('HINCRBY', KEYS[3], 'v', 1) end
  for _, id in ipairs(facts.tiers) do
    seated[id], stock[id], tiers[#tiers + 1] = true, true, id
  end
end
for r, ask in ipairs(asks) do
  users[r], requests[r] = ask[1], ask[1] .. ':' .. ask[2]
  for t = 6, #ask, 2 do
    if not stock[ask[t]] then
      tiers[#tiers + 1] = ask[t]
      stock[ask[t]] = true
    end
  end
end
if #tiers > 0 then
  for t, free in ipairs(redis.call('HMGET', KEYS[3], unpack(tiers))) do stock[tiers[t]] = tonumber(free) end
end
local turns = state[2] == '1' and redis.call('HMGET', KEYS[5], unpack(users))
local fans, known, used, seen = redis.call('HMGET', KEYS[4], unpack(users)), redis.call('HMGET', KEYS[6], unpack(requests)), {}, {}
local chosen = {}

local answers, taken, asked, held, pending = {}, {}, {}, {}, {}

local function total_of(ask)
  local total, wish = 0, ask[5]
  for t = 6, #ask, 2 do total = total + ask[t + 1] end
  if wish == 0 then return total end
  for _, pick in ipairs(wish[5]) do total = total + #pick - 1 end
  for _, best in ipairs(wish[6]) do total = total + best[1] end
  return total
end

-- The hold to be exchanged, if it is this fan's: what it has comes back with the exchange.
local function old_of(ask)
  if ask[5] == 0 or ask[5][4] == '' then return { total = 0, units = {} } end
  local entry = redis.call('HGET', KEYS[7], ask[5][4])
  local old = entry and parse_entry(entry)
  if old and old.user == ask[1] then return old end
end

local function refusal(r, ask, total)
  for t = 6, #ask, 2 do
    if not stock[ask[t]] then return 'NO_TIER' end
    if seated[ask[t]] then return 'NEEDS_SEATS' end
  end
  if ask[5] ~= 0 and #ask[5][5] + #ask[5][6] > 0 and not (facts and (ask[5][1] == '' or ask[5][1] == facts.prefix)) then return 'NO_SEAT' end
  local entry = seen[requests[r]] or known[r]
  if entry then
    local hold, hash = string.match(entry, '^(.-)|(.*)$')
    return hash == ask[3] and 'REPEAT:' .. hold or 'REQUEST_ID_REUSED'
  end
  if closed then return closed end
  if turns and (tonumber(turns[r] or '0') or 0) <= now then return 'NO_TURN' end
  local old = old_of(ask)
  if not old then return 'NO_HOLD' end
  if (used[ask[1]] or tonumber(fans[r] or '0') or 0) - old.total + total > limit then return 'LIMIT_EXCEEDED' end
  for t = 6, #ask, 2 do
    if stock[ask[t]] + (old.units[ask[t]] or 0) < ask[t + 1] then return 'SOLD_OUT:' .. ask[t] end
  end
  if ask[5] == 0 or #ask[5][5] + #ask[5][6] == 0 then return nil end
  ask[5][7] = old.seats
  local refused
  refused, chosen[r] = choose(ask[1], ask[4], ask[5], stock)
  return refused
end

-- The seats a request got, by tier for its answer and as they are noted; what was everybody's leaves the stock.
local function seat_lines(seats)
  table.sort(seats, function(p, q) return p[1].first + p[2] < q[1].first + q[2] end)
  local by_tier, lines, noted = {}, {}, {}
  for n, seat in ipairs(seats) do
    local B, i, id = seat[1], seat[2], facts.tiers[tier(seat[1], seat[2]) + 1]
    noted[n] = B.first + i - 1
    by_tier[id] = (by_tier[id] and by_tier[id] .. '.' or '') .. noted[n]
    -- a seat of the hold that is exchanged has left the stock before
    if B.kept[i] == 0 and seat[3] ~= HELD then
      stock[id] = (stock[id] or 0) - 1
      taken[id] = (taken[id] or 0) + 1
    end
  end
  for id, list in pairs(by_tier) do lines[#lines + 1] = id .. ':' .. list end
  return table.concat(lines, ','), table.concat(noted, '.')
end

for r, ask in ipairs(asks) do
  local items, total = {}, total_of(ask)
  answers[r] = refusal(r, ask, total) or 'OK'
  if answers[r] == 'OK' then
    for t = 6, #ask, 2 do
      items[#items + 1] = ask[t] .. ':' .. ask[t + 1]
      stock[ask[t]] = stock[ask[t]] - ask[t + 1]
      taken[ask[t]] = (taken[ask[t]] or 0) + ask[t + 1]
    end
    local seats = ''
    if chosen[r] then
      local lines
      lines, seats = seat_lines(chosen[r])
      answers[r] = 'OK|' .. facts.prefix .. '|' .. lines
    end
    used[ask[1]] = (used[ask[1]] or tonumber(fans[r] or '0') or 0) + total
    seen[requests[r]] = ask[4] .. '|' .. ask[3]
    local n = #asked
    asked[n + 1], asked[n + 2] = requests[r], seen[requests[r]]
    held[n + 1], held[n + 2] = ask[4], ask[1] .. '|' .. ask[2] .. '|' .. table.concat(items, ',')
    if ask[5] ~= 0 then held[n + 2] = held[n + 2] .. '|' .. seats .. '|' .. ask[5][4] end
    pending[n + 1], pending[n + 2] = ask[4], moment
  end
end
if #asked == 0 then return answers end
local counts = {}
for user, n in pairs(used) do counts[#counts + 1], counts[#counts + 2] = user, n end
for tier, n in pairs(taken) do
  if n ~= 0 then redis.call('HINCRBY', KEYS[3], tier, -n) end
end
redis.call('HINCRBY', KEYS[3], 'v', #asked / 2)
redis.call('HSET', KEYS[4], unpack(counts))
redis.call('HSET', KEYS[6], unpack(asked))
redis.call('HSET', KEYS[7], unpack(held))
redis.call('HSET', KEYS[8], unpack(pending))
if facts then write_blocks() end
return answers
