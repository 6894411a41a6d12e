// A room and a foreign RTMP server, nginx: a call is pushed there from another region and plays there; a stream that is
// published there is pulled and seen by a browser.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NginxRtmp } from '../../../gateway/test/support/nginx-rtmp.ts';
import { closePages, launchChromium } from '../../support/browser.ts';
import { hearsMore, join, seesMore, where } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';

let cloud: TestCloud;
let browser: Browser;
let nginx: NginxRtmp;
const runs: ChildProcess[] = [];
beforeAll(async () => {
  nginx = await NginxRtmp.start();
  cloud = await TestCloud.start();
  browser = await launchChromium();
});
afterAll(async () => {
  for (const run of runs) run.kill('SIGKILL');
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
  await nginx?.close();
});

interface Status {
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly bitrateKbps: number;
}
/** Asks the gateway of a region, with a token of the room. */
async function call(
  path: string,
  o: { room: string; region: 'frankfurt' | 'singapore'; method?: string; body?: object },
) {
  const net = o.region === 'frankfurt' ? '127.0.1' : '127.0.2';
  const headers = { authorization: `Bearer ${await cloud.token(o.room, 'admin')}`, 'content-type': 'application/json' };
  const response = await fetch(`http://${net}.8:${7890 + cloud.portOffset}/v1/${path}`, {
    method: o.method ?? (o.body === undefined ? 'GET' : 'POST'),
    headers: o.body === undefined ? { authorization: headers.authorization } : headers,
    ...(o.body !== undefined && { body: JSON.stringify(o.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) as Status & Record<string, Status[]> };
}
function ffmpeg(args: readonly string[]): ChildProcess {
  const run = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  runs.push(run);
  return run;
}

it('a call in one region is pushed from the other, and plays at the foreign server with picture and sound', async () => {
  const at = { room: 'pushed', region: 'singapore' } as const;
  const ana = await join(browser, cloud, { room: at.room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
  const { status, body } = await call('pushes', { ...at, body: { url: nginx.url('key?sign=secret') } });
  expect([status, body.url]).toEqual([201, nginx.url('***')]);
  const list = async (): Promise<Status | undefined> => (await call('pushes', at)).body['pushes']?.[0];
  await until('the push is live', async () => (await list())?.state === 'live');

  const player = ffmpeg(['-i', nginx.url('key'), '-f', 'null', '-progress', 'pipe:1', '-']);
  const counted = { frames: 0, soundMs: 0 };
  player.stdout?.on('data', (text: Buffer) => {
    for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) counted.frames = Number(frames);
    for (const [, us] of text.toString().matchAll(/out_time_us=\s*(\d+)/g)) counted.soundMs = Number(us) / 1000;
  });
  await until('ffmpeg decodes picture and sound', () => counted.frames >= 30 && counted.soundMs >= 2000);
  expect((await list())?.bitrateKbps).toBeGreaterThan(0);
  expect(await ana.room('return room.remoteParticipants.size;')).toBe(0);

  expect((await call(`pushes/${body.id}`, { ...at, method: 'DELETE' })).status).toBe(204);
  expect(await list()).toBe(undefined);
  await call('pushes', { ...at, body: { url: nginx.url('key') } });
  await until('the name is free for the next push', async () => (await list())?.state === 'live');
});

it('a stream at the foreign server is pulled, and seen and heard by a browser in the other region', async () => {
  const at = { room: 'pulled', region: 'frankfurt' } as const;
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
  ffmpeg([...picture, ...sound, ...coding, '-c:a', 'aac', '-b:a', '96k', '-f', 'flv', nginx.url('stage')]);
  const { status, body } = await call('pulls', {
    ...at,
    body: { url: nginx.url('stage'), identity: 'stage', name: 'The stage' },
  });
  expect(status).toBe(201);
  const bo = await join(browser, cloud, { room: at.room, name: 'Bo', from: 'singapore' });
  expect(await where(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  await until('Bo sees the stage', () => bo.room<boolean>('return room.remoteParticipants.size === 1;'));
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  const stage = '[...room.remoteParticipants.values()][0]';
  expect(await bo.room(`const p = ${stage}; return [p.identity, p.name, p.kind];`)).toEqual([
    ...['stage', 'The stage', 'gateway'],
  ]);
  expect((await call(`pulls/${body.id}`, { ...at, method: 'DELETE' })).status).toBe(204);
  await until('the stage has left', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
});
