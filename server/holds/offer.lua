-- Offers a fan other seats than those that went (rules S40, S41, S45): the nearest group of as many, of the same tier,
-- in the same row or those around it, else the best there is. They stay everybody's in the ledger; the gate keeps them
-- for this fan until the moment given. Whatever was offered before is everybody's again.
-- KEYS  1 epoch pointer  2 state  3 stock  4 seats  5 kept  6 plan  7 blocks  8 runs  9 owners  10 offers  11 clean
-- ARGV  1 epoch  2 user id  3 how long, ms  4 JSON: [wish (choose.lua), n, tier id or '', section or '', [seats that
--       were wanted] or []: then the nearest single ones, whether the whole house may be searched]
-- Returns STALE, or '' (nothing to offer), or <until, ms since 1970>:<tier id>:<seat>.<seat>…
local at, facts
-- @include ../seating/blocks.lua
-- @include ../seating/best-available.lua
-- @include ../seating/split.lua
-- @include ../seating/anywhere.lua
-- @include ../seating/orphan-rule.lua
-- @include ../seating/choose.lua
-- @include ../seating/nearby.lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'STALE' end
local seating = redis.call('HGET', KEYS[2], 'seating')
if not seating then return '' end
facts = cjson.decode(seating)
at = seat_keys(4, KEYS[2])
local user, asked = ARGV[2], cjson.decode(ARGV[4])
local lapsed, withdrawn = lapse_offers(gate_now()), withdraw_offer(user)
if withdrawn then write_blocks() end
if lapsed or withdrawn then redis.call('HINCRBY', KEYS[3], 'v', 1) end
local who = who_of(user, asked[1])
who.own = own_blocks(user, who)
who.plain = #who.own == 0 and who.channel == 0 and not who.accessible
local wish = { n = asked[2], together = 'any' }
for t, id in ipairs(facts.tiers) do
  if id == asked[3] then wish.tier = t - 1 end
end
for s, key in ipairs(facts.sections) do
  if key == asked[4] then wish.section = s - 1 end
end
local wanted = asked[5]
local chosen = #wanted > 0 and nearby(who, wish, wanted) or nil
if not chosen and #wanted > 0 and asked[6] then chosen = best_available(who, { n = wish.n, tier = wish.tier, together = 'rows' }) end
if not chosen and #wanted == 0 then chosen = anywhere(who, wish) end
if not chosen then return '' end
local seats = {}
for _, seat in ipairs(chosen) do
  set(seat[1], seat[2], OFFERED, user)
  seats[#seats + 1] = seat[1].first + seat[2] - 1
end
table.sort(seats)
local tier_id = facts.tiers[tier(chosen[1][1], chosen[1][2]) + 1]
write_blocks()
redis.call('HSET', KEYS[9], '@' .. user, table.concat(seats, '.'))
local till = gate_now(tonumber(ARGV[3]))
redis.call('ZADD', KEYS[10], till, user)
redis.call('HINCRBY', KEYS[3], 'v', 1)
return till .. ':' .. tier_id .. ':' .. table.concat(seats, '.')
