-- The group nearest to seats that were wanted (rule S40): side by side, of the same tier, in the blocks of their row and
-- of the rows next to it. Included after split.lua.
local ROWS_AROUND = 3

-- Blocks of the row of B and of so many rows before and behind it.
local function blocks_around(B)
  local around, seen = {}, {}
  local function add(seat)
    local first
    for _, number in ipairs(row_blocks(seat)) do
      local C = block(number)
      first = first or C
      if not seen[C.number] then
        seen[C.number] = true
        around[#around + 1] = C
      end
    end
    return first
  end
  local before, behind = B, B
  for _ = 1, ROWS_AROUND do
    before = before and add(before.previous)
    behind = behind and add(behind.next)
  end
  local row = B
  while row.first > 0 and find(row.first - 1).row == B.row do row = find(row.first - 1) end
  add(row.first)
  return around
end

local function nearby(who, wish, wanted)
  local W, w = find(wanted[1])
  local x, y = 0, 0
  for _, seat in ipairs(wanted) do
    local B, i = find(seat)
    local px, py = point(B, i)
    x, y = x + px, y + py
  end
  x, y = x / #wanted, y / #wanted
  local only = { n = wish.n, tier = tier(W, w) }
  local best
  for _, B in ipairs(blocks_around(W)) do
    local from = 1
    while from <= B.length do
      local to = from - 1
      while to < B.length and open(B, to + 1, who) do to = to + 1 end
      for i = from, to - wish.n + 1 do
        local d, same, wheelchair = 0, true, not who.accessible
        for j = i, i + wish.n - 1 do
          same = same and tier(B, j) == only.tier
          wheelchair = wheelchair or accessible(B, j)
          local px, py = point(B, j)
          d = d + math.abs(px - x) + math.abs(py - y)
        end
        -- an offer that the orphan rule refuses would be none
        local clean = not facts.orphanRule or to - from + 1 - wish.n == 1 or (i - from ~= 1 and to - (i + wish.n - 1) ~= 1)
        if same and wheelchair and clean and (not best or d < best.d) then best = { d = d, block = B, i = i } end
      end
      from = to + 2
    end
  end
  return best and seats_of(best, wish.n)
end
