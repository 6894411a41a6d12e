// What Redis in groups has of its own. The whole contract over them is in test/nightly.
import { redisKeyValue } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectingLog } from '../support/log.ts';
import { type SentinelGroup, startCluster, startSentinels } from '../support/redis-groups.ts';
import { freePort } from '../support/redis-server.ts';
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
