import type { ChildProcess } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Participant } from '../../support/browser.ts';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import { untilDecoding, untilFfmpegExit } from '../../support/ffmpegs.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { type Ways, waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;
/** The only other participant of a browser's room. */
const REMOTE = '[...room.remoteParticipants.values()][0]';

it('an encoder in one region is seen by a browser in the other', async () => {
  const room = 'rtmp';
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const encoder = ffmpegs.publish(ways.publish?.rtmp.url);
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  expect(await whereabouts(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  await until('Bo sees the encoder', () => bo.room<boolean>('return room.remoteParticipants.size === 1;'));
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await bo.room('const p = [...room.remoteParticipants.values()][0]; return [p.identity, p.kind];')).toEqual([
    'ann-encoder',
    'gateway',
  ]);
  await until('Bo sees how its way is', () => bo.room<boolean>(`return ${REMOTE}.connectionQuality !== 'unknown';`));
  expect(await bo.room(`return ${REMOTE}.isStreamStopped;`)).toBe(false);
  encoder.kill('SIGKILL');
  await until('Bo sees that it has stopped', () => bo.room<boolean>(`return ${REMOTE}?.isStreamStopped === true;`));
});

it.each([
  { way: 'HTTP-FLV', url: ({ play }: Ways) => play?.flv },
  { way: 'RTMP', url: ({ play }: Ways) => play?.rtmp },
])('an encoder in one region is played by $way in the other, with sound', async ({ way, url }) => {
  const room = `play ${way}`;
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const { decoded } = ffmpegs.play(url(await waysOf(cloud, 'singapore', { room, identity: 'cy' })));
  await untilDecoding(decoded);
});

it('a player is in the roster; a kicked viewer stops and cannot return', async () => {
  const room = 'viewers';
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
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

it('HTTP-FLV plays a VP8 browser of the other region in H.264, with sound', async () => {
  const room = 'added';
  const ana = await join(bench.browser, cloud, { room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
  const { decoded } = ffmpegs.play((await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv);
  await untilDecoding(decoded, 30);
  expect(await ana.room('return [...room.remoteParticipants.values()].map((p) => p.identity);')).toEqual(['cy-viewer']);
});

const sessionOf = (p: Participant): Promise<string> => p.room<string>(`return ${REMOTE}.sessionId;`);

it('an encoder stays a participant through replacement and deaths of nodes until it is removed', async () => {
  const room = 'survives';
  const ways = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const publish = (): ChildProcess => ffmpegs.publish(ways.publish?.rtmp.url);
  const bo = await join(bench.browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  const first = publish();
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  const session = await sessionOf(bo);

  const second = publish();
  expect(await untilFfmpegExit(first)).toBeGreaterThan(0);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await sessionOf(bo)).toBe(session);

  cloud.kill('sig-fra');
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await sessionOf(bo)).toBe(session);

  cloud.kill('sfu-fra-1');
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(second.exitCode).toBe(null);

  await bo.room(`await room.performAdmin.kick(${REMOTE}.identity);`);
  expect(await untilFfmpegExit(second)).toBeGreaterThan(0);
  await until('the encoder is gone', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
  expect(await untilFfmpegExit(publish())).toBeGreaterThan(0);
  await untilFleetAlive(cloud);
});
