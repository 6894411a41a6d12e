-- Writes a value only over the expected one, in one step.
-- KEYS[1]  the entry
-- ARGV[1]  '1' when the entry must hold ARGV[2], '0' when it must be absent
-- ARGV[2]  the expected value ('' when it must be absent)
-- ARGV[3]  the new value
-- ARGV[4]  time to live in milliseconds, '0' for none (an earlier one is removed)
-- Returns 1 when written, 0 when nothing changed.
local current = redis.call('GET', KEYS[1])
if ARGV[1] == '1' then
  if current ~= ARGV[2] then return 0 end
elseif current then
  return 0
end
if ARGV[4] == '0' then
  redis.call('SET', KEYS[1], ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
end
return 1
