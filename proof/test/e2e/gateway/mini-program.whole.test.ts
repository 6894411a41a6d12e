// A mini-program and its back end: RTMP with the parameters of live-pusher and live-player, and the roster's requests.
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import type { RoomView } from '../../../../media/gateway/src/room/room-controls.ts';
import { Ffmpegs, h264, soundInput } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const ffmpegs = new Ffmpegs();
afterEach(() => ffmpegs.end());

const camera = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=360x640:rate=15'];
const coding = [...h264(), '-c:a', 'aac', '-ac', '1', '-b:a', '48k', '-f', 'flv'];

it('a mini-program publishes and plays; its back end sees it in the roster, mutes it and removes it', async () => {
  const room = 'mini-program';
  const [phone, other] = await Promise.all(
    ['wei', 'ann'].map((identity) => waysOf(cloud, 'frankfurt', { room, identity }, { client: 'miniprogram' })),
  );
  const push = ['-nostdin', ...camera, ...soundInput, ...coding, phone?.publish?.rtmp.url ?? ''];
  const pushes = ffmpegs.start(push, { complaints: 'expected' });
  const pushEnded = once(pushes, 'close');

  const authorization = `Bearer ${await cloud.token(room, 'backend')}`;
  const url = `http://127.0.1.8:${7890 + cloud.portOffset}/v1/room`;
  const call = async (path: string, body?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  let roomView: RoomView = { version: 0, participants: [], viewers: {} };
  const shows = (what: string, is: (wei: RoomView['participants'][number] | undefined) => boolean) =>
    until(what, async () => {
      roomView = (await (await call(`?after=${roomView.version}`)).json()) as RoomView;
      return is(roomView.participants.find(({ identity }) => identity === 'wei'));
    });
  await shows('the mini-program publishes', (wei) => wei?.publishing.join() === 'camera,microphone');
  expect(roomView.participants).toMatchObject([{ identity: 'wei', protocol: 'miniprogram', muted: [] }]);

  const plays = ffmpegs.start(['-nostdin', '-i', other?.play?.rtmp ?? '', '-frames:v', '15', '-f', 'null', '-']);
  expect(await once(plays, 'close')).toEqual([0, null]);

  expect((await call('/mute', { identity: 'wei' })).status).toBe(204);
  await shows('it is muted', (wei) => wei?.muted.join() === 'microphone');
  expect((await call('/kick', { identity: 'wei' })).status).toBe(204);
  await shows('it is gone', (wei) => wei === undefined);
  await pushEnded;
});
