-- What one request for a hold may have of the seats (rules S40–S47). Included after the files that choose; expects
-- `facts` and `at`. The wish, as the edge sends it:
--   [prefix, channel, accessible 0|1, replaces '' or hold id, picks, bests]
--   picks: [[tier id, seat, …], …]   bests: [[n, tier id or '', section or '', together], …]

-- Numbers of tiers and sections by their names, made once a call.
local tier_numbers, section_numbers
local function numbers_by_name()
  if tier_numbers then return end
  tier_numbers, section_numbers = {}, {}
  for t, id in ipairs(facts.tiers) do tier_numbers[id] = t - 1 end
  for s, key in ipairs(facts.sections) do section_numbers[key] = s - 1 end
end

-- Blocks with seats that only this fan may have; `old`: seats of the hold that is exchanged, as text.
local function own_blocks(user, who, old)
  local own, numbers = {}, {}
  local offered = redis.call('HGET', at.owners, '@' .. user) or ''
  for seat in string.gmatch(offered .. '.' .. (old or ''), '%d+') do own[(find(tonumber(seat))).number] = true end
  if who.accessible then
    for _, number in ipairs(facts.accessible) do own[number] = true end
  end
  if who.channel ~= 0 then
    local kept = redis.call('GET', at.kept)
    -- a block's seats follow each other: the next one to look at is behind it
    local seat = string.find(kept, string.char(who.channel), 1, true)
    while seat do
      local B = find(seat - 1)
      own[B.number] = true
      seat = string.find(kept, string.char(who.channel), B.first + B.length + 1, true)
    end
  end
  for number in pairs(own) do numbers[#numbers + 1] = number end
  table.sort(numbers)
  return numbers
end

local function who_of(user, wish, old)
  local who = { user = user, channel = wish[2], accessible = wish[3] == 1, replaces = wish[4] }
  local searches = #wish[6] > 0
  who.own = searches and own_blocks(user, who, old) or {}
  -- may have what everybody may have, and nothing else: then the index of runs tells all
  who.plain = searches and #who.own == 0 and who.channel == 0 and not who.accessible and who.replaces == ''
  return who
end

-- Whether just the seats are asked for that the gate itself offered: they are not hand-picked (rule S41).
local function is_offer(who, wish)
  return #wish[5] == 1 and table.concat(wish[5][1], '.', 2) == redis.call('HGET', at.owners, '@' .. who.user)
end

-- Hand-picked seats: what is wrong with them, or nil and they are in `chosen`.
local function pick(who, wish, stock, chosen)
  local picked, gone = {}, {}
  for _, pick in ipairs(wish[5]) do
    for s = 2, #pick do
      if pick[s] >= facts.seats then return 'NO_SEAT' end
      local B, i = find(pick[s])
      -- a tier that is not for sale has no stock here
      if tier(B, i) ~= tier_numbers[pick[1]] or not stock[pick[1]] then return 'NO_SEAT' end
      if not open(B, i, who) then gone[#gone + 1] = pick[s] end
      picked[B] = picked[B] or {}
      picked[B][i] = true
      chosen[#chosen + 1] = { B, i }
    end
  end
  if #gone > 0 then return 'TAKEN:' .. table.concat(gone, '.') end
  if not facts.orphanRule then return nil end
  local orphans, fix = orphans_of(picked, who, stock)
  if orphans and not is_offer(who, wish) then return 'ORPHAN:' .. table.concat(orphans, '.') .. '|' .. table.concat(fix, '.') end
end

-- The seats a request may have, { block, number in it, state before }, marked as held by `hold` for those after it in
-- this call; or a refusal.
local function choose(user, hold, wish, stock)
  numbers_by_name()
  local chosen = {}
  local who = who_of(user, wish, wish[7])
  local refused = pick(who, wish, stock, chosen)
  if refused then return refused end
  local before = {}
  local function mark(from)
    for c = from, #chosen do
      local B, i = chosen[c][1], chosen[c][2]
      before[c] = { B.state[i], owner(B.first + i - 1) }
      chosen[c][3] = B.state[i]
      set(B, i, HELD, hold)
    end
  end
  mark(1)
  for _, best in ipairs(wish[6]) do
    local asked, section = best[2] ~= '' and tier_numbers[best[2]] or nil, best[3] ~= '' and section_numbers[best[3]] or nil
    local missing = (best[2] ~= '' and not asked) or (best[3] ~= '' and not section)
    local group = not missing and best_available(who, { n = best[1], tier = asked, section = section, together = best[4] })
    if not group then
      for c, was in ipairs(before) do set(chosen[c][1], chosen[c][2], was[1], was[2]) end
      -- a search of this call may have passed them by, or found nothing without them
      if #before > 0 then
        searches, apart = {}, nil
        redis.call('HDEL', at.state, 'apart')
      end
      return missing and 'NO_SEAT' or 'APART'
    end
    local from = #chosen + 1
    for _, seat in ipairs(group) do chosen[#chosen + 1] = seat end
    mark(from)
  end
  return nil, chosen
end
