// Tests a recording that a host begins: the room's owner asks the centre for a recorder, which is a hidden session;
// recorders and owners die. Centre and recorders are fakes, the signaling nodes are real.
import { recorderIdentity, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinMessage, TestClient, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [owner, other]: Instance[] = [];
/** Live recorders, the first of which gets the centre's orders. */
let living: string[];
/** Id of the recording that a host began last. */
let recordingId: string;

beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  rig.centre.addNode({ nodeId: 'lib-1', kind: 'library', publicUrl: 'https://lib-1.example.org', state: 'alive' });
  for (const id of ['sig-1', 'sig-2']) await rig.instance(id);
  [owner, other] = rig.instances;
  await until(() => owner?.centre.fleet.has('sig-2') === true, 'both know each other');
  living = ['rec-1', 'rec-2'];
  rig.centre.record = () => ({ state: 'begun', recorderId: living[0] ?? '' });
});
afterEach(() => rig.close());

const person = (at: Instance | undefined, identity: string, admin = false): Promise<TestClient> =>
  TestClient.join(at?.url ?? '', { identity, video: { roomAdmin: admin } });
const recorderToken = (recorderId: string) => ({
  identity: recorderIdentity(recordingId, recorderId),
  claims: { kind: 'recorder' },
  video: { hidden: true },
});
const recorder = (at: Instance | undefined, recorderId: string): Promise<TestClient> =>
  TestClient.join(at?.url ?? '', recorderToken(recorderId));
const recordingsSeenBy = (client: TestClient): string[] =>
  recordingsOf(client).map((one) => `${one.recordingId} ${one.state} ${one.byIdentity}`);
function recordingsOf(client: TestClient): readonly wire.RoomRecording.$Properties[] {
  const infos = client.heard.flatMap(({ roomEvents, rosterSnapshot }) => [
    ...(rosterSnapshot?.info == null ? [] : [rosterSnapshot.info]),
    ...(roomEvents?.events ?? []).flatMap(({ roomChanged }) => roomChanged?.info ?? []),
  ]);
  const { recordings } = infos.at(-1) ?? client.joined?.roomInfo ?? {};
  return recordings ?? [];
}
async function start(client: TestClient, o: wire.ActStartRecording.$Properties = {}): Promise<string> {
  const { ack, error } = await client.request({ act: { startRecording: o } });
  recordingId = ack?.recordingId ?? recordingId;
  return error?.code ?? 'ack';
}
const orderCount = (): number => rig.centre.recording.length;
/** Begins a recording with rec-1, at the other signaling node. */
async function startRunning() {
  const ann = await person(owner, 'ann', true);
  const bob = await person(other, 'bob');
  expect(await start(ann, { recordingId: 're_asked' })).toBe('ack');
  await until(() => orderCount() > 0, 'the centre is asked');
  const one = await recorder(other, 'rec-1');
  await until(() => recordingsSeenBy(bob)[0] === `${recordingId} running ann`, 'all see that it runs');
  return { ann, bob, one };
}

it('a host begins a recording, others may not; all see it, also later clients, but not the recorder', async () => {
  const { ann, bob } = await startRunning();
  expect([await start(bob), await bob.outcome({ act: { stopRecording: {} } })]).toEqual([
    'NOT_PERMITTED',
    'NOT_PERMITTED',
  ]);
  expect(await start(ann, { recordingId: 'RE' })).toBe('REQUEST_INVALID');
  const cid = await person(owner, 'cid');
  expect(recordingsSeenBy(cid)).toEqual([`${recordingId} running ann`]);
  expect(cid.joined?.participants?.map(({ identity }) => identity).sort()).toEqual(['ann', 'bob']);
  const [order] = rig.centre.recording;
  expect(order).toMatchObject({ roomKey: 'acme/lobby', epoch: 1, recordingId, nodeId: 'sfu-1', slots: 2 });
});

it('a composed recording is ordered with the cost of its tracks; all see when its recorder composes it later', async () => {
  rig.centre.record = () => ({ state: 'begun', recorderId: 'rec-1', later: true });
  const ann = await person(owner, 'ann', true);
  const bob = await person(other, 'bob');
  expect(await start(ann, { mode: 'composed', layout: 'speaker' })).toBe('ack');
  const seen = { recordingId, mode: 'composed', layout: 'speaker', later: true };
  for (const one of [ann, bob])
    await until(() => recordingsOf(one)[0]?.later === true, 'it is known to be composed later');
  expect([recordingsOf(bob), recordingsOf(await person(owner, 'cid'))]).toMatchObject([[seen], [seen]]);
  expect(rig.centre.recording[0]).toMatchObject({ recordingId, mode: 'composed', slots: 52, trackSlots: 2 });
});

it('a stop removes the recorder, which cannot come back, and ends the requests to the centre', async () => {
  const { ann, bob, one } = await startRunning();
  expect(await ann.outcome({ act: { stopRecording: { recordingId: 're_asked' } } })).toBe('ack');
  expect((await one.ends()).reason).toBe('RECORDING_ENDED');
  expect(one.disconnect()).toMatchObject({ code: 'RECORDING_ENDED' });
  await until(() => recordingsSeenBy(bob).length === 0, 'all see that it is over');
  const before = orderCount();
  const first = recordingId;
  expect(await start(ann, { recordingId: first })).toBe('ack');
  expect(recordingId).not.toBe(first);
  await until(() => orderCount() > before, 'the centre is asked for another');
  expect(rig.centre.recording.slice(before).map((order) => order.recordingId)).not.toContain(first);
});

it('a recording continues when the owner dies: the recorder stays, and the next owner asks for it', async () => {
  const ann = await person(owner, 'ann', true);
  const bob = await person(other, 'bob');
  expect(await start(ann)).toBe('ack');
  const one = await recorder(other, 'rec-1');
  await until(() => recordingsSeenBy(bob)[0] === `${recordingId} running ann`, 'it runs');
  await owner?.kill();
  await bob.hears('what the next owner knows', (frame) => frame.rosterSnapshot != null);
  await until(() => rig.centre.recording.at(-1)?.epoch === 2, 'the next owner asks');
  expect([recordingsSeenBy(bob), one.closed]).toEqual([[`${recordingId} running ann`], undefined]);
  expect(rig.centre.recording.flatMap(({ recorderAvoidIds }) => recorderAvoidIds)).toEqual([]);
  const resume = { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
  const host = await TestClient.join(other?.url ?? '', {
    identity: 'ann',
    video: { roomAdmin: true },
    join: { resume },
  });
  expect(await host.outcome({ act: { stopRecording: {} } })).toBe('ack');
  expect((await one.ends()).reason).toBe('RECORDING_ENDED');
  // The recording is known to be over by now.
  const late = await TestClient.open(other?.url ?? '');
  const refused = await late.request({ join: joinMessage(await token(recorderToken('rec-1'))) });
  expect(refused.error).toMatchObject({ code: 'RECORDING_ENDED', retryable: false });
});
