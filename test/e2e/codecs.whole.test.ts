// A call across two regions in the codecs besides VP8, and with a film that shows order and age of what arrives.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, launchChromium } from '../support/browser.ts';
import { callAcrossRegions, hearsMore, join, seesMore } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { film, readFrameNumber, writeFilm } from '../support/timecode.ts';

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
    const [atAna, atBo] = await Promise.all([seesMore(ana), seesMore(bo), hearsMore(ana), hearsMore(bo)]);
    for (const stats of [atAna, atBo]) expect(stats.video.map((v) => v.mimeType)).toContain(mimeType);
    expect(new Set(atAna.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.1.5']));
    expect(new Set(atBo.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.2.5']));
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('a camera film with a running time code', () => {
  it('arrives in order and fresh', async () => {
    const dir = mkdtempSync(path(tmpdir(), 'meridian-film-'));
    const file = path(dir, 'film.y4m');
    writeFilm(file);
    const withFilm = await launchChromium([`--use-file-for-fake-video-capture=${file}`]);
    try {
      const ana = await join(
        withFilm,
        cloud,
        { room: 'film', name: 'Ana', from: 'frankfurt', codec: 'vp8' },
        'as asked',
      );
      const bo = await join(browser, cloud, { room: 'film', name: 'Bo', from: 'singapore', camera: '0' });
      await seesMore(bo);
      const numbers: { sent: number; got: number }[] = [];
      for (let look = 0; look < 15; look += 1) {
        const [sent, got] = await Promise.all([ana, bo].map((p) => newestFrame(p.page)));
        numbers.push({ sent: sent ?? -1, got: got ?? -1 });
        await seesMore(bo, 2);
      }
      const good = numbers.filter((n) => n.sent >= 0 && n.got >= 0);
      expect(good.length).toBeGreaterThan(10);
      const step = (from: number, to: number): number => (to - from + film.frames) % film.frames;
      // In order: each look shows a later frame of the loop, never an earlier one.
      for (const [index, n] of good.entries())
        expect(step(good[index - 1]?.got ?? n.got, n.got)).toBeLessThan(film.frames / 2);
      // Fresh: at 10 frames a second two seconds are 20 frames; measured 1 to 3.
      for (const n of good) expect(step(n.got, n.sent)).toBeLessThan(20);
      await Promise.all([ana.close(), bo.close()]);
    } finally {
      await withFilm.close();
      rmSync(dir, { recursive: true });
    }
  });
});

/** Frame number of the largest playing video on the page: of the only one that shows the film. */
async function newestFrame(page: import('playwright-core').Page): Promise<number> {
  return (await page.evaluate(
    `(() => {
      const videos = [...document.querySelectorAll('video')].filter((v) => v.videoWidth > 0 && v.readyState >= 2);
      const read = ${readFrameNumber};
      for (const video of videos) { const n = read(video); if (n > 0) return n; }
      return -1;
    })()`,
  )) as number;
}
