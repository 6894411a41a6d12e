// Tests the effect of each change on the room document, that all followers stay equal, and which of two copies counts.
import { describe, expect, it, test } from 'vitest';
import {
  differencesBetween,
  emptyParticipant,
  emptyPolicy,
  emptyRetainedRoom,
  emptyRoomInfo,
  mergeRetainedRooms,
  type Participant,
  type RetainedRoom,
  type RoomChange,
  type RoomDifference,
  RoomState,
  rosterEventFromWire,
  rosterEventToWire,
  rosterViewFromWire,
  rosterViewToWire,
  shownEvent,
  type Track,
  trackFromWire,
} from '../../src/index.ts';

const track = (trackId: string, o: Partial<Track> = {}): Track => ({
  ...trackFromWire({ trackId, kind: 2, mimeType: 'video/VP9', nodeId: 'n1' }),
  ...o,
});
const person = (sessionId: string, o: Partial<Participant> = {}, ...tracks: Track[]): Participant => ({
  ...emptyParticipant,
  sessionId,
  identity: sessionId.toLowerCase(),
  nodeId: 'n1',
  tracks,
  ...o,
});
const stateOf = (...participants: Participant[]): RoomState =>
  RoomState.fromView({ epoch: 1, seq: 0, participants, speakers: [], info: emptyRoomInfo });
const apply = (state: RoomState, change: RoomChange): readonly RoomDifference[] =>
  state.apply({ seq: state.seq + 1, change });
const summaryOf = (one: RoomDifference): string =>
  [
    one.type,
    'participant' in one ? one.participant.sessionId : '',
    'track' in one ? one.track.trackId : '',
    'reason' in one ? one.reason : '',
  ]
    .filter((text) => text !== '')
    .join(' ');
const shorts = (differences: readonly RoomDifference[]): string[] => differences.map(summaryOf);
const types = (differences: readonly RoomDifference[]): string[] => differences.map(({ type }) => type);

const info = { ...emptyRoomInfo, metadata: 'open', version: 1 };
const policy = { ...emptyPolicy, version: 3, locked: true, capacity: 9 };

