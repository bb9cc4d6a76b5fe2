-- Takes one hold out of the gate and gives back what it had (rules H9, H11, S61, S67). Included after entry.lua and
-- blocks.lua; expects `gate`: key names stock, fans, requests, holds, pending; `at` and `facts` as blocks.lua does, nil
-- in drops without seats. Seats are given back only while this hold owns them: that makes it idempotent.
local returned = {}

-- Whether a hold was let through to replace this one. It came too late once this one became tickets.
local function is_late(other, id)
  local entry = other and redis.call('HGET', gate.holds, other)
  return entry and parse_entry(entry).replaces == id
end

-- Its seats: freed, or back with the hold it was to replace, or `state` SOLD: they stay, as sold.
local function return_seats(id, hold, state)
  local old = hold.replaces ~= '' and redis.call('HGET', gate.holds, hold.replaces)
  local olds = {}
  for seat in string.gmatch(old and parse_entry(old).seats or '', '%d+') do olds[seat] = true end
  for seat in string.gmatch(hold.seats, '%d+') do
    local B, i = find(tonumber(seat))
    if owner(tonumber(seat)) == id then
      if state == SOLD then
        set(B, i, SOLD, id)
      elseif olds[seat] then
        set(B, i, HELD, hold.replaces)
      else
        set(B, i, FREE)
        local t = tier(B, i)
        if B.kept[i] == 0 and t ~= 255 then returned[t + 1] = (returned[t + 1] or 0) + 1 end
      end
    elseif state == SOLD and is_late(owner(tonumber(seat)), id) then
      set(B, i, SOLD, id)
    end
  end
end

-- kind: release, forget, complete (credit.lua). Whether there was such a hold.
local function give_back(id, kind)
  local entry = redis.call('HGET', gate.holds, id)
  if not entry then return false end
  local hold = parse_entry(entry)
  if hold.seats ~= '' and at then return_seats(id, hold, kind == 'complete' and SOLD or FREE) end
  redis.call('HDEL', gate.holds, id)
  redis.call('HDEL', gate.pending, id)
  if kind ~= 'complete' then
    for tier_id, units in pairs(hold.units) do redis.call('HINCRBY', gate.stock, tier_id, units) end
    redis.call('HINCRBY', gate.fans, hold.user, -hold.total)
  end
  if kind == 'forget' then
    local key = hold.user .. ':' .. hold.request
    local known = redis.call('HGET', gate.requests, key)
    if known and string.sub(known, 1, #id) == id then redis.call('HDEL', gate.requests, key) end
  end
  return true
end

-- Seats and what they add to the stock, written once for all holds of the call.
local function write_back()
  redis.call('HINCRBY', gate.stock, 'v', 1)
  if not at then return end
  write_blocks()
  for t, units in pairs(returned) do redis.call('HINCRBY', gate.stock, facts.tiers[t], units) end
end
