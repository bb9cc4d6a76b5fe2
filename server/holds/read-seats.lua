-- Every seat's state, for pages, if anything changed since the version known (rule S70).
-- KEYS  1 epoch pointer  2 state  3 stock  4 seats  5 kept  6 plan  7 blocks  8 runs  9 owners  10 offers  11 clean
-- ARGV  1 epoch  2 version known, or ''
-- Returns STALE, NONE (a drop without seats, or one that is long over), SAME, or { version, map id, seats, kept }.
local at, facts
-- @include ../seating/blocks.lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local map = redis.call('HGET', KEYS[2], 'map')
if not map or redis.call('EXISTS', KEYS[4]) == 0 then return 'NONE' end
at = seat_keys(4, KEYS[2])
if lapse_offers(gate_now()) then redis.call('HINCRBY', KEYS[3], 'v', 1) end
local version = redis.call('HGET', KEYS[3], 'v')
if version == ARGV[2] then return 'SAME' end
return { version, map, redis.call('GET', KEYS[4]), redis.call('GET', KEYS[5]) }
