-- Which seats are kept for which channel, whole, as the ledger has it; older versions are ignored (rule S67).
-- KEYS  1 epoch pointer  2 state  3 stock  4 seats  5 kept  6 plan  7 blocks  8 runs  9 owners  10 offers  11 clean
-- ARGV  1 epoch  2 version (seat_plans.kept_version)  3 one byte a seat: its channel
-- Returns STALE, OLD (also where the gate has given up its seats), or the number of seats that changed.
local at, facts
-- @include ../seating/blocks.lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local state = redis.call('HMGET', KEYS[2], 'seating', 'kept')
if not state[1] or redis.call('EXISTS', KEYS[4]) == 0 or tonumber(state[2] or '-1') >= tonumber(ARGV[2]) then return 'OLD' end
facts = cjson.decode(state[1])
at = seat_keys(4, KEYS[2])
local before, after, count, gained = redis.call('GET', KEYS[5]), ARGV[3], 0, {}
if #after ~= facts.seats then return redis.error_reply('ERR one byte a seat is needed') end
redis.call('SET', KEYS[5], after)
redis.call('HSET', KEYS[2], 'kept', ARGV[2])

local function seat_changed(seat)
  local B, i = find(seat)
  local was, is = string.byte(before, seat + 1), string.byte(after, seat + 1)
  changed[B.number] = B
  freed = freed or is == 0
  count = count + 1
  if (B.state[i] == FREE or B.state[i] == OFFERED) and tier(B, i) ~= 255 and (was == 0) ~= (is == 0) then
    local id = facts.tiers[tier(B, i) + 1]
    gained[id] = (gained[id] or 0) + (is == 0 and 1 or -1)
  end
end

-- Compared in pieces: most of them are alike, and a byte costs more here than in Redis itself.
local PIECE = 200
for from = 0, #after - 1, PIECE do
  local to = math.min(from + PIECE, #after)
  if string.sub(before, from + 1, to) ~= string.sub(after, from + 1, to) then
    for seat = from, to - 1 do
      if string.byte(before, seat + 1) ~= string.byte(after, seat + 1) then seat_changed(seat) end
    end
  end
end
write_blocks()
for id, units in pairs(gained) do redis.call('HINCRBY', KEYS[3], id, units) end
redis.call('HINCRBY', KEYS[3], 'v', 1)
return count
