import { readFileSync } from 'node:fs';
import { Cluster, Redis } from 'ioredis';
import type { Logger } from '../log.ts';
import { KeyValueError } from './kv.ts';
import { type RedisTarget, redisTarget } from './redis-target.ts';

const COMMAND_LIMIT_MS = 2_000;
const CONNECT_LIMIT_MS = 2_000;
/** Limit of one sentinel, so that a second sentinel can answer within the connect limit. */
const SENTINEL_LIMIT_MS = 1_000;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 2_000;

const headLease = new URL('./lua/head-lease.lua', import.meta.url);
const scripts = {
  meridianCompareAndSet: { lua: read(new URL('./lua/compare-and-set.lua', import.meta.url)), numberOfKeys: 1 },
  meridianCompareAndDelete: { lua: read(new URL('./lua/compare-and-delete.lua', import.meta.url)), numberOfKeys: 1 },
  meridianTakeLease: { lua: read(headLease, new URL('./lua/take-lease.lua', import.meta.url)), numberOfKeys: 2 },
  meridianRenewLease: { lua: read(headLease, new URL('./lua/renew-lease.lua', import.meta.url)), numberOfKeys: 2 },
  meridianReleaseLease: { lua: read(new URL('./lua/release-lease.lua', import.meta.url)), numberOfKeys: 1 },
  meridianWriteFenced: { lua: read(headLease, new URL('./lua/write-fenced.lua', import.meta.url)), numberOfKeys: 2 },
};

interface ScriptCommands {
  meridianCompareAndSet(
    key: string,
    mustExist: '0' | '1',
    expected: string,
    value: string,
    ttlMs: string,
  ): Promise<number>;
  meridianCompareAndDelete(key: string, expected: string): Promise<number>;
  meridianTakeLease(
    key: string,
    fenceKey: string,
    holder: string,
    ttlMs: string,
    above: string,
    evenIfForgotten: '0' | '1',
  ): Promise<['taken', string] | ['held', string, number] | ['forgotten']>;
  meridianRenewLease(key: string, fenceKey: string, holder: string, ttlMs: string, raiseTo: string): Promise<string>;
  meridianReleaseLease(key: string, holder: string): Promise<number>;
  meridianWriteFenced(
    key: string,
    fenceKey: string,
    holder: string,
    fence: string,
    write: '0' | '1',
    value: string,
    ttlMs: string,
  ): Promise<number>;
}

export type RedisConnection = (Redis | Cluster) & ScriptCommands;

/** Throws RangeError for a cluster prefix without a hash tag: a script's keys must lie on one node of the cluster. */
function checkPrefix(target: RedisTarget, keyPrefix: string): void {
  if (target.kind === 'cluster' && !/\{[^{}]+\}/.test(keyPrefix))
    throw new RangeError(`on a cluster the key prefix needs a hash tag {…}, and ${keyPrefix} has none`);
}

export interface RedisOptions {
  readonly url: string;
  readonly keyPrefix: string;
  readonly log: Logger;
  /** Time after which a command without an answer fails; default 2 s. */
  readonly commandLimitMs?: number;
}

/**
 * Returns a client that is not connected yet. Once connected, it reconnects by itself, to the current primary. Throws
 * RangeError for an unreadable address, or a prefix that a cluster does not accept.
 */
export function redisOf(o: RedisOptions): RedisConnection {
  const target = redisTarget(o.url);
  checkPrefix(target, o.keyPrefix);
  const limitMs = o.commandLimitMs ?? COMMAND_LIMIT_MS;
  const redis =
    target.kind === 'cluster' ? clusterOf(target, o.keyPrefix, limitMs) : serverOf(target, o.keyPrefix, limitMs);
  redis.on('error', (error: Error) => o.log.warn({ err: error }, 'key-value store connection failed'));
  return redis as RedisConnection;
}

export async function connectRedis(o: RedisOptions): Promise<RedisConnection> {
  const target = redisTarget(o.url);
  const redis = redisOf(o);
  try {
    await connectSoon(redis, target);
  } catch (error) {
    redis.disconnect();
    throw new KeyValueError('KV_UNAVAILABLE', 'the key-value store cannot be reached', { cause: error });
  }
  return redis;
}

/** Limits the time to connect: a single server refuses at once, but the library retries sentinels and clusters. */
async function connectSoon(redis: Redis | Cluster, target: RedisTarget): Promise<void> {
  const connected = redis.connect();
  if (target.kind === 'single') return connected;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('not connected in time')), 2 * CONNECT_LIMIT_MS);
  });
  try {
    await Promise.race([connected, late]);
  } finally {
    clearTimeout(timer);
  }
}

const backOff = (attempt: number): number =>
  Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 10));

function commonOptions(target: RedisTarget, commandTimeout: number) {
  return {
    connectTimeout: CONNECT_LIMIT_MS,
    commandTimeout,
    // A command under way when the connection broke is not repeated, because it may have been executed.
    autoResendUnfulfilledCommands: false,
    // Queued commands end by their own time limit, not by a count of connection attempts.
    maxRetriesPerRequest: null,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
  };
}

function serverOf(target: RedisTarget, keyPrefix: string, limitMs: number): Redis {
  const options = {
    ...commonOptions(target, limitMs),
    keyPrefix,
    db: target.db,
    lazyConnect: true,
    scripts,
    retryStrategy: backOff,
    // After a failover the old primary is a replica: reconnect, to the primary that the sentinels name.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  const [first] = target.hosts;
  if (target.kind === 'single') return new Redis({ ...options, ...first });
  return new Redis({
    ...options,
    sentinels: [...target.hosts],
    name: target.group,
    failoverDetector: true,
    // A sentinel on a frozen host still accepts connections.
    sentinelCommandTimeout: SENTINEL_LIMIT_MS,
    sentinelRetryStrategy: backOff,
    enableTLSForSentinelMode: target.tls,
    ...(target.tls ? { sentinelTLS: {} } : {}),
  });
}

function clusterOf(target: RedisTarget, keyPrefix: string, limitMs: number): Cluster {
  return new Cluster([...target.hosts], {
    keyPrefix,
    lazyConnect: true,
    scripts,
    clusterRetryStrategy: backOff,
    redisOptions: commonOptions(target, limitMs),
  });
}

/** Joins these files into one script. The bundler finds each file by its literal `new URL`. */
function read(...files: readonly URL[]): string {
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}
