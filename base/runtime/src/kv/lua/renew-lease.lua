-- Extends a lease for its holder, and raises its fence on request, in one step.
-- KEYS[1]  the lease    KEYS[2]  its fence    (see take-lease.lua)
-- ARGV[1]  the holder
-- ARGV[2]  time to live in milliseconds
-- ARGV[3]  least fence after the renewal
-- Returns the fence, '0' when the lease is free, belongs to another holder, or did so meanwhile.
local fence, holder = parse(redis.call('GET', KEYS[1]))
local last, lastHolder = parse(redis.call('GET', KEYS[2]))
if holder ~= ARGV[1] or (last >= fence and lastHolder ~= ARGV[1]) then return '0' end
local raised = string.format('%.0f', math.max(fence, last, tonumber(ARGV[3])))
local text = raised .. ' ' .. holder
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
return raised
