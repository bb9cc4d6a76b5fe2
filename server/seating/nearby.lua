-- The group nearest to seats that were wanted (rule S40): side by side, of the same tier, in the blocks of their row and
-- of the rows next to it. Included after split.lua.
local ROWS_AROUND = 3

-- Blocks with as many open seats in the row of B and in so many rows before and behind it.
local function blocks_around(B, who, n)
  local around, own = {}, {}
  for _, number in ipairs(who.own) do own[number] = true end
  read_indexes()
  local function add(seat)
    local numbers = row_blocks(seat)
    for _, number in ipairs(numbers) do
      if own[number] or string.byte(runs, number + 1) >= n then around[#around + 1] = block(number) end
    end
    return numbers[1]
  end
  local before, behind = B.number, B.number
  for _ = 1, ROWS_AROUND do
    before = before and add(describe(before, 9))
    behind = behind and add(describe(behind, 11))
  end
  local first = B.first
  while first > 0 and describe(find(first - 1).number, 5) == describe(B.number, 5) do first = find(first - 1).first end
  add(first)
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
  local tier_wanted, best = tier(W, w), nil
  for _, B in ipairs(blocks_around(W, who, wish.n)) do
    for from, to in open_runs(B, who) do
      local far, sum, same, wheelchair = {}, 0, 0, 0
      for i = from, to do
        local px, py = point(B, i)
        far[i] = math.abs(px - x) + math.abs(py - y)
        sum = sum + far[i] - (i - wish.n >= from and far[i - wish.n] or 0)
        same = tier(B, i) == tier_wanted and same + 1 or 0
        if accessible(B, i) then wheelchair = i end
        local first = i - wish.n + 1
        -- an offer that the orphan rule refuses would be none
        local clean = not facts.orphanRule or to - from + 1 - wish.n == 1 or (first - from ~= 1 and to - i ~= 1)
        if same >= wish.n and clean and (not who.accessible or wheelchair >= first) and (not best or sum < best.sum) then
          best = { sum = sum, block = B, i = first }
        end
      end
    end
  end
  return best and seats_of(best, wish.n)
end
