import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  brokenAlignment,
  brokenLadder,
  brokenRules,
  readPlaylist,
  readVariants,
} from '../../../../media/gateway/test/support/hls-rules.ts';
import { closePages } from '../../support/browser.ts';
import { join } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const room = 'ladder';
let cloud: TestCloud;
let browser: Browser;
/** Master playlist, to which variants are relative. */
let url = '';
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  await untilFleetAlive(cloud);
  const camera = { width: 640, height: 360, frameRate: 15 };
  await join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'h264' }, camera);
  url = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.hls ?? '';
});
afterAll(async () => {
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await untilFleetAlive(cloud);
});

const textOf = async (at: string): Promise<string> => (await fetch(at)).text();
async function next(at: string, before: string): Promise<string> {
  const [, msn, part] = /part-(\d+)\.(\d+)/.exec(readPlaylist(before).hint) ?? [];
  const now = await textOf(`${at}?_HLS_msn=${msn}&_HLS_part=${part}`);
  expect(brokenRules(now, before)).toEqual([]);
  return now;
}
const ladder = async (): Promise<string> =>
  until('the picture has two layers', async () => {
    const text = await textOf(url);
    const variants = readVariants(text);
    // The first picture has no frame rate.
    return variants.length === 2 && variants[0]?.frameRate !== 0 && text;
  });

it('a ladder lists the attributes that players choose by, and its variants have equal cuts at key frames', async () => {
  const index = await ladder();
  expect(brokenLadder(index)).toEqual([]);
  const [best, low] = readVariants(index);
  expect([best, low]).toMatchObject([
    { uri: 'media.m3u8', resolution: '640x360' },
    { uri: '0/media.m3u8', resolution: '320x180' },
  ]);
  const [whole, rung] = [best, low].map((variant) => new URL(variant?.uri ?? '', url).href) as [string, string];
  let [wholeText, rungText] = await Promise.all([textOf(whole), textOf(rung)]);
  await until('three segments of the layer have ended', async () => {
    [wholeText, rungText] = await Promise.all([next(whole, wholeText), next(rung, rungText)]);
    expect(brokenAlignment(wholeText, rungText)).toEqual([]);
    return readPlaylist(rungText).segments.filter(({ uri }) => uri !== undefined).length >= 3;
  });
  // A busy publisher may send a key frame late.
  const keyed = readPlaylist(rungText).segments.filter(({ parts }) => parts[0]?.isIndependent === true);
  expect(keyed.length).toBeGreaterThanOrEqual(2);
  const sizes = await Promise.all(
    [whole, rung].map(async (at) => {
      const { segments } = readPlaylist(await textOf(at));
      const complete = segments.filter(({ uri }) => uri !== undefined);
      const bits = complete.map(async ({ uri = '', duration }) => {
        const bytes = await (await fetch(new URL(uri, at))).arrayBuffer();
        return (bytes.byteLength * 8) / duration;
      });
      return Math.max(...(await Promise.all(bits)));
    }),
  );
  expect(sizes[0]).toBeLessThanOrEqual(best?.bandwidth ?? 0);
  expect(sizes[1]).toBeLessThanOrEqual(low?.bandwidth ?? 0);
});

it('hls.js switches to a lower variant and back while it plays', async () => {
  await ladder();
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  await page.goto(`${cloud.pageUrl}/config.json`);
  await page.setContent('<video autoplay muted></video>');
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js') });
  await page.evaluate(`
    window.errors = [];
    window.hls = new Hls({ lowLatencyMode: true });
    hls.on(Hls.Events.MANIFEST_PARSED, () => { hls.nextLevel = hls.levels.length - 1; });
    hls.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) errors.push(data.details); });
    hls.loadSource(${JSON.stringify(url)});
    hls.attachMedia(document.querySelector('video'));
  `);
  const playerState = (): Promise<{ width: number; frames: number; levels: number; errors: string[] }> =>
    page.evaluate(`(() => {
      const video = document.querySelector('video');
      const frames = video.getVideoPlaybackQuality().totalVideoFrames;
      return { width: video.videoWidth, frames, levels: hls.levels.length, errors };
    })()`);
  let frames = 0;
  for (const [level, width] of [
    [1, 640],
    [0, 320],
    [1, 640],
  ]) {
    await page.evaluate(`hls.nextLevel = ${level}`);
    await until(`${width} pixels are shown and go on`, async () => {
      const seenState = await playerState();
      expect(seenState.errors).toEqual([]);
      if (seenState.width !== width) frames = seenState.frames;
      return seenState.width === width && seenState.frames > frames + 10;
    });
  }
  expect((await playerState()).levels).toBe(2);
});
