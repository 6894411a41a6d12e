// Media over IPv6: media nodes listen on an IPv4 and an IPv6 address, and the clients' wire carries IPv6 alone. Both
// sides of the call are behind that wire, in two regions, so every packet of a client crosses it.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../support/browser.ts';
import { callAcrossRegions, untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { LabNet, serverIp6 } from '../../support/net.ts';

let net: LabNet;
let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  net = await LabNet.create({ ipv6Only: true });
  cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--media-address', serverIp6] });
  const { portOffset } = cloud;
  net.forward(7800 + portOffset);
  for (const [index, ip] of ['127.0.1.1', '127.0.2.1'].entries())
    net.forward(7880 + portOffset, ip, 7880 + index + portOffset);
  browser = await launchChromium([], net.prefix('client'));
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
  await net?.close();
});

describe('clients that have IPv6 only', () => {
  it('send and receive sound and picture, each by the IPv6 address of their own media node', async () => {
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room: 'ipv6', codec: 'vp8' });
    for (const participant of [ana, bo]) await Promise.all([untilMoreFrames(participant), untilMoreSound(participant)]);
    const ports = new Set<number>();
    for (const participant of [ana, bo]) {
      const { pairs, outbound } = await participant.stats();
      expect(new Set(pairs.map((pair) => pair.remoteAddress))).toEqual(new Set([serverIp6]));
      for (const { remotePort } of pairs) ports.add(remotePort);
      expect(outbound.some(({ kind, packetsSent }) => kind === 'video' && packetsSent > 0)).toBe(true);
    }
    expect(ports.size).toBe(2);
    await Promise.all([ana.close(), bo.close()]);
  });
});
