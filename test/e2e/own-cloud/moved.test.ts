// TrackMoved: one of two nodes of a host hands a track to the other. Same RemoteTrack, no black frame.
import { call, rpc } from '@meridian/protocol';
import { createLogger, enrol, type Link, LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { join, seesMore, where } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { fleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { standbyCloud } from '../../support/standby-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
const dialers: LinkDialer[] = [];

/**
 * A link to a service, as a signaling node without clients. Carriers change when one dies; nothing but a
 * signaling node may order it.
 */
async function operator(ofCloud: TestCloud, toId: string): Promise<Link> {
  const identity = { id: `operator-of-${toId}`, kind: 'signaling', region: 'frankfurt' } as const;
  const { enrolUrl, enrolmentToken } = await ofCloud.enrolment(identity.id, identity.kind, identity.region);
  const credentials = await enrol({ url: enrolUrl, token: enrolmentToken, identity, deadlineMs: 5000 });
  const node = (await ofCloud.fleet()).nodes.find(({ nodeId }) => nodeId === toId);
  const control = node?.addresses.find(({ purpose }) => purpose === 'control');
  const dialer = new LinkDialer({
    url: `wss://${control?.ip}:${control?.port}`,
    credentials: () => credentials,
    log: createLogger({ name: 'operator', level: 'silent' }),
    clock: systemClock(),
    rng: secureRng(),
    expect: ({ id }) => id === toId,
    onLink: () => undefined,
  });
  dialers.push(dialer);
  return until(`a link to ${toId}`, () => dialer.link);
}

beforeAll(async () => {
  cloud = standbyCloud();
  await fleetAlive(cloud);
  browser = await sharedChromium();
});
afterEach(async () => {
  for (const dialer of dialers.splice(0)) dialer.close('the test is over');
  await closePages(browser);
});
afterAll(async () => {
  await browser?.close();
  await fleetAlive(cloud);
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
    const { ownerId, roomEpoch } = await viewer.room<{ ownerId: string; roomEpoch: number }>('return room.placement;');
    const ref = { roomKey: `dev/${room}`, ownerId, epoch: roomEpoch };
    const owner = await operator(cloud, ownerId);
    const puller = await operator(cloud, nodeId);
    // It came from the origin, because the sibling did not serve: now from the sibling, over loopback; then back, as
    // when the sibling drains again.
    for (const [index, carrier] of [sibling, (await where(ana)).nodeId].entries()) {
      const asked = { room: ref, pullerNodeId: nodeId, trackIds: [trackId], carrierNodeId: carrier };
      const [track = {}] = (await call(owner, rpc.ownerGrants, asked)).subscriptions;
      await call(puller, rpc.repullTrack, { room: ref, track });
      await until(`move ${index + 1}`, () => viewer.room<boolean>(`return window.moved === ${index + 1};`));
      await seesMore(viewer, 30);
    }
    expect(await viewer.room('return { same: window.same, black: window.black };')).toEqual({ same: true, black: 0 });
    await Promise.all([ana, first, viewer].map((p) => p.close()));
  });
});
