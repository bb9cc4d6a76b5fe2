-- What the audit compares with the ledger, read in one moment (rule H15).
-- KEYS  1 stock  2 holds  3 pending
-- Returns { {tier id, units free, …}, {tier id, units in pending holds, …} }
local free = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= 'v' then
    free[#free + 1] = all[i]
    free[#free + 1] = all[i + 1]
  end
end
local units = {}
for _, id in ipairs(redis.call('HKEYS', KEYS[3])) do
  local entry = redis.call('HGET', KEYS[2], id)
  if entry then
    for tier, quantity in string.gmatch(string.match(entry, '^.-|.-|(.*)$'), '([^:,]+):(%d+)') do
      units[tier] = (units[tier] or 0) + tonumber(quantity)
    end
  end
end
local pending = {}
for tier, quantity in pairs(units) do
  pending[#pending + 1] = tier
  pending[#pending + 1] = tostring(quantity)
end
return { free, pending }
