// The layers that a publisher sends follow the layers that are watched, in a real browser and across two regions.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, type Participant } from '../support/browser.ts';
import { callAcrossRegions } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { until } from '../support/poll.ts';
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

/** Publishes a moving picture of 1280 × 720. */
const publish = `
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const drawing = canvas.getContext('2d');
  let frame = 0;
  window.feeding = setInterval(() => {
    frame += 1;
    for (let at = 0; at < 60; at += 1) {
      drawing.fillStyle = 'hsl(' + ((at * 40 + frame) % 360) + ', 80%, 40%)';
      drawing.fillRect((at * 97 + frame * 3) % 1280, (at * 61 + frame * 2) % 720, 90, 60);
    }
  }, 66);
  window.fed = canvas;
  await room.localParticipant.publishTrack(canvas.captureStream(15).getVideoTracks()[0], { source: 'camera', codec: arg });`;

const show = `
  for (const participant of room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values())
      if (publication.kind === 'video') publication.setVideoDimensions(arg);`;

const statsOf = (type: 'inbound-rtp' | 'outbound-rtp') => `
  const found = [];
  for (const pc of window.pcs) {
    if (pc.connectionState === 'closed') continue;
    for (const s of (await pc.getStats()).values())
      if (s.type === '${type}' && s.kind === 'video')
        found.push({ height: s.active === false ? 0 : s.frameHeight ?? 0, frames: s.framesDecoded ?? 0, bytes: s.bytesSent ?? 0, atMs: s.timestamp,
          layers: s.active === false ? 0 : Number(/^L([0-9])/.exec(s.scalabilityMode ?? 'L1')?.[1]) });
  }
  return found;`;
interface Stream {
  readonly height: number;
  readonly frames: number;
  readonly bytes: number;
  readonly atMs: number;
  /** Spatial layers of a sent stream. */
  readonly layers: number;
}
const sent = (p: Participant): Promise<Stream[]> => p.room(statsOf('outbound-rtp'));
const shown = (p: Participant): Promise<Stream[]> => p.room(statsOf('inbound-rtp'));
const highest = (streams: readonly Stream[]): number => Math.max(0, ...streams.map(({ height }) => height));

const decoded = (streams: readonly Stream[]): number => streams.reduce((sum, { frames }) => sum + frames, 0);

async function playsOn(p: Participant): Promise<void> {
  const frames = decoded(await shown(p));
  await until('it plays on', async () => decoded(await shown(p)) > frames + 20);
}

/** Resolves with the sent bit rate over the next seconds. */
async function sentBps(p: Participant): Promise<number> {
  const total = (streams: readonly Stream[]) => streams.reduce((sum, { bytes }) => sum + bytes, 0);
  const start = await sent(p);
  const startMs = start[0]?.atMs ?? 0;
  const end = await until('some seconds of sending', async () => {
    const streams = await sent(p);
    return (streams[0]?.atMs ?? 0) > startMs + 3000 && streams;
  });
  return ((total(end) - total(start)) * 8000) / ((end[0]?.atMs ?? 0) - startMs);
}

it.each(['vp8', 'vp9', 'av1'])('%s: a publisher sends no more layers than are watched', async (codec) => {
  const { ana, bo } = await callAcrossRegions(browser, cloud, { room: `layers-${codec}`, camera: '0', mic: '0' });
  await ana.room(publish, codec);
  await until('Bo has the track', async () => (await shown(bo)).length > 0);
  await bo.room(show, { width: 1280, height: 720 });
  await until('Bo sees the large picture', async () => highest(await shown(bo)) === 720);
  await until('Ana sends nothing but the large picture', async () => {
    const streams = await sent(ana);
    return highest(streams) === 720 && streams.reduce((sum, { layers }) => sum + layers, 0) === 1;
  });
  await playsOn(bo);
  expect(highest(await shown(bo))).toBe(720);
  const largeBps = await sentBps(ana);

  await bo.room(show, { width: 320, height: 180 });
  await until('Ana sends a small picture', async () => highest(await sent(ana)) === 180);
  await until('Bo sees the small picture', async () => highest(await shown(bo)) === 180);
  expect(await sentBps(ana)).toBeLessThan(largeBps / 2);

  await bo.room(show, { width: 1280, height: 720 });
  await until('Bo sees the large picture again', async () => highest(await shown(bo)) === 720);
  await playsOn(bo);
  await Promise.all([ana.close(), bo.close()]);
});
