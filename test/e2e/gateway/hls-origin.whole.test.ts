// The gateway that makes a programme's HLS for everybody is killed while it is played. Players that ask at a host of
// which a living gateway is behind go on with the stream of its successor.
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ReadPlaylist, readPlaylist } from '../../../gateway/test/support/hls-rules.ts';
import { closePages } from '../../support/browser.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { Ffmpegs } from '../../support/ffmpegs.ts';
import { fleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

/** Ends hangs only: a loaded machine takes longer than the ten seconds or so that it takes otherwise. */
const GOES_ON_MS = 120_000;
/** Ten seconds: more than a player that reads ahead has loaded when the origin dies. */
const LOADED_PICTURES = 250;
/** Longer than a playlist: its first segments have left it. */
const PLAYED_PICTURES = 400;
const regions = ['frankfurt', 'singapore'] as const;
const gatewayOf = { frankfurt: 'gw-fra', singapore: 'gw-sgp' } as const;
const hostOf = { frankfurt: '127.0.1.8', singapore: '127.0.2.8' } as const;

let cloud: TestCloud;
let browser: Browser;
const ffmpegs = new Ffmpegs();
const proxies: Server[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  await fleetAlive(cloud);
});
afterEach(async () => {
  ffmpegs.end();
  await closePages(browser);
  for (const proxy of proxies.splice(0)) {
    proxy.close();
    proxy.closeAllConnections();
  }
});
afterAll(async () => {
  await browser?.close();
  await fleetAlive(cloud);
});

/** What a page has shown. Each load of a URL begins anew with counting, in Chromium: here all are added up. */
interface Seen {
  readonly pictures: number;
  readonly soundBytes: number;
  /** When what it shows now was taken, by EXT-X-PROGRAM-DATE-TIME. */
  readonly takenMs: number;
  /** Errors that hls.js does not mend. */
  readonly fatal: readonly string[];
}

/** A page with hls.js. `reloads`: it loads its URL again after a failure that hls.js does not mend, as `/play` does. */
async function playInPage(url: string, { reloads }: { reloads: boolean }): Promise<() => Promise<Seen>> {
  const page = await (await browser.newContext({ bypassCSP: true })).newPage();
  await page.goto(`${cloud.pageUrl}/config.json`);
  await page.setContent('<video autoplay muted></video>');
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js') });
  await page.evaluate(`{
    const url = ${JSON.stringify(url)};
    const video = document.querySelector('video');
    const hls = new Hls({ lowLatencyMode: true });
    const before = { pictures: 0, soundBytes: 0 };
    const now = () => ({
      pictures: video.getVideoPlaybackQuality().totalVideoFrames,
      soundBytes: video.webkitAudioDecodedByteCount,
    });
    const fatal = [];
    window.seen = () => {
      const { pictures, soundBytes } = now();
      const takenMs = hls.playingDate?.getTime() ?? 0;
      return { pictures: before.pictures + pictures, soundBytes: before.soundBytes + soundBytes, takenMs, fatal };
    };
    const load = () => {
      const { pictures, soundBytes } = now();
      before.pictures += pictures;
      before.soundBytes += soundBytes;
      hls.loadSource(url);
    };
    hls.on(Hls.Events.ERROR, (_event, error) => {
      if (!error.fatal) return;
      fatal.push(error.details);
      if (${reloads}) setTimeout(load, 1000);
    });
    hls.loadSource(url);
    hls.attachMedia(video);
  }`);
  return () => page.evaluate('seen()') as Promise<Seen>;
}

/** A player that is behind the death shows pictures that were taken after it, and has sound of them. */
async function showsAfter(deathMs: number, seen: () => Promise<Seen>): Promise<void> {
  let first: Seen | undefined;
  await until(
    'the page shows what was taken after the death',
    async () => {
      const now = await seen();
      if (now.takenMs <= deathMs) return false;
      first ??= now;
      return now.pictures > first.pictures + 50 && now.soundBytes > first.soundBytes;
    },
    GOES_ON_MS,
  );
}

/**
 * A host in front of the gateways that follows their redirects by itself, as caches do. It answers 502 while a gateway
 * sends it to one that is dead.
 */
async function cacheOf(gatewayUrl: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? '', gatewayUrl)).catch(() => undefined);
    const body = await answer?.bytes().catch(() => undefined);
    const type = answer?.headers.get('content-type') ?? 'text/plain';
    response.writeHead(body === undefined ? 502 : (answer?.status ?? 502), {
      'content-type': type,
      'access-control-allow-origin': '*',
    });
    response.end(body);
  });
  proxies.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('players go on with the stream of a successor, whose numbers are above those before', async () => {
  const room = 'hls origin';
  const { publish, play } = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const hls = new URL(play?.hls ?? '');
  const origin = regions.find((region) => hls.hostname === hostOf[region]) ?? 'frankfurt';
  const other = origin === 'frankfurt' ? 'singapore' : 'frankfurt';
  hls.hostname = hostOf[other];
  // The encoder is not at the gateway that dies.
  ffmpegs.publish((publish?.rtmp.url ?? '').replace(hostOf.frankfurt, hostOf[other]));
  const media = async (): Promise<{ host: string; playlist: ReadPlaylist }> => {
    const response = await fetch(hls.href.replace('index.m3u8', 'media.m3u8'));
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return { host: new URL(response.url).hostname, playlist: readPlaylist(await response.text()) };
  };
  const { host } = await until(
    'there is a playlist',
    async () => {
      const found = await media();
      return found.playlist.segments.length > 2 && found;
    },
    GOES_ON_MS,
  );
  expect(host).toBe(hostOf[origin]);
  const cached = `${await cacheOf(hls.origin)}${hls.pathname}`;
  const behindCache = await playInPage(cached, { reloads: false });
  const redirected = await playInPage(hls.href, { reloads: true });
  // ffmpeg 5.1 goes on as well: it asks again after a failure, and passes over numbers that are gone. One that was sent
  // to another host holds the dead URL, and does not always go on.
  const { decoded } = ffmpegs.play(cached);
  const plays = (seen: () => Promise<Seen>): Promise<boolean> =>
    until('a page plays', async () => (await seen()).pictures > PLAYED_PICTURES, GOES_ON_MS);
  await Promise.all([
    plays(behindCache),
    plays(redirected),
    until('ffmpeg plays', () => decoded.frames > 50, GOES_ON_MS),
  ]);

  const { playlist: before } = await media();
  const deathMs = Date.now();
  const wanted = decoded.frames + LOADED_PICTURES;
  cloud.kill(gatewayOf[origin]);
  await Promise.all([
    until(
      'there is a playlist again',
      async () => {
        const { playlist } = await media();
        const [first, last] = [playlist.segments[0], before.segments.at(-1)];
        expect(playlist.sequence).toBeGreaterThan(last?.number ?? 0);
        expect(first?.isDiscontinuous).toBe(true);
        expect(first?.wallMs).toBeGreaterThan(last?.wallMs ?? 0);
        return true;
      },
      GOES_ON_MS,
    ),
    showsAfter(deathMs, behindCache),
    showsAfter(deathMs, redirected),
    until('ffmpeg plays on', () => decoded.frames > wanted, GOES_ON_MS),
  ]);
  expect((await behindCache()).fatal).toEqual([]);
});
