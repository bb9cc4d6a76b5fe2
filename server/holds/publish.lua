-- Publishes a drop's small state for every edge to read; older reads of the ledger never overwrite newer ones.
-- KEYS  1 epoch pointer  2 state
-- ARGV  1 epoch  2 ledger version of this read  3 phase  4 1 if the drop has a line  5 limit per fan  6 state (JSON)
-- Returns OK | SAME | OLD | STALE. `pv` counts the changes, for the stream's version.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local known = redis.call('HMGET', KEYS[2], 'lv', 'json')
if known[1] and tonumber(known[1]) > tonumber(ARGV[2]) then return 'OLD' end
if known[2] == ARGV[6] then return 'SAME' end
redis.call('HSET', KEYS[2], 'lv', ARGV[2], 'phase', ARGV[3], 'line', ARGV[4], 'limit', ARGV[5], 'json', ARGV[6])
redis.call('HINCRBY', KEYS[2], 'pv', 1)
return 'OK'
