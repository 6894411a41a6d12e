import { Cluster, ReplyError } from 'ioredis';
import type { Logger } from '../log.ts';
import {
  checkFence,
  checkHolder,
  checkKey,
  checkLimit,
  checkTtl,
  checkValue,
  type Fence,
  fenceKeyOf,
  type KeyValue,
  KeyValueError,
  type KeyValueTtl,
  type LeaseTaken,
  readLeaseText,
} from './kv.ts';
import { connectRedis, type RedisConnection } from './redis-connection.ts';

/** Limit of commands under way, including those queued while reconnecting; above it callers are refused at once. */
const COMMANDS_MAX = 4_096;
const SCAN_COUNT = 512;

/**
 * Connects a store on Redis (6.2 or newer), with every key under `keyPrefix`: a server, the primary behind sentinels,
 * or a cluster, by the URL (`redisTarget`); on a cluster the prefix needs a hash tag. Rejects with KV_UNAVAILABLE when
 * the server does not answer in time, now or later; the client reconnects in the background. A command under way when
 * the connection broke is not repeated.
 */
export async function redisKeyValue(o: { url: string; keyPrefix: string; log: Logger }): Promise<KeyValue> {
  return new RedisStore(await connectRedis(o), o);
}

class RedisStore implements KeyValue {
  readonly #redis: RedisConnection;
  readonly #keyPrefix: string;
  readonly #log: Logger;
  #commandCount = 0;
  #closing: Promise<void> | undefined;

  constructor(redis: RedisConnection, o: { keyPrefix: string; log: Logger }) {
    this.#redis = redis;
    this.#keyPrefix = o.keyPrefix;
    this.#log = o.log;
    // When sentinels announce a failover during a query for the primary, the library mistakes it for our own disconnect
    // and ends the connection for good.
    redis.on('end', () => {
      if (this.#closing === undefined) void this.#connectAgain();
    });
  }

  /** Reconnects after the library has given up. The library does the retries and pauses. */
  async #connectAgain(): Promise<void> {
    try {
      await this.#redis.connect();
    } catch (error) {
      this.#log.warn({ err: error }, 'key-value store is not connected again yet');
    }
  }

  async get(key: string): Promise<string | undefined> {
    checkKey(key);
    return (await this.#run(() => this.#redis.get(key))) ?? undefined;
  }

  async set(key: string, value: string, ttl?: KeyValueTtl): Promise<void> {
    checkEntry(key, value, ttl);
    const { ttlMs } = ttl ?? {};
    await this.#run(() =>
      ttlMs === undefined ? this.#redis.set(key, value) : this.#redis.set(key, value, 'PX', ttlMs),
    );
  }

