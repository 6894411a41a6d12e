// A room and a foreign RTMP server, nginx: a call is pushed there from another region; a stream published there is
// pulled into a room.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NginxRtmp } from '../../../../media/gateway/test/support/nginx-rtmp.ts';
import { browserAndFfmpegs } from '../../support/browser-and-ffmpegs.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import { untilDecoding } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const cloud = sharedCloud();
const bench = browserAndFfmpegs();
const { ffmpegs } = bench;
let nginx: NginxRtmp;
beforeAll(async () => {
  nginx = await NginxRtmp.start();
});
afterAll(() => nginx?.close());

interface Status {
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly bitrateKbps: number;
}
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

it('a call in one region is pushed from the other, and plays at the foreign server with picture and sound', async () => {
  const at = { room: 'pushed', region: 'singapore' } as const;
  const ana = await join(bench.browser, cloud, { room: at.room, name: 'Ana', from: 'frankfurt', codec: 'vp8' });
  const { status, body } = await call('pushes', { ...at, body: { url: nginx.url('key?sign=secret') } });
  expect([status, body.url]).toEqual([201, nginx.url('***')]);
  const list = async (): Promise<Status | undefined> => (await call('pushes', at)).body['pushes']?.[0];
  await until('the push is live', async () => (await list())?.state === 'live');

  await untilDecoding(ffmpegs.play(nginx.url('key')).decoded, 30);
  expect((await list())?.bitrateKbps).toBeGreaterThan(0);
  expect(await ana.room('return room.remoteParticipants.size;')).toBe(0);

  expect((await call(`pushes/${body.id}`, { ...at, method: 'DELETE' })).status).toBe(204);
  expect(await list()).toBe(undefined);
  await call('pushes', { ...at, body: { url: nginx.url('key') } });
  await until('the name is free for the next push', async () => (await list())?.state === 'live');
});

it('a stream at the foreign server is pulled, and seen and heard by a browser in the other region', async () => {
  const at = { room: 'pulled', region: 'frankfurt' } as const;
  ffmpegs.publish(nginx.url('stage'));
  const { status, body } = await call('pulls', {
    ...at,
    body: { url: nginx.url('stage'), identity: 'stage', name: 'The stage' },
  });
  expect(status).toBe(201);
  const bo = await join(bench.browser, cloud, { room: at.room, name: 'Bo', from: 'singapore', camera: '0' });
  expect(await whereabouts(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  await until('Bo sees the stage', () => bo.room<boolean>('return room.remoteParticipants.size === 1;'));
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  const stage = '[...room.remoteParticipants.values()][0]';
  expect(await bo.room(`const p = ${stage}; return [p.identity, p.name, p.kind];`)).toEqual([
    ...['stage', 'The stage', 'gateway'],
  ]);
  expect((await call(`pulls/${body.id}`, { ...at, method: 'DELETE' })).status).toBe(204);
  await until('the stage has left', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
});
