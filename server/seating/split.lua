-- Groups that cannot sit side by side: over two neighbouring rows, or wherever seats are free (rules S44, S45).
-- Included after best-available.lua.

-- All groups of n in a block: { score, i, middle x, middle y, tier, has an accessible seat }.
local function groups_in(B, who, wish, n)
  local groups = {}
  for first = 1, B.length - n + 1 do
    local sum, x, y, wheelchair, t, good = 0, 0, 0, false, tier(B, first), true
    for i = first, first + n - 1 do
      if not open(B, i, who) or tier(B, i) ~= t then good = false break end
      sum, x, y = sum + cost(B, i), x + B.plan[10 * i - 5] * 256 + B.plan[10 * i - 4], y + B.plan[10 * i - 3] * 256 + B.plan[10 * i - 2]
      wheelchair = wheelchair or accessible(B, i)
    end
    if good and (not wish.tier or wish.tier == t) then
      groups[#groups + 1] = { sum, first, math.floor(x / n), math.floor(y / n), t, wheelchair }
    end
  end
  return groups
end

-- The best pair with `a` seats in block A (of the row before) and `b` in block B; ties: see S44.
local function best_pair(A, a, B, b, who, wish, best)
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

-- The blocks of the row that begins with `seat`.
local function row_blocks(seat)
  local blocks = {}
  if seat == 65535 then return blocks end
  local B = find(seat)
  local row = B.row
  while B.row == row do
    blocks[#blocks + 1] = B
    if B.first + B.length >= facts.seats then break end
    B = find(B.first + B.length)
  end
  return blocks
end

local function split_rows(who, wish)
  for a = math.ceil(wish.n / 2), wish.n - 1 do
    local b, best = wish.n - a, { score = INFINITY }
    each_block(who, b, function(B, own)
      -- every pair is met from its block with the lower `low`
      if not own and (who.accessible or wish.n * B.low > best.score) then return true end
      if wish.section and B.section ~= wish.section then return false end
      for _, C in ipairs(row_blocks(B.previous)) do
        best_pair(C, a, B, b, who, wish, best)
        if a ~= b then best_pair(C, b, B, a, who, wish, best) end
      end
      for _, C in ipairs(row_blocks(B.next)) do
        best_pair(B, a, C, b, who, wish, best)
        if a ~= b then best_pair(B, b, C, a, who, wish, best) end
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

