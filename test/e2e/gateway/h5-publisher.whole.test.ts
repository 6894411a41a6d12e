// The H5 publisher in a browser that has none of the other ways: what ffmpeg makes of the bytes that arrive.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TsDemuxer, type TsUnit } from '@meridian/client';
import type { H5PublisherStats } from '@meridian/sdk-web/h5';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { H5Receiver } from '../../support/h5-receiver.ts';
import { until as poll } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';

let server: H5Receiver;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([H5Receiver.start(), sharedChromium()]);
});
// A camera that another page holds without looking gives this one no pictures.
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  server?.stop();
});

const missing = [
  ...['RTCPeerConnection', 'webkitRTCPeerConnection', 'MediaSource', 'WebKitMediaSource', 'ManagedMediaSource'],
  ...['VideoEncoder', 'VideoDecoder', 'AudioEncoder', 'AudioDecoder', 'MediaRecorder'],
];

/** Publishes from a page without these globals; `before` runs in it before any other script. */
async function publish(path: string, before = ''): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name]; ${before}`);
  const page = await context.newPage();
  await page.goto(`http://${server.origin}/`);
  await until(page, 'window.publish !== undefined');
  expect(await page.evaluate(`${JSON.stringify(missing)}.filter((name) => name in window)`)).toEqual([]);
  await page.evaluate(`publish('ws://${server.origin}${path}')`);
  return page;
}

/** The page's policy forbids what `waitForFunction` does with strings. */
const until = (page: Page, condition: string): Promise<void> =>
  expect.poll(() => page.evaluate(condition), { timeout: 90_000, interval: 50, message: condition }).toBe(true);
const statsOf = (page: Page): Promise<Record<keyof H5PublisherStats, number>> => page.evaluate('publisher.stats');
const unitsOf = (parts: readonly Uint8Array[]): TsUnit[] => new TsDemuxer().push(Buffer.concat(parts));
const of = (units: readonly TsUnit[], kind: 'video' | 'audio'): TsUnit[] => units.filter((unit) => unit.kind === kind);

/** How many pictures of which size, how many samples, and how loud, by ffmpeg; a complaint of it is an error. */
async function decoded(
  parts: readonly Uint8Array[],
): Promise<{ pictures: number; size: string; meanVolumeDb: number }> {
  const filters = ['-vf', 'showinfo', '-af', 'volumedetect', '-f', 'null', '-'];
  const args = ['-hide_banner', '-xerror', '-f', 'mpegts', '-i', 'pipe:0', '-fps_mode', 'passthrough', ...filters];
  const running = promisify(execFile)('ffmpeg', args, { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(Buffer.concat(parts));
  const { stderr } = await running;
  return {
    pictures: [...stderr.matchAll(/ n: *\d+ pts:/g)].length,
    size: / s:(\d+x\d+) /.exec(stderr)?.[1] ?? '',
    meanVolumeDb: Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1] ?? Number.NaN),
  };
}

