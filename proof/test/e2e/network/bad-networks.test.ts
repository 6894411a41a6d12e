import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, type Participant } from '../../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { LabNet, serverIp } from '../../support/net.ts';
import { until } from '../../support/poll.ts';

let net: LabNet;
let cloud: TestCloud;
let clientBrowser: Browser; // in the client's namespace
let serverBrowser: Browser; // in the server's namespace
beforeAll(async () => {
  net = await LabNet.create();
  cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--public-address', serverIp] });
  net.forward(7800 + cloud.portOffset);
  clientBrowser = await launchChromium([], net.prefix('client'));
  serverBrowser = await launchChromium([], net.prefix('server'));
});
afterAll(async () => {
  await clientBrowser?.close();
  await serverBrowser?.close();
  await cloud?.stop();
  await net?.close();
});

const joinPair = async (room: string, camera?: 'as asked'): Promise<{ ana: Participant; bo: Participant }> => {
  const ana = await join(serverBrowser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' }, camera);
  const bo = await join(clientBrowser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8', camera: '0' });
  return { ana, bo };
};

describe('a narrow downlink', () => {
  it("lowers the picture's layer until it is wide again, while the sound continues", async () => {
    const { ana, bo } = await joinPair('narrow', 'as asked');
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
    await untilMoreSound(bo);
    net.limitDownlink(undefined);
    await until('the full picture again', async () => (await width()) >= full, 60_000);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('a pulled cable', () => {
  it('is noticed by the others within 10 s', async () => {
    const { ana, bo } = await joinPair('cable');
    await untilMoreFrames(bo);
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
    await untilMoreFrames(bo, 20, 30_000);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('UDP lost in the middle of a call', () => {
  it('media continues over TCP before the browser itself reports a lost path', async () => {
    const { ana, bo } = await joinPair('udp-lost');
    await Promise.all([untilMoreFrames(bo, 60), untilMoreSound(bo)]); // media has flowed for some seconds
    await bo.page.evaluate(`
      window.states = [];
      for (const pc of window.pcs)
        pc.addEventListener('connectionstatechange', () => window.states.push(pc.connectionState));
    `);
    net.blockUdp();
    await untilMoreFrames(bo, 10); // some were on the way; the next come over TCP
    await untilMoreSound(bo);
    expect(await bo.page.evaluate('window.states')).not.toContain('disconnected');
    expect((await bo.stats()).pairs.some((p) => p.localProtocol === 'tcp')).toBe(true);
    net.blockUdp(false);
    await Promise.all([ana.close(), bo.close()]);
  });
});

describe('UDP blocked', () => {
  it('makes the call use TCP', async () => {
    net.blockUdp();
    const { ana, bo } = await joinPair('tcp');
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
    expect(new Set((await bo.stats()).pairs.map((p) => p.localProtocol))).toEqual(new Set(['tcp']));
    await Promise.all([ana.close(), bo.close()]);
  });
});
