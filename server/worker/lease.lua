-- Takes or renews a lease: at most one worker does a loop's work at a time. For economy only: whatever the loop does
-- is a compare-and-set in the ledger, so two holders at once (Redis flushed, failed over) do no harm.
-- KEYS[1] the lease
-- ARGV[1] who asks, ARGV[2] for how long, ms
-- Returns MINE or OTHERS. Rule W2.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 'OTHERS' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'MINE'
