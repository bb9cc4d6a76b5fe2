-- The best available seats side by side (rules S42, S43, S46). Included after blocks.lua; expects `facts` (gate-plan.ts).
-- who: { user, channel, accessible, replaces, own: numbers of blocks with seats that are open for this fan alone }
-- wish: { n, tier or nil, section or nil }. A group is { score, block, first number in it }.
local INFINITY = math.huge

-- Calls `visit` with numbers of blocks that may have `n` open seats in a row, in order of `low`, first those with seats that
-- are open for this fan alone (sorted), then by the index of runs, which knows only what is everybody's (and is never too
-- low while seats are only taken). True from `visit` ends the walk it is in: what follows cannot be better.
local function each_block(who, n, visit)
  for _, number in ipairs(who.own) do
    if visit(number, true) then break end
  end
  read_indexes()
  local pattern = '[' .. string.char(n) .. '-\255]'
  local position = string.find(runs, pattern)
  while position and not visit(position - 1, false) do position = string.find(runs, pattern, position + 1) end
end

-- The stretches of seats that are open for this fan: from, to.
local function open_runs(B, who)
  local text
  if who.plain then
    text = everybodys_text(B)
  else
    local marks = {}
    for i = 1, B.length do marks[i] = open(B, i, who) and FREE or HELD end
    text = string.char(unpack(marks))
  end
  local position = 1
  return function()
    local from, to = string.find(text, '0+', position)
    position = to and to + 1
    return from, to
  end
end

-- Within one run: the best group of n, and the best that leaves no orphan. The first of equals has the lower number.
local function best_in_run(B, who, wish, from, to, found)
  local n, plan, sum, same, wheelchair, costs, last = wish.n, plan_of(B), 0, 0, 0, {}, nil
  for i = from, to do
    local high, low, _, _, _, _, t = string.byte(plan, 10 * i - 7, 10 * i - 1)
    costs[i] = high * 256 + low
    sum = sum + costs[i] - (i - n >= from and costs[i - n] or 0)
    if wish.tier and t ~= wish.tier then same = 0
    elseif same > 0 and t == last then same = same + 1
    else same = 1 end
    last = t
    if who.accessible and accessible(B, i) then wheelchair = i end
    if same >= n and (not who.accessible or wheelchair > i - n) then
      if sum < found.any then found.any, found.any_at = sum, i - n + 1 end
      if i - n + 1 - from ~= 1 and to - i ~= 1 and sum < found.clean then found.clean, found.clean_at = sum, i - n + 1 end
    end
  end
end

local function best_in(B, who, wish)
  if who.plain and B.memo[wish.key] then return B.memo[wish.key] end
  local found = { any = INFINITY, clean = INFINITY }
  for from, to in open_runs(B, who) do
    if to - from + 1 >= wish.n then best_in_run(B, who, wish, from, to, found) end
  end
  if who.plain then B.memo[wish.key] = found end
  return found
end

local function nearer(score, B, i, best)
  return score < best.score or (score == best.score and score < INFINITY and B.first + i < best.block.first + best.i)
end

-- Blocks met by earlier requests of this call that asked for the same, as long as they have a group; and where in the
-- index of runs the search goes on. In a rush all ask for the same: meeting the blocks anew for each cost 160 us.
local searches = {}

local function search_of(wish, clean_only)
  local key = wish.key .. (wish.section or '') .. (clean_only and 'c' or '')
  local search = searches[key]
  if not search then
    read_indexes()
    search = { met = {}, pattern = '[' .. string.char(wish.n) .. '-\255]' }
    search.position = string.find(runs, search.pattern)
    searches[key] = search
  end
  return search
end

local function may_be_clean(number, n)
  return n > 8 or bit.band(string.byte(clean, number + 1), 2 ^ (n - 1)) ~= 0
end

-- The best group, of those that leave no orphan only or of all, for a fan who may have what everybody may.
local function best_of_everybodys(who, wish, clean_only)
  local best = { score = INFINITY }
  local score, at_seat = clean_only and 'clean' or 'any', clean_only and 'clean_at' or 'any_at'
  local function meet(B)
    local found = best_in(B, who, wish)
    if nearer(found[score], B, found[at_seat], best) then best = { score = found[score], block = B, i = found[at_seat] } end
    return found[score] < INFINITY
  end
  local search, left = search_of(wish, clean_only), 0
  for _, B in ipairs(search.met) do
    if meet(B) then
      left = left + 1
      search.met[left] = B
    end
  end
  for i = #search.met, left + 1, -1 do search.met[i] = nil end
  if clean_only then
    -- a seat taken from three leaves two that were no choice before
    for _, B in pairs(changed) do
      if not wish.section or B.section == wish.section then meet(B) end
    end
  end
  while search.position and wish.n * describe(search.position - 1, 7) <= best.score do
    local number = search.position - 1
    -- A house that fills leaves blocks with a run of three everywhere: no place for two, and not worth reading.
    if not clean_only or may_be_clean(number, wish.n) then
      local B = block(number)
      if (not wish.section or B.section == wish.section) and meet(B) then search.met[#search.met + 1] = B end
    end
    search.position = string.find(runs, search.pattern, search.position + 1)
  end
  return best
end

-- The best group of n side by side: one that leaves no orphan, where there is one; score INFINITY: there is none.
local function side_by_side(who, wish)
  wish.key = wish.n .. ':' .. (wish.tier or '') .. ':'
  if who.plain then
    local best = facts.orphanRule and best_of_everybodys(who, wish, true)
    if best and best.score < INFINITY then return best end
    return best_of_everybodys(who, wish, false)
  end
  local any, clean_best = { score = INFINITY }, { score = INFINITY }
  each_block(who, wish.n, function(number, own)
    -- only a fan's own blocks have accessible seats
    if (who.accessible and not own) or wish.n * describe(number, 7) > clean_best.score then return true end
    local B = block(number)
    if wish.section and B.section ~= wish.section then return false end
    local found = best_in(B, who, wish)
    if nearer(found.any, B, found.any_at, any) then any = { score = found.any, block = B, i = found.any_at } end
    if nearer(found.clean, B, found.clean_at, clean_best) then clean_best = { score = found.clean, block = B, i = found.clean_at } end
    return false
  end)
  return (facts.orphanRule and clean_best.score < INFINITY) and clean_best or any
end

local function seats_of(group, n)
  local chosen = {}
  for i = group.i, group.i + n - 1 do chosen[#chosen + 1] = { group.block, i } end
  return chosen
end
