// TrackMoved: one of two nodes of a host hands a track to the other. Same RemoteTrack, no black frame.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { join, seesMore, where } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = await TestCloud.start({ nodesPerRegion: 2 });
  browser = await launchChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});

describe('two nodes of one host', () => {
  it('one hands a track to the other, and takes it back: same RemoteTrack, no black frame, frames go on', async () => {
    const room = 'moved';
    const ana = await join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
    // The first viewer takes one node of Singapore; that node is cordoned, so the second viewer takes its sibling.
    const first = await join(browser, cloud, { room, name: 'V0', from: 'singapore', camera: '0', mic: '0' });
    const sibling = (await where(first)).nodeId;
    await cloud.cordon(sibling, true);
    const viewer = await join(browser, cloud, { room, name: 'V1', from: 'singapore', camera: '0', mic: '0' });
    const nodeId = (await where(viewer)).nodeId;
    expect([sibling, nodeId].sort()).toEqual(['sfu-sgp-1', 'sfu-sgp-2']);
    await cloud.cordon(sibling, false);
    await Promise.all([seesMore(first), seesMore(viewer)]);
    const trackId = await ana.room<string>("return room.localParticipant.getTrackPublication('camera').trackId;");
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
    const operator = await cloud.token(room, 'operator');
    const repull = async (carrierNodeId: string): Promise<Response> =>
      fetch(`${cloud.entryUrl(owner)}/v1/rooms/${room}/tracks/${trackId}/repull`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
        body: JSON.stringify({ nodeId, carrierNodeId }),
      });
    // It came from the origin, because the sibling did not serve: now from the sibling, over loopback; then back, as when the sibling drains again.
    for (const [index, carrier] of [sibling, (await where(ana)).nodeId].entries()) {
      const response = await repull(carrier);
      expect(response.status, await response.text()).toBe(202);
      await until(`move ${index + 1}`, () => viewer.room<boolean>(`return window.moved === ${index + 1};`));
      await seesMore(viewer, 30);
    }
    expect(await viewer.room('return { same: window.same, black: window.black };')).toEqual({ same: true, black: 0 });
    await Promise.all([ana, first, viewer].map((p) => p.close()));
  });
});
