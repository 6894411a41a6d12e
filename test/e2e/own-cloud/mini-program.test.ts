// A mini-program and its back end: RTMP with the parameters of live-pusher and live-player, and the roster's calls.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskView } from '../../../gateway/src/room/desk.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await cloud?.stop();
});

/** Upright, 15 pictures a second, a key frame every two seconds, one channel. */
const camera = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=360x640:rate=15'];
const voice = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p'];
const sound = ['-c:a', 'aac', '-ac', '1', '-b:a', '48k'];
function ffmpeg(...args: string[]): ChildProcess {
  const one = spawn('ffmpeg', ['-loglevel', 'error', '-nostdin', ...args], { stdio: ['ignore', 'ignore', 'ignore'] });
  processes.push(one);
  return one;
}

it('a mini-program publishes and plays; its back end sees it in the roster, mutes it and removes it', async () => {
  const room = 'mini';
  const [phone, other] = await Promise.all(
    ['wei', 'ann'].map((identity) => waysOf(cloud, 'frankfurt', { room, identity }, { client: 'miniprogram' })),
  );
  const pushes = ffmpeg(...camera, ...voice, ...coding, ...sound, '-f', 'flv', phone?.publish?.rtmp.url ?? '');
  const ended = once(pushes, 'close');

  const authorization = `Bearer ${await cloud.token(room, 'backend')}`;
  const url = `http://127.0.1.8:${7890 + cloud.portOffset}/v1/room`;
  const call = async (path: string, body?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  let seen: DeskView = { version: 0, participants: [] };
  /** The next change that shows this of the mini-program. */
  const shows = (what: string, is: (wei: DeskView['participants'][number] | undefined) => boolean) =>
    until(what, async () => {
      seen = (await (await call(`?after=${seen.version}`)).json()) as DeskView;
      return is(seen.participants.find(({ identity }) => identity === 'wei'));
    });
  await shows('the mini-program publishes', (wei) => wei?.publishing.join() === 'camera,microphone');
  expect(seen.participants).toMatchObject([{ identity: 'wei', protocol: 'miniprogram', muted: [] }]);

  const plays = ffmpeg('-i', other?.play?.rtmp ?? '', '-frames:v', '15', '-f', 'null', '-');
  expect(await once(plays, 'close')).toEqual([0, null]);

  expect((await call('/mute', { identity: 'wei' })).status).toBe(204);
  await shows('it is muted', (wei) => wei?.muted.join() === 'microphone');
  expect((await call('/kick', { identity: 'wei' })).status).toBe(204);
  await shows('it is gone', (wei) => wei === undefined);
  await ended;
});
