-- Takes a free lease under the next fence, in one step.
-- KEYS[1]  the lease, '<fence> <holder>', with a time to live
-- KEYS[2]  its fence, '<fence> <holder>' of the last holder, without a time to live
-- ARGV[1]  the holder
-- ARGV[2]  time to live in milliseconds
-- ARGV[3]  the highest fence that the caller knows
-- ARGV[4]  '1' takes the lease even when the store does not know that fence
-- Returns {'taken', fence}, {'held', '<fence> <holder>', milliseconds left} or {'forgotten'}.
local held = redis.call('GET', KEYS[1])
local heldFence, heldBy = parse(held)
if heldBy then return {'held', held, redis.call('PTTL', KEYS[1])} end
local last = parse(redis.call('GET', KEYS[2]))
local above = tonumber(ARGV[3])
if last < above and ARGV[4] ~= '1' then return {'forgotten'} end
local fence = string.format('%.0f', math.max(last, above) + 1)
local text = fence .. ' ' .. ARGV[1]
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
return {'taken', fence}
