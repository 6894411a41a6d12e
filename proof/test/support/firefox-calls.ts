import type { Browser } from 'playwright-core';
import type { Browser as FirefoxBrowser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './browser.ts';
import { join, untilMoreFrames, untilMoreSound } from './call.ts';
import { TestCloud } from './cloud.ts';
import { joinWithFirefox, launchFirefox } from './firefox.ts';
import { LabNet, serverIp } from './net.ts';
import { until } from './poll.ts';

interface Decoded {
  mimeType: string;
  framesDecoded: number;
  packetsReceived: number;
}
const decoded = (page: Page): Promise<Decoded[]> =>
  page.evaluate(
    'Promise.all([...window.meridian.room.remoteParticipants.values()].flatMap((p) => [...p.trackPublications.values()]).filter((t) => t.track).map((t) => t.track.receiverStats())).then((all) => all.filter(Boolean).map((s) => ({ mimeType: s.mimeType, framesDecoded: s.framesDecoded ?? 0, packetsReceived: s.packetsReceived })))',
  ) as Promise<Decoded[]>;

/** Defines the tests of a file: a cloud in a network of its own, one call per codec. */
export function testFirefoxCalls(codecs: readonly (readonly [codec: string, mimeType: string])[]): void {
  let cloud: TestCloud;
  let chromium: Browser;
  let firefox: { browser: FirefoxBrowser; close(): Promise<void> };
  let net: LabNet;
  beforeAll(async () => {
    net = await LabNet.create();
    cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--public-address', serverIp] });
    net.forward(7800 + cloud.portOffset);
    chromium = await launchChromium([], net.prefix('server'));
    firefox = await launchFirefox(net);
  });
  afterAll(async () => {
    await firefox?.close();
    await chromium?.close();
    await cloud?.stop();
    await net?.close();
  });

  describe('Chromium and Firefox', () => {
    it.each(codecs)('exchange %s in both directions across two regions', async (codec, mimeType) => {
      const room = `firefox-${codec}`;
      const ana = await join(chromium, cloud, { room, name: 'Ana', from: 'frankfurt', codec });
      const fox = await joinWithFirefox(firefox.browser, cloud.pageUrl, {
        room,
        name: 'Fox',
        from: 'singapore',
        codec,
      });
      await Promise.all([untilMoreFrames(ana), untilMoreSound(ana)]);
      expect((await ana.stats()).video.map((v) => v.mimeType)).toContain(mimeType);
      const first = await until('Firefox decodes', async () => {
        const all = await decoded(fox);
        return (
          all.some((d) => d.framesDecoded > 0) &&
          all.some((d) => d.mimeType.startsWith('audio') && d.packetsReceived > 0) &&
          all
        );
      });
      expect(first.map((d) => d.mimeType)).toContain(mimeType);
      const start = Math.max(...first.map((d) => d.framesDecoded));
      await until(
        'Firefox goes on decoding',
        async () => Math.max(...(await decoded(fox)).map((d) => d.framesDecoded)) - start >= 20,
      );
      await fox.close();
      await ana.close();
    });
  });
}
