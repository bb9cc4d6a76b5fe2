-- Makes a freshly loaded epoch live, only ever upwards, and only if all that was loaded is still there: a flush while
-- loading would otherwise bring a half-empty gate to life (rule H14).
-- KEYS  1 epoch pointer  2.. the epoch's hashes, then its strings
-- ARGV  1 new epoch  2 number of hashes  3.. number of fields of each hash, then length of each string, bytes
-- Returns the epoch that is live afterwards, or LOST.
local live = redis.call('GET', KEYS[1])
if live and tonumber(live) >= tonumber(ARGV[1]) then return live end
for i = 2, #KEYS do
  local count = i - 1 <= tonumber(ARGV[2]) and 'HLEN' or 'STRLEN'
  if redis.call(count, KEYS[i]) ~= tonumber(ARGV[i + 1]) then return 'LOST' end
end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