describe('a change of a room', () => {
  /** Differences of each change, and those of its repetition. */
  const rows: { name: string; change: RoomChange; makes: string[]; again?: string[] }[] = [
    {
      name: 'an absent participant cannot leave',
      change: { type: 'participantLeft', sessionId: 'X', reason: '' },
      makes: [],
    },
    {
      name: 'an absent participant cannot publish',
      change: { type: 'trackPublished', sessionId: 'X', track: track('T9') },
      makes: [],
    },
    {
      name: 'an absent participant cannot change',
      change: { type: 'participantChanged', participant: person('X') },
      makes: [],
    },
    {
      name: 'an unknown track cannot be muted',
      change: { type: 'trackMuted', sessionId: 'A', trackId: 'T9', muted: true },
      makes: [],
    },
    {
      name: 'a track cannot be muted by another session',
      change: { type: 'trackMuted', sessionId: 'B', trackId: 'T1', muted: true },
      makes: [],
    },
    {
      name: 'an unknown track cannot be unpublished',
      change: { type: 'trackUnpublished', sessionId: 'A', trackId: 'T9', reason: '' },
      makes: [],
    },
    { name: 'an unknown change has no effect', change: { type: 'unknown' }, makes: [] },
    {
      name: 'a participant joins',
      change: { type: 'participantJoined', participant: person('C') },
      makes: ['participantJoined C'],
    },
    {
      name: 'a participant replaces the older session of its identity',
      change: { type: 'participantJoined', participant: person('A2', { identity: 'a' }) },
      makes: ['participantLeft A DUPLICATE_IDENTITY', 'participantJoined A2'],
    },
    {
      name: 'a present participant that joins again is compared',
      change: { type: 'participantJoined', participant: person('A', { name: 'Ada' }, track('T2')) },
      makes: ['participantChanged A', 'trackUnpublished A T1', 'trackPublished A T2'],
    },
    {
      name: 'a participant leaves',
      change: { type: 'participantLeft', sessionId: 'A', reason: 'CLIENT' },
      makes: ['participantLeft A CLIENT'],
    },
    {
      name: 'a name changes',
      change: { type: 'participantChanged', participant: person('A', { name: 'Ada' }) },
      makes: ['participantChanged A'],
      again: ['participantChanged A'],
    },
    {
      name: 'a quality changes',
      change: { type: 'qualityChanged', sessionId: 'A', quality: 'good' },
      makes: ['qualityChanged A'],
    },
    {
      name: 'a track is published',
      change: { type: 'trackPublished', sessionId: 'A', track: track('T2') },
      makes: ['trackPublished A T2'],
    },
    {
      name: 'a track is published again, muted',
      change: { type: 'trackPublished', sessionId: 'A', track: track('T1', { muted: true }) },
      makes: ['trackMuted A T1'],
    },
    {
      name: 'a track is muted',
      change: { type: 'trackMuted', sessionId: 'A', trackId: 'T1', muted: true },
      makes: ['trackMuted A T1'],
    },
    {
      name: 'a track is unpublished',
      change: { type: 'trackUnpublished', sessionId: 'A', trackId: 'T1', reason: 'ENDED' },
      makes: ['trackUnpublished A T1 ENDED'],
    },
    {
      name: 'speakers change',
      change: { type: 'speakersChanged', speakers: [{ sessionId: 'A', levelDbov: -9 }] },
      makes: ['speakersChanged'],
      again: ['speakersChanged'],
    },
    { name: 'the room changes', change: { type: 'roomChanged', info }, makes: ['roomChanged'] },
    {
      name: 'the policy changes with its visible part',
      change: { type: 'policyChanged', policy },
      makes: ['policyChanged', 'roomChanged'],
      again: ['policyChanged'],
    },
    {
      name: 'the policy changes without its visible part',
      change: { type: 'policyChanged', policy: { ...emptyPolicy, version: 1, capacity: 2 } },
      makes: ['policyChanged'],
      again: ['policyChanged'],
    },
  ];
  it.each(rows)('$name', ({ change, makes, again = [] }) => {
    const state = stateOf(person('A', {}, track('T1')), person('B'));
    expect(shorts(apply(state, change))).toEqual(makes);
    state.validate();
    const viewBefore = state.view();
    expect(shorts(apply(state, change))).toEqual(again);
    state.validate();
    expect({ ...state.view(), seq: 1 }).toEqual(viewBefore);
    expect(state.seq).toBe(2);
  });

  it('finds a participant by track and by identity, until it has left', () => {
    const state = stateOf(person('A', {}, track('T1')));
    apply(state, { type: 'speakersChanged', speakers: [{ sessionId: 'A', levelDbov: -9 }] });
    expect([state.track('T1')?.publisher.sessionId, state.publisherOf('T1'), state.byIdentity('a')?.sessionId]).toEqual(
      ['A', 'A', 'A'],
    );
    apply(state, { type: 'participantLeft', sessionId: 'A', reason: '' });
    expect([state.track('T1'), state.publisherOf('T1'), state.byIdentity('a'), state.speakers, state.size]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
      0,
    ]);
  });

  it('to a participant keeps its tracks', () => {
    const state = stateOf(person('A', {}, track('T1')));
    const [changed] = apply(state, { type: 'participantChanged', participant: person('A', { nodeId: 'n2' }) });
    expect(changed).toMatchObject({ participant: { tracks: [{ nodeId: 'n2' }] }, previous: { nodeId: 'n1' } });
  });

  it('to the policy gives its visible part another version, and followers get only that part', () => {
    const state = stateOf();
    const event = { seq: 1, change: { type: 'policyChanged', policy } } as const;
    const shown = { ...emptyRoomInfo, locked: true, version: 1 };
    expect(shownEvent(event, state.apply(event))).toEqual({ seq: 1, change: { type: 'roomChanged', info: shown } });
    expect([state.info, state.policy]).toEqual([shown, policy]);
    const hidden = { seq: 2, change: { type: 'policyChanged', policy: { ...policy, capacity: 1 } } } as const;
    expect(shownEvent(hidden, state.apply(hidden))).toEqual({ seq: 2, change: { type: 'unknown' } });
    expect('policy' in rosterViewToWire(state.view())).toBe(false);
  });
});

