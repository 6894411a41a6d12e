-- Deletes an entry only when it holds the expected value, in one step.
-- KEYS[1]  the entry
-- ARGV[1]  the expected value
-- Returns 1 when deleted, 0 when nothing changed.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
