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

-- The best pair with `a` seats in block A (of the row before) and `b` in block B; ties: see S44.
local function best_pair(A, a, B, b, who, wish, best)
  if a * A.low + b * B.low > best.score then return end
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

-- Blocks that may have n open seats, { number, low, section, row }, in order of `low`, and those of each row; read from
-- their descriptions alone: most of them have no neighbour that matters.
local function rows_with(who, n)
  local found, by_row, seen, descriptions = {}, {}, {}, redis.call('GET', at.blocks)
  each_block(who, n, function(number)
    if seen[number] then return false end
    seen[number] = true
    local at = number * 12
    local entry = { number, u16(descriptions, at + 7), string.byte(descriptions, at + 4), u16(descriptions, at + 5) }
    by_row[entry[4]] = by_row[entry[4]] or {}
    table.insert(by_row[entry[4]], entry)
    found[#found + 1] = entry
    return false
  end)
  if #who.own > 0 then table.sort(found, function(p, q) return p[1] < q[1] end) end
  return found, by_row
end

local function split_rows(who, wish)
  for a = math.ceil(wish.n / 2), wish.n - 1 do
    local b, best = wish.n - a, { score = INFINITY }
    local found, by_row = rows_with(who, b)
    for _, entry in ipairs(found) do
      -- every pair is met from its block with the lower `low`
      if wish.n * entry[2] > best.score then break end
      if not wish.section or entry[3] == wish.section then
        -- rows are numbered with a gap between sections: the next number is the row behind
        for _, other in ipairs(by_row[entry[4] - 1] or {}) do
          best_pair(block(other[1]), a, block(entry[1]), b, who, wish, best)
          if a ~= b then best_pair(block(other[1]), b, block(entry[1]), a, who, wish, best) end
        end
        for _, other in ipairs(by_row[entry[4] + 1] or {}) do
          best_pair(block(entry[1]), a, block(other[1]), b, who, wish, best)
          if a ~= b then best_pair(block(entry[1]), b, block(other[1]), a, who, wish, best) end
        end
      end
    end
    if best.parts then
      local chosen = {}
      for _, part in ipairs(best.parts) do
        for i = part[2], part[2] + part[3] - 1 do chosen[#chosen + 1] = { part[1], i } end
      end
      return chosen
    end
  end
end
