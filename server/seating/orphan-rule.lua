-- Hand-picked seats and the seats they would leave alone (rule S47). Included after best-available.lua; expects `facts`.
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

-- Whether a seat beside a picked one would be alone: most choices leave none, and need no closer look.
local function leaves_one_alone(B, marks, who)
  local function stays(i) return i >= 1 and i <= B.length and not marks[i] and open(B, i, who) end
  for i in pairs(marks) do
    if (stays(i - 1) and not stays(i - 2)) or (stays(i + 1) and not stays(i + 2)) then return true end
  end
  return false
end

-- Orphans the picked seats would leave, and the whole choice with the fix, as lists of seat numbers; nil: none.
local function orphans_of(picked, who, stock)
  local orphans, fix, fixable, alone_somewhere = {}, {}, true, false
  for B, marks in pairs(picked) do alone_somewhere = alone_somewhere or leaves_one_alone(B, marks, who) end
  if not alone_somewhere then return nil end
  for B, marks in pairs(picked) do
    for from, to in open_runs(B, who) do
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
  end
  if #orphans == 0 then return nil end
  table.sort(orphans)
  table.sort(fix)
  return orphans, fixable and fix or {}
end
