// Set-up file of vitest for tests with clouds: a process of a cloud that dies by itself fails the running test. The
// supervisor restarts the process, so the test might not notice.
import { afterEach, expect } from 'vitest';
import { TestCloud } from './cloud.ts';

function watchDeaths(): void {
  afterEach(() => {
    expect([...TestCloud.running].flatMap((cloud) => cloud.takeUnexpectedDeaths())).toEqual([]);
  });
}

watchDeaths();
