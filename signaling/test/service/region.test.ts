// Tests a signaling node whose region has an instance of the centre, beside a leader that is near, slow or gone.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeCentre } from './rig/centre.ts';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let near: FakeCentre;
let fra: Instance;
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-fra', { region: 'fra' });
  await rig.node('sfu-far', { region: 'sgp' });
  near = new FakeCentre({ authority: rig.authority, clock: rig.clock, log: rig.log });
  near.instanceOf = { region: 'fra', epoch: 4 };
  await near.start();
  for (const { ref } of rig.nodes) near.addNode(ref);
  fra = await rig.instance('sig-fra', { region: 'fra', regionCentreUrl: near.url });
  await until(() => near.links.has('sig-fra'), 'the instance knows the signaling node');
});
afterEach(async () => {
  await rig.close();
  await near.stop();
});

const join = (identity: string, room = 'lobby') => TestClient.join(fra.url, { identity, room });
const sessionsAt = (nodeId: string) => rig.nodes.find((node) => node.id === nodeId)?.sessions ?? new Map();

it('a join is placed at the instance, and the leader decides the owner of the room', async () => {
  const ann = await join('ann');
  expect(ann.joined?.placement).toMatchObject({ decisionId: 'DE_1.fra', mode: 'normal', ownerId: 'sig-fra' });
  expect([near.placeRequests.length, rig.centre.placeRequests.length]).toEqual([1, 0]);
  expect(rig.centre.leases.get('acme/lobby')).toMatchObject({ ownerId: 'sig-fra' });
  expect([...sessionsAt('sfu-fra').values()].map(({ info }) => [info.decisionId, Number(info.regionEpoch)])).toEqual([
    ['DE_1.fra', 4],
  ]);
});

it('joins into a known room wait only for the instance, and succeed without a leader', async () => {
  await join('ann');
  near.leases.set('acme/lobby', { ownerId: 'sig-fra', epoch: 1 });
  await rig.centre.stop();
  await until(() => !fra.centre.isRegistered, 'the leader is gone');
  const ben = await join('ben');
  expect(ben.joined?.placement).toMatchObject({ decisionId: 'DE_2.fra', mode: 'normal', ownerId: 'sig-fra' });
  expect(ben.joined?.participants.map(({ identity }) => identity)).toContain('ann');
  // This node takes a room that no instance knows.
  const eve = await join('eve', 'other');
  expect(eve.joined?.placement).toMatchObject({ mode: 'normal', ownerId: 'sig-fra', provisional: true });
});

it.each(['NOT_LEADER', 'gone'])('the leader is asked when the instance does not place (%s)', async (how) => {
  if (how === 'gone') await near.stop();
  else near.placeErrorCode = how;
  const ann = await join('ann');
  expect(ann.joined?.placement).toMatchObject({ decisionId: 'DE_1', mode: 'normal' });
  expect(rig.centre.placeRequests).toHaveLength(1);
});

it('a session is placed again, perhaps on the same node, when the instance that placed it no longer places', async () => {
  const node = rig.nodes[0];
  node?.failures.set('attach', 'PLACEMENT_STALE');
  const joining = join('ann').catch((error: unknown) => error);
  await until(() => near.placeRequests.length === 2, 'it is asked again');
  node?.failures.delete('attach');
  const first = await joining;
  // The second attempt may still have met the refusal; then the client comes again.
  const ann = first instanceof TestClient && first.joined !== undefined ? first : await join('ann');
  expect(ann.joined?.placement?.decisionId).toMatch(/^DE_[23]\.fra$/);
  expect(near.placeRequests[1]?.avoidNodeIds).toEqual([]);
  await until(() => near.released.includes('DE_1.fra'), 'the first charge is taken back at the instance');
});

it('a refusal by the instance is the answer, and the lease of the requested room is given back', async () => {
  near.refuseWith = { code: 'NO_CAPACITY', retryAfterMs: 1000 };
  await expect(join('ann')).rejects.toThrow(/NO_CAPACITY/);
  expect(rig.centre.placeRequests).toHaveLength(0);
  await until(() => rig.centre.leases.get('acme/lobby')?.ownerId === '', 'it has no owner');
});
