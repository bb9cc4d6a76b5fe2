-- Blocks of seats, read once per call and written back once (rules S40–S48; bytes: gate-plan.ts).
-- Included; expects `at`: key names seats, kept, plan, blocks, runs, clean, owners. A block's seats are numbered from 1.
local FREE, HELD, SOLD, OFFERED = 48, 49, 50, 51
local loaded, changed, owned, freed = {}, {}, {}, false

-- The keys about seats stand side by side in KEYS, in this order (gate-keys.ts).
local function seat_keys(first, state)
  local keys = { state = state }
  for n, name in ipairs({ 'seats', 'kept', 'plan', 'blocks', 'runs', 'owners', 'offers', 'clean' }) do keys[name] = KEYS[first + n - 1] end
  return keys
end

local function u16(s, i)
  local high, low = string.byte(s, i, i + 1)
  return high * 256 + low
end

-- Redis's own clock, ms, as text: as a number it would lose its end.
local function gate_now(later)
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + (later or 0))
end

local descriptions
local function describe(number, offset)
  descriptions = descriptions or redis.call('GET', at.blocks)
  return u16(descriptions, number * 12 + offset)
end

local function block(number)
  local B = loaded[number]
  if B then return B end
  local first, length_and_section = describe(number, 1), describe(number, 3)
  local length = math.floor(length_and_section / 256)
  local last = first + length - 1
  local kept = redis.call('GETRANGE', at.kept, first, last)
  B = {
    number = number, first = first, length = length, section = length_and_section % 256, low = describe(number, 7),
    tiers = {}, memo = {},
    state = { string.byte(redis.call('GETRANGE', at.seats, first, last), 1, -1) },
    kept = { string.byte(kept, 1, -1) },
    -- most blocks are everybody's: then looking at `state` alone is enough
    everybodys = not string.find(kept, '[^%z]'),
  }
  loaded[number] = B
  return B
end

-- The block a seat is in, and its number there. Seats that are asked for together are mostly in one block.
local found_last
local function find(seat)
  local B = found_last
  if not B or seat < B.first or seat >= B.first + B.length then
    local plan = redis.call('GETRANGE', at.plan, seat * 10, seat * 10 + 9)
    B = block(u16(plan, 1))
    B.tiers[seat - B.first + 1] = string.byte(plan, 9)
    found_last = B
  end
  return B, seat - B.first + 1
end

-- The plan stays text, and is read when it is looked at: of most blocks only the states are.
local function plan_of(B)
  B.plan = B.plan or redis.call('GETRANGE', at.plan, B.first * 10, (B.first + B.length) * 10 - 1)
  return B.plan
end
local function cost(B, i) return u16(plan_of(B), 10 * i - 7) end
local function tier(B, i) return B.tiers[i] or string.byte(plan_of(B), 10 * i - 1) end
local function accessible(B, i) return string.byte(plan_of(B), 10 * i) % 2 == 1 end
local function point(B, i) return u16(plan_of(B), 10 * i - 5), u16(plan_of(B), 10 * i - 3) end

local function owner(seat)
  if owned[seat] ~= nil then return owned[seat] end
  return redis.call('HGET', at.owners, seat)
end

-- Whether `who` may have this seat: { user, channel (0: none), accessible, replaces (a hold to be exchanged, or '') }.
-- What is not on sale is kept for a channel that nobody can name.
local function open(B, i, who)
  local state, kept = B.state[i], B.kept[i]
  if state ~= FREE then
    if state == OFFERED then
      if owner(B.first + i - 1) ~= who.user then return false end
    elseif state ~= HELD or who.replaces == '' or owner(B.first + i - 1) ~= who.replaces then
      return false
    end
  end
  return kept == 0 or kept == who.channel or (kept == 1 and who.accessible)
end

-- Sets a seat's state and owner (nil: nobody), now for this call and in Redis by `write_blocks`.
local function set(B, i, state, whose)
  local seat = B.first + i - 1
  B.state[i], B.memo = state, {}
  freed = freed or state == FREE
  changed[B.number] = B
  owned[seat] = whose or false
end

-- Its states as text, with what is kept for anybody as taken: what everybody may have is a stretch of FREE in it.
local function everybodys_text(B)
  local text = string.char(unpack(B.state))
  if B.everybodys then return text end
  local marks = {}
  for i = 1, B.length do marks[i] = B.kept[i] == 0 and B.state[i] or HELD end
  return string.char(unpack(marks))
end

-- How many seats a stretch may give without leaving a single one: all of it, or all but two or more. Bit n-1 for n up to 8.
local function clean_choices(length)
  local mask = 0
  for n = 1, 8 do
    if length == n or length >= n + 2 then mask = mask + 2 ^ (n - 1) end
  end
  return mask
end
local clean_by_length = {}

-- What the indexes say of a block: its longest stretch that is free and kept for nobody, and its clean choices.
local function index_of(B)
  local longest, clean = 0, 0
  for run in string.gmatch(everybodys_text(B), '0+') do
    local length = #run
    longest = math.max(longest, length)
    clean_by_length[length] = clean_by_length[length] or clean_choices(length)
    clean = bit.bor(clean, clean_by_length[length])
  end
  return longest, clean
end

local runs, clean
local function read_indexes()
  if not runs then runs, clean = redis.call('GET', at.runs), redis.call('GET', at.clean) end
end

local function write_blocks()
  if next(changed) then read_indexes() end
  for number, B in pairs(changed) do
    redis.call('SETRANGE', at.seats, B.first, string.char(unpack(B.state)))
    local longest, choices = index_of(B)
    if longest ~= string.byte(runs, number + 1) then redis.call('SETRANGE', at.runs, number, string.char(longest)) end
    if choices ~= string.byte(clean, number + 1) then redis.call('SETRANGE', at.clean, number, string.char(choices)) end
  end
  -- what found nothing together may find it now (anywhere.lua)
  if freed then redis.call('HDEL', at.state, 'apart') end
  -- whoever looks again in this call reads them anew
  runs, clean, changed, freed = nil, nil, {}, false
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
