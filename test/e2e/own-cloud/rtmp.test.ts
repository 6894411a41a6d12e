// Encoders that publish by RTMP into a room with a browser in another region.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium, type Participant } from '../../support/browser.ts';
import { hearsMore, join, seesMore, where } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { type Ways, waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
let browser: Browser;
const encoders: ChildProcess[] = [];
beforeAll(async () => {
  cloud = await TestCloud.start();
  browser = await launchChromium();
});
afterEach(() => {
  for (const encoder of encoders.splice(0)) encoder.kill('SIGKILL');
});
afterAll(async () => {
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

/** Pictures come out in the order in which they went in. */
const LIVE = ['-tune', 'zerolatency'];

/** A moving picture and a tone, as an encoder for live shows sends them. */
function publish({ publish: way }: Ways): ChildProcess {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', ...LIVE, '-g', '25', '-pix_fmt', 'yuv420p'];
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', ...picture, ...sound, ...coding];
  const encoder = spawn('ffmpeg', [...args, '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', way?.rtmp.url ?? ''], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  encoders.push(encoder);
  return encoder;
}

/** With which code it ended by itself. */
const ended = (encoder: ChildProcess): Promise<number> =>
  until('ffmpeg ends by itself', () => encoder.exitCode ?? undefined);

/** Decodes what comes from a URL, and counts. */
function play(url: string | undefined): { frames: number; soundMs: number } {
  const counted = { frames: 0, soundMs: 0 };
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    '-nostdin',
    '-i',
    url ?? '',
    '-f',
    'null',
    '-progress',
    'pipe:1',
    '-',
  ];
  const player = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  encoders.push(player);
  player.stdout.on('data', (text: Buffer) => {
    for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) counted.frames = Number(frames);
    for (const [, us] of text.toString().matchAll(/out_time_us=\s*(\d+)/g)) counted.soundMs = Number(us) / 1000;
  });
  return counted;
}

it('an encoder in one region is seen by a browser in the other', async () => {
  const room = 'rtmp';
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  publish(ways);
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  expect(await where(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  await until('Bo sees the encoder', () => bo.room<boolean>('return room.remoteParticipants.size === 1;'));
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  expect(await bo.room('const p = [...room.remoteParticipants.values()][0]; return [p.identity, p.kind];')).toEqual([
    'ann-encoder',
    'gateway',
  ]);
});

it('a client is given the ways of the gateway near it, and a player that asks another is sent there', async () => {
  const room = 'near';
  const { publish: near, play: nearPlay } = await waysOf(cloud, 'frankfurt', {
    ...{ room, identity: 'ann' },
    from: 'singapore',
  });
  const { play: here } = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const hosts = [near?.rtmp.url, nearPlay?.rtmp, nearPlay?.flv, here?.rtmp, here?.flv].map(
    (url) => /\/\/([\d.]+):/.exec(url ?? '')?.[1],
  );
  expect(hosts).toEqual([...Array(3).fill('127.0.2.8'), ...Array(2).fill('127.0.1.8')]);
  const ended = new AbortController();
  const response = await fetch(`${here?.flv}?from=singapore`, { signal: ended.signal });
  expect([response.status, new URL(response.url).hostname]).toEqual([200, '127.0.2.8']);
  ended.abort();
});

it.each([
  { way: 'HTTP-FLV', url: ({ play }: Ways) => play?.flv },
  { way: 'RTMP', url: ({ play }: Ways) => play?.rtmp },
])('an encoder in one region is played by $way in the other, with sound', async ({ way, url }) => {
  const room = `play ${way}`;
  publish(await waysOf(cloud, 'frankfurt', { room, identity: 'ann' }));
  const player = play(url(await waysOf(cloud, 'singapore', { room, identity: 'cy' })));
  await until('ffmpeg decodes picture and sound', () => player.frames >= 50 && player.soundMs >= 2000);
});

it('who plays is in the roster, and a viewer that is kicked neither goes on nor comes back', async () => {
  const room = 'viewers';
  publish(await waysOf(cloud, 'frankfurt', { room, identity: 'ann' }));
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  const url = (await waysOf(cloud, 'frankfurt', { room, identity: 'cy' })).play?.wsFlv ?? '';
  const viewer = new WebSocket(url);
  const closed = new Promise<CloseEvent>((resolve) => viewer.addEventListener('close', resolve));
  const names = (): Promise<string[]> =>
    bo.room<string[]>(
      'return [...room.remoteParticipants.values()].map(({ identity, protocol }) => `${identity} ${protocol}`).sort();',
    );
  await until('Bo sees encoder and viewer', async () => (await names()).join() === 'ann-encoder rtmp,cy-viewer flv');
  await bo.room("await room.performAdmin.kick('cy-viewer');");
  expect(await closed).toMatchObject({ code: 1008, reason: 'KICKED' });
  await until('the viewer is gone', async () => (await names()).join() === 'ann-encoder rtmp');
  const again = new WebSocket(url);
  expect(await new Promise((resolve) => again.addEventListener('close', resolve))).toMatchObject({ reason: 'KICKED' });
});

it('a browser that sends VP8 is played by HTTP-FLV in the other region, in H.264, with sound', async () => {
  const room = 'added';
  const ana = await join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
  const player = play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await until('ffmpeg decodes picture and sound', () => player.frames >= 30 && player.soundMs >= 2000);
  expect(await ana.room('return [...room.remoteParticipants.values()].map((p) => p.identity);')).toEqual(['cy-viewer']);
});

/** The one other participant of a browser's room, and the tracks of it that are there. */
const REMOTE = '[...room.remoteParticipants.values()][0]';
const sessionOf = (p: Participant): Promise<string> => p.room<string>(`return ${REMOTE}.sessionId;`);

it('an encoder stays a participant through others, deaths of nodes, to its removal', async () => {
  const room = 'survives';
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  const first = publish(ways);
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  const session = await sessionOf(bo);

  const second = publish(ways);
  expect(await ended(first)).toBeGreaterThan(0);
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  expect(await sessionOf(bo)).toBe(session);

  cloud.kill('sig-fra');
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  expect(await sessionOf(bo)).toBe(session);

  cloud.kill('sfu-fra-1');
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  expect(second.exitCode).toBe(null);

  await bo.room(`await room.performAdmin.kick(${REMOTE}.identity);`);
  expect(await ended(second)).toBeGreaterThan(0);
  await until('the encoder is gone', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
  expect(await ended(publish(ways))).toBeGreaterThan(0);
});
