-- Included: `stamp(tags)` gives a moment in microseconds that is later than every one given before, by Redis's clock, also
-- where that clock was set back. It is kept in the tags, as '<'.
local function stamp(tags)
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local last = tonumber(redis.call('ZSCORE', tags, '<') or 0)
  local given = math.max(now, last + 1)
  redis.call('ZADD', tags, string.format('%.0f', given), '<')
  return given
end
