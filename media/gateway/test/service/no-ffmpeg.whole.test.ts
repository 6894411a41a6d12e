import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { runFfmpeg } from '../support/ffmpeg.ts';
import { Loop } from '../support/loop.ts';

const WAIT = { timeout: 60_000 };
let loop: Loop;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  loop = await Loop.open({ lacks: ['sound', 'picture'] });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await loop.close();
});

/** Starts a real encoder for 20 s; `log` has its output. */
function encoder(...coding: string[]) {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'];
  const common = ['-t', '20', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
  const url = `rtmp://127.0.0.1:${loop.rtmp.port}/live/${loop.key({ use: 'publish' })}`;
  const run = runFfmpeg([...picture, ...sound, ...common, ...coding, '-c:a', 'aac', '-f', 'flv', url]);
  ends.push(() => run.child.kill('SIGKILL'));
  return run;
}
const publishers = () =>
  loop.rooms.programme.live.of(loop.rooms.programme.live.keyOf({ apiKey: 'one', room: 'lobby' })).publishers;

it('a gateway without ffmpeg takes an encoder, and warns of sound that browsers cannot play', async () => {
  encoder('-bf', '0').done.catch(() => undefined);
  const taken = { audio: { codec: 'aac' }, video: { codec: 'h264' }, warnings: ['NO_SOUND_TRANSCODER'] };
  await vi.waitFor(() => expect(publishers()).toMatchObject([taken]), WAIT); // Sound and picture arrive separately.
  expect(loop.transcoders.counted.started).toEqual([]);
});

it('a gateway without ffmpeg refuses B-frames, with a code and a setting that the encoder shows', async () => {
  await expect(encoder('-bf', '2').done).rejects.toThrow(/BFRAMES: B-frames are not taken here: set them to 0/);
});

it.each(['play', 'publish'] as const)('a gateway without ffmpeg refuses MPEG-1 to %s, with the code', async (use) => {
  const socket = new WebSocket(`ws://${loop.host}/live/${loop.key({ use })}.ts`);
  ends.push(() => socket.terminate());
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, `${reason}`])));
  expect(await closed).toEqual([1008, 'NO_SOUND_TRANSCODER']);
});

it.each([
  ['FLV', 'live/KEY.flv'],
  ['HLS', 'hls/KEY/index.m3u8'],
])('a gateway without ffmpeg refuses to play by %s, with the code', async (_way, path) => {
  const signal = AbortSignal.timeout(20_000);
  const answer = await fetch(`http://${loop.host}/${path.replace('KEY', loop.key())}`, { signal });
  expect([answer.status, await answer.json()]).toEqual([501, expect.objectContaining({ code: 'NO_SOUND_TRANSCODER' })]);
});

it('a gateway without ffmpeg refuses a player by RTMP, with the code that the player shows', async () => {
  const url = `rtmp://127.0.0.1:${loop.rtmp.port}/live/${loop.key()}`;
  const player = runFfmpeg(['-i', url, '-t', '1', '-f', 'null', '-']);
  ends.push(() => player.child.kill('SIGKILL'));
  await expect(player.done).rejects.toThrow(/NO_SOUND_TRANSCODER: This gateway/);
});
