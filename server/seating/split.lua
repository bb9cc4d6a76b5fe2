-- Groups that cannot sit side by side: over two neighbouring rows, or wherever seats are free (rules S44, S45).
-- Included after best-available.lua.

-- All groups of n in a block: { score, i, middle x, middle y, tier, has an accessible seat }.
local function groups_in(B, who, wish, n)
  local groups, from = {}, 1
  while from + n - 1 <= B.length do
    local to = from
    while to <= from + n - 1 and open(B, to, who) and tier(B, to) == tier(B, from) do to = to + 1 end
    if to == from + n and (not wish.tier or wish.tier == tier(B, from)) then
      local sum, x, y, wheelchair = 0, 0, 0, false
      for i = from, to - 1 do
        local px, py = point(B, i)
        sum, x, y = sum + cost(B, i), x + px, y + py
        wheelchair = wheelchair or accessible(B, i)
      end
      groups[#groups + 1] = { sum, from, math.floor(x / n), math.floor(y / n), tier(B, from), wheelchair }
    end
    from = from + 1
  end
  return groups
end

-- The numbers of the blocks of the row that begins with `seat` (65535: there is none), from their descriptions alone.
local function row_blocks(seat)
  local numbers, row = {}, nil
  while seat < facts.seats do
    local number = u16(redis.call('GETRANGE', at.plan, seat * 10, seat * 10 + 1), 1)
    local this = describe(number, 5)
    if row and this ~= row then break end
    row, numbers[#numbers + 1] = this, number
    seat = describe(number, 1) + math.floor(describe(number, 3) / 256)
  end
  return numbers
end

-- The best pair with `a` seats in one block and `b` in one of the row behind it; ties: see S44.
local function best_pair(before, a, behind, b, who, wish, best)
  if a * describe(before, 7) + b * describe(behind, 7) > best.score then return end
  local A, B = block(before), block(behind)
  local function memo(C, n)
    local key = who.plain and 'g' .. n .. ':' .. (wish.tier or '')
    local groups = key and C.memo[key] or groups_in(C, who, wish, n)
    if key then C.memo[key] = groups end
    return groups
  end
  for _, p in ipairs(memo(A, a)) do
    for _, q in ipairs(memo(B, b)) do
      if p[5] == q[5] and (not who.accessible or p[6] or q[6]) then
        local score = p[1] + q[1] + (a + b) * (math.abs(p[3] - q[3]) + math.abs(p[4] - q[4]))
        local from, to = A.first + p[2], B.first + q[2]
        if score < best.score or (score == best.score and (from < best.from or (from == best.from and (to < best.to or (to == best.to and a > best.a))))) then
          best.score, best.from, best.to, best.a, best.parts = score, from, to, a, { { A, p[2], a }, { B, q[2], b } }
        end
      end
    end
  end
end

-- Every block that may have the larger part is tried with those of the rows before and behind it that may have the other.
-- Going by the smaller part would meet nearly every block of a house whose last seats are single ones (39 ms of Redis
-- for 60,000 seats; so 1).
local function split_rows(who, wish)
  local own = {}
  for _, number in ipairs(who.own) do own[number] = true end
  read_indexes()
  for a = math.ceil(wish.n / 2), wish.n - 1 do
    local b, best, met = wish.n - a, { score = INFINITY }, {}
    local function may_have(number) return own[number] or string.byte(runs, number + 1) >= b end
    each_block(who, a, function(number, is_own)
      if not is_own and a * describe(number, 7) > best.score then return true end
      if met[number] or (wish.section and describe(number, 3) % 256 ~= wish.section) then return false end
      met[number] = true
      for _, before in ipairs(row_blocks(describe(number, 9))) do
        if may_have(before) then best_pair(before, b, number, a, who, wish, best) end
      end
      for _, behind in ipairs(row_blocks(describe(number, 11))) do
        if may_have(behind) then best_pair(number, a, behind, b, who, wish, best) end
      end
      return false
    end)
    if best.parts then
      local chosen = {}
      for _, part in ipairs(best.parts) do
        for i = part[2], part[2] + part[3] - 1 do chosen[#chosen + 1] = { part[1], i } end
      end
      return chosen
    end
  end
end
