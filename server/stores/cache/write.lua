-- Keeps what was loaded, and lets go of the oldest until all bounds hold (rules G62, G65). A later one is never replaced by an earlier.
-- KEYS  1 values  2 facts ('#': bytes of all)  3 order (zset: entry → stamp)  4 the entry's lease
-- ARGV  1 entry  2 stamp, us  3 its tags  4 value  5 entries at most  6 bytes at most  7 let go of what is older than this stamp  8 the lease's name
-- Answers  KEPT | LATE, entries, bytes.
local values, facts, order, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function bytes_of(fact) return tonumber(string.match(fact, '^%d+ (%d+)')) end
if redis.call('GET', lease) == ARGV[8] then redis.call('DEL', lease) end
-- A Redis that may evict takes one of the three and leaves the others: what nobody counts any more would hold its room for ever.
local count, known = redis.call('ZCARD', order), redis.call('HLEN', facts)
if redis.call('HLEN', values) ~= count or known ~= (count == 0 and known == 0 and 0 or count + 1) then
  redis.call('DEL', values, facts, order)
end
local total = tonumber(redis.call('HGET', facts, '#') or 0)
local before = redis.call('HGET', facts, ARGV[1])
if before and tonumber(string.match(before, '^%d+')) >= tonumber(ARGV[2]) then
  return { 'LATE', redis.call('ZCARD', order), total }
end
-- Its name stands in three places, and each place costs some 60 bytes.
local bytes = #ARGV[4] + #ARGV[3] + 3 * #ARGV[1] + 200
total = total + bytes - (before and bytes_of(before) or 0)
redis.call('HSET', values, ARGV[1], ARGV[4])
redis.call('HSET', facts, ARGV[1], ARGV[2] .. ' ' .. bytes .. ' ' .. ARGV[3])
redis.call('ZADD', order, ARGV[2], ARGV[1])
while true do
  local oldest = redis.call('ZRANGE', order, 0, 0, 'WITHSCORES')
  local over = redis.call('ZCARD', order) > tonumber(ARGV[5]) or total > tonumber(ARGV[6])
  if not oldest[1] or not (over or tonumber(oldest[2]) < tonumber(ARGV[7])) then break end
  local fact = redis.call('HGET', facts, oldest[1])
  total = total - (fact and bytes_of(fact) or 0)
  redis.call('ZREM', order, oldest[1])
  redis.call('HDEL', facts, oldest[1])
  redis.call('HDEL', values, oldest[1])
end
redis.call('HSET', facts, '#', total)
return { 'KEPT', redis.call('ZCARD', order), total }