describe('followers of a room', () => {
  const random = (seed: number) => {
    let state = seed;
    return (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  };
  const someChange = (below: (n: number) => number): RoomChange => {
    const name = `P${below(5)}`;
    const trackId = `T${name}${below(3)}`;
    const changes: (() => RoomChange)[] = [
      () => ({ type: 'participantJoined', participant: person(name, { identity: `i${below(4)}` }) }),
      () => ({ type: 'participantJoined', participant: person(name, { identity: name }, track(trackId)) }),
      () => ({ type: 'participantLeft', sessionId: name, reason: '' }),
      () => ({ type: 'participantChanged', participant: person(name, { identity: name, nodeId: `n${below(3)}` }) }),
      () => ({ type: 'trackPublished', sessionId: name, track: track(trackId) }),
      () => ({ type: 'trackUnpublished', sessionId: name, trackId, reason: '' }),
      () => ({ type: 'trackMuted', sessionId: name, trackId, muted: below(2) === 0 }),
      () => ({ type: 'qualityChanged', sessionId: name, quality: below(2) === 0 ? 'good' : 'poor' }),
      () => ({ type: 'policyChanged', policy: { ...emptyPolicy, version: below(9), locked: below(2) === 0 } }),
      () => ({ type: 'unknown' }),
    ];
    return changes[below(changes.length)]?.() ?? { type: 'unknown' };
  };

  test.each([1, 2, 3, 4, 5])('stay equal, by events or by snapshots, over the wire (seed %i)', (seed) => {
    const randomBelow = random(seed);
    const owner = stateOf();
    const follower = stateOf();
    let lateFollower = stateOf();
    for (let seq = 1; seq <= 400; seq += 1) {
      const change = someChange(randomBelow);
      // An owner refuses to change the identity of a session.
      const existing = 'participant' in change ? owner.get(change.participant.sessionId) : undefined;
      if (existing !== undefined && 'participant' in change && existing.identity !== change.participant.identity)
        continue;
      const event = { seq: owner.seq + 1, change };
      const sent = shownEvent(event, owner.apply(event));
      owner.validate();
      follower.apply(rosterEventFromWire(rosterEventToWire(sent)));
      follower.validate();
      expect(follower.view()).toEqual(owner.view());
      if (randomBelow(10) > 0) continue;
      const snapshot = RoomState.fromView(rosterViewFromWire(rosterViewToWire(owner.view())));
      const leftCount = differencesBetween(lateFollower, snapshot).filter(
        ({ type }) => type === 'participantLeft',
      ).length;
      const came = differencesBetween(lateFollower, snapshot).filter(({ type }) => type === 'participantJoined').length;
      expect(snapshot.size).toBe(lateFollower.size - leftCount + came);
      expect(types(differencesBetween(snapshot, snapshot))).toEqual(['speakersChanged']);
      lateFollower = snapshot;
    }
  });

  it('learn from a snapshot which participants left and came, and which tracks are muted or new', () => {
    const before = stateOf(person('A', {}, track('T1'), track('T2')), person('B'));
    const after = stateOf(person('A', { quality: 'good' }, track('T1', { muted: true }), track('T3')), person('C'));
    expect(shorts(differencesBetween(before, after))).toEqual([
      'participantLeft B',
      'qualityChanged A',
      'trackUnpublished A T2',
      'trackMuted A T1',
      'trackPublished A T3',
      'participantJoined C',
      'speakersChanged',
    ]);
  });
});

describe('copies of a room that outlive its owner', () => {
  const copy = (epoch: number, version: number, policyVersion: number): RetainedRoom => ({
    epoch,
    info: { ...emptyRoomInfo, version, metadata: `${epoch}.${version}` },
    policy: { ...emptyPolicy, version: policyVersion },
  });
  test.each<[string, RetainedRoom[], string, number]>([
    ['no copy leaves the room without metadata', [], '', 0],
    ['a later version of one owner counts', [copy(2, 1, 0), copy(2, 3, 0), copy(2, 2, 0)], '2.3', 0],
    ['a later owner counts, with versions from 1 again', [copy(1, 5, 0), copy(3, 1, 0), copy(2, 9, 0)], '3.1', 0],
    ['an empty copy does not count', [emptyRetainedRoom, copy(1, 1, 2), emptyRetainedRoom], '1.1', 2],
    ['the policy of the highest version counts, whichever copy has it', [copy(1, 5, 7), copy(3, 1, 4)], '3.1', 7],
  ])('%s', (_name, copies, metadata, policyVersion) => {
    for (const order of [copies, [...copies].reverse()]) {
      const latest = order.reduce(mergeRetainedRooms, emptyRetainedRoom);
      expect([latest.info.metadata, latest.policy.version]).toEqual([metadata, policyVersion]);
    }
  });
});
