import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, type Participant } from '../../support/browser.ts';
import { hearsMore, join, seesMore } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { LabNet, serverIp } from '../../support/net.ts';
import { until } from '../../support/poll.ts';

let net: LabNet;
let cloud: TestCloud;
let inside: Browser; // in the client's namespace
let beside: Browser; // in the server's namespace
beforeAll(async () => {
  net = await LabNet.create();
  cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--public-address', serverIp] });
  net.forward(7800 + cloud.portOffset);
  inside = await launchChromium([], net.prefix('client'));
  beside = await launchChromium([], net.prefix('server'));
});
afterAll(async () => {
  await inside?.close();
  await beside?.close();
  await cloud?.stop();
  await net?.close();
});

const pair = async (room: string, camera?: 'as asked'): Promise<{ ana: Participant; bo: Participant }> => {
  const ana = await join(beside, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' }, camera);
  const bo = await join(inside, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8', camera: '0' });
  return { ana, bo };
};

describe('a narrow downlink', () => {
  it("lowers the picture's layer until it is wide again, while the sound continues", async () => {
    const { ana, bo } = await pair('narrow', 'as asked');
    const width = async (): Promise<number> => Math.max(0, ...(await bo.stats()).video.map((v) => v.frameWidth));
    await bo.page.setViewportSize({ width: 1600, height: 1000 });
    const full = await until(
      'the full picture',
      async () => {
        const now = await width();
        return now >= 1280 && now;
      },
      40_000,
    );
    net.limitDownlink(400);
    await until(
      'a smaller picture',
      async () => {
        const now = await width();
        return now > 0 && now < full && now;
      },
      40_000,
    );
    await hearsMore(bo);
    net.limitDownlink(undefined);
    await until('the full picture again', async () => (await width()) >= full, 60_000);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('a pulled cable', () => {
  it('is noticed by the others within 10 s', async () => {
    const { ana, bo } = await pair('cable');
    await seesMore(bo);
    await until('Ana sees Bo', () => ana.room<boolean>('return room.remoteParticipants.size === 1;'));
    const startMs = performance.now();
    net.cut(true);
    try {
      await until('Ana knows', () => ana.room<boolean>('return room.remoteParticipants.size === 0;'), 11_000);
      expect(performance.now() - startMs).toBeLessThan(10_500);
    } finally {
      net.cut(false);
    }
    await bo.connected(30_000);
    await seesMore(bo, 20, 30_000);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('UDP lost in the middle of a call', () => {
  it('media continues over TCP before the browser itself reports a lost path', async () => {
    const { ana, bo } = await pair('udp-lost');
    await Promise.all([seesMore(bo, 60), hearsMore(bo)]); // media has flowed for some seconds
    await bo.page.evaluate(`
      window.states = [];
      for (const pc of window.pcs)
        pc.addEventListener('connectionstatechange', () => window.states.push(pc.connectionState));
    `);
    net.blockUdp();
    await seesMore(bo, 10); // some were on the way; the next come over TCP
    await hearsMore(bo);
    expect(await bo.page.evaluate('window.states')).not.toContain('disconnected');
    expect((await bo.stats()).pairs.some((p) => p.localProtocol === 'tcp')).toBe(true);
    net.blockUdp(false);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('UDP blocked', () => {
  it('makes the call use TCP', async () => {
    net.blockUdp();
    const { ana, bo } = await pair('tcp');
    await Promise.all([seesMore(bo), hearsMore(bo)]);
    expect(new Set((await bo.stats()).pairs.map((p) => p.localProtocol))).toEqual(new Set(['tcp']));
    await Promise.all([ana.close(), bo.close()]);
  });
});
