-- What the audit compares with the ledger, read in one moment (rules H15, S69).
-- KEYS  1 stock  2 holds  3 pending  4 seats  5 plan  6 state
-- Returns { {tier id, units free, …}, {tier id, units and seats in pending holds, …}, seats: a character each or '',
--           {seat in a pending hold, …} }
-- @include entry.lua
local free = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= 'v' then
    free[#free + 1] = all[i]
    free[#free + 1] = all[i + 1]
  end
end
local units, seats = {}, {}
local seating = redis.call('HGET', KEYS[6], 'seating')
local tiers = seating and cjson.decode(seating).tiers

local function tier_of(seat)
  local number = string.byte(redis.call('GETRANGE', KEYS[5], seat * 10 + 8, seat * 10 + 8))
  return tiers[(number or 255) + 1]
end

for _, id in ipairs(redis.call('HKEYS', KEYS[3])) do
  local entry = redis.call('HGET', KEYS[2], id)
  if entry then
    local hold = parse_entry(entry)
    for tier, quantity in pairs(hold.units) do units[tier] = (units[tier] or 0) + quantity end
    for seat in string.gmatch(hold.seats, '%d+') do
      seats[#seats + 1] = seat
      local tier = tiers and tier_of(tonumber(seat))
      if tier then units[tier] = (units[tier] or 0) + 1 end
    end
  end
end
local pending = {}
for tier, quantity in pairs(units) do
  pending[#pending + 1] = tier
  pending[#pending + 1] = tostring(quantity)
end
return { free, pending, redis.call('GET', KEYS[4]) or '', seats }
