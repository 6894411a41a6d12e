import { afterEach, beforeEach } from 'vitest';
import { tempDir } from './centre.ts';
import { startRedis, type TestRedis } from './redis.ts';

/** What each test of a file has for itself. */
export interface OverRedis {
  readonly redis: TestRedis;
  /** Closed after the test, the last one first, before the store. */
  readonly closers: (() => unknown)[];
}

/** Gives each test of the file that calls it an empty Redis of its own, in a folder that goes with it. */
export function overRedis(): OverRedis {
  const closers: (() => unknown)[] = [];
  let redis: TestRedis | undefined;
  let temp: ReturnType<typeof tempDir> | undefined;
  beforeEach(async () => {
    temp = tempDir();
    redis = await startRedis(temp.dir);
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await redis?.stop();
    temp?.remove();
  });
  return {
    closers,
    get redis() {
      if (redis === undefined) throw new Error('there is a Redis while a test runs');
      return redis;
    },
  };
}
