-- Writes or deletes an entry unless another holder has had the lease after this one, in one step.
-- KEYS[1]  the entry
-- KEYS[2]  the fence of the lease (see take-lease.lua)
-- ARGV[1]  the holder
-- ARGV[2]  its fence
-- ARGV[3]  '1' to write, '0' to delete
-- ARGV[4]  the value
-- ARGV[5]  time to live in milliseconds, '0' for none
-- Returns 1 when done, 0 when refused.
local last, lastHolder = parse(redis.call('GET', KEYS[2]))
local own = tonumber(ARGV[2])
if last >= own and lastHolder ~= ARGV[1] then return 0 end
if last < own then redis.call('SET', KEYS[2], ARGV[2] .. ' ' .. ARGV[1]) end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1])
elseif ARGV[5] == '0' then
  redis.call('SET', KEYS[1], ARGV[4])
else
  redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
return 1
