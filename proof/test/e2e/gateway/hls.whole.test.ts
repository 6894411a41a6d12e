// Programmes by HLS and LL-HLS in the region without their publisher: hls.js in a page, ffmpeg, and the playlists.
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { brokenRules, readPlaylist } from '../../../../media/gateway/test/support/hls-rules.ts';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join } from '../../support/call.ts';
import { untilDecoding } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

/** Latency behind the gateway; the aim of low-latency HLS is 3 s from the publisher on. */
const LATENCY_MS_MAX = 5000;

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;

interface Playing {
  readonly frames: number;
  readonly soundBytes: number;
  readonly width: number;
  readonly parts: number;
  readonly latencyMs: number;
  readonly errors: readonly string[];
}

/** Plays a URL by hls.js in a page whose document is of the cloud, so that it has an origin. */
async function playInPage(url: string): Promise<() => Promise<Playing>> {
  const context = await bench.browser.newContext({ bypassCSP: true });
  const page: Page = await context.newPage();
  await page.goto(`${cloud.pageUrl}/config.json`);
  await page.setContent('<video autoplay></video>');
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js') });
  await page.evaluate(`
    window.seen = { parts: 0, errors: [] };
    window.hls = new Hls({ lowLatencyMode: true });
    hls.on(Hls.Events.FRAG_LOADED, (_event, data) => { if (data.part) seen.parts += 1; });
    hls.on(Hls.Events.ERROR, (_event, data) => { if (data.fatal) seen.errors.push(data.details); });
    hls.loadSource(${JSON.stringify(url)});
    hls.attachMedia(document.querySelector('video'));
  `);
  return () =>
    page.evaluate(`(() => {
      const video = document.querySelector('video');
      return {
        frames: video.getVideoPlaybackQuality().totalVideoFrames,
        soundBytes: video.webkitAudioDecodedByteCount,
        width: video.videoWidth,
        latencyMs: hls.playingDate === null ? NaN : Date.now() - hls.playingDate.getTime(),
        ...seen,
      };
    })()`) as Promise<Playing>;
}

it('LL-HLS plays an encoder of the other region soon, with picture and sound', async () => {
  const room = 'll-hls';
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const url = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.hls ?? '';
  const playerState = await playInPage(url);
  await until('hls.js plays picture and sound, by parts', async () => {
    const { errors, frames, soundBytes, parts } = await playerState();
    expect(errors).toEqual([]);
    return frames > 50 && soundBytes > 10_000 && parts > 5;
  });
  const samples: number[] = [];
  await until('some seconds are played within the bound', async () => {
    const { latencyMs } = await playerState();
    samples.push(latencyMs);
    return samples.length >= 30 && latencyMs <= LATENCY_MS_MAX;
  });
  const { errors, width } = await playerState();
  expect([errors, width]).toEqual([[], 320]);
  const median = samples.sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
  console.log(`LL-HLS is played ${Math.round(median)} ms after pictures came to the gateway`);
  expect(median).toBeLessThanOrEqual(LATENCY_MS_MAX);
});

it('ffmpeg plays HLS too', async () => {
  const room = 'hls';
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const url = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.hls ?? '';
  const playing = await until('there is something to play', async () => (await fetch(url)).ok && url);
  await untilDecoding(ffmpegs.play(playing).decoded);
});

it("a browser's picture comes in valid segments that begin with key frames, each about 2 s", async () => {
  const room = 'demanded';
  await join(bench.browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
  const url = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.hls ?? '';
  const index = await until('there are picture and sound to play', async () => {
    const text = await (await fetch(url)).text();
    return text.includes('avc1.') && text.includes('mp4a.') && text;
  });
  expect(index).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=\d+x\d+/);
  const media = url.replace('index.m3u8', 'media.m3u8');
  let before = await (await fetch(media)).text();
  await until('five segments have ended', async () => {
    const [, msn, part] = /part-(\d+)\.(\d+)/.exec(readPlaylist(before).hint) ?? [];
    const next = await (await fetch(`${media}?_HLS_msn=${msn}&_HLS_part=${part}`)).text();
    expect(brokenRules(next, before)).toEqual([]);
    before = next;
    return readPlaylist(next).segments.filter(({ uri }) => uri !== undefined).length >= 5;
  });
  const { segments, targetS } = readPlaylist(before);
  const keyed = segments.filter(({ parts }) => parts[0]?.isIndependent === true);
  console.log(`segments of ${segments.map(({ duration }) => duration).join(', ')} s, at most ${targetS} s`);
  expect(targetS).toBe(3);
  expect(keyed.length).toBe(segments.filter(({ parts }) => parts.length > 0).length);
});
