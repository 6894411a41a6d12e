-- Gives a lease back; its fence stays.
-- KEYS[1]  the lease (see take-lease.lua)
-- ARGV[1]  the holder
-- Returns 1 when it is free now, 0 when this holder did not hold it.
local text = redis.call('GET', KEYS[1])
if not text or string.match(text, '^[1-9]%d* (.+)$') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
