// How a media node ends that is to let its sessions go elsewhere first.
import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cloud, until } from './kit/cloud.ts';
import { withSession } from './kit/process.ts';

let cloud: Cloud;
const children: ChildProcess[] = [];
beforeEach(async () => {
  cloud = await Cloud.open();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cloud.close();
});

const process = (change: object) => withSession(cloud, children, change);

describe('a media node with a session', () => {
  test.each([
    ['ends after its limit with what is still there', { drainLimitMs: 700, isCentreGone: false }, 700],
    ['without a limit ends at once', { drainLimitMs: 0, isCentreGone: false }, 0],
    ['waits as long when no centre hears it', { drainLimitMs: 700, isCentreGone: true }, 700],
  ])('on SIGTERM %s', async (_what, { drainLimitMs, isCentreGone }, atLeastMs) => {
    const { child, exited } = await process({ drainLimitMs });
    if (isCentreGone) await cloud.endCentre();
    const beganMs = performance.now();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(atLeastMs);
    expect(cloud.reports.some(({ leaving }) => leaving)).toBe(drainLimitMs > 0 && !isCentreGone);
  });

  test('that waits ends at once on a second SIGTERM', async () => {
    const { child, exited } = await process({ drainLimitMs: 600_000 });
    await until('its end', () => !child.kill('SIGTERM'));
    expect(await exited).toEqual([143, null]);
  });
});
