import { redisKeyValue } from '@meridian/runtime';
import { keyValueContract } from '@meridian/runtime/kv-contract';
import * as vitest from 'vitest';
import { collectingLog } from '../support/log.ts';
import { type SentinelGroup, startCluster, startSentinels } from '../support/redis-groups.ts';
import { freePort } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const { afterAll, beforeAll, describe, expect, it } = vitest;
const { log } = collectingLog();
let cluster: Awaited<ReturnType<typeof startCluster>>;
let group: SentinelGroup;
let suite = 0;
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

keyValueContract({
  name: 'a Redis cluster of three',
  vitest,
  async make() {
    suite += 1;
    // Another hash tag per test, so that the suite meets every node of the cluster.
    const kv = await redisKeyValue({ url: clusterUrl(), keyPrefix: `{t${suite}}*?:`, log });
    return { kv, letPass: () => undefined, dispose: async () => undefined };
  },
});

keyValueContract({
  name: 'the primary that Redis sentinels name',
  vitest,
  async make() {
    suite += 1;
    const kv = await redisKeyValue({ url: groupUrl(), keyPrefix: `t${suite}:`, log });
    return { kv, letPass: () => undefined, dispose: async () => undefined };
  },
});

describe('Redis in groups', () => {
  it('refuses a cluster whose keys would not lie together', async () => {
    await expect(redisKeyValue({ url: clusterUrl(), keyPrefix: 'plain:', log })).rejects.toThrow(/hash tag/);
  });

  it('says that it is unavailable when no sentinel or no node of a cluster answers', async () => {
    const port = await freePort();
    for (const url of [`redis+sentinel://127.0.0.1:${port}/meridian`, `redis+cluster://127.0.0.1:${port}`]) {
      const opened = redisKeyValue({ url, keyPrefix: '{a}:', log });
      await expect(opened).rejects.toMatchObject({ code: 'KV_UNAVAILABLE' });
    }
  });

  it('follows the sentinels to the next primary, where the lease and the fence are those that were replicated', async () => {
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
});
