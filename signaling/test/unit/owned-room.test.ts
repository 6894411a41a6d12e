// Tests a room at its owner, with fake signaling and media nodes.
import {
  emptyPolicy,
  emptyRoomInfo,
  limits,
  type Participant,
  policyFromWire,
  policyToWire,
  type RoomPolicy,
  type RosterEvent,
  trackFromWire,
  watcherIdentity,
} from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Roster } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { OwnedRoom, type OwnedRoomOptions } from '../../src/owner/owned-room.ts';
import type { SessionOrder } from '../../src/wire/control-wire.ts';
import { person } from './fixtures.ts';

const options = {
  room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
  clock: new ManualClock(),
  log: createLogger({ name: 'test', level: 'silent' }),
  rng: seededRng('owned-room'),
  fleet: () => new Map([['n2', { region: 'sgp' }]]),
  counters: { move: () => undefined },
  nodes: { hold: () => undefined, release: () => undefined, post: () => true },
  isPolicyKnown: true,
  storePolicy: () => undefined,
  isPolicyPending: () => false,
  fence: undefined,
};
const joining = { takeover: false, manualSubscribe: true, adoption: 0, fence: '' };

it('a cohost changes the room, only through its own signaling node, and every signaling node is informed', () => {
  const received: string[] = [];
  const room = new OwnedRoom({
    ...options,
    roster: new Roster(1),
    signalingNodes: {
      events: (signalingId: string, _room: unknown, events: RosterEvent[]) =>
        received.push(...events.map(({ seq, change }) => `${signalingId} ${seq} ${change.type}`)),
    },
  } as unknown as OwnedRoomOptions);
  room.join('d1', { ...joining, participant: person('ann', { admin: true }) });
  room.join('d2', { ...joining, participant: person('bob', { signalingId: 'd2' }) });
  const refused = (code: string) => expect.objectContaining({ code });
  expect(() => room.act('d2', 'PA_bob', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('NOT_PERMITTED'),
  );
  expect(() => room.act('d2', 'PA_ann', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('SESSION_UNKNOWN'),
  );
  expect(() => room.act('d1', 'PA_gone', { type: 'metadata', metadata: 'x', expectedVersion: undefined })).toThrow(
    refused('PARTICIPANT_UNKNOWN'),
  );
  received.length = 0;
  room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'open', expectedVersion: undefined });
  room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'open', expectedVersion: undefined });
  expect(received).toEqual(['d1 3 roomChanged', 'd2 3 roomChanged']);
  expect(room.snapshot().info).toMatchObject({ metadata: 'open', version: 1 });
  room.close();
  expect(() => room.act('d1', 'PA_ann', { type: 'metadata', metadata: 'shut', expectedVersion: undefined })).toThrow(
    refused('ROOM_OWNER_LOST'),
  );
});

it('a participant stays at its new node when a signaling node that has not learned of the move yet renames it', () => {
  const room = new OwnedRoom({
    ...options,
    roster: new Roster(1),
    signalingNodes: { events: () => undefined, order: () => undefined },
  } as unknown as OwnedRoomOptions);
  room.join('d1', { ...joining, participant: person('ann') });
  room.moved('d1', { sessionId: 'PA_ann', fromNodeId: 'n1', toNodeId: 'n2' });
  room.update('d1', person('ann', { name: 'Anne' }));
  expect(room.snapshot().participants).toMatchObject([{ name: 'Anne', nodeId: 'n2', region: 'sgp' }]);
  room.close();
});

interface Setting {
  readonly policy?: RoomPolicy;
  readonly isPolicyPending?: () => boolean;
  readonly isPolicyKnown?: boolean;
}

