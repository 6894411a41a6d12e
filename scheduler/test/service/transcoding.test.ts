import { call, type ErrorCode, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCentre, until } from './support/centre.ts';
import { codeOf, FakeNode, frankfurt, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let owner: FakeNode;
let [near, far]: FakeNode[] = [];
const nodes: FakeNode[] = [];
const orders: { at: string; order: wire.Transcode }[] = [];
const refusals = new Map<string, ErrorCode>();
const roomKey = 't/room';
let epoch = 0;
let count = 0;

async function gateway(id: string, place: object): Promise<FakeNode> {
  const node = await FakeNode.start(centre, { id, kind: 'gateway', reportEveryMs: 50, ...place }, undefined, (link) =>
    serve(link, rpc.transcode, (order) => {
      orders.push({ at: id, order });
      const code = refusals.get(id);
      if (code !== undefined) throw new MeridianError(code);
      return {};
    }),
  );
  node.load = { transcodeMillicores: 4000, transcodeMillicoresUsed: 0 };
  nodes.push(node);
  await until(
    `${id} says what it can do`,
    () => centre.centre.fleet.get(id)?.load.transcodeMillicores === 4000 || undefined,
  );
  return node;
}

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true });
  nodes.push(await FakeNode.start(centre, { id: 'sfu-fra', ...frankfurt }));
  near = await gateway('gw-fra', frankfurt);
  far = await gateway('gw-sgp', singapore);
  owner = await FakeNode.start(centre, { id: 'sig-1', kind: 'signaling', ...frankfurt });
  nodes.push(owner);
  ({ epoch } = await call(owner.openLink(), rpc.roomLease, { roomKey, signalingId: 'sig-1' }));
});
afterAll(async () => {
  for (const node of nodes) node.close();
  await centre.close();
});
beforeEach(() => {
  count += 1;
  orders.length = 0;
  refusals.clear();
});
const ask = (o: wire.Transcode.$Properties = {}, by = owner): Promise<unknown> =>
  call(by.openLink(), rpc.transcode, {
    roomKey,
    epoch,
    trackId: `TR_camera00000${count}`,
    nodeId: 'sfu-fra',
    fence: '',
    fromMimeType: 'video/VP8',
    toMimeType: 'video/H264',
    width: 640,
    height: 360,
    ...o,
  });
const askedGatewayIds = (): string[] => orders.map(({ at }) => at);

test("the gateway near the track gets all fields of the owner's order", async () => {
  await ask();
  expect(askedGatewayIds()).toEqual(['gw-fra']);
  expect(orders[0]?.order).toMatchObject({
    roomKey,
    epoch,
    nodeId: 'sfu-fra',
    fromMimeType: 'video/VP8',
    toMimeType: 'video/H264',
    width: 640,
    height: 360,
    fence: '',
  });
});

test('only the owner of the room may order a rendition', async () => {
  expect(await codeOf(ask({ epoch: epoch + 1 }))).toBe('EPOCH_STALE');
  expect(await codeOf(ask({}, near))).toBe('KIND_NOT_PERMITTED');
  expect(askedGatewayIds()).toEqual([]);
});

test('a gateway whose link is closed gets no order', async () => {
  near?.close();
  await until('its link is down', () => centre.centre.fleet.get('gw-fra')?.isLinked === false || undefined);
  await ask();
  expect(askedGatewayIds()).toEqual(['gw-sgp']);
  far?.close();
  await until('and that of the other', () => centre.centre.fleet.get('gw-sgp')?.isLinked === false || undefined);
  expect(await codeOf(ask({ trackId: 'TR_camera0000097' }))).toBe('NO_NODE');
});
