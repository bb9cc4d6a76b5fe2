-- Hand-picked seats and the seats they would leave alone (rule S47). Included after blocks.lua; expects `facts`.
-- picked: { [block] = { [number in it] = true } }

-- A choice of k seats in the run that leaves no orphan, of one tier, nearest to the first one picked; nil: there is none,
-- as where several tiers were picked: it would change how many of which.
local function shifted(B, from, to, k, at_first, marks)
  local best, distance
  for i = from, to do
    if marks[i] and tier(B, i) ~= tier(B, at_first) then return nil end
  end
  for i = from, to - k + 1 do
    local same = true
    for j = i + 1, i + k - 1 do same = same and tier(B, j) == tier(B, at_first) end
    same = same and tier(B, i) == tier(B, at_first)
    if same and i - from ~= 1 and to - (i + k - 1) ~= 1 then
      local d = math.abs(i - at_first)
      if not distance or d < distance then best, distance = i, d end
    end
  end
  return best
end

-- What picking leaves alone in one run of open seats; k of its seats were picked.
local function orphans_in_run(marks, from, to)
  local k, first, alone = 0, nil, {}
  for i = from, to do
    if marks[i] then
      k, first = k + 1, first or i
    elseif (i == from or marks[i - 1]) and (i == to or marks[i + 1]) and to > from then
      alone[#alone + 1] = i
    end
  end
  return k, first, alone
end

-- Whether so few of a tier's seats are open that single ones may be left.
local function relaxed(t, stock)
  return (stock[facts.tiers[t + 1]] or 0) * 100 <= facts.orphanRelaxPercent * facts.sizes[t + 1]
end

-- Orphans the picked seats would leave, and the whole choice with the fix, as lists of seat numbers; nil: none.
local function orphans_of(picked, who, stock)
  local orphans, fix, fixable = {}, {}, true
  for B, marks in pairs(picked) do
    local from = 1
    while from <= B.length do
      local to = from - 1
      while to < B.length and open(B, to + 1, who) do to = to + 1 end
      if to >= from then
        local k, first, alone = orphans_in_run(marks, from, to)
        local refused = k > 0 and #alone > 0 and to - from + 1 - k ~= 1 and not relaxed(tier(B, first), stock)
        local shift = refused and shifted(B, from, to, k, first, marks)
        if refused then
          for _, i in ipairs(alone) do orphans[#orphans + 1] = B.first + i - 1 end
          fixable = fixable and shift ~= nil
        end
        for i = from, to do
          if refused and shift then
            if i >= shift and i < shift + k then fix[#fix + 1] = B.first + i - 1 end
          elseif marks[i] then
            fix[#fix + 1] = B.first + i - 1
          end
        end
      end
      from = to + 2
    end
  end
  if #orphans == 0 then return nil end
  table.sort(orphans)
  table.sort(fix)
  return orphans, fixable and fix or {}
end