  async setIfAbsent(key: string, value: string, ttl?: KeyValueTtl): Promise<boolean> {
    checkEntry(key, value, ttl);
    const { ttlMs } = ttl ?? {};
    const answer = await this.#run(() =>
      ttlMs === undefined ? this.#redis.set(key, value, 'NX') : this.#redis.set(key, value, 'PX', ttlMs, 'NX'),
    );
    return answer === 'OK';
  }

  async compareAndSet(key: string, expected: string | undefined, value: string, ttl?: KeyValueTtl): Promise<boolean> {
    checkEntry(key, value, ttl);
    const mustExist = expected === undefined ? '0' : '1';
    return (
      (await this.#run(() =>
        this.#redis.meridianCompareAndSet(key, mustExist, expected ?? '', value, String(ttl?.ttlMs ?? 0)),
      )) === 1
    );
  }

  async compareAndDelete(key: string, expected: string): Promise<boolean> {
    checkKey(key);
    return (await this.#run(() => this.#redis.meridianCompareAndDelete(key, expected))) === 1;
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    await this.#run(() => this.#redis.del(key));
  }

  async take(key: string): Promise<string | undefined> {
    checkKey(key);
    return (await this.#run(() => this.#redis.getdel(key))) ?? undefined;
  }

  async increment(key: string): Promise<number> {
    checkKey(key);
    const count = await this.#run(() => this.#redis.incr(key));
    if (!Number.isSafeInteger(count))
      throw new KeyValueError('KV_NOT_A_COUNTER', 'the counter has left the range of whole numbers');
    return count;
  }

  async takeLease(key: string, holder: string, o: Parameters<KeyValue['takeLease']>[2]): Promise<LeaseTaken> {
    const { ttlMs, above = 0, evenIfForgotten = false } = o;
    checkLease(key, holder, ttlMs, above);
    const [what, text = '', leftMs = 0] = await this.#run(() =>
      this.#redis.meridianTakeLease(
        key,
        fenceKeyOf(key),
        holder,
        String(ttlMs),
        String(above),
        evenIfForgotten ? '1' : '0',
      ),
    );
    if (what === 'forgotten') return { what };
    if (what === 'taken') return { what, fence: Number(text) };
    const held = readLeaseText(text) ?? { fence: 0, holder: '' };
    return { what, ...held, leftMs };
  }

  async renewLease(key: string, holder: string, o: Parameters<KeyValue['renewLease']>[2]): Promise<number | undefined> {
    const { ttlMs, raiseTo = 0 } = o;
    checkLease(key, holder, ttlMs, raiseTo);
    const fence = Number(
      await this.#run(() =>
        this.#redis.meridianRenewLease(key, fenceKeyOf(key), holder, String(ttlMs), String(raiseTo)),
      ),
    );
    return fence === 0 ? undefined : fence;
  }

  async releaseLease(key: string, holder: string): Promise<boolean> {
    checkKey(key);
    checkHolder(holder);
    return (await this.#run(() => this.#redis.meridianReleaseLease(key, holder))) === 1;
  }

  async writeFenced(key: string, value: string | undefined, by: Fence, ttl?: KeyValueTtl): Promise<boolean> {
    checkLease(key, by.holder, ttl?.ttlMs ?? 1, by.fence);
    if (value !== undefined) checkValue(value);
    const isWritten = await this.#run(() =>
      this.#redis.meridianWriteFenced(
        key,
        fenceKeyOf(by.leaseKey),
        by.holder,
        String(by.fence),
        value === undefined ? '0' : '1',
        value ?? '',
        String(ttl?.ttlMs ?? 0),
      ),
    );
    return isWritten === 1;
  }

  /** Scans all keys of the server, or of every primary, in steps: for rebuilding, not for every request. */
  async entries(prefix: string, { limit }: { limit: number }): Promise<[string, string][]> {
    checkLimit(limit);
    const found = new Map<string, string>();
    const redis = this.#redis;
    // The node with our slot must answer: without a node, a cluster would list fewer entries than it has.
    await this.#run(() => redis.exists('any'));
    const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
    for (const server of servers) await this.#collect(server, prefix, limit, found);
    return [...found];
  }

  async #collect(
    server: Pick<RedisConnection, 'scan'>,
    prefix: string,
    limit: number,
    found: Map<string, string>,
  ): Promise<void> {
    // ioredis adds the prefix to keys, but not to patterns or to SCAN's answers.
    const pattern = `${escapeGlob(this.#keyPrefix + prefix)}*`;
    let cursor = '0';
    do {
      const [next, fullKeys] = await this.#run(() => server.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
      cursor = next;
      // SCAN may return a key twice; the map removes duplicates.
      const keys = fullKeys.map((key) => key.slice(this.#keyPrefix.length));
      const values = keys.length === 0 ? [] : await this.#run(() => this.#redis.mget(keys));
      for (const [at, key] of keys.entries()) {
        const value = values[at];
        if (typeof value === 'string' && (found.has(key) || found.size < limit)) found.set(key, value);
      }
    } while (cursor !== '0' && found.size < limit);
  }

  close(): Promise<void> {
    this.#closing ??= this.#quit();
    return this.#closing;
  }

  /** Lets commands under way finish, for at most the command limit. */
  async #quit(): Promise<void> {
    if (this.#redis.status === 'ready') {
      try {
        await this.#redis.quit();
      } catch (error) {
        this.#log.debug({ err: error }, 'key-value store did not answer at closing');
      }
    }
    const { status } = this.#redis;
    // Between two attempts there is no connection whose `end` event would come.
    const isConnected = status !== 'end' && status !== 'reconnecting';
    const gone = isConnected ? new Promise<void>((resolve) => this.#redis.once('end', () => resolve())) : undefined;
    this.#redis.disconnect();
    await gone;
  }

  async #run<R>(command: () => Promise<R>): Promise<R> {
    if (this.#closing !== undefined) throw new KeyValueError('KV_CLOSED', 'the store is closed');
    if (this.#commandCount >= COMMANDS_MAX)
      throw new KeyValueError('KV_UNAVAILABLE', `${this.#commandCount} commands are waiting for the store`);
    this.#commandCount += 1;
    try {
      return await command();
    } catch (error) {
      throw translate(error);
    } finally {
      this.#commandCount -= 1;
    }
  }
}

function translate(error: unknown): KeyValueError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ReplyError) {
    if (/not an integer|would overflow/.test(message))
      return new KeyValueError('KV_NOT_A_COUNTER', 'the value is not a whole number that can be incremented', {
        cause: error,
      });
    if (message.startsWith('OOM'))
      return new KeyValueError('KV_FULL', 'the server has no memory left for another entry', { cause: error });
  }
  return new KeyValueError('KV_UNAVAILABLE', `the key-value store failed: ${message}`, { cause: error });
}

function checkEntry(key: string, value: string, ttl: KeyValueTtl | undefined): void {
  checkKey(key);
  checkValue(value);
  checkTtl(ttl);
}

function checkLease(key: string, holder: string, ttlMs: number, fence: number): void {
  checkKey(key);
  checkHolder(holder);
  checkTtl({ ttlMs });
  checkFence(fence);
}

function escapeGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&');
}
