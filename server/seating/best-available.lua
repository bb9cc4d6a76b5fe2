-- The best available seats side by side (rules S42, S43, S46). Included after blocks.lua; expects `facts` (gate-plan.ts).
-- who: { user, channel, accessible, replaces, own: numbers of blocks with seats that are open for this fan alone }
-- wish: { n, tier or nil, section or nil }. A group is { score, block, first number in it }.
local INFINITY = math.huge
local runs

-- Calls `visit` with numbers of blocks that may have `n` open seats in a row, in order of `low`, first those with seats that
-- are open for this fan alone (sorted), then by the index of runs, which knows only what is everybody's (and is never too
-- low while seats are only taken). True from `visit` ends the walk it is in: what follows cannot be better.
local function each_block(who, n, visit)
  for _, number in ipairs(who.own) do
    if visit(number, true) then break end
  end
  runs = runs or redis.call('GET', at.runs)
  local pattern = '[' .. string.char(n) .. '-\255]'
  local position = string.find(runs, pattern)
  while position and not visit(position - 1, false) do position = string.find(runs, pattern, position + 1) end
end

-- Within one run: the best group of n, and the best that leaves no orphan. The first of equals has the lower number.
local function best_in_run(B, who, wish, from, to, found)
  local n, sum, same, wheelchair = wish.n, 0, 0, 0
  for i = from, to do
    local t = tier(B, i)
    sum = sum + cost(B, i)
    if i - n >= from then sum = sum - cost(B, i - n) end
    if wish.tier and t ~= wish.tier then same = 0
    elseif i > from and same > 0 and t == tier(B, i - 1) then same = same + 1
    else same = 1 end
    if who.accessible and accessible(B, i) then wheelchair = i end
    if same >= n and (not who.accessible or wheelchair > i - n) then
      if sum < found.any then found.any, found.any_at = sum, i - n + 1 end
      if i - n + 1 - from ~= 1 and to - i ~= 1 and sum < found.clean then found.clean, found.clean_at = sum, i - n + 1 end
    end
  end
end

local function best_in(B, who, wish)
  local key = who.plain and wish.n .. ':' .. (wish.tier or '')
  if key and B.memo[key] then return B.memo[key] end
  local found, from = { any = INFINITY, clean = INFINITY }, 1
  while from <= B.length do
    local to = from - 1
    while to < B.length and open(B, to + 1, who) do to = to + 1 end
    if to - from + 1 >= wish.n then best_in_run(B, who, wish, from, to, found) end
    from = to + 2
  end
  if key then B.memo[key] = found end
  return found
end

local function nearer(score, B, i, best)
  return score < best.score or (score == best.score and score < INFINITY and B.first + i < best.block.first + best.i)
end

-- The best group of n side by side, and the best that leaves no orphan; score INFINITY: there is none.
local function side_by_side(who, wish)
  local any, clean = { score = INFINITY }, { score = INFINITY }
  each_block(who, wish.n, function(number, own)
    -- only a fan's own blocks have accessible seats
    if who.accessible and not own then return true end
    local B = block(number)
    if wish.n * B.low > clean.score then return true end
    if wish.section and B.section ~= wish.section then return false end
    local found = best_in(B, who, wish)
    if nearer(found.any, B, found.any_at, any) then any = { score = found.any, block = B, i = found.any_at } end
    if nearer(found.clean, B, found.clean_at, clean) then clean = { score = found.clean, block = B, i = found.clean_at } end
    return false
  end)
  return any, clean
end

local function seats_of(group, n)
  local chosen = {}
  for i = group.i, group.i + n - 1 do chosen[#chosen + 1] = { group.block, i } end
  return chosen
end
