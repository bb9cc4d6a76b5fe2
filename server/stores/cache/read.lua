-- Looks an entry up; who finds none may be the one to make it (rules G60 to G63).
-- KEYS  1 values (hash)  2 facts (hash: "stamp bytes tag tag …")  3 tags (zset: tag → when it was last changed, us)  4 the entry's lease
-- ARGV  1 entry  2 stamp of the copy the caller has, or 0  3 how long an entry is fresh, us  4 how much earlier the caller would renew it, us
--       5 the caller's name for the lease  6 lease, ms  7 'alone': do not wait for whoever has the lease
-- Answers  HIT stamp value | RENEW stamp value new-stamp | LOAD new-stamp | WAIT; the value is empty where the caller has it.
-- '*' stands for all tags. Where it is missing the tags were lost: nothing made before now counts.
-- @include stamp.lua
local values, facts, tags, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local made, good = 0, false
local fact = redis.call('HGET', facts, ARGV[1])
local all = redis.call('ZSCORE', tags, '*')
if fact and all then
  local at, _, names = string.match(fact, '^(%d+) (%d+) ?(.*)$')
  made = tonumber(at)
  good = made > tonumber(all) and now - made < tonumber(ARGV[3])
  for name in string.gmatch(names, '%S+') do
    local changed = redis.call('ZSCORE', tags, name)
    if changed and tonumber(changed) >= made then good = false end
  end
end
local function lead()
  return redis.call('SET', lease, ARGV[5], 'NX', 'PX', ARGV[6])
end
local function begin()
  if not all then redis.call('ZADD', tags, string.format('%.0f', stamp(tags)), '*') end
  return string.format('%.0f', stamp(tags))
end
if good then
  local known = made == tonumber(ARGV[2])
  local value = known and '' or redis.call('HGET', values, ARGV[1])
  if value then
    local at = string.format('%.0f', made)
    if now - made + tonumber(ARGV[4]) >= tonumber(ARGV[3]) and lead() then return { 'RENEW', at, value, begin() } end
    return { 'HIT', at, value }
  end
end
if lead() or ARGV[7] == 'alone' then return { 'LOAD', begin() } end
return { 'WAIT' }
