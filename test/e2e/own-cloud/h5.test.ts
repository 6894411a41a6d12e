// Browsers without WebRTC and without MSE, by MPEG-1 and MP2 over WebSocket: in a room with a browser in the other
// region. ffmpeg makes and decodes the streams.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { hearsMore, join, seesMore } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
let browser: Browser;
const processes: ChildProcess[] = [];
const sockets: WebSocket[] = [];
beforeAll(async () => {
  cloud = await TestCloud.start();
  browser = await launchChromium();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const process of processes.splice(0)) process.kill('SIGKILL');
});
afterAll(async () => {
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

function ffmpeg(args: readonly string[]): ChildProcess {
  const started = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  processes.push(started);
  return started;
}
function open(url: string | undefined): { socket: WebSocket; closed: Promise<CloseEvent> } {
  const socket = new WebSocket(url ?? '');
  socket.binaryType = 'arraybuffer';
  sockets.push(socket);
  return { socket, closed: new Promise((resolve) => socket.addEventListener('close', resolve)) };
}

/** A moving picture and a tone, as an H5 page sends them. */
async function publish(url: string | undefined): Promise<{ closed: Promise<CloseEvent> }> {
  const { socket, closed } = open(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'mpeg1video', '-b:v', '600k', '-g', '25', '-bf', '0', '-c:a', 'mp2', '-b:a', '128k'];
  const { stdout } = ffmpeg(['-nostdin', ...picture, ...sound, ...coding, '-f', 'mpegts', '-flush_packets', '1', '-']);
  stdout?.on('data', (bytes: Buffer) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(bytes));
  });
  return { closed };
}

/** Decodes what comes over a WebSocket, and counts. */
function play(url: string | undefined): { frames: number; soundMs: number; closed: Promise<CloseEvent> } {
  const { socket, closed } = open(url);
  const counted = { frames: 0, soundMs: 0, closed };
  const { stdin, stdout } = ffmpeg(['-f', 'mpegts', '-i', 'pipe:0', '-f', 'null', '-progress', 'pipe:1', '-']);
  stdin?.on('error', () => undefined); // it is killed while bytes are under way
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => void stdin?.write(Buffer.from(data)));
  stdout?.on('data', (text: Buffer) => {
    for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) counted.frames = Number(frames);
    for (const [, us] of text.toString().matchAll(/out_time_us=\s*(\d+)/g)) counted.soundMs = Number(us) / 1000;
  });
  return counted;
}

it('an H5 page in one region and a browser in the other see and hear each other, until the page is removed', async () => {
  const room = 'h5';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' }, { client: 'h5' });
  const published = await publish(ways.publish?.h5);
  const played = play(ways.play?.h5);
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  await until('ffmpeg decodes picture and sound', () => played.frames >= 50 && played.soundMs >= 2000);
  await bo.room("await room.performAdmin.kick('ann');");
  expect(await published.closed).toMatchObject({ code: 1008, reason: 'KICKED' });
  await bo.room("await room.performAdmin.kick('ann-viewer');");
  expect(await played.closed).toMatchObject({ code: 1008, reason: 'KICKED' });
});

it('bytes that are no transport stream end the publisher alone', async () => {
  const ways = await waysOf(cloud, 'frankfurt', { room: 'junk', identity: 'ann' }, { client: 'h5' });
  const { socket, closed } = open(ways.publish?.h5);
  socket.addEventListener('open', () => socket.send(new Uint8Array(200_000)));
  expect(await closed).toMatchObject({ code: 1008, reason: 'REQUEST_INVALID' });
  const text = open(ways.publish?.h5);
  text.socket.addEventListener('open', () => text.socket.send('hello'));
  expect(await text.closed).toMatchObject({ code: 1008, reason: 'REQUEST_INVALID' });
});
