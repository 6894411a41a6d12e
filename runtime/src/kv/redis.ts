import { readFileSync } from 'node:fs';
import { Redis, ReplyError } from 'ioredis';
import type { Logger } from '../log.ts';
import { checkKey, checkLimit, checkTtl, checkValue, type KeyValue, KeyValueError, type KeyValueTtl } from './kv.ts';

/** A healthy Redis answers in well under a millisecond; callers must not hang on a sick one. */
const COMMAND_LIMIT_MS = 2_000;
const CONNECT_LIMIT_MS = 2_000;
/** Commands under way, queued while reconnecting included; above, callers are refused at once. */
const COMMANDS_MAX = 4_096;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 2_000;
/** Keys looked at per SCAN step, and read per MGET. */
const SCAN_COUNT = 512;

const compareAndSetScript = readScript('compare-and-set');
const compareAndDeleteScript = readScript('compare-and-delete');

interface Scripts {
  meridianCompareAndSet(
    key: string,
    mustExist: '0' | '1',
    expected: string,
    value: string,
    ttlMs: string,
  ): Promise<number>;
  meridianCompareAndDelete(key: string, expected: string): Promise<number>;
}

/**
 * The store on a Redis server (6.2 or newer), every key under `keyPrefix`. Rejects with KV_UNAVAILABLE when the server does
 * not answer in time, now or later; the connection is tried again in the background. A command that was under way when
 * the connection broke is not repeated, because it may have been done.
 */
export async function redisKeyValue(o: { url: string; keyPrefix: string; log: Logger }): Promise<KeyValue> {
  const redis = new Redis(o.url, {
    keyPrefix: o.keyPrefix,
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    commandTimeout: COMMAND_LIMIT_MS,
    autoResendUnfulfilledCommands: false,
    // Waiting commands are ended by their own time limit, not by a count of connection attempts.
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(RECONNECT_MAX_MS, RECONNECT_FIRST_MS * 2 ** Math.min(attempt, 10)),
    scripts: {
      meridianCompareAndSet: { lua: compareAndSetScript, numberOfKeys: 1 },
      meridianCompareAndDelete: { lua: compareAndDeleteScript, numberOfKeys: 1 },
    },
  });
  redis.on('error', (error: Error) => o.log.warn({ err: error }, 'key-value store connection failed'));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new KeyValueError('KV_UNAVAILABLE', 'the key-value store cannot be reached', { cause: error });
  }
  return new RedisStore(redis as Redis & Scripts, o);
}

class RedisStore implements KeyValue {
  readonly #redis: Redis & Scripts;
  readonly #keyPrefix: string;
  readonly #log: Logger;
  #commandCount = 0;
  #closing: Promise<void> | undefined;

  constructor(redis: Redis & Scripts, o: { keyPrefix: string; log: Logger }) {
    this.#redis = redis;
    this.#keyPrefix = o.keyPrefix;
    this.#log = o.log;
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

  /** Walks the whole keyspace of the server in steps: for start-up and rebuilding, not for every request. */
  async entries(prefix: string, { limit }: { limit: number }): Promise<[string, string][]> {
    checkLimit(limit);
    // ioredis adds the prefix to keys but neither to patterns nor to what SCAN answers.
    const pattern = `${escapeGlob(this.#keyPrefix + prefix)}*`;
    const found = new Map<string, string>();
    let cursor = '0';
    do {
      const [next, fullKeys] = await this.#run(() => this.#redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
      cursor = next;
      // SCAN may name a key twice; the map keeps one.
      const keys = fullKeys.map((key) => key.slice(this.#keyPrefix.length));
      const values = keys.length === 0 ? [] : await this.#run(() => this.#redis.mget(keys));
      for (const [at, key] of keys.entries()) {
        const value = values[at];
        if (typeof value === 'string' && (found.has(key) || found.size < limit)) found.set(key, value);
      }
    } while (cursor !== '0' && found.size < limit);
    return [...found];
  }

  close(): Promise<void> {
    this.#closing ??= this.#quit();
    return this.#closing;
  }

  /** Lets commands under way finish; a server that does not answer is not waited for beyond the command limit. */
  async #quit(): Promise<void> {
    if (this.#redis.status === 'ready') {
      try {
        await this.#redis.quit();
      } catch (error) {
        // No answer to QUIT: the connection is cut below like any other.
        this.#log.debug({ err: error }, 'key-value store did not answer at closing');
      }
    }
    const { status } = this.#redis;
    // Between two attempts there is no connection whose end could be waited for.
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

function escapeGlob(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&');
}

function readScript(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
}
