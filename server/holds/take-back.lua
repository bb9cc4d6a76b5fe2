-- Tickets that came back: units, seats and the fan's allowance, once by the refund's id (rule F27). Included after give-back.lua;
-- expects what that does, and gate.refunds. details: `refund|user|tier:units,…|seat.seat`
-- A seat is freed only while this order's hold owns it; one that is kept for a channel by now is free for that channel alone.
-- A fan the gate has forgotten (purge.ts) stays forgotten. Whether it was news.
local function take_back(hold, details)
  local refund, user, units, seats = string.match(details, '^(.-)|(.-)|(.-)|(.*)$')
  if redis.call('SADD', gate.refunds, refund) == 0 then return false end
  local total = 0
  for tier_id, n in string.gmatch(units, '([^:,]+):(%d+)') do
    redis.call('HINCRBY', gate.stock, tier_id, n)
    total = total + n
  end
  for seat in string.gmatch(seats, '%d+') do
    total = total + 1
    if at and owner(tonumber(seat)) == hold then
      local B, i = find(tonumber(seat))
      set(B, i, FREE)
      local t = tier(B, i)
      if B.kept[i] == 0 and t ~= 255 then returned[t + 1] = (returned[t + 1] or 0) + 1 end
    end
  end
  if redis.call('HEXISTS', gate.fans, user) == 1 then redis.call('HINCRBY', gate.fans, user, -total) end
  return true
end