it('sends pictures and sound from a worker on one clock, and goes on after the connection was lost', async () => {
  const first = server.received.length;
  const page = await publish('/live.ts');
  await until(page, 'publisher.stats.picturesSent >= 45');
  expect(page.workers().length).toBe(1);
  // A machine that is busy for a moment gives fewer pictures in it, and later than the sound.
  await poll('pictures come often enough, and with the sound', () => {
    const sent = unitsOf(server.received.at(first) ?? []);
    const [lately, sound] = [of(sent, 'video').slice(-30), of(sent, 'audio').at(-1)];
    const end = lately.at(-1)?.ptsMs ?? Number.NaN;
    return (29 * 1000) / (end - (lately[0]?.ptsMs ?? Number.NaN)) > 10 && Math.abs(end - (sound?.ptsMs ?? 0)) < 200;
  });
  server.cut();
  const [parts = []] = server.received.slice(first);
  const units = unitsOf(parts);
  const [pictures, sounds] = [of(units, 'video'), of(units, 'audio')];
  const { pictures: count, size, meanVolumeDb } = await decoded(parts);
  const spanMs = (all: readonly TsUnit[]) => (all.at(-1)?.ptsMs ?? 0) - (all[0]?.ptsMs ?? 0);
  expect(size).toBe('320x240');
  expect(count).toBe(pictures.length);
  // The fake microphone beeps.
  expect(meanVolumeDb).toBeGreaterThan(-60);
  // Every 24 ms a frame, without a gap.
  const steps = sounds.slice(1).map(({ ptsMs }, index) => ptsMs - (sounds[index]?.ptsMs ?? 0));
  expect(Math.max(...steps.map((step) => Math.abs(step - 24)))).toBeLessThan(25);
  expect(Math.abs(spanMs(pictures) - spanMs(sounds))).toBeLessThan(300);

  await until(page, "states.join() === 'connecting,publishing,connecting,publishing'");
  const sentBefore = await page.evaluate<number>('publisher.stats.keyPicturesSent');
  await until(page, `publisher.stats.keyPicturesSent > ${sentBefore}`);
  // Its clock goes on, and its stream begins with a key picture.
  await expect.poll(() => of(unitsOf(server.received.at(-1) ?? []), 'video').length).toBeGreaterThan(3);
  const again = of(unitsOf(server.received.at(-1) ?? []), 'video');
  expect([...(again[0]?.data.subarray(0, 4) ?? [])]).toEqual([0, 0, 1, 0xb3]);
  expect(again[0]?.ptsMs).toBeGreaterThan(pictures.at(-1)?.ptsMs ?? Number.NaN);

  await page.evaluate('publisher.close(), publisher.close()');
  expect(await page.evaluate('states.at(-1)')).toBe('ended');
  expect(page.workers().length).toBe(0);
  // What is not its own goes on.
  expect(await page.evaluate('stream.getTracks().map(({ readyState }) => readyState)')).toEqual(['live', 'live']);
});

it('encodes in the page without worker, gives a key picture when asked, leaves out pictures and no sound', async () => {
  const slow = "Object.defineProperty(WebSocket.prototype, 'bufferedAmount', { get: () => window.buffered ?? 0 });";
  const page = await publish('/live.ts', `delete window.Worker; ${slow}`);
  await until(page, 'publisher.stats.picturesSent >= 5');
  expect(await page.evaluate('publisher.stats.isInWorker')).toBe(false);
  const { keyPicturesSent } = await statsOf(page);
  server.say('key');
  await until(page, `publisher.stats.keyPicturesSent > ${keyPicturesSent}`);

  await page.evaluate('window.buffered = 100_000');
  const full = await statsOf(page);
  await until(page, `publisher.stats.soundFramesSent >= ${full.soundFramesSent + 20}`);
  const later = await statsOf(page);
  expect(later.picturesSent).toBe(full.picturesSent);
  expect(later.picturesDropped).toBeGreaterThan(full.picturesDropped + 3);
  await page.evaluate('window.buffered = 0');
  await until(page, `publisher.stats.picturesSent > ${full.picturesSent + 3}`);
  expect(await page.evaluate('states.join()')).toBe('connecting,publishing');
});

it('sends black pictures and silence while muted', async () => {
  const first = server.received.length;
  const page = await publish('/live.ts');
  await page.evaluate("publisher.setMuted('video', true), publisher.setMuted('audio', true)");
  await until(page, 'publisher.stats.picturesSent >= 20');
  await page.evaluate('publisher.close()');
  const [parts = []] = server.received.slice(first);
  expect((await decoded(parts)).meanVolumeDb).toBeLessThan(-80);
  // Nothing changes in black.
  const sizes = of(unitsOf(parts), 'video').map(({ data }) => data.length);
  expect(Math.max(...sizes.slice(5, 15))).toBeLessThan(200);
});

it.each([
  ['/refused.ts', 'connecting,ended TOKEN_EXPIRED'],
  ['/over.ts', 'connecting,ended'],
])('%s ends with its reason', async (path, states) => {
  const page = await publish(path);
  await until(page, `states.filter((state) => state !== 'publishing').join() === '${states}'`);
});
