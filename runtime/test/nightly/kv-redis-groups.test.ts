// The whole contract over Redis in groups. `test/service/kv-redis-groups.whole.test.ts` holds what groups have of their
// own.
import { redisKeyValue } from '@meridian/runtime';
import { keyValueContract } from '@meridian/runtime/kv-contract';
import * as vitest from 'vitest';
import { collectingLog } from '../support/log.ts';
import { type SentinelGroup, startCluster, startSentinels } from '../support/redis-groups.ts';

const { afterAll, beforeAll } = vitest;
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
