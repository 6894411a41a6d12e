// TrackMoved: one of two nodes of a host hands a track to the other. Same RemoteTrack, no black frame.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, type Participant } from '../support/browser.ts';
import { join, seesMore, where } from '../support/call.ts';
import { TestCloud } from '../support/cloud.ts';
import { until } from '../support/poll.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = await TestCloud.start({ nodesPerRegion: 2 });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});

describe('two nodes of one host', () => {
  it('a track that came through the sibling is taken over from its origin: same RemoteTrack, frames go on', async () => {
    const room = 'moved';
    const ana = await join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
    const viewers: Participant[] = [];
    // Viewers in Singapore until both of its nodes serve one: the second pulls from its sibling over loopback.
    const nodes = new Map<string, Participant>();
    for (let index = 0; index < 6 && nodes.size < 2; index += 1) {
      const viewer = await join(browser, cloud, { room, name: `V${index}`, from: 'singapore', camera: '0', mic: '0' });
      viewers.push(viewer);
      nodes.set((await where(viewer)).nodeId, viewer);
    }
    expect([...nodes.keys()].sort()).toEqual(['sfu-sgp-1', 'sfu-sgp-2']);
    for (const viewer of nodes.values()) await seesMore(viewer);
    const [first, second] = [...nodes.entries()];
    if (first === undefined || second === undefined) throw new Error('unreachable');
    const trackId = await ana.room<string>("return room.localParticipant.getTrackPublication('camera').trackId;");
    const [nodeId, viewer] = second;
    await viewer.room(`
      const ana = [...room.remoteParticipants.values()].find((p) => p.name === 'Ana');
      window.before = ana.getTrackPublication('camera').track; window.moved = 0; window.black = 0;
      room.on('trackMoved', (track) => { window.moved += 1; window.same = track === window.before; });
      const video = [...document.querySelectorAll('video')].find((v) => v.videoWidth > 0);
      const canvas = document.createElement('canvas'); canvas.width = 16; canvas.height = 9;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const look = () => { context.drawImage(video, 0, 0, 16, 9); if (context.getImageData(0, 0, 16, 9).data.every((v, i) => i % 4 === 3 || v < 8)) window.black += 1; requestAnimationFrame(look); };
      look();`);
    const owner = (await where(viewer)).ownerId === 'sig-fra' ? 'frankfurt' : 'singapore';
    const response = await fetch(`${cloud.entryUrl(owner)}/v1/rooms/${room}/tracks/${trackId}/repull`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await cloud.token(room, 'operator')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ nodeId, carrierNodeId: (await where(ana)).nodeId }),
    });
    expect(response.status, await response.text()).toBe(200);
    await until('the track has moved', () => viewer.room<boolean>('return window.moved === 1;'));
    await seesMore(viewer, 30);
    expect(await viewer.room('return { same: window.same, black: window.black };')).toEqual({ same: true, black: 0 });
    await Promise.all([ana, ...viewers].map((p) => p.close()));
  });
});
