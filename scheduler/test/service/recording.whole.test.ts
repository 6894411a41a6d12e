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
  // The lease would end while other tests wait.
  if (owner !== undefined) ({ epoch } = await call(owner.openLink(), rpc.roomLease, { roomKey, signalingId: 'sig-1' }));
  for (const node of [near, far]) if (node !== undefined) await says(node, { recordSlots: 100, recordSlotsUsed: 0 });
});
const ask = (o: wire.RecordOrder.$Properties = {}, by = owner): Promise<wire.RecordAnswer> => {
  if (by === undefined) throw new Error('not started');
  const order = { roomKey, epoch, recordingId: `rec_${count}`, nodeId: 'sfu-fra', slots: 1, ...o };
  return call(by.openLink(), rpc.record, order, { deadlineMs: 30_000 });
};
const asked = (): string[] => orders.map(({ at }) => at);

test('a tenant beyond its share waits though a slot is free, and another tenant begins', async () => {
  for (const node of [near, far]) if (node !== undefined) await says(node, { recordSlots: 2, recordSlotsUsed: 2 });
  const fair = 'fair/room';
  const lease = await call(other?.openLink() as never, rpc.roomLease, { roomKey: fair, signalingId: 'sig-2' });
  const askFair = () => ask({ roomKey: fair, epoch: lease.epoch }, other);
  const own = (id: string) => ask({ recordingId: id, priority: 9 });
  expect(await own('rec_own')).toMatchObject({ state: 'waiting' });
  expect(await askFair()).toMatchObject({ state: 'waiting' });
  const recordings = [{ roomKey: 't/running', recordingId: 'rec_running', slots: 3 }];
  if (near !== undefined) await says(near, { recordSlots: 4, recordSlotsUsed: 3, recordings });
  expect(await own('rec_own')).toMatchObject({ state: 'waiting', placeInQueue: 2 });
  expect(await askFair()).toMatchObject({ state: 'begun', recorderId: 'rec-fra' });
  if (near !== undefined) await says(near, { recordSlots: 100, recordSlotsUsed: 3, recordings });
  expect(await own('rec_own')).toMatchObject({ state: 'begun' });
});

test('slots of a booked room are kept for its recordings, shown, and given back when it is called off', async () => {
  const booked = 'booked/room';
  const lease = await call(other?.openLink() as never, rpc.roomLease, { roomKey: booked, signalingId: 'sig-2' });
  if (near !== undefined) await says(near, { recordSlots: 4, recordSlotsUsed: 0 });
  if (far !== undefined) await says(far, { recordSlots: 1, recordSlotsUsed: 1 });
  const body = {
    region: frankfurt.region,
    roomKey: booked,
    recordSlots: 4,
    sessions: 1,
    startsAt: new Date(Date.now() + 60_000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  };
  for (const change of [{ fence: 'B,a,' }, { recordSlots: -1 }, { roomKey: undefined }])
    expect((await admin(centre, 'PUT', '/v1/bookings/bad', { body: { ...body, ...change } })).status).toBe(400);
  expect((await admin(centre, 'PUT', '/v1/bookings/rec', { body })).status).toBe(200);
  const shown = async () => (await admin(centre, 'GET', '/v1/recordings')).body;
  await until('slots are kept', async () => ((await shown()).keptSlots === 4 ? true : undefined));
  expect((await shown()).kept).toEqual([{ roomKey: booked, recorderId: 'rec-fra', slots: 4 }]);
  const waits = await ask();
  expect([waits.state, waits.reason]).toEqual(['waiting', expect.stringContaining('kept for booked meetings')]);
  await until('the gauge says so', async () =>
    /record_slots\{state="kept"\} 4/.test(await centre.metrics.registry.metrics()) ? true : undefined,
  );
  expect(await ask({ roomKey: booked, epoch: lease.epoch, slots: 2 }, other)).toMatchObject({ state: 'begun' });
  expect((await ask()).state).toBe('waiting');
  expect((await admin(centre, 'DELETE', '/v1/bookings/rec')).status).toBe(200);
  await until('it begins', async () => ((await ask()).state === 'begun' ? true : undefined));
});

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
