-- The nearest open seats of one tier, together or not, and the staged choice (rule S45). Included after split.lua.

local function nearest(list, size)
  table.sort(list, function(p, q) return p[1] < q[1] or (p[1] == q[1] and p[2] < q[2]) end)
  list[size + 1] = nil
end

-- The choice a tier allows with what was found of it: { sum, seats }, or nil.
local function choice_of(found, who, n)
  local must, sum, chosen = who.accessible and found.wheelchair[1], 0, {}
  if who.accessible and not must then return nil end
  if must then chosen[1] = must end
  for _, seat in ipairs(found.rest) do
    if #chosen < n and not (must and seat[2] == must[2]) then chosen[#chosen + 1] = seat end
  end
  for _, seat in ipairs(chosen) do sum = sum + seat[1] end
  return #chosen == n and { sum = sum, seats = chosen } or nil
end

-- Whether seats that cost `low` or more can no longer change which tier's seats are taken, nor which.
local function settled(tiers, who, n, low)
  local best, open_bound = INFINITY, n * low
  for _, found in pairs(tiers) do
    local choice = choice_of(found, who, n)
    if choice and #found.rest == n and found.rest[n][1] < low then
      best = math.min(best, choice.sum)
    elseif not (who.accessible and not found.wheelchair[1]) then
      local bound = (n - #found.rest) * low
      for _, seat in ipairs(found.rest) do bound = bound + math.min(seat[1], low) end
      open_bound = math.min(open_bound, bound)
    end
  end
  return best < open_bound
end

-- The n nearest open seats of one tier, with an accessible one among them when asked for.
local function anywhere(who, wish)
  local tiers, met = {}, {}
  local function gather(B)
    for i = 1, B.length do
      local t = tier(B, i)
      if (not wish.tier or t == wish.tier) and open(B, i, who) then
        local found, seat = tiers[t] or { rest = {}, wheelchair = {} }, { cost(B, i), B.first + i - 1, B, i }
        tiers[t] = found
        found.rest[#found.rest + 1] = seat
        nearest(found.rest, wish.n)
        if accessible(B, i) then
          found.wheelchair[#found.wheelchair + 1] = seat
          nearest(found.wheelchair, 1)
        end
      end
    end
  end
  each_block(who, 1, function(number, own)
    if met[number] then return false end
    local B = block(number)
    if wish.section and B.section ~= wish.section then return false end
    if not own and settled(tiers, who, wish.n, B.low) then return true end
    met[number] = true
    gather(B)
    return false
  end)
  local best
  for t = 0, #facts.tiers - 1 do
    local choice = tiers[t] and choice_of(tiers[t], who, wish.n)
    if choice and (not best or choice.sum < best.sum) then best = choice end
  end
  local chosen = {}
  for _, seat in ipairs(best and best.seats or {}) do chosen[#chosen + 1] = { seat[3], seat[4] } end
  return best and chosen
end

-- Wishes that found nothing together, `;`-joined in the drop's state until a seat is free again: seats that are only taken
-- leave it so, and at the end of a sale thousands ask for two where only single ones are left (0.9 ms each to find out).
local APART_MAX = 2000
local apart
local function is_apart(key)
  apart = apart or redis.call('HGET', at.state, 'apart') or ';'
  return string.find(apart, ';' .. key .. ';', 1, true) ~= nil
end
local function note_apart(key)
  if #apart > APART_MAX then apart = ';' end
  apart = apart .. key .. ';'
  redis.call('HSET', at.state, 'apart', apart)
end

-- The staged choice; nil: nothing that keeps together (or nothing at all).
local function best_available(who, wish)
  local key = who.plain and table.concat({ wish.n, wish.tier or '', wish.section or '', wish.together }, ':')
  if not (key and is_apart(key)) then
    local group = side_by_side(who, wish)
    if group.score < INFINITY then return seats_of(group, wish.n) end
    local chosen = wish.together ~= 'row' and wish.n > 1 and split_rows(who, wish)
    if chosen then return chosen end
    if key then note_apart(key) end
  end
  if wish.together == 'any' then return anywhere(who, wish) end
end
