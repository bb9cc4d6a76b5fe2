-- Takes ended holds out of the gate, once each by hold id, and tickets that came back, once by refund (rules H11, H13, S67, F27).
-- KEYS  as settling.lua names them
-- ARGV  1 epoch  2.. triples: hold id, kind, details
--   release: stock, seats and allowance come back (its request id stays known: asking again answers HOLD_EXPIRED)
--   forget:  as release, and the request id is judged afresh (the ledger never had this hold)
--   complete: the hold became tickets: nothing comes back, its seats are sold
--   move:    a ticket of this hold moved; details: `number.from.to`, where numbers rise from move to move
--   refund:  tickets of this hold's order came back; details: take-back.lua
-- Returns the number applied, or STALE. A hold the gate does not have is skipped, and so is a move that is not newer
-- than the last one of its hold: that makes it idempotent.
-- @include settling.lua
-- @include take-back.lua

-- Whether it was news.
local function move(id, seats)
  local number, from, to = string.match(seats, '^(%d+)%.(%d+)%.(%d+)$')
  local last = '>' .. id
  if tonumber(owner(last) or 0) >= tonumber(number) then return false end
  owned[last] = number
  local B, i = find(tonumber(from))
  if owner(tonumber(from)) == id then
    set(B, i, FREE)
    if B.kept[i] == 0 then returned[tier(B, i) + 1] = (returned[tier(B, i) + 1] or 0) + 1 end
  end
  B, i = find(tonumber(to))
  if (B.state[i] == FREE or B.state[i] == OFFERED) and B.kept[i] == 0 then
    returned[tier(B, i) + 1] = (returned[tier(B, i) + 1] or 0) - 1
  end
  set(B, i, SOLD, id)
  return true
end

local applied = 0
for i = 2, #ARGV, 3 do
  local id, kind, details = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local news
  if kind == 'move' then
    news = at and move(id, details)
  elseif kind == 'refund' then
    news = take_back(id, details)
  else
    news = give_back(id, kind)
  end
  if news then
    applied = applied + 1
  end
end
if applied > 0 then write_back() end
return applied
