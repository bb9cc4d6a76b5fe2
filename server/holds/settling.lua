-- What credit.lua and refuse.lua begin with: the keys both take, the epoch (ARGV 1), and the seats where there are any.
-- KEYS  1 epoch pointer  2 stock  3 fans  4 requests  5 holds  6 pending  7 state
--       8 seats  9 kept  10 plan  11 blocks  12 runs  13 owners  14 offers  15 clean  16 refunds
local gate = { stock = KEYS[2], fans = KEYS[3], requests = KEYS[4], holds = KEYS[5], pending = KEYS[6], refunds = KEYS[16] }
local at, facts
-- @include entry.lua
-- @include ../seating/blocks.lua
-- @include give-back.lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local seating = redis.call('HGET', KEYS[7], 'seating')
-- a gate that gave up its seats (purge.ts) has none to move
if seating and redis.call('EXISTS', KEYS[8]) == 1 then
  facts = cjson.decode(seating)
  at = seat_keys(8, KEYS[7])
end