/** Returns a room of ann, a cohost, and bob and cid at another signaling node, each with a microphone and a camera. */
function meeting({ policy = emptyPolicy, isPolicyPending = () => false, isPolicyKnown = true }: Setting = {}) {
  const toStore: RoomPolicy[] = [];
  const clock = new ManualClock();
  const orders: string[] = [];
  const said: string[] = [];
  const over: string[] = [];
  const room = new OwnedRoom({
    ...options,
    clock,
    roster: new Roster(1, { info: emptyRoomInfo, policy }),
    isPolicyPending,
    isPolicyKnown,
    storePolicy: (changed: RoomPolicy) => toStore.push(changed),
    onOver: (reason: string) => over.push(reason),
    signalingNodes: {
      events: () => undefined,
      data: (signalingId: string, _room: unknown, _data: unknown, sessionIds: string[]) =>
        said.push(`${signalingId} data ${sessionIds}`),
      order: (signalingId: string, _room: unknown, sessionId: string, order: SessionOrder) =>
        orders.push(`${signalingId} ${sessionId} ${Object.values(order)[0]}`),
    },
  } as unknown as OwnedRoomOptions);
  const join = (name: string, o: Partial<Participant> = {}): void => {
    const participant = person(name, { signalingId: 'd2', ...o });
    room.join(participant.signalingId, { ...joining, participant });
  };
  const publish = (name: string, signalingId = 'd2'): void => {
    for (const [source, kind] of [
      ['microphone', 'audio'],
      ['camera', 'video'],
    ] as const) {
      const track = { ...trackFromWire({ trackId: `TR_${name}_${source}`, nodeId: 'n1', kind: 1 }), kind, source };
      room.publish(signalingId, `PA_${name}`, track);
    }
  };
  join('ann', { signalingId: 'd1', admin: true });
  join('bob');
  join('cid');
  publish('ann', 'd1');
  publish('bob');
  publish('cid');
  const muted = (): string[] =>
    room.snapshot().participants.flatMap(({ tracks }) => tracks.filter((one) => one.muted).map((one) => one.trackId));
  const get = (identity: string) => room.snapshot().participants.find((one) => one.identity === identity);
  const leaveAll = (): void => {
    for (const { signalingId, sessionId } of room.snapshot().participants) room.leave(signalingId, sessionId, 'LEFT');
  };
  return { room, clock, orders, said, over, muted, get, leaveAll, publish, toStore };
}

it('an operator’s watcher enters only a room with people, does not keep the room open, and leaves with it', () => {
  const { room, clock, over, orders } = meeting();
  const identity = watcherIdentity('rec-1');
  const watcher = person('watcher', { identity, hidden: true, signalingId: 'd2', canPublish: false });
  room.join('d2', { ...joining, participant: watcher });
  for (const name of ['bob', 'cid']) room.leave('d2', `PA_${name}`, 'LEFT');
  clock.advance(limits.roomEmptyReleaseMs + 1);
  expect([room.isEmpty, over]).toEqual([false, []]);
  room.leave('d1', 'PA_ann', 'LEFT');
  clock.advance(limits.roomEmptyReleaseMs + 1);
  expect([room.isEmpty, over]).toEqual([true, ['empty']]);
  const again = { ...joining, participant: { ...watcher, sessionId: 'PA_again' } };
  expect(() => room.join('d2', again)).toThrow(expect.objectContaining({ code: 'ROOM_ENDED' }));
  orders.length = 0;
  room.recordEnd('empty');
  expect(orders).toEqual(['d2 PA_watcher ROOM_ENDED']);
  room.close();
});

it('an act mutes a track, all tracks of a source, or those of all participants except leaders and the actor', () => {
  const { room, orders, muted } = meeting();
  room.act('d1', 'PA_ann', { type: 'mute', of: { identity: 'bob' }, what: { source: 'camera' } });
  expect(muted()).toEqual(['TR_bob_camera']);
  expect(orders).toEqual(['d2 PA_bob TR_bob_camera']);
  const all = room.command([{ type: 'mute', of: 'everybody', what: { source: 'microphone' } }]);
  expect([all.affected, muted()]).toEqual([2, ['TR_bob_microphone', 'TR_bob_camera', 'TR_cid_microphone']]);
  // A repeated act sends nothing.
  const received = orders.length;
  expect(room.command([{ type: 'mute', of: 'everybody', what: { source: 'microphone' } }]).affected).toBe(0);
  expect(orders).toHaveLength(received);
  expect(() =>
    room.act('d2', 'PA_bob', { type: 'mute', of: { identity: 'cid' }, what: { trackId: 'TR_cid_camera' } }),
  ).toThrow(expect.objectContaining({ code: 'NOT_PERMITTED' }));
  room.close();
});

it('a policy ends the tracks of a participant that may no longer publish, is stored, and reports no other change', () => {
  const { room, toStore, get } = meeting();
  const attendee = { type: 'member', member: { identity: 'bob', role: 'attendee' }, reset: false } as const;
  expect(room.act('d1', 'PA_ann', attendee).participant).toMatchObject({ role: 'attendee', canPublish: false });
  expect(get('bob')?.tracks).toEqual([]);
  expect(get('cid')?.tracks).toHaveLength(2);
  room.act('d1', 'PA_ann', attendee);
  expect(toStore.map(({ version }) => version)).toEqual([1]);
  room.close();
});

it('a room that opened without its policy gets it from the api: a banned participant leaves, roles apply', () => {
  const { room, orders, get, toStore, clock, leaveAll, over } = meeting({ isPolicyKnown: false });
  room.act('d1', 'PA_ann', { type: 'setRoom', changes: { capacity: 9 } });
  // Sending it would replace the api's stored policy.
  expect(toStore).toEqual([]);
  const bans = [{ identity: 'bob', untilWallMs: 0 }];
  room.policyStored({ ...emptyPolicy, version: 7, locked: true, bans, members: [{ identity: 'cid', role: 'host' }] });
  expect([get('bob'), get('cid')?.admin, orders.at(-1)]).toEqual([undefined, true, 'd2 PA_bob KICKED']);
  expect(toStore).toEqual([room.policy]);
  expect(room.policy).toMatchObject({ version: 8, locked: true, capacity: 9 });
  leaveAll();
  clock.advance(bounds.policyLingerMs);
  expect(over).toEqual(['empty']);
  room.close();
});

