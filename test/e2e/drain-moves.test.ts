// A media node is drained while people talk on it: they go to another one and the call goes on; then nobody is on it any more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, launchChromium } from '../support/browser.ts';
import { hearsMore, join, seesMore, where } from '../support/call.ts';
import { TestCloud } from '../support/cloud.ts';
import { continuityOf, watchContinuity } from '../support/continuity.ts';
import { until } from '../support/poll.ts';
import { writeVoice } from '../support/voice.ts';

/** As in move.test.ts: far above what a machine with time shows. */
const audioGapMsMax = 1500;
const videoFreezeMsMax = 4000;
const camera = { width: 320, height: 180, frameRate: 15 };
/** On a machine that is busy with the browsers too; a move that fails is tried again after the session's rest of a minute. */
const drainDeadlineMs = 240_000;

const folder = mkdtempSync(joinPath(tmpdir(), 'meridian-drain-'));
let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = await TestCloud.start({ nodesPerRegion: 2 });
  const voice = joinPath(folder, 'voice.wav');
  writeVoice(voice);
  browser = await launchChromium([`--use-file-for-fake-audio-capture=${voice}`]);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a drain', () => {
  it('moves who talks to another node of the region, one after another, and nobody is cut off', async () => {
    const query = { room: 'drained', codec: 'vp8', from: 'frankfurt' };
    // Of two equal nodes of a region either may take either of them: one is shut until both have joined.
    const [home, other] = ['sfu-fra-1', 'sfu-fra-2'];
    await cloud.cordon(other, true);
    const ana = await join(browser, cloud, { ...query, name: 'Ana' }, camera);
    const bo = await join(browser, cloud, { ...query, name: 'Bo' }, camera);
    const both = [ana, bo];
    for (const p of both) await seesMore(p);
    expect(await Promise.all(both.map(async (p) => (await where(p)).nodeId))).toEqual([home, home]);
    await cloud.cordon(other, false);
    for (const p of both) {
      await p.room(
        "window.lost = []; window.movedTo = ''; room.on('trackUnsubscribed', (track) => window.lost.push(track.trackId)); room.on('reconnecting', () => window.lost.push('reconnecting')); room.on('moved', (placement) => { window.movedTo = placement.nodeId; });",
      );
    }
    await Promise.all(both.map(watchContinuity));
    await cloud.drain(home, true);
    for (const p of both) {
      await until(
        `${p.name} is moved`,
        () => p.room<boolean>(`return window.movedTo === '${other}';`),
        drainDeadlineMs,
      ).catch(async (cause: unknown) => {
        throw new Error(`not moved; moves: ${JSON.stringify(await cloud.moves())}`, { cause });
      });
    }
    await until('the drained node is empty', async () => {
      const { nodes } = await cloud.fleet();
      return nodes.find(({ nodeId }) => nodeId === home)?.load.sessions === 0;
    });
    await Promise.all(both.map((p) => seesMore(p, 30)));
    await Promise.all(both.map((p) => hearsMore(p)));
    for (const p of both) {
      const { audioGapMs, videoFreezeMs } = await continuityOf(p);
      const at = `${p.name}: ${JSON.stringify({ audioGapMs, videoFreezeMs })}`;
      expect(Math.max(...Object.values(audioGapMs)), at).toBeLessThan(audioGapMsMax);
      expect(Math.max(...Object.values(videoFreezeMs)), at).toBeLessThan(videoFreezeMsMax);
    }
    expect(await Promise.all(both.map((p) => p.room('return window.lost;')))).toEqual([[], []]);
    const cy = await join(browser, cloud, { ...query, name: 'Cy' }, camera);
    expect((await where(cy)).nodeId).toBe(other);
    await Promise.all([...both, cy].map((p) => p.close()));
  }, 600_000);
});
