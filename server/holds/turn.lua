-- Sets or ends one fan's turn in the gate; the ledger has it already (rule H6).
-- KEYS  1 epoch pointer  2 turns
-- ARGV  1 epoch  2 user id  3 expiry (ms since 1970, ledger's clock), or 0 to end it
-- Returns OK | STALE
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
if ARGV[3] == '0' then
  redis.call('HDEL', KEYS[2], ARGV[2])
else
  redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
end
return 'OK'