it('an empty room is kept for long while its changes can be stored nowhere', () => {
  const { room, clock, over, leaveAll } = meeting({ isPolicyKnown: false });
  room.act('d1', 'PA_ann', { type: 'setRoom', changes: { capacity: 9 } });
  leaveAll();
  clock.advance(bounds.policyUnstoredMsMax - 1);
  expect(over).toEqual([]);
  clock.advance(1);
  expect(over).toEqual(['empty']);
  room.close();
});

it('a company’s acts are all done at the expected version, or none is', () => {
  const { room, get } = meeting();
  const acts = [
    { type: 'setRoom', changes: { locked: true } },
    { type: 'member', member: { identity: 'bob', role: 'host' }, reset: false },
  ] as const;
  expect(room.command(acts, 0).participant).toMatchObject({ identity: 'bob', role: 'host' });
  const again = [{ type: 'remove', identity: 'bob', reason: '', bannedFor: 0, mayReturn: false }] as const;
  expect(() => room.command(again, 1)).toThrow(expect.objectContaining({ code: 'VERSION_CONFLICT' }));
  expect([room.policy.version, get('bob')?.role]).toEqual([2, 'host']);
  room.close();
});

it('a removed participant stays out of this life of the room, under its next owner too, unless a host lets it in', () => {
  const { room, orders, get, toStore } = meeting();
  const remove = { type: 'remove', identity: 'bob', reason: '', bannedFor: 0, mayReturn: false } as const;
  const bob = {
    ...joining,
    participant: person('bob', { sessionId: 'PA_bob2', signalingId: 'd2', protocol: 'webrtc' }),
  };
  const refused = (code: string) => expect.objectContaining({ code });
  room.act('d1', 'PA_ann', remove);
  expect([get('bob'), orders.at(-1)]).toEqual([undefined, 'd2 PA_bob KICKED']);
  expect(() => room.join('d2', bob)).toThrow(refused('NOT_ADMITTED'));
  expect(() => room.join('d2', { ...bob, takeover: true })).toThrow(refused('KICKED'));
  const hidden = { ...bob.participant, hidden: true };
  expect(() => room.join('d2', { ...bob, participant: hidden })).toThrow(refused('KICKED'));
  const encoder = { ...bob.participant, identity: 'bob-encoder', protocol: 'rtmp' };
  expect(() => room.join('d2', { ...bob, participant: encoder })).toThrow(refused('KICKED'));
  const policy = policyFromWire(policyToWire(toStore.at(-1) ?? emptyPolicy));
  room.command([{ type: 'unban', identity: 'bob' }]);
  room.join('d2', bob);
  room.command([{ ...remove, mayReturn: true }]);
  room.join('d2', bob);
  room.close();

  const next = new OwnedRoom({
    ...options,
    roster: new Roster(2, { info: emptyRoomInfo, policy }),
    signalingNodes: { events: () => undefined, knocked: () => undefined, lobby: () => undefined },
  } as unknown as OwnedRoomOptions);
  expect(() => next.join('d2', bob)).toThrow(refused('NOT_ADMITTED'));
  const knock = {
    waitId: 'WA_bob',
    identity: 'bob',
    name: '',
    admin: false,
    lobby: false,
    needsPolicy: false,
    network: '',
  };
  expect(next.lobby.knock('d2', { ...knock, sinceWallMs: 0 })).toMatchObject({ reason: 'removed' });
  next.lobby.admit({ waitIds: ['WA_bob'], all: false, refused: false });
  next.join('d2', bob);
  expect(next.policy.removed).toEqual([]);
  next.close();
});

it.each([
  ['a participant', { identity: 'bob', bannedFor: 0 }],
  ['a participant that is banned for good', { identity: 'bob', bannedFor: 'forever' }],
  ['a person that has just gone, and is banned', { identity: 'carl', bannedFor: 60_000 }],
] as const)('after the removal of %s a new guest waits for a host, and a user does not', (_who, removal) => {
  const { room } = meeting();
  const joiningAs = (identity: string) => ({
    ...joining,
    participant: person(identity, { signalingId: 'd2', protocol: 'webrtc' }),
  });
  room.join('d2', joiningAs('guest-a'));
  room.act('d1', 'PA_ann', { type: 'remove', reason: '', mayReturn: false, ...removal });
  expect(() => room.join('d2', joiningAs('guest-b'))).toThrow(expect.objectContaining({ code: 'NOT_ADMITTED' }));
  room.leave('d2', 'PA_guest-a', 'LEFT');
  room.join('d2', joiningAs('guest-a'));
  room.join('d2', joiningAs('dora'));
  room.command([{ type: 'unban', identity: removal.identity }]);
  room.join('d2', joiningAs('guest-b'));
  room.close();
});

