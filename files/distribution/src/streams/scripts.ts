// Lua scripts, which Redis runs atomically.
import { UNCONFIRMED_MAX } from '../contract.ts';

/** Bound of the wake-ups kept for library nodes that were away for a moment. */
const RINGS_MAX = 10_000;

/** KEYS: stream, entries, wake-ups, streams by priority. ARGV: delivery, place, notice, inbox. Returns the entry. */
const send = `
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old then
  local place, entry = string.match(old, '^(%d+) (.+)$')
  local stream = KEYS[4 + tonumber(place)]
  redis.pcall('XACK', stream, 'r', entry)
  redis.call('XDEL', stream, entry)
end
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'r', '0', 'MKSTREAM')
local id = redis.call('XADD', KEYS[1], '*', 'n', ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. id)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ${RINGS_MAX}, '*', 'r', ARGV[4])
return id`;

/**
 * KEYS: entries, streams by priority. ARGV: bound per priority, number of deliveries without a place, held deliveries,
 * those without a place first. Returns held deliveries that do not exist, and notices as {place, entry, text}.
 */
const poll = `
local most, handed = tonumber(ARGV[1]), tonumber(ARGV[2])
local takes, gone, given = {}, {}, {}
for at = 3, #ARGV do
  local entry = redis.call('HGET', KEYS[1], ARGV[at])
  if entry then takes[entry] = at - 2 > handed and 1 or 0 else gone[#gone + 1] = ARGV[at] end
end
for at = 2, #KEYS do
  local place = tostring(at - 2)
  if redis.call('EXISTS', KEYS[at]) == 1 then
    redis.pcall('XGROUP', 'CREATE', KEYS[at], 'r', '0')
    local count, open = 0, {}
    for _, pending in ipairs(redis.call('XPENDING', KEYS[at], 'r', '-', '+', most + ${UNCONFIRMED_MAX})) do
      local held = takes[place .. ' ' .. pending[1]]
      if held then count = count + held else open[#open + 1] = pending[1] end
    end
    for _, id in ipairs(open) do
      if count >= most then break end
      local entry = redis.call('XRANGE', KEYS[at], id, id)
      if #entry == 0 then
        redis.call('XACK', KEYS[at], 'r', id)
      else
        count = count + 1
        given[#given + 1] = {place, id, entry[1][2][2]}
      end
    end
    if count < most then
      local fresh = redis.call('XREADGROUP', 'GROUP', 'r', 'r', 'COUNT', most - count, 'STREAMS', KEYS[at], '>')
      if fresh then
        for _, entry in ipairs(fresh[1][2]) do given[#given + 1] = {place, entry[1], entry[2][2]} end
      end
    end
  end
end
return {gone, given}`;

/**
 * KEYS: receipts, entries, streams by priority. ARGV: delivery, receipt (may be `''`). Removes the notice and returns
 * it, or `''`.
 */
const end = `
if ARGV[2] ~= '' then redis.call('XADD', KEYS[1], '*', 'r', ARGV[2]) end
local found = redis.call('HGET', KEYS[2], ARGV[1])
local notice = ''
if found then
  local place, entry = string.match(found, '^(%d+) (.+)$')
  local stream = KEYS[3 + tonumber(place)]
  local old = redis.call('XRANGE', stream, entry, entry)
  if #old > 0 then notice = old[1][2][2] end
  redis.pcall('XACK', stream, 'r', entry)
  redis.call('XDEL', stream, entry)
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return notice`;

/** KEYS: stream. ARGV: entry. Removes an unreadable entry. */
const drop = `
redis.pcall('XACK', KEYS[1], 'r', ARGV[1])
return redis.call('XDEL', KEYS[1], ARGV[1])`;

/** KEYS: stream, entries. ARGV: place, entry. Removes a notice, but not a newer notice of the delivery. */
const take = `
local found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
if #found == 0 then return 0 end
local isRead, notice = pcall(cjson.decode, found[1][2][2])
if isRead and redis.call('HGET', KEYS[2], notice.delivery) == ARGV[1] .. ' ' .. ARGV[2] then
  redis.call('HDEL', KEYS[2], notice.delivery)
end
redis.pcall('XACK', KEYS[1], 'r', ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])`;

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
  distSend: { lua: send, keys: 6 },
  distPoll: { lua: poll, keys: 4 },
  distEnd: { lua: end, keys: 5 },
  distTake: { lua: take, keys: 2 },
  distDrop: { lua: drop, keys: 1 },
  distLease: { lua: lease, keys: 1 },
  distRelease: { lua: release, keys: 1 },
  distAnnounce: { lua: announce, keys: 1 },
  distAnnounced: { lua: announced, keys: 1 },
} as const;
