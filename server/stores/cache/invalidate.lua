-- Whatever was begun before now and has one of these tags counts no more (rule G61); '*': whatever was begun at all.
-- KEYS  1 tags (zset: tag → when it was last changed, us)
-- ARGV  1 how long a tag is remembered, us: longer than any entry is fresh  2 tags at most  3… the tags
-- Where there are too many tags, all of them become one.
-- @include stamp.lua
local tags = KEYS[1]
local all = redis.call('ZSCORE', tags, '*')
local now = stamp(tags)
local at = string.format('%.0f', now)
local cutoff = now - tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', tags, '-inf', string.format('%.0f', cutoff))
for i = 3, #ARGV do redis.call('ZADD', tags, at, ARGV[i]) end
if not all or redis.call('ZCARD', tags) > tonumber(ARGV[2]) then
  redis.call('DEL', tags)
  redis.call('ZADD', tags, at, '*', at, '<')
elseif not redis.call('ZSCORE', tags, '*') then
  redis.call('ZADD', tags, string.format('%.0f', cutoff), '*')
end
return at
