import { afterEach, beforeEach } from 'vitest';
import { type RedisServer, startRedis } from '../../../../base/runtime/test/support/redis-server.ts';

export interface OverRedis {
  readonly redis: RedisServer;
  /** Closed after the test, in reverse order, before the store. */
  readonly closers: (() => unknown)[];
}

export function overRedis(): OverRedis {
  const closers: (() => unknown)[] = [];
  let redis: RedisServer | undefined;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await redis?.stop();
  });
  return {
    closers,
    get redis() {
      if (redis === undefined) throw new Error('there is a Redis while a test runs');
      return redis;
    },
  };
}
