// Rooms with sound alone in real players: the page /play by each protocol, mpegts.js and hls.js; a picture joins later.
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { h264, pictureInput, soundInput } from '../../support/ffmpegs.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const requireOfPage = createRequire(new URL('../../../../product/web/package.json', import.meta.url));
beforeAll(() => untilFleetAlive(cloud));

const encoderUrl = async (room: string, identity: string): Promise<string> =>
  (await waysOf(cloud, 'frankfurt', { room, identity })).publish?.rtmp.url ?? '';
async function publishSound(room: string): Promise<void> {
  const args = ['-nostdin', ...soundInput, '-c:a', 'aac', '-f', 'flv', await encoderUrl(room, 'speaker')];
  bench.ffmpegs.start(args, { complaints: 'expected' });
}
async function publishPicture(room: string) {
  const args = ['-nostdin', ...pictureInput, ...h264(), '-f', 'flv', await encoderUrl(room, 'camera')];
  return bench.ffmpegs.start(args, { complaints: 'expected' });
}

interface Played {
  readonly soundBytes: number;
  readonly pictures: number;
  readonly errors: readonly string[];
  readonly isOver: boolean;
}
/** Plays in a page by a library's own code, as a foreign page does. */
async function playIn(library: 'mpegts.js' | 'hls.js', script: string): Promise<() => Promise<Played>> {
  const page = await (await bench.browser.newContext({ bypassCSP: true })).newPage();
  await page.goto(`${cloud.pageUrl}/config.json`);
  await page.setContent('<video autoplay muted></video>');
  await page.addScriptTag({ path: requireOfPage.resolve(library) });
  await page.evaluate(`
    window.seen = { errors: [], isOver: false };
    window.video = document.querySelector('video');
    ${script}
  `);
  return () =>
    page.evaluate(`({
      soundBytes: video.webkitAudioDecodedByteCount,
      pictures: video.getVideoPlaybackQuality().totalVideoFrames,
      ...seen,
    })`) as Promise<Played>;
}
const byMpegts = (url: string): Promise<() => Promise<Played>> =>
  playIn(
    'mpegts.js',
    `const player = mpegts.createPlayer({ type: 'flv', isLive: true, url: ${JSON.stringify(url)} });
     player.on(mpegts.Events.ERROR, (kind, detail) => seen.errors.push(kind + ' ' + detail));
     player.on(mpegts.Events.LOADING_COMPLETE, () => { seen.isOver = true; });
     player.attachMediaElement(video);
     player.load();
     void player.play();`,
  );
const byHls = (url: string): Promise<() => Promise<Played>> =>
  playIn(
    'hls.js',
    `const hls = new Hls({ lowLatencyMode: true });
     hls.on(Hls.Events.ERROR, (_event, { fatal, details }) => { if (fatal) seen.errors.push(details); });
     hls.loadSource(${JSON.stringify(url)});
     hls.attachMedia(video);`,
  );

describe.each(['flv', 'wsFlv'] as const)('mpegts.js by %s', (way) => {
  it('starts with sound alone, ends cleanly when a picture joins, and then plays both', async () => {
    const room = `sound-${way}`;
    await publishSound(room);
    const url = (await waysOf(cloud, 'frankfurt', { room, identity: 'viewer' })).play?.[way] ?? '';
    const sound = await byMpegts(url);
    await until('sound plays', async () => (await sound()).soundBytes > 20_000);
    expect(await sound()).toMatchObject({ pictures: 0, errors: [], isOver: false });
    await publishPicture(room);
    await until('the stream is over', async () => (await sound()).isOver);
    expect((await sound()).errors).toEqual([]);
    const both = await byMpegts(url);
    await until('picture and sound play', async () => {
      const { pictures, soundBytes, errors } = await both();
      expect(errors).toEqual([]);
      return pictures > 25 && soundBytes > 20_000;
    });
  });
});

it('mpegts.js plays a picture with silence', async () => {
  const room = 'picture-flv';
  await publishPicture(room);
  const played = await byMpegts((await waysOf(cloud, 'frankfurt', { room, identity: 'viewer' })).play?.flv ?? '');
  await until('the picture plays', async () => {
    const { pictures, soundBytes, errors } = await played();
    expect(errors).toEqual([]);
    return pictures > 25 && soundBytes > 0;
  });
});

it('hls.js starts with sound alone', async () => {
  const room = 'sound-hls';
  await publishSound(room);
  const url = (await waysOf(cloud, 'frankfurt', { room, identity: 'viewer' })).play?.hls ?? '';
  await until('there is something to play', async () => (await fetch(url)).ok);
  const played = await byHls(url);
  await until('sound plays', async () => {
    const { soundBytes, errors } = await played();
    expect(errors).toEqual([]);
    return soundBytes > 20_000;
  });
});

async function openPlayPage(room: string, way: string): Promise<Page> {
  const page = await bench.browser.newPage();
  await page.goto(`${cloud.pageUrl}/play/${room}?way=${way}&from=frankfurt&lang=en`);
  await page.evaluate(`
    window.states = [];
    const screen = document.querySelector('[data-testid=play]');
    const note = () => { if (states.at(-1) !== screen.dataset.at) states.push(screen.dataset.at); };
    new MutationObserver(note).observe(screen, { attributes: true });
    note();
  `);
  return page;
}
const statesOf = (page: Page): Promise<string[]> => page.evaluate('states') as Promise<string[]>;
const untilAt = (page: Page, at: string): Promise<void> => page.locator(`[data-testid=play][data-at=${at}]`).waitFor();

describe.each(['webrtc', 'flv', 'hls'])('the page /play by %s', (way) => {
  it('shows sound alone as such, and a picture that joins without a break', async () => {
    const room = `play-${way}`;
    await publishSound(room);
    const page = await openPlayPage(room, way);
    await untilAt(page, 'sound');
    expect(await page.getByTestId('play-sound').textContent()).toMatch(/Sound only/);
    const before = (await statesOf(page)).length;
    await publishPicture(room);
    await untilAt(page, 'playing');
    const since = (await statesOf(page)).slice(before);
    console.log(`the page by ${way}: ${(await statesOf(page)).join(', ')}`);
    expect(since.filter((at) => at === 'failed' || at === 'empty')).toEqual([]);
    if (way === 'flv') expect(since).toEqual(['playing']);
  });
});

it('the page /play by FLV goes back to sound alone when the picture leaves', async () => {
  const room = 'play-leaves';
  await publishSound(room);
  const camera = await publishPicture(room);
  const page = await openPlayPage(room, 'flv');
  await untilAt(page, 'playing');
  camera.kill('SIGKILL');
  await untilAt(page, 'sound');
  const bytes = (): Promise<number> =>
    page.evaluate("document.querySelector('.play-frame video').webkitAudioDecodedByteCount") as Promise<number>;
  const before = await bytes();
  await until('sound plays on', async () => (await bytes()) > before + 10_000);
});
