import { FixedKeys, TargetAddresses, type TokenOrigin } from '@meridian/node-shell';
import { call, type RoomKey, rpc, type wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPair, makeCluster, type Pair } from '../../../../base/runtime/test/support/cluster.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { Cdn } from '../../src/cdn/cdn.ts';
import { OrderedStreams } from '../../src/cdn/ordered-streams.ts';
import { serveApi } from '../../src/links/api-requests.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { FakeProgramme } from '../support/cdn.ts';
import { eventually } from '../support/eventually.ts';
import { gatesOf } from '../support/gates.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const cluster = await makeCluster();
const HOUR_MS = 3_600_000;
const lobby = 'dev/lobby' as RoomKey;
let room: ScriptedRoom;
let keys: StreamKeys;
let cdn: Cdn;
let points: PublishPoints;
let ordered: OrderedStreams;
let pair: Pair;
let foreign: RtmpListener;
let arrived: string[];
let revoked: string[];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  const { clock, rng, tokens, publications, log } = room.base;
  const apiKeys = new FixedKeys([room.apiKey]);
  revoked = [];
  const isRevoked = ({ tokenId }: TokenOrigin): boolean => revoked.includes(tokenId);
  keys = new StreamKeys(apiKeys, { rng, wallMs: () => clock.wallMs(), isRevoked });
  points = new PublishPoints({ ...room.base, converters: () => ({ write: () => undefined, close: () => undefined }) });
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: ['127.0.0.0/8'], clock, log });
  const programmes = { open: async () => new FakeProgramme() };
  cdn = new Cdn({ clock, rng, log, addresses, points, publications, live: room.live, programmes });
  ordered = new OrderedStreams({ cdn, apiKeys, clock });
  const place = { rtmpUrl: 'rtmp://gw:1935', publicUrl: 'http://gw' };
  const placing = { nearest: async () => place, otherGateway: async () => place, origin: () => place };
  const ways = { tokens, keys, placing, wallMs: () => clock.wallMs() };
  const onLink = (link: Parameters<typeof serveApi>[0]) => serveApi(link, { ways, apiKeys, live: room.live, ordered });
  pair = await connectPair(cluster, { server: { onLink } });
  arrived = [];
  foreign = await RtmpListener.listen(
    { ip: '127.0.0.1', port: 0 },
    {
      clock: new ManualClock({ nowMs: 1 }),
      rng: seededRng('foreign'),
      gate: gatesOf(new ManualClock({ nowMs: 1 })).rtmp,
      log: createLogger({ name: 'foreign', level: 'silent' }),
      open: async (request) => {
        arrived.push(request.name);
        request.accept();
        return { take: () => undefined, ended: () => void arrived.push('ended') };
      },
    },
  );
});
afterEach(async () => {
  ordered.close();
  cdn.close();
  await points.close();
  await foreign.close('the test is over');
  await pair.close();
  room.clock.advance(2000); // Times out goodbyes that no server read.
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  room.close();
});

const waysWanted = (o: wire.StreamAddressesRequest.$Properties = {}): wire.StreamAddressesRequest.$Properties => ({
  id: 'SK_1',
  apiKey: 'one',
  room: 'lobby',
  client: 'encoder',
  identity: 'stage',
  name: 'The stage',
  canPublish: true,
  canPlay: true,
  expiresWallMs: room.clock.wallMs() + HOUR_MS,
  ...o,
});
const order = (o: wire.RoomStreamOrder.$Properties = {}): wire.RoomStreamOrder.$Properties => ({
  id: 'RS_1',
  kind: 'push',
  apiKey: 'one',
  room: 'lobby',
  url: `rtmp://127.0.0.1:${foreign.port}/live/secret`,
  endsWallMs: room.clock.wallMs() + HOUR_MS,
  ...o,
});
const start = (o: wire.RoomStreamOrder.$Properties = {}) => call(pair.near, rpc.roomStream, order(o));
const listed = async () => (await call(pair.near, rpc.roomStreams, {})).streams.map((one) => ({ ...one }));