it('a participant raises its own hand, and a cohost lowers all hands', () => {
  const { room, get, clock } = meeting();
  const raise = { type: 'hand', of: 'own', raised: true } as const;
  expect(room.act('d2', 'PA_bob', raise).participant?.handRaisedWallMs).toBe(clock.wallMs());
  clock.advance(1000);
  // The time at which the hand was raised stays.
  expect(room.act('d2', 'PA_bob', raise).affected).toBe(0);
  room.act('d2', 'PA_cid', raise);
  expect(room.act('d1', 'PA_ann', { type: 'hand', of: 'everybody', raised: false }).affected).toBe(2);
  expect([get('bob')?.handRaisedWallMs, get('cid')?.handRaisedWallMs]).toEqual([0, 0]);
  room.close();
});

it('each signaling node delivers a message of the service to its own sessions', () => {
  const { room, said } = meeting();
  const message = { type: 'data', payload: new Uint8Array([1]), topic: '', lossy: false } as const;
  expect(room.command([{ ...message, identities: [] }]).affected).toBe(3);
  expect(room.command([{ ...message, identities: ['cid', 'nina'] }]).affected).toBe(1);
  expect(said).toEqual(['d1 data PA_ann', 'd2 data PA_bob,PA_cid', 'd2 data PA_cid']);
  room.close();
});

it('a room ends at its booked time only if the booking sets `hardEnd`', () => {
  for (const hardEnd of [true, false]) {
    const { room, clock, over, orders } = meeting();
    const endsWallMs = clock.wallMs() + 2 * 3_600_000;
    room.command([{ type: 'setRoom', changes: { endsWallMs: clock.wallMs() + 1000, hardEnd } }]);
    room.command([{ type: 'setRoom', changes: { endsWallMs } }]);
    clock.advance(2 * 3_600_000 - 1);
    expect(over).toEqual([]);
    clock.advance(1);
    expect(over).toEqual(hardEnd ? ['ended'] : []);
    expect(orders.filter((order) => order.endsWith('ROOM_ENDED'))).toHaveLength(hardEnd ? 3 : 0);
    room.close();
    expect(clock.pendingTimers).toBe(0);
  }
});

it.each<[string, Setting, boolean, number]>([
  ['for a moment if its policy was not changed', {}, false, limits.roomEmptyReleaseMs],
  ['for the time that its policy sets', { policy: { ...emptyPolicy, emptyTimeoutMs: 90_000 } }, false, 90_000],
  ['longer if its policy was changed', {}, true, bounds.policyLingerMs],
  ['long while the api has not stored its policy', { isPolicyPending: () => true }, true, bounds.policyUnstoredMsMax],
])('an empty room is kept %s', (_name, setting, isChanged, keptMs) => {
  const { room, clock, over, leaveAll } = meeting(setting);
  if (isChanged) room.command([{ type: 'setRoom', changes: { locked: true } }]);
  leaveAll();
  clock.advance(keptMs - 1);
  expect(over).toEqual([]);
  clock.advance(1);
  expect(over).toEqual(['empty']);
  room.close();
});

it('an empty room is not kept for the api once its policy is stored', () => {
  let isPending = true;
  const { room, clock, over, leaveAll } = meeting({ isPolicyPending: () => isPending });
  room.command([{ type: 'setRoom', changes: { locked: true } }]);
  leaveAll();
  clock.advance(bounds.policyLingerMs - 1);
  isPending = false;
  room.policyStored(room.policy);
  expect(over).toEqual([]);
  clock.advance(1);
  expect(over).toEqual(['empty']);
  room.close();
});

it('a later break-out of the same name gets neither the id nor the room of an earlier one', () => {
  const clock = new ManualClock();
  const signalingNodes = { events: () => undefined };
  const room = new OwnedRoom({
    ...options,
    clock,
    roster: new Roster(1),
    signalingNodes,
  } as unknown as OwnedRoomOptions);
  const set = (endsWallMs: number): string | undefined => {
    const red = { breakOutId: '', name: 'Red', identities: [], endsWallMs };
    room.command([{ type: 'breakOuts', set: [red], message: '' }]);
    return room.policy.breakOuts[0]?.breakOutId;
  };
  const first = set(clock.wallMs() + 1000);
  expect(set(clock.wallMs() + 2000)).toBe(first);
  clock.advance(2000);
  expect(set(0)).not.toBe(first);
  room.close();
});
