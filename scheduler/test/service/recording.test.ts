// An owner asks for a recording over real links; a recorder is handed the order and answers.
import { call, type ErrorCode, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { codeOf, FakeNode, frankfurt, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let [owner, other, near, far]: FakeNode[] = [];
const nodes: FakeNode[] = [];
const orders: { at: string; order: wire.RecordOrder }[] = [];
const refusals = new Map<string, ErrorCode | 'silent'>();
const roomKey = 't/room';
let epoch = 0;
let count = 0;

async function start(o: ConstructorParameters<typeof FakeNode>[0], onLink?: Parameters<typeof FakeNode.start>[3]) {
  const node = await FakeNode.start(centre, o, undefined, onLink);
  nodes.push(node);
  return node;
}

async function says(node: FakeNode, load: wire.Load.$Properties): Promise<void> {
  node.load = load;
  const isHeard = (): boolean => {
    const heard = centre.centre.fleet.get(node.id)?.load;
    return heard?.recordSlots === load.recordSlots && heard?.recordSlotsUsed === (load.recordSlotsUsed ?? 0);
  };
  await until(`${node.id} says what it can do`, () => isHeard() || undefined);
}

const recorder = (id: string, at: object): Promise<FakeNode> =>
  start({ id, kind: 'recorder', reportEveryMs: 50, ...at }, (link) =>
    serve(link, rpc.record, (order) => {
      orders.push({ at: id, order });
      const code = refusals.get(id);
      if (code === 'silent') return new Promise<never>(() => undefined);
      if (code !== undefined) throw new MeridianError(code);
      return { state: 'begun' };
    }),
  );

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true });
  await start({ id: 'sfu-fra', ...frankfurt });
  near = await recorder('rec-fra', frankfurt);
  far = await recorder('rec-sgp', singapore);
  owner = await start({ id: 'sig-1', kind: 'signaling', ...frankfurt });
  other = await start({ id: 'sig-2', kind: 'signaling', ...frankfurt });
  ({ epoch } = await call(owner.openLink(), rpc.roomLease, { roomKey, signalingId: 'sig-1' }));
});
afterAll(async () => {
  for (const node of nodes) node.close();
  await centre.close();
});
beforeEach(async () => {
  count += 1;
  orders.length = 0;
  refusals.clear();
  for (const node of [near, far]) if (node !== undefined) await says(node, { recordSlots: 100, recordSlotsUsed: 0 });
});
const ask = (o: wire.RecordOrder.$Properties = {}, by = owner): Promise<wire.RecordAnswer> => {
  if (by === undefined) throw new Error('not started');
  const order = { roomKey, epoch, recordingId: `rec_${count}`, nodeId: 'sfu-fra', slots: 1, ...o };
  return call(by.openLink(), rpc.record, order, { deadlineMs: 30_000 });
};
const asked = (): string[] => orders.map(({ at }) => at);

test('the recorder near the media node gets the order, and the same one again', async () => {
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-fra' });
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-fra' });
  expect(orders[0]?.order).toMatchObject({ roomKey, epoch, nodeId: 'sfu-fra', slots: 1, fence: '' });
  expect(await ask({ recorderAvoidIds: ['rec-fra'] })).toMatchObject({ state: 'begun', recorderId: 'rec-sgp' });
  expect(asked()).toEqual(['rec-fra', 'rec-fra', 'rec-sgp']);
});

test('the next one is asked when it refuses for now; of what none would take no other', async () => {
  refusals.set('rec-fra', 'OVERLOADED');
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-sgp' });
  refusals.set('rec-fra', 'NOT_PERMITTED');
  expect(await codeOf(ask({ recordingId: 'rec_refused' }))).toBe('NOT_PERMITTED');
  expect(asked()).toEqual(['rec-fra', 'rec-sgp', 'rec-fra']);
});

test('a silent recorder keeps its slots charged, and the next one is asked', async () => {
  refusals.set('rec-fra', 'silent');
  expect(await ask({ slots: 7 })).toMatchObject({ state: 'begun', recorderId: 'rec-sgp' });
  const { body } = await admin(centre, 'GET', '/v1/recordings');
  expect(body.handed).toContainEqual(expect.objectContaining({ recorderId: 'rec-fra', slots: 7 }));
});

test('none free: it waits with its place and a reason, is shown, and begins when a slot is free', async () => {
  for (const node of [near, far]) if (node !== undefined) await says(node, { recordSlots: 100, recordSlotsUsed: 100 });
  expect(await ask()).toMatchObject({ state: 'waiting', placeInQueue: 1, recorderId: '' });
  const first = await ask({ recordingId: 'rec_first', priority: 9 });
  expect(first).toMatchObject({ state: 'waiting', placeInQueue: 1 });
  const { status, body } = await admin(centre, 'GET', '/v1/recordings');
  expect([status, body.waitingCount]).toEqual([200, 2]);
  expect(body.waiting[0]).toMatchObject({ recording: `${roomKey} rec_first`, placeInQueue: 1, priority: 9 });
  if (near !== undefined) await says(near, { recordSlots: 100, recordSlotsUsed: 90 });
  expect(await ask({ recordingId: 'rec_first', priority: 9 })).toMatchObject({ state: 'begun', recorderId: 'rec-fra' });
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'rec-fra' });
});

test('outside every fence it waits for an unknown time', async () => {
  expect(await ask({ fence: 'us-east' })).toMatchObject({ state: 'waiting', waitMs: 0 });
  expect((await ask({ fence: 'us-east' })).reason).toContain('no recorder lives');
  expect(asked()).toEqual([]);
});

test('only the owner may ask, and only for its room', async () => {
  expect(await codeOf(ask({ epoch: epoch + 1 }))).toBe('EPOCH_STALE');
  expect(await codeOf(ask({}, other))).toBe('EPOCH_STALE');
  expect(await codeOf(ask({ roomKey: 'foreign/room' }))).toBe('EPOCH_STALE');
  expect(await codeOf(ask({}, near))).toBe('KIND_NOT_PERMITTED');
  expect(asked()).toEqual([]);
});

test('the same id in the room of another tenant is another recording', async () => {
  const foreign = 'foreign/room';
  const lease = await call(other?.openLink() as never, rpc.roomLease, { roomKey: foreign, signalingId: 'sig-2' });
  await ask({ recorderAvoidIds: ['rec-fra'] });
  expect(await ask({ roomKey: foreign, epoch: lease.epoch }, other)).toMatchObject({ recorderId: 'rec-fra' });
});

test.each([
  { roomKey: 'no room' },
  { recordingId: '' },
  { recordingId: 'a/b' },
  { recordingId: 'x'.repeat(65) },
  { identity: 'a/b' },
  { nodeId: 'no node' },
  { fence: 'B,a,' },
  { priority: 10 },
  { slots: 0 },
  { slots: 1001 },
  { recorderAvoidIds: Array.from({ length: 17 }, (_, at) => `rec-${at}`) },
  { recorderAvoidIds: ['no node'] },
])('malformed: %j', async (o) => {
  expect(await codeOf(ask(o))).toBe('REQUEST_INVALID');
  expect(asked()).toEqual([]);
});
