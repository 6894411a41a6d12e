// Contract of room owners towards the api, by signaling nodes and by the double of the api's own tests.
import type { wire } from '@meridian/protocol';
import { secureRng } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeErrorOf } from '../../../../product/api/src/nodes/node-links.ts';
import { LinkedOwners, type RoomOwners } from '../../../../product/api/src/nodes/room-owners.ts';
import { ScriptedOwners } from '../../../../product/api/test/support/scripted-owners.ts';
import { TestApi } from '../../../../signaling/test/service/rig/api.ts';
import { TestClient } from '../../../../signaling/test/service/rig/client.ts';
import { Rig } from '../../../../signaling/test/service/rig/rig.ts';

interface OwnersUnderTest {
  readonly owners: RoomOwners;
  /** Lets Ann, with this microphone, and Bob join the room `acme/NAME`. */
  open(name: string): Promise<void>;
  close(): Promise<void>;
}
const trackId = 'TR_annmicrophone1';

async function scripted(): Promise<OwnersUnderTest> {
  const owners = new ScriptedOwners();
  const track = { trackId, kind: 'audio', source: 'microphone', muted: false } as const;
  const participants = [
    { sessionId: 'PA_ann', identity: 'ann', tracks: [track as never] },
    { sessionId: 'PA_bob', identity: 'bob' },
  ];
  const open = async (name: string): Promise<void> => owners.open(`acme/${name}`, { participants });
  return { owners, open, close: async () => undefined };
}

async function linked(): Promise<OwnersUnderTest> {
  const rig = await Rig.start();
  rig.centre.addNode({ nodeId: 'lib-1', kind: 'library', publicUrl: 'https://lib-1.example.org', state: 'alive' });
  const api = new TestApi(rig);
  await rig.node('sfu-1');
  const node = await rig.instance('sig-1');
  await api.dial(node);
  const nodes = {
    isPlanned: true,
    linkedNodes: () => [node.id],
    missing: () => [],
    call: <Q, QP, A, AP>(...[nodeId, kind, message]: Parameters<typeof api.ask<Q, QP, A, AP>>) =>
      api.ask(nodeId, kind, message).catch((error: unknown) => Promise.reject(nodeErrorOf(error))),
  };
  const owners = new LinkedOwners({ nodes, leaseOf: async () => undefined, clock: rig.clock, rng: secureRng() });
  const open = async (room: string): Promise<void> => {
    const ann = await TestClient.join(node.url, { identity: 'ann', room });
    await ann.publish(trackId);
    await TestClient.join(node.url, { identity: 'bob', room });
  };
  const close = async (): Promise<void> => {
    api.close();
    await rig.close();
  };
  return { owners, open, close };
}

type Act = wire.RoomAct.$Properties;
const actor = { kind: 'key', id: 'k' } as const;

