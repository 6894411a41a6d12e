// A media node whose region has its own instance of the centre: a second link, and epochs of placements.
import { limits, note, onNote, post, rpc, serve, type wire } from '@meridian/protocol';
import { createLogger, type Link, LinkServer } from '@meridian/runtime';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Cloud, clock, codeOf, type SignalingLink, type TestNode, until } from './kit/cloud.ts';

const log = createLogger({ name: 'test', level: 'silent' });
let cloud: Cloud;
let node: TestNode;
let signaling: SignalingLink;
let instance: LinkServer;
let link: Link | undefined;
let epoch = 5;
const registrations: wire.Register[] = [];
const confirmed: string[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  const identity = { id: 'centre-fra', kind: 'scheduler', region: 'fra' };
  instance = await LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    credentials: await cloud.authority.issueCredentials(identity, limits.certificateLifetimeMs),
    log,
    clock,
    accept: () => true,
    onLink: (opened) => {
      link = opened;
      serve(opened, rpc.register, (message) => {
        registrations.push(message);
        return { centreIncarnation: `instance-${epoch}`, centreEpoch: epoch, reportIntervalMs: 100, draining: false };
      });
      serve(opened, rpc.leaseOf, ({ roomKey }) => ({ roomKey, epoch: 0 }));
      onNote(opened, note.report, ({ confirmedDecisionIds }) => void confirmed.push(...confirmedDecisionIds));
    },
  });
  node = await cloud.node('a', { config: { regionCentreUrl: `wss://127.0.0.1:${instance.port}` } });
  signaling = await cloud.signaling('sig-a', node);
  await until('it registers at the instance', () => registrations.length > 0);
});
afterAll(async () => {
  await instance.close('the test is over');
  await cloud.close();
});

test("a session is accepted under the region's present epoch, a higher one or none, and is confirmed to the instance", async () => {
  await signaling.attach(1, { session: { regionEpoch: 5 } });
  await until('the instance hears of it', () => confirmed.includes('DE_1'));
  await signaling.attach(2, { session: { regionEpoch: 0 } });
  await signaling.attach(3, { session: { regionEpoch: 6 } });
  expect(await codeOf(signaling.attach(4, { session: { regionEpoch: 4 } }))).toBe('PLACEMENT_STALE');
});

test('sessions placed under a lower epoch are refused once the leader announces a higher one', async () => {
  cloud.sendPlacer({ region: 'fra', epoch: 8, incarnation: 'leader' });
  await until(
    'it is obeyed',
    async () => (await codeOf(signaling.attach(5, { session: { regionEpoch: 7 } }))) === 'PLACEMENT_STALE',
  );
  await signaling.attach(6, { session: { regionEpoch: 8 } });
  // The instance first answers with epoch 5, which the node ignores, then with 9, which the node obeys.
  const before = registrations.length;
  link?.close('the test breaks it');
  await until('it registers again, and says what it obeyed', () => registrations.length > before);
  expect(registrations.at(-1)).toMatchObject({
    centreEpoch: 8,
    centreIncarnation: 'leader',
    rooms: [{ roomKey: 'dev/demo' }],
  });
  epoch = 9;
  await until(
    'it obeys the one above',
    async () => (await codeOf(signaling.attach(7, { session: { regionEpoch: 8 } }))) === 'PLACEMENT_STALE',
  );
});

test('the instance may name the owner of a room', async () => {
  const requestCount = cloud.leaseRequests.length;
  if (link === undefined) throw new Error('no link');
  post(link, note.leases, { leases: [{ roomKey: 't/named', ownerId: 'sig-a', epoch: 3 }] });
  await until('it is believed without a question to the leader', async () => {
    const attached = signaling.attach(8, { room: { roomKey: 't/named', epoch: 3, ownerId: 'sig-a' } });
    return (await codeOf(attached)) === 'it did not fail';
  });
  expect(cloud.leaseRequests.length).toBe(requestCount);
});

test('a node drains on the order of the centre until the order is taken back', async () => {
  const codeOfAttach = (n: number) => codeOf(signaling.attach(n, { session: { regionEpoch: epoch } }));
  await cloud.sendDrain(true);
  expect(await codeOfAttach(9)).toBe('NODE_DRAINING');
  await cloud.sendDrain(false);
  expect(await codeOfAttach(9)).toBe('it did not fail');
});

test('a session is refused with NO_CAPACITY when the node has reached the capacity that it reports', async () => {
  const capacity = vi.spyOn(node.app.load, 'capacity').mockReturnValue({ ...node.app.load.capacity(), consumers: -1 });
  expect(await codeOf(signaling.attach(10, { session: { regionEpoch: epoch } }))).toBe('NO_CAPACITY');
  capacity.mockRestore();
});

test('metrics show the sessions and tracks of this node', async () => {
  const lines = (await node.metrics.registry.metrics()).split('\n');
  const sessions = `meridian_sfu_sessions ${node.app.node.counts.sessions}`;
  expect(lines).toEqual(expect.arrayContaining([sessions, 'meridian_sfu_registered 1']));
  expect(sessions).not.toMatch(/ 0$/);
});
