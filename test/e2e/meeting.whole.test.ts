// Six people in two regions: each goes on decoding from all five others. Small pictures: two cores carry thirty of
// them.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, type Participant } from '../support/browser.ts';
import { join, where } from '../support/call.ts';
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

/** Decoded frames by remote participant's name, from the browser's own statistics. */
async function framesByName(p: Participant): Promise<Map<string, number>> {
  const tracks = await p.room<[string, string][]>(
    "return [...room.remoteParticipants.values()].flatMap((r) => { const id = r.getTrackPublication('camera')?.track?.mediaStreamTrack?.id; return id ? [[r.name, id]] : []; });",
  );
  const stats = await p.stats();
  return new Map(
    tracks.map(([name, id]) => [name, stats.video.find((v) => v.trackIdentifier === id)?.framesDecoded ?? 0]),
  );
}

/** Of the people whose pictures it does not decode (any more): what the SDK and the browser say of that camera. */
async function silentOf(p: Participant, names: readonly string[]): Promise<string> {
  const cameras = await p.room<[string, string, string, string][]>(
    "return [...room.remoteParticipants.values()].map((r) => { const t = r.getTrackPublication('camera'); return [r.name, t?.isSubscribed ? 'subscribed' : 'not subscribed', t?.pausedReason ?? '', t?.track?.mediaStreamTrack?.id ?? '']; });",
  );
  const { video } = await p.stats();
  return names
    .map((name) => {
      const [, state = 'not in the room', pausedReason = '', trackId = ''] =
        cameras.find(([who]) => who === name) ?? [];
      const received = video.find(({ trackIdentifier }) => trackId !== '' && trackIdentifier === trackId);
      return `${name}: ${state} ${pausedReason} ${JSON.stringify(received ?? 'no such stream')}`;
    })
    .join('; ');
}

/** In which each has to go on: of ten pictures a second more than five arrive. */
const WINDOW_MS = 5000;

describe('a meeting of six over two regions', () => {
  it('each goes on decoding from all five others in every 5 s window', async () => {
    const people: Participant[] = [];
    for (let index = 0; index < 6; index += 1)
      people.push(
        await join(
          browser,
          cloud,
          { room: 'six', name: `P${index}`, from: index % 2 === 0 ? 'frankfurt' : 'singapore', codec: 'vp8' },
          { width: 160, height: 90, frameRate: 10 },
        ),
      );
    const others = (p: Participant): string[] => people.map(({ name }) => name).filter((name) => name !== p.name);
    const places = await Promise.all(people.map(where));
    expect(new Set(places.map((w) => w.nodeId))).toEqual(new Set(['sfu-fra-1', 'sfu-sgp-1']));
    expect(new Set(places.map((w) => w.signalingId))).toEqual(new Set(['sig-fra', 'sig-sgp']));
    for (const p of people)
      await until(`${p.name} decodes all five`, async () => {
        const frames = await framesByName(p);
        const missing = others(p).filter((name) => (frames.get(name) ?? 0) === 0);
        if (missing.length > 0) throw new Error(await silentOf(p, missing));
        return true;
      });
    for (let window = 0; window < 3; window += 1) {
      const before = await Promise.all(people.map(framesByName));
      await Promise.all(
        people.map((p, index) =>
          until(
            `window ${window}: ${p.name} goes on decoding from all five`,
            async () => {
              const now = await framesByName(p);
              const still = others(p).filter((name) => (now.get(name) ?? 0) <= (before[index]?.get(name) ?? 0) + 5);
              if (still.length > 0) throw new Error(await silentOf(p, still));
              return true;
            },
            WINDOW_MS,
          ),
        ),
      );
    }
    await Promise.all(people.map((p) => p.close()));
  });
});
