-- What is kept of an entry, current or not: for when its ledger is away (rule G64).
-- KEYS  1 values  2 facts      ARGV  1 entry
-- Answers  stamp, value; nothing where there is none.
local fact = redis.call('HGET', KEYS[2], ARGV[1])
local value = fact and redis.call('HGET', KEYS[1], ARGV[1])
if not value then return {} end
return { string.match(fact, '^%d+'), value }
