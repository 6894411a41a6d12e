// Contract of gateways towards the api, by a real gateway's parts and by the double of the api's tests.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { FixedKeys, TargetAddresses } from '@meridian/node-shell';
import { rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { StreamKeys } from '../../../../media/gateway/src/adapters/stream-keys.ts';
import { Cdn } from '../../../../media/gateway/src/cdn/cdn.ts';
import { OrderedStreams } from '../../../../media/gateway/src/cdn/ordered-streams.ts';
import { serveApi } from '../../../../media/gateway/src/links/api-requests.ts';
import { PublishPoints } from '../../../../media/gateway/src/room/publish-points.ts';
import { FakeProgramme } from '../../../../media/gateway/test/support/cdn.ts';
import { ScriptedRoom, streamKey } from '../../../../media/gateway/test/support/scripted-room.ts';
import { ScriptedGateways } from '../../../../product/api/test/support/scripted-gateways.ts';
import { type Ask, linkedTo } from './node.ts';

interface GatewayUnderTest {
  readonly ask: Ask;
  /** Ann publishes by RTMP into `dev/lobby`. */
  publish(): void;
}
const ann = { identity: 'ann', protocol: 'rtmp', sinceWallMs: 1000 };

async function scripted(): Promise<GatewayUnderTest> {
  const gateways = new ScriptedGateways();
  return {
    ask: (kind, message) => gateways.call('gw-fra', kind, message),
    publish: () => void gateways.fra.live.set('dev/lobby', { publishers: [ann], outputs: [] }),
  };
}

async function gateway(): Promise<GatewayUnderTest> {
  const room = await ScriptedRoom.open();
  const { clock, rng, tokens, publications, log } = room.base;
  const apiKeys = new FixedKeys([room.apiKey]);
  const keys = new StreamKeys(apiKeys, { rng, wallMs: () => clock.wallMs(), isRevoked: () => false });
  const points = new PublishPoints({ ...room.base, converters: () => new FakeProgramme() as never });
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: ['127.0.0.0/8'], clock, log });
  const programmes = { open: async () => new FakeProgramme() };
  const cdn = new Cdn({ clock, rng, log, addresses, points, publications, live: room.live, programmes });
  const ordered = new OrderedStreams({ cdn, apiKeys, clock });
  const place = { rtmpUrl: 'rtmp://gw:1935', publicUrl: 'http://gw' };
  const placing = { nearest: async () => place, otherGateway: async () => place, origin: () => place };
  const ways = { tokens, keys, placing, wallMs: () => clock.wallMs() };
  onTestFinished(async () => {
    ordered.close();
    cdn.close();
    await points.close();
    room.close();
  });
  return {
    ask: await linkedTo((link) => serveApi(link, { ways, apiKeys, live: room.live, ordered })),
    publish: () => void room.live.publisher(streamKey(), { view: { ...ann, warnings: [] } as never }),
  };
}

const foreignServer = createServer((socket) => void socket.on('error', () => socket.destroy()));
let target: string;
beforeAll(async () => {
  foreignServer.listen(0, '127.0.0.1');
  await once(foreignServer, 'listening');
  target = `rtmp://127.0.0.1:${(foreignServer.address() as AddressInfo).port}/live`;
});
afterAll(() => void foreignServer.close());

describe.each([
  ['the double', scripted],
  ['a gateway', gateway],
])('contract of gateways: %s', (_, make) => {
  const opened = async () => {
    const subject = await make();
    const { ask } = subject;
    const ways = (o: wire.StreamAddressesRequest.$Properties = {}) => {
      const person = { identity: 'stage', name: 'The stage', client: 'encoder' };
      const rights = { canPublish: true, canPlay: true, expiresWallMs: 4e12 };
      return ask(rpc.streamAddresses, { id: 'SK_1', apiKey: 'one', room: 'lobby', ...person, ...rights, ...o });
    };
    const start = (o: wire.RoomStreamOrder.$Properties = {}) => {
      const order = { kind: 'push', apiKey: 'one', room: 'lobby', url: `${target}/secret` };
      return ask(rpc.roomStream, { id: 'RS_1', ...order, endsWallMs: 4e12, ...o });
    };
    const end = (id: string) => ask(rpc.roomStreamEnd, { id });
    const listed = async () => (await ask(rpc.roomStreams, {})).streams.map(({ id, kind }) => `${kind} ${id}`);
    return { ...subject, ways, start, end, listed };
  };

  it('gives the requested identity addresses to publish, to play, or both', async () => {
    const { ways } = await opened();
    const { publish, play } = await ways();
    expect(publish?.identity).toBe('stage');
    for (const url of [publish?.rtmp?.url, play?.rtmp]) expect(url).toMatch(/^rtmp:\/\/[^/]+\/live\/./);
    for (const url of [publish?.whipUrl, play?.hls, play?.flv]) expect(url).toMatch(/^http:\/\/./);
    expect(publish?.rtmp?.url).toBe(`${publish?.rtmp?.server}/${publish?.rtmp?.key}`);
    expect((await ways({ canPlay: false })).play).toBeFalsy();
    expect((await ways({ canPublish: false })).publish).toBeFalsy();
  });

  it.each<wire.StreamAddressesRequest.$Properties>([
    { id: '' },
    { identity: 'a\u200bb' },
    { room: '' },
    { name: 'x'.repeat(129) },
    { client: 'tv' },
  ])('refuses addresses for %j', async (bad) => {
    const { ways } = await opened();
    await expect(ways(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('has one stream for an order, however often it arrives, and shows it without its secret', async () => {
    const { start, listed } = await opened();
    const first = await start();
    expect(first).toMatchObject({ id: 'RS_1', kind: 'push', url: `${target}/***` });
    expect(['connecting', 'waiting']).toContain(first.state);
    await start();
    await start({ id: 'RS_2', kind: 'pull', identity: 'guest' });
    expect((await listed()).sort()).toEqual(['pull RS_2', 'push RS_1']);
  });

  it('ends streams by their ids, and ignores unknown ids', async () => {
    const { start, end, listed } = await opened();
    await start();
    for (const id of ['RS_9', 'RS_1', 'RS_1']) await end(id);
    expect(await listed()).toEqual([]);
  });

  it.each<wire.RoomStreamOrder.$Properties>([
    { id: '' },
    { kind: 'pipe' },
    { room: '' },
    { url: 'http://127.0.0.1/a' },
  ])('refuses a stream of %j, and keeps nothing of it', async (bad) => {
    const { start, listed } = await opened();
    await expect(start(bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await listed()).toEqual([]);
  });

  it('lists who is live in a room, and in that room alone', async () => {
    const { ask, publish } = await opened();
    publish();
    const live = await ask(rpc.liveRoom, { roomKey: 'dev/lobby' });
    expect(live).toMatchObject({ publishers: [ann], outputs: [] });
    expect(await ask(rpc.liveRoom, { roomKey: 'dev/other' })).toMatchObject({ publishers: [], outputs: [] });
    await expect(ask(rpc.liveRoom, { roomKey: 'x' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
