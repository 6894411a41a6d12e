import { redisKeyValue } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeSentinel } from '../support/fake-sentinel.ts';
import { collectingLog } from '../support/log.ts';
import { type SentinelGroup, startCluster, startSentinels } from '../support/redis-groups.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const { log } = collectingLog();
let cluster: Awaited<ReturnType<typeof startCluster>>;
let group: SentinelGroup;
const START_LIMIT_MS = 120_000;

beforeAll(async () => {
  [cluster, group] = await Promise.all([startCluster(), startSentinels()]);
}, START_LIMIT_MS);
afterAll(async () => {
  await Promise.all([cluster.stop(), group.stop()]);
});

const clusterUrl = () => `redis+cluster://${cluster.ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
const groupUrl = () =>
  `redis+sentinel://${group.sentinels.map((port) => `127.0.0.1:${port}`).join(',')}/${group.group}`;

describe('Redis in groups', () => {
  it('refuses a cluster whose keys would not lie together', async () => {
    await expect(redisKeyValue({ url: clusterUrl(), keyPrefix: 'plain:', log })).rejects.toThrow(/hash tag/);
  });

  it('follows the sentinels to the next primary, which has the replicated lease and fence', async () => {
    const kv = await redisKeyValue({ url: groupUrl(), keyPrefix: 'failover:', log });
    try {
      const before = await group.primary();
      expect(await kv.takeLease('l', 'a', { ttlMs: 3_600_000 })).toEqual({ what: 'taken', fence: 1 });
      await group.failOver();
      const renewed = () => kv.renewLease('l', 'a', { ttlMs: 3_600_000 }).catch(() => undefined);
      await until('the lease is renewed at the next primary', async () => (await renewed()) === 1, 60_000);
      expect(await group.primary()).not.toBe(before);
    } finally {
      await kv.close();
    }
  });

  it('asks the next sentinel when one does not answer', async () => {
    const redis = await startRedis();
    const silent = await FakeSentinel.start(redis.port);
    silent.onAsked = () => new Promise(() => undefined);
    const other = await FakeSentinel.start(redis.port);
    const url = `redis+sentinel://127.0.0.1:${silent.port},127.0.0.1:${other.port}/group`;
    try {
      const kv = await redisKeyValue({ url, keyPrefix: 'a:', log });
      await kv.set('k', 'v');
      await kv.close();
    } finally {
      await Promise.all([silent.stop(), other.stop(), redis.stop()]);
    }
  });
});
