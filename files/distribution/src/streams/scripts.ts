// Lua scripts, which Redis runs atomically.
import { OLD_KEYS } from './keys.ts';

/** Bound of the wake-ups kept for library nodes that were away for a moment. */
const RINGS_MAX = 10_000;

/**
 * Stores a standing as `REVISION JSON` with its place in the queue, unless a newer revision is there. KEYS: queue,
 * notices, standings.
 */
const setStanding = `
local function setStanding(delivery, revision, standing, score)
  local old = redis.call('HGET', KEYS[3], delivery)
  if old and tonumber(string.match(old, '^(%d+) ')) > tonumber(revision) then return false end
  redis.call('HSET', KEYS[3], delivery, revision .. ' ' .. standing)
  redis.call('ZADD', KEYS[1], score, delivery)
  return true
end
local function wake(inbox)
  redis.call('XADD', KEYS[4], 'MAXLEN', '~', ${RINGS_MAX}, '*', 'r', inbox)
end`;

/** KEYS: queue, notices, standings, wake-ups. ARGV: delivery, id, notice, revision, standing, score, inbox. */
const send = `${setStanding}
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
setStanding(ARGV[1], ARGV[4], ARGV[5], ARGV[6])
wake(ARGV[7])
return 1`;

/**
 * KEYS: queue, notices, standings, wake-ups. ARGV: delivery, revision, standing, score, inbox. Returns 0 if there is no
 * notice.
 */
const restate = `${setStanding}
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 0 end
if setStanding(ARGV[1], ARGV[2], ARGV[3], ARGV[4]) then wake(ARGV[5]) end
return 1`;

/** KEYS: rates, wake-ups. ARGV: version, rates, inbox. Keeps newer rates. */
const setRates = `
local old = redis.call('GET', KEYS[1])
if old and tonumber(string.match(old, '^(%d+) ')) >= tonumber(ARGV[1]) then return 1 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ${RINGS_MAX}, '*', 'r', ARGV[3])
return 1`;

/**
 * KEYS: queue, notices, standings, rates, keys of an older version. ARGV: bound per priority, number of priorities,
 * number of deliveries without a place, version of the receiver's rates, then held deliveries, each with its revision
 * (-1 if it takes no changes), those without a place first. Returns held deliveries that do not exist; notices as
 * {delivery, notice, standing}; standings that are newer than the revisions, as {delivery, standing}; other rates.
 */
const poll = `
local most, classes, handed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held, gone, given, changes = {}, {}, {}, {}
redis.call('DEL', unpack(KEYS, 5))
local rates = redis.call('GET', KEYS[4]) or ''
if rates ~= '' and string.match(rates, '^(%d+) ') == ARGV[4] then rates = '' end
for at = 5, #ARGV, 2 do
  local delivery, revision = ARGV[at], tonumber(ARGV[at + 1])
  held[delivery] = (at - 5) / 2 < handed and 'handed' or 'held'
  if not redis.call('ZSCORE', KEYS[1], delivery) then
    gone[#gone + 1] = delivery
  elseif revision >= 0 then
    local standing = redis.call('HGET', KEYS[3], delivery)
    if standing and tonumber(string.match(standing, '^(%d+) ')) > revision then changes[#changes + 1] = {delivery, standing} end
  end
end
for class = 0, classes - 1 do
  local count = 0
  local from, to = (class + 0.5) * 1e14, '(' .. string.format('%.0f', (class + 1.5) * 1e14)
  for _, delivery in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], from, to, 'LIMIT', 0, most + handed)) do
    if count >= most then break end
    if held[delivery] ~= 'handed' then count = count + 1 end
    if not held[delivery] then
      given[#given + 1] = {delivery, redis.call('HGET', KEYS[2], delivery), redis.call('HGET', KEYS[3], delivery)}
    end
  end
end
return {gone, given, changes, rates}`;

/** KEYS: queue, notices, standings. */
const remove = `
local function remove(delivery)
  redis.call('ZREM', KEYS[1], delivery)
  redis.call('HDEL', KEYS[2], delivery)
  redis.call('HDEL', KEYS[3], delivery)
end`;

/**
 * KEYS: queue, notices, standings, receipts. ARGV: delivery, receipt (may be `''`). Returns the removed notice, or
 * `''`.
 */
const end = `${remove}
if ARGV[2] ~= '' then redis.call('XADD', KEYS[4], '*', 'r', ARGV[2]) end
local notice = redis.call('HGET', KEYS[2], ARGV[1]) or ''
remove(ARGV[1])
return notice`;

/** KEYS: queue, notices, standings. ARGV: delivery, id; `''` for any. Removes a notice, but not one of another id. */
const take = `${remove}
local found = redis.call('HGET', KEYS[2], ARGV[1])
if ARGV[2] ~= '' and not (found and string.match(found, '^(%S+) ') == ARGV[2]) then return 0 end
remove(ARGV[1])
return 1`;

/** KEYS: notices. ARGV: delivery, id. */
const has = `
local found = redis.call('HGET', KEYS[1], ARGV[1])
return found and string.match(found, '^(%S+) ') == ARGV[2] and 1 or 0`;

/** KEYS: lease. ARGV: holder, milliseconds. */
const lease = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS: lease. ARGV: holder. */
const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** KEYS: hubs. ARGV: id, announcement. Stamps with the clock of Redis. */
const announce = `
return redis.call('HSET', KEYS[1], ARGV[1], redis.call('TIME')[1] .. ' ' .. ARGV[2])`;

/** KEYS: hubs. ARGV: seconds. Returns newer announcements, and removes those older than an hour. */
const announced = `
local now = tonumber(redis.call('TIME')[1])
local fresh = {}
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  local seconds, text = string.match(all[at + 1], '^(%d+) (.+)$')
  local age = now - tonumber(seconds or '0')
  if age <= tonumber(ARGV[1]) then fresh[#fresh + 1] = text end
  if age > 3600 then redis.call('HDEL', KEYS[1], all[at]) end
end
return fresh`;

/** Scripts by command, with their number of keys. */
export const scripts = {
  distSend: { lua: send, keys: 4 },
  distRestate: { lua: restate, keys: 4 },
  distRates: { lua: setRates, keys: 2 },
  distPoll: { lua: poll, keys: 4 + OLD_KEYS },
  distEnd: { lua: end, keys: 4 },
  distTake: { lua: take, keys: 3 },
  distHas: { lua: has, keys: 1 },
  distLease: { lua: lease, keys: 1 },
  distRelease: { lua: release, keys: 1 },
  distAnnounce: { lua: announce, keys: 1 },
  distAnnounced: { lua: announced, keys: 1 },
} as const;
