// Without the scheduling centre: known rooms go on, joins use what was last known. And how an instance gets its
// identity.
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import { Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(async () => {
  await rig.close();
});

it('joins go on without the centre, into known rooms and new ones, marked as provisional; the leases hold when it is back', async () => {
  await rig.node('sfu-1');
  await rig.node('sfu-far', { region: 'sgp' });
  const signaling = await rig.instance('sig-1');
  const ann = await TestClient.join(signaling.url, { identity: 'ann' });
  await ann.publish('TR_annmicrophone1');
  await rig.centre.stop();
  await until(() => !signaling.centre.isRegistered, 'the signaling node has noticed');
  const bob = await TestClient.join(signaling.url, { identity: 'bob' });
  expect(bob.joined?.placement).toMatchObject({
    mode: 'cached',
    provisional: true,
    decisionId: '',
    roomEpoch: 1,
    node: { nodeId: 'sfu-1' },
  });
  expect(bob.joined?.subscriptions).toHaveLength(1);
  const fresh = await TestClient.join(signaling.url, { identity: 'cid', room: 'fresh' });
  expect(fresh.joined?.placement).toMatchObject({
    mode: 'cached',
    provisional: true,
    ownerId: 'sig-1',
    node: { region: 'fra' },
  });
  expect((await fetch(`${signaling.httpUrl}/healthz`)).status).toBe(200);
  const entry = (await (await fetch(`${signaling.httpUrl}/v1/entry`)).json()) as {
    candidates: { signalingId: string }[];
  };
  expect(entry.candidates.map((candidate) => candidate.signalingId)).toEqual(['sig-1']);
  await rig.centre.start();
  await until(() => rig.centre.leases.get('acme/fresh')?.ownerId === 'sig-1', 'the centre has learnt of the new room');
  expect(rig.centre.leases.get('acme/lobby')).toEqual({ ownerId: 'sig-1', epoch: 1 });
  expect((await TestClient.join(signaling.url, { identity: 'dan' })).joined?.placement).toMatchObject({
    mode: 'normal',
    provisional: false,
    roomEpoch: 1,
  });
  expect([ann, bob, fresh].map((client) => client.closed)).toEqual([undefined, undefined, undefined]);
});

it('a join is refused with CENTRE_UNREACHABLE when there is nothing to fall back on', async () => {
  const signaling = await rig.instance('sig-1');
  await rig.centre.stop();
  await until(() => !signaling.centre.isRegistered, 'the signaling node has noticed');
  await expect(TestClient.join(signaling.url, { identity: 'ann' })).rejects.toThrow('CENTRE_UNREACHABLE');
});

it('a room that is empty for a while is given back, and a join later gets it anew', async () => {
  await rig.node('sfu-1');
  const signaling = await rig.instance('sig-1');
  const ann = await TestClient.join(signaling.url, { identity: 'ann' });
  ann.socket.close(1000);
  await until(() => rig.centre.leases.get('acme/lobby')?.ownerId === '', 'the lease is given back');
  expect(signaling.owned.size).toBe(0);
  expect((await TestClient.join(signaling.url, { identity: 'ann' })).joined?.placement).toMatchObject({
    ownerId: 'sig-1',
    roomEpoch: 2,
  });
});

it('sessions whose signaling node died leave when they are not resumed in ten seconds, with media when these end', async () => {
  const node = await rig.node('sfu-1');
  const [one, two] = [await rig.instance('sig-1'), await rig.instance('sig-2')];
  await until(() => one.centre.fleet.has('sig-2'), 'the first knows the second');
  const ann = await TestClient.join(one.url, { identity: 'ann' });
  const [bob, cid] = [
    await TestClient.join(two.url, { identity: 'bob' }),
    await TestClient.join(two.url, { identity: 'cid' }),
  ];
  node.media.add(bob.sessionId);
  const hasLeft = ({ sessionId }: TestClient): boolean =>
    ann.events().some((event) => event.participantLeft?.sessionId === sessionId);
  await two.kill();
  const atMs = performance.now();
  await until(() => hasLeft(cid), 'a session without media that is not resumed in ten seconds has left');
  expect(performance.now() - atMs).toBeGreaterThan(8000);
  const asked = (): number => node.calls.filter(({ name }) => name === 'snapshot').length;
  const before = asked();
  await until(() => asked() > before, 'the node is asked again');
  expect(hasLeft(bob)).toBe(false);
  node.media.delete(bob.sessionId);
  await until(() => hasLeft(bob), 'the media have ended');
  expect(ann.closed).toBeUndefined();
});

it('an instance enrols with its token, keeps its certificate for itself, and starts again without the token', async () => {
  const stateDir = join(mkdtempSync(join(tmpdir(), 'meridian-enrol-')), 'state');
  const identity = { id: 'sig-new', kind: 'signaling', region: 'fra' };
  const enrolmentToken = await rig.centre.tokens.mint(identity, 60_000);
  const first = await rig.instance('sig-new', { stateDir, enrolmentToken });
  expect(first.centre.isRegistered).toBe(true);
  const file = join(stateDir, 'credentials.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(enrolmentToken);
  await first.close();
  const again = await rig.instance('sig-new', { stateDir });
  expect(again.centre.isRegistered).toBe(true);
});

it('an instance without credentials and without a token does not start', async () => {
  const stateDir = join(mkdtempSync(join(tmpdir(), 'meridian-enrol-')), 'state');
  await expect(rig.instance('sig-none', { stateDir, enrolmentToken: 'met1.bad' })).rejects.toThrow();
});
