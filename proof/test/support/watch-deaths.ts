// A set-up file of vitest for tests with clouds: a process of a cloud that dies by itself fails the test that runs
// then. The supervisor starts it again, so the test might not notice.
import { afterEach, expect } from 'vitest';
import { TestCloud } from './cloud.ts';

/** Vitest reads a set-up file once for each test file. */
function watchDeaths(): void {
  afterEach(() => {
    expect([...TestCloud.running].flatMap((cloud) => cloud.takeStrangeDeaths())).toEqual([]);
  });
}

watchDeaths();
