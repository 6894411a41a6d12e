import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { callAcrossRegions, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

describe('a call across two regions', () => {
  const codecs = [
    ['vp9', 'video/VP9'],
    ['h264', 'video/H264'],
    ['av1', 'video/AV1'],
  ] as const;
  it.each(codecs)('%s: both see and hear each other, each on the node of their own region', async (codec, mimeType) => {
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room: `call-${codec}`, codec });
    const [atAna, atBo] = await Promise.all([
      untilMoreFrames(ana),
      untilMoreFrames(bo),
      untilMoreSound(ana),
      untilMoreSound(bo),
    ]);
    for (const stats of [atAna, atBo]) expect(stats.video.map((v) => v.mimeType)).toContain(mimeType);
    expect(new Set(atAna.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.1.5']));
    expect(new Set(atBo.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.2.5']));
    await Promise.all([ana.close(), bo.close()]);
  });
});