describe.each([
  ['the double', scripted],
  ['signaling nodes', linked],
])('contract of owners: %s', (_, make) => {
  let subject: OwnersUnderTest;
  let rooms = 0;
  beforeAll(async () => {
    subject = await make();
  });
  afterAll(() => subject.close());

  const opened = async () => {
    const { owners, open } = subject;
    rooms += 1;
    const name = `lobby-${rooms}`;
    const roomKey = `acme/${name}`;
    await open(name);
    const act = (...acts: readonly [Act, ...Act[]]) => owners.command({ roomKey, actor, acts });
    const view = async () => (await owners.view(roomKey)) ?? expect.fail('no owner');
    const people = async () => (await view()).roster.participants;
    return { owners, name, roomKey, act, view, people };
  };

  it('returns nothing for a room without an owner', async () => {
    const { owners } = subject;
    const roomKey = 'acme/nobodys';
    expect(await owners.view(roomKey)).toBeUndefined();
    expect(await owners.command({ roomKey, actor, acts: [{ setRoom: { locked: true } }] })).toBeUndefined();
    expect(await owners.list('acme', ['nobodys'])).toEqual({ rooms: [], silent: [] });
  });

  it('shows and lists participants, only to the tenant of the room', async () => {
    const { owners, name, roomKey, view, people } = await opened();
    expect((await people()).map(({ identity, tracks }) => [identity, tracks.length])).toEqual([
      ['ann', 1],
      ['bob', 0],
    ]);
    expect(await view()).toMatchObject({ waiters: [], moreWaiters: 0, posts: [], hands: [], moreHands: 0 });
    const lobby = { name, participants: 2, publishers: 1, waiting: 0 };
    expect((await owners.list('acme')).rooms).toContainEqual(expect.objectContaining(lobby));
    expect(await owners.list('acme', ['hall', name])).toMatchObject({ rooms: [lobby], silent: [] });
    expect((await owners.list('acme', ['hall'])).rooms).toEqual([]);
    expect((await owners.list('other')).rooms).toEqual([]);
    const page = { limit: 10, afterIdentity: '', prefix: '' } as never;
    expect(await owners.crowd(roomKey, await view(), page)).toEqual({ people: [], total: 0, silent: [] });
  });

  it('counts changes of the policy, and changes nothing at another version than the expected one', async () => {
    const { owners, roomKey, act, view } = await opened();
    const { version } = (await view()).policy;
    for (let times = 0; times < 2; times++) {
      const done = await act({ setRoom: { locked: true } });
      expect(done).toMatchObject({ policy: { version: version + 1, locked: true }, info: { locked: true } });
    }
    expect(await view()).toMatchObject({ policy: { version: version + 1 }, roster: { info: { locked: true } } });
    const acts = [{ setRoom: { locked: false } }] as const;
    const late = owners.command({ roomKey, actor, acts, expectedVersion: version });
    await expect(late).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect((await view()).policy.locked).toBe(true);
    expect(await owners.command({ roomKey, actor, acts, expectedVersion: version + 1 })).toBeDefined();
  });

  it.each<[string, Act]>([
    ['remove', { remove: { identity: 'eve' } }],
    ['mute', { mute: { identity: 'eve', allSources: true } }],
    ['update', { update: { identity: 'eve', name: 'Eve' } }],
    ['askUnmute', { askUnmute: { identity: 'eve', source: 2 } }],
    ['subscribe', { subscribe: { identity: 'eve', trackIds: [trackId], subscribed: false } }],
    ['hand', { hand: { identity: 'eve' } }],
  ])('refuses to %s an absent participant', async (_name, one) => {
    const { act } = await opened();
    await expect(act(one)).rejects.toMatchObject({ code: 'PARTICIPANT_UNKNOWN' });
  });

  it.each<[string, Act]>([
    ['an act that is none', {}],
    ['a name that is no identity', { mute: { identity: '', allSources: true } }],
    ['a stage where there is none', { stage: { identity: 'bob', on: true } }],
    ['a layout of no recording', { recordingLayout: { recordingId: 're_1', layout: 'grid' } }],
  ])('refuses %s', async (_name, one) => {
    const { act } = await opened();
    await expect(act(one)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('mutes unmuted tracks, and names their participant', async () => {
    const { act, people } = await opened();
    const mute = { mute: { identity: 'ann', trackId } };
    const ann = { identity: 'ann', tracks: [{ trackId, muted: true }] };
    expect(await act(mute)).toMatchObject({ affected: 1, participant: ann });
    expect(await act(mute)).toMatchObject({ affected: 0, participant: ann });
    expect(await people()).toMatchObject([ann, { identity: 'bob' }]);
    await expect(act({ mute: { identity: 'bob', trackId } })).rejects.toMatchObject({ code: 'TRACK_UNKNOWN' });
  });

  it('updates a participant, and removes it', async () => {
    const { act, people } = await opened();
    const ann = { identity: 'ann', name: 'Ann A.', metadata: 'm', attributes: { seat: '7' } };
    expect(await act({ update: ann })).toMatchObject({ affected: 1, participant: ann });
    expect(await people()).toMatchObject([ann, { identity: 'bob' }]);
    expect(await act({ remove: { identity: 'ann' } })).toMatchObject({ affected: 1, participant: undefined });
    expect((await people()).map(({ identity }) => identity)).toEqual(['bob']);
  });

  it('keeps bans and roles of absent people', async () => {
    const { act } = await opened();
    const banned = await act({ remove: { identity: 'eve', forever: true } });
    expect(banned).toMatchObject({ affected: 0, policy: { bans: [{ identity: 'eve', untilWallMs: 0 }] } });
    const member = { member: { identity: 'dan', role: 'cohost' } };
    const made = await act(member, { unban: { identity: 'eve' } });
    expect(made).toMatchObject({ participant: undefined, policy: { bans: [], members: [member.member] } });
  });

  it('carries out acts in order until one is refused', async () => {
    const { act, view } = await opened();
    const refused = act(
      { setRoom: { locked: true } },
      { remove: { identity: 'eve' } },
      { remove: { identity: 'bob' } },
    );
    await expect(refused).rejects.toMatchObject({ code: 'PARTICIPANT_UNKNOWN' });
    expect(await view()).toMatchObject({ policy: { locked: true } });
    expect((await view()).roster.participants).toHaveLength(2);
  });

  it('begins a recording under its id once, and stops it', async () => {
    const { act } = await opened();
    const begin = { startRecording: { recordingId: 're_1234567890123456', mode: '' } };
    const result = await act(begin);
    expect(result?.policy.recordings).toMatchObject([{ recordingId: 're_1234567890123456' }]);
    expect((await act(begin))?.policy.version).toBe(result?.policy.version);
    const stopped = await act({ stopRecording: { recordingId: 're_1234567890123456' } });
    expect(stopped?.policy.recordings).toEqual([]);
  });

  it('ends the room', async () => {
    const { owners, name, roomKey, act } = await opened();
    expect(await act({ end: { reason: 'over' } })).toMatchObject({ affected: 2 });
    expect(await owners.view(roomKey)).toBeUndefined();
    expect(await owners.list('acme', [name])).toEqual({ rooms: [], silent: [] });
  });
});