describe('stream keys', () => {
  it('are sealed as requested, and revoked by the id of the api', async () => {
    const { publish, play } = await call(pair.near, rpc.streamAddresses, waysWanted({ picture: 'ann', fence: 'fra' }));
    const key = publish?.whipKey ?? '';
    expect(publish?.rtmp?.url).toBe(`rtmp://gw:1935/live/${key}`);
    const common = { apiKey: 'one', room: 'lobby', identity: 'stage', name: 'The stage', fence: 'fra' };
    const origin = { tokenId: 'SK_1', via: '' };
    expect(await keys.open(key)).toMatchObject({ ...common, use: 'publish', origin });
    const player = /live\/([^.]+)\.flv/.exec(play?.flv ?? '')?.[1] ?? '';
    expect(await keys.open(player)).toMatchObject({ ...common, use: 'play', picture: 'ann', without: '', origin });
    expect((await call(pair.near, rpc.streamAddresses, waysWanted({ canPublish: false }))).publish).toBeFalsy();
    revoked.push('SK_1');
    for (const one of [key, player]) await expect(keys.open(one)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  it('are refused for malformed names and unknown API keys', async () => {
    for (const bad of [{ identity: 'a\u200bb' }, { room: '' }, { name: 'x'.repeat(129) }, { client: 'tv' }, { id: '' }])
      await expect(call(pair.near, rpc.streamAddresses, waysWanted(bad))).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    const unknown = call(pair.near, rpc.streamAddresses, waysWanted({ apiKey: 'two' }));
    await expect(unknown).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

it('the live state of a room has only publishers and viewers of the room', async () => {
  const view = { identity: 'ann', protocol: 'rtmp', sinceWallMs: 1000, warnings: ['KEYFRAME_INTERVAL' as const] };
  const video = { codec: 'h264', width: 640, height: 360, fps: 25, bitrateKbps: 800 };
  const leave = room.live.publisher(streamKey(), { view: { ...view, video } });
  const viewer = room.live.viewer(streamKey(), 'flv');
  const live = await call(pair.near, rpc.liveRoom, { roomKey: lobby });
  expect(live).toMatchObject({ publishers: [{ ...view, video }], outputs: [{ protocol: 'flv', viewers: 1 }] });
  expect((await call(pair.near, rpc.liveRoom, { roomKey: 'dev/other' })).publishers).toEqual([]);
  await expect(call(pair.near, rpc.liveRoom, { roomKey: 'x' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  viewer.close();
  leave();
});

describe('an ordered push', () => {
  it('starts once however often it is ordered, hides its secret, and ends on request', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect([first.id, second.id, first.url]).toEqual(['RS_1', 'RS_1', expect.stringMatching(/\/live\/\*\*\*$/)]);
    await eventually(async () =>
      expect((await listed())[0]).toMatchObject({ id: 'RS_1', kind: 'push', state: 'live' }),
    );
    expect([cdn.pushes.size, arrived]).toEqual([1, ['secret']]);
    await call(pair.near, rpc.roomStreamEnd, { id: 'RS_1' });
    await call(pair.near, rpc.roomStreamEnd, { id: 'RS_1' });
    await eventually(() => expect(arrived).toEqual(['secret', 'ended']));
    expect([cdn.pushes.size, await listed()]).toEqual([0, []]);
  });

  it('is refused with a code and leaves nothing, or is retried if ordered with `keep`', async () => {
    for (const [bad, code] of [
      [{ url: 'rtmp://10.0.0.1/live/secret' }, 'TARGET_REFUSED'],
      [{ url: 'http://127.0.0.1/live/secret' }, 'REQUEST_INVALID'],
      [{ kind: 'pipe' }, 'REQUEST_INVALID'],
      [{ id: '' }, 'REQUEST_INVALID'],
      [{ apiKey: 'two' }, 'TOKEN_INVALID'],
    ] as const)
      await expect(start(bad)).rejects.toMatchObject({ code });
    expect([await listed(), room.clock.pendingTimers]).toEqual([[], 0]);
    const kept = await start({ url: 'rtmp://10.0.0.1/live/secret', keep: true });
    expect({ ...kept }).toMatchObject({ state: 'waiting', code: 'TARGET_REFUSED' });
    expect(await listed()).toMatchObject([{ id: 'RS_1', state: 'waiting' }]);
  });

  it('ends at its time, and is not reported once a drain has ended it, so that the api orders it elsewhere', async () => {
    await start();
    await start({ id: 'RS_2', room: 'other' });
    room.clock.advance(HOUR_MS - 1);
    expect(await listed()).toHaveLength(2);
    cdn.pushes.remove('dev/other' as RoomKey, 'RS_2');
    expect(await listed()).toMatchObject([{ id: 'RS_1', ageMs: HOUR_MS - 1 }]);
    room.clock.advance(1);
    expect([cdn.pushes.size, await listed()]).toEqual([0, []]);
  });

  it('that an administrator of its room removes is reported as over until the api acknowledges the end', async () => {
    await start();
    expect(cdn.remove('pushes', lobby, 'RS_1')).toBe(true);
    expect(await listed()).toMatchObject([{ id: 'RS_1', state: 'over', code: 'REMOVED' }]);
    expect({ ...(await start()) }).toMatchObject({ state: 'over' });
    await call(pair.near, rpc.roomStreamEnd, { id: 'RS_1' });
    expect([cdn.pushes.size, await listed()]).toEqual([0, []]);
  });
});

it('an ordered pull is over when its participant is removed', async () => {
  await start({ kind: 'pull', identity: 'stage', url: `rtmp://127.0.0.1:${foreign.port}/live/stage` });
  await eventually(() => expect(arrived).toEqual(['stage']));
  expect(points.size).toBe(1);
  room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: '', reconnect: false } });
  await eventually(async () =>
    expect(await listed()).toMatchObject([{ id: 'RS_1', kind: 'pull', state: 'over', code: 'KICKED' }]),
  );
  expect(cdn.pulls.size).toBe(0);
});
