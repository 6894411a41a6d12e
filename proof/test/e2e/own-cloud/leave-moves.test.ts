import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundleOf } from '../../../../infra/services/entries.mjs';
import { closePages } from '../../support/browser.ts';
import { join as joinCall, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { watchContinuity } from '../../support/continuity.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { standbyCloud } from '../../support/standby-cloud.ts';
import { camera, expectUnbroken } from '../../support/talking.ts';

const main = bundleOf(join(import.meta.dirname, '../../../..'), 'sfu');
const id = 'sfu-fra-leaving';
/** Far above the time of two moves: the process must end earlier. */
const drainLimitMs = 300_000;

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = standbyCloud();
  await untilFleetAlive(cloud);
  browser = await sharedChromium();
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

async function startNode(): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-leaving-'));
  const text = readFileSync(join(cloud.stateDir, 'sfu-fra-1', 'config.json'), 'utf8');
  const similarConfig = JSON.parse(text.replaceAll('127.0.1.5', '127.0.1.77')) as Record<string, unknown>;
  const enrolment = await cloud.enrolment(id, 'sfu', 'frankfurt');
  const config = { ...similarConfig, ...enrolment, id, stateDir: join(folder, 'state'), drainLimitMs };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, [main, '--config', join(folder, 'config.json')], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await until('the node serves', async () => (await nodeInFleet())?.state === 'alive');
  return child;
}
const nodeInFleet = async () => (await cloud.fleet()).nodes.find(({ nodeId }) => nodeId === id);

it('SIGTERM moves talking participants without interruption, and the process exits with 0 when the last one has left', async () => {
  const child = await startNode();
  const exited = once(child, 'exit');
  const otherNodes = ['sfu-fra-1', 'sfu-fra-2'];
  for (const other of otherNodes) await cloud.cordon(other, true);
  const query = { room: 'left', codec: 'vp8', from: 'frankfurt' };
  const both = [
    await joinCall(browser, cloud, { ...query, name: 'Ana' }, camera),
    await joinCall(browser, cloud, { ...query, name: 'Bo' }, camera),
  ];
  for (const other of otherNodes) await cloud.cordon(other, false);
  for (const p of both) {
    await untilMoreFrames(p);
    expect((await whereabouts(p)).nodeId).toBe(id);
    await p.room(
      "window.lost = []; room.on('trackUnsubscribed', (track) => window.lost.push(track.trackId)); room.on('reconnecting', () => window.lost.push('reconnecting'));",
    );
  }
  await Promise.all(both.map(watchContinuity));
  const beganMs = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - beganMs).toBeLessThan(drainLimitMs / 3);
  await Promise.all(both.map((p) => untilMoreFrames(p, 30)));
  await Promise.all(both.map((p) => untilMoreSound(p)));
  await expectUnbroken(both, `after the end of ${id}`);
  for (const p of both) {
    expect(otherNodes).toContain((await whereabouts(p)).nodeId);
    expect(await p.room('return window.lost;')).toEqual([]);
  }
}, 600_000);
