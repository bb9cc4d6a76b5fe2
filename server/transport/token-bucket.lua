-- Takes tokens from one bucket, which refills steadily (rule X20).
-- KEYS[1]  the bucket (hash: t = tokens left, at = when that was so, ms)
-- ARGV[1]  capacity, in tokens
-- ARGV[2]  time in which an empty bucket fills, in ms
-- ARGV[3]  tokens wanted; negative gives tokens back (never above the capacity)
-- Returns  {"OK", tokens left, 0} or {"WAIT", tokens left, ms until there are enough}
-- The clock is Redis's own, so that all processes agree; a clock that steps back refills nothing.
local capacity = tonumber(ARGV[1])
local fill_ms = tonumber(ARGV[2])
local wanted = tonumber(ARGV[3])

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local state = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = tonumber(state[1]) or capacity
local at = tonumber(state[2]) or now
local per_ms = capacity / fill_ms
tokens = math.min(capacity, tokens + math.max(0, now - at) * per_ms)

if tokens < wanted then
  -- Nothing is written: a refused caller neither pays nor delays its own refill.
  return {'WAIT', tostring(tokens), math.ceil((wanted - tokens) / per_ms)}
end

tokens = math.min(capacity, tokens - wanted)
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', now)
-- A bucket left alone until it is full says nothing any more.
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / per_ms) + 1000)
return {'OK', tostring(tokens), 0}
