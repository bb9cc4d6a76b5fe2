-- Blocks of seats, read once per call and written back once (rules S40–S48; bytes: gate-plan.ts).
-- Included; expects `at`: key names seats, kept, plan, blocks, runs, owners. A block's seats are numbered from 1.
local FREE, HELD, SOLD, OFFERED = 48, 49, 50, 51
local loaded, changed, owned, disowned = {}, {}, {}, {}

local function u16(s, i)
  local high, low = string.byte(s, i, i + 1)
  return high * 256 + low
end

-- Redis's own clock, ms, as text: as a number it would lose its end.
local function gate_now(later)
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + (later or 0))
end

local function block(number)
  local B = loaded[number]
  if B then return B end
  local meta = redis.call('GETRANGE', at.blocks, number * 12, number * 12 + 11)
  local first, length = u16(meta, 1), string.byte(meta, 3)
  local last = first + length - 1
  B = {
    number = number, first = first, length = length, section = string.byte(meta, 4), row = u16(meta, 5),
    low = u16(meta, 7), previous = u16(meta, 9), next = u16(meta, 11), memo = {},
    state = { string.byte(redis.call('GETRANGE', at.seats, first, last), 1, -1) },
    kept = { string.byte(redis.call('GETRANGE', at.kept, first, last), 1, -1) },
    plan = redis.call('GETRANGE', at.plan, first * 10, last * 10 + 9),
  }
  loaded[number] = B
  return B
end

-- The block a seat is in, and its number there.
local function find(seat)
  local B = block(u16(redis.call('GETRANGE', at.plan, seat * 10, seat * 10 + 1), 1))
  return B, seat - B.first + 1
end

-- The plan stays text: of a block that is nearly sold out hardly any of it is looked at.
local function cost(B, i) return u16(B.plan, 10 * i - 7) end
local function tier(B, i) return string.byte(B.plan, 10 * i - 1) end
local function accessible(B, i) return string.byte(B.plan, 10 * i) % 2 == 1 end
local function point(B, i) return u16(B.plan, 10 * i - 5), u16(B.plan, 10 * i - 3) end

local function owner(seat)
  if owned[seat] ~= nil then return owned[seat] end
  return redis.call('HGET', at.owners, seat)
end

-- Whether `who` may have this seat: { user, channel (0: none), accessible, replaces (a hold to be exchanged, or '') }.
local function open(B, i, who)
  local state, kept = B.state[i], B.kept[i]
  if state ~= FREE then
    if state == OFFERED then
      if owner(B.first + i - 1) ~= who.user then return false end
    elseif state ~= HELD or who.replaces == '' or owner(B.first + i - 1) ~= who.replaces then
      return false
    end
  end
  if kept ~= 0 and kept ~= who.channel and not (kept == 1 and who.accessible) then return false end
  return tier(B, i) ~= 255
end

-- Sets a seat's state and owner (nil: nobody), now for this call and in Redis by `write_blocks`.
local function set(B, i, state, whose)
  local seat = B.first + i - 1
  B.state[i], B.memo = state, {}
  changed[B.number] = B
  owned[seat] = whose or false
end

-- The longest stretch that is free and kept for nobody.
local function longest(B)
  local best, run = 0, 0
  for i = 1, B.length do
    run = (B.state[i] == FREE and B.kept[i] == 0 and tier(B, i) ~= 255) and run + 1 or 0
    if run > best then best = run end
  end
  return best
end

local function write_blocks()
  for number, B in pairs(changed) do
    redis.call('SETRANGE', at.seats, B.first, string.char(unpack(B.state)))
    redis.call('SETRANGE', at.runs, number, string.char(longest(B)))
  end
  local fields, gone = {}, {}
  for seat, whose in pairs(owned) do
    if whose then
      fields[#fields + 1], fields[#fields + 2] = seat, whose
    else
      gone[#gone + 1] = seat
    end
  end
  for n = 1, #fields, 4000 do redis.call('HSET', at.owners, unpack(fields, n, math.min(n + 3999, #fields))) end
  for n = 1, #gone, 4000 do redis.call('HDEL', at.owners, unpack(gone, n, math.min(n + 3999, #gone))) end
end

-- What a fan was offered and did not take is everybody's again. Whether there was such an offer.
local function withdraw_offer(user)
  local offered = redis.call('HGET', at.owners, '@' .. user)
  if not offered then return false end
  for seat in string.gmatch(offered, '%d+') do
    local B, i = find(tonumber(seat))
    if B.state[i] == OFFERED and owner(tonumber(seat)) == user then set(B, i, FREE) end
  end
  redis.call('HDEL', at.owners, '@' .. user)
  redis.call('ZREM', at.offers, user)
  return true
end

-- Offers that ran out. Whether there were any.
local function lapse_offers(now)
  local lapsed = redis.call('ZRANGEBYSCORE', at.offers, '-inf', now, 'LIMIT', 0, 100)
  for _, user in ipairs(lapsed) do withdraw_offer(user) end
  if #lapsed > 0 then write_blocks() end
  return #lapsed > 0
end
