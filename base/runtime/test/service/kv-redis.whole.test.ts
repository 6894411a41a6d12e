import { type KeyValue, redisKeyValue } from '@meridian/runtime';
import { keyValueContract } from '@meridian/runtime/kv-contract';
import * as vitest from 'vitest';
import { freePort } from '../support/free-port.ts';
import { collectingLog } from '../support/log.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const { afterAll, afterEach, beforeAll, describe, expect, it } = vitest;
const { log } = collectingLog();

let shared: RedisServer;
let suite = 0;
beforeAll(async () => {
  shared = await startRedis();
});
afterAll(() => shared.stop());

const open = (port: number, keyPrefix = 'test:'): Promise<KeyValue> =>
  redisKeyValue({ url: `redis://127.0.0.1:${port}`, keyPrefix, log });

keyValueContract({
  name: 'redis',
  vitest,
  async make() {
    suite += 1;
    // Each test gets a fresh prefix with every character that patterns treat specially.
    const kv = await open(shared.port, `t[${suite}]*?:`);
    return { kv, letPass: () => undefined, dispose: async () => undefined };
  },
});

describe('the Redis store', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function ownRedis(): Promise<{ redis: RedisServer; kv: KeyValue }> {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const kv = await open(redis.port);
    cleanups.push(() => kv.close());
    return { redis, kv };
  }

  it('rejects with KV_UNAVAILABLE at once when no server listens, without a retry', async () => {
    await expect(open(await freePort())).rejects.toMatchObject({ name: 'KeyValueError', code: 'KV_UNAVAILABLE' });
  });

  it('keeps stores with different prefixes apart', async () => {
    const [one, two] = [await open(shared.port, 'apart1:'), await open(shared.port, 'apart2:')];
    cleanups.push(
      () => one.close(),
      () => two.close(),
    );
    await one.set('k', 'one');
    expect(await two.get('k')).toBeUndefined();
    expect(await two.entries('', { limit: 10 })).toEqual([]);
    expect(await one.entries('', { limit: 10 })).toEqual([['k', 'one']]);
  });

  it('gives up on a server that hangs after its time limit, and works again when it is back', async () => {
    const { redis, kv } = await ownRedis();
    await kv.set('k', 'v');
    redis.pause();
    const startMs = performance.now();
    await expect(kv.get('k')).rejects.toMatchObject({ code: 'KV_UNAVAILABLE' });
    expect(performance.now() - startMs).toBeGreaterThan(1_900);
    redis.resume();
    await until('works again', async () => (await valueIn(kv, 'k')) === 'v', 60_000);
  });

  it('refuses at once above the cap of waiting commands', async () => {
    const { redis, kv } = await ownRedis();
    redis.pause();
    let endedCount = 0;
    const getOnce = (): Promise<string | undefined> =>
      kv.get('k').then(
        () => 'none',
        (error: { code: string }) => {
          endedCount += 1;
          return error.code;
        },
      );
    const pendingGets = Array.from({ length: 4_096 }, getOnce);
    await expect(kv.get('k')).rejects.toMatchObject({
      code: 'KV_UNAVAILABLE',
      message: '4096 commands are waiting for the store',
    });
    expect(endedCount).toBe(0);
    expect(new Set(await Promise.all(pendingGets))).toEqual(new Set(['KV_UNAVAILABLE']));
    redis.resume();
    await until('works again', async () => (await valueIn(kv, 'k')) === undefined, 60_000);
  });

  it('does not repeat an increment that was under way when the server went away, and reconnects to the next one', async () => {
    const { redis, kv } = await ownRedis();
    expect(await kv.increment('count')).toBe(1);
    redis.pause();
    const lost = kv.increment('count').catch((error: { code: string }) => error.code);
    await redis.stop();
    expect(await lost).toBe('KV_UNAVAILABLE');
    const next = await startRedis({ port: redis.port });
    cleanups.push(() => next.stop());
    await until('reconnected', async () => (await valueIn(kv, 'count')) === undefined, 60_000);
    expect(await kv.increment('count')).toBe(1);
  });

  it('closes while the server is away', async () => {
    const { redis, kv } = await ownRedis();
    await redis.stop();
    await kv.close();
    await expect(kv.get('k')).rejects.toMatchObject({ code: 'KV_CLOSED' });
  });

  it('closes while the server hangs, within the time limit of a command', async () => {
    const { redis, kv } = await ownRedis();
    redis.pause();
    const startMs = performance.now();
    await kv.close();
    expect(performance.now() - startMs).toBeLessThan(60_000);
    redis.resume();
  });

  /** Returns the value, or the code of the error. */
  async function valueIn(kv: KeyValue, key: string): Promise<string | undefined> {
    return kv.get(key).catch((error: { code: string }) => error.code);
  }
});
