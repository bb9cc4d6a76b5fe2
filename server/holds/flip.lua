-- Makes a freshly loaded epoch live, only ever upwards (rule H14).
-- KEYS  1 epoch pointer
-- ARGV  1 new epoch
-- Returns the epoch that is live afterwards.
local live = redis.call('GET', KEYS[1])
if live and tonumber(live) >= tonumber(ARGV[1]) then return live end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
