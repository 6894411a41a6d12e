import { emptyParticipant, emptyRoomInfo, type Participant, type RosterChange, type Track } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { Roster, type RosterDifference } from '../../src/core/roster.ts';

const track = (trackId: string, o: Partial<Track> = {}): Track => ({
  trackId,
  kind: 'video',
  source: 'camera',
  name: '',
  muted: false,
  mimeType: 'video/VP9',
  layerKind: 'svc',
  layers: [],
  nodeId: 'n1',
  width: 1,
  height: 1,
  ...o,
});
const person = (sessionId: string, o: Partial<Participant> = {}, tracks: Track[] = []): Participant => ({
  ...emptyParticipant,
  sessionId,
  identity: sessionId.toLowerCase(),
  nodeId: 'n1',
  signalingId: 's1',
  region: 'r',
  tracks,
  ...o,
});
const view = { epoch: 1, speakers: [], info: emptyRoomInfo };
const start = (people: Participant[], seq = 10): Roster => {
  const roster = new Roster();
  roster.replace({ ...view, selfSessionId: 'ME', seq, participants: [person('ME'), ...people] });
  return roster;
};
const step = (roster: Roster, changes: RosterChange[], o: { epoch?: number; from?: number } = {}) => {
  const from = o.from ?? roster.seq + 1;
  return roster.apply(
    o.epoch ?? roster.epoch,
    changes.map((change, index) => ({ seq: from + index, change })),
  );
};
const leftChange = (sessionId: string): RosterChange => ({ type: 'participantLeft', sessionId, reason: 'LEFT' });

describe('events of the roster:', () => {
  test('repetitions and events of an older owner are dropped', () => {
    const roster = start([person('A')]);
    expect(step(roster, [leftChange('A')], { from: 10 })).toEqual([]);
    expect(step(roster, [leftChange('A')], { epoch: 0 })).toEqual([]);
    expect(roster.others()).toHaveLength(1);
  });

  test('a skipped seq is accepted and counted', () => {
    const roster = start([person('A')]);
    expect(step(roster, [leftChange('A')], { from: 13 })).toHaveLength(1);
    expect({ gaps: roster.gaps, seq: roster.seq }).toEqual({ gaps: 1, seq: 13 });
  });

  test('the events of a new owner are numbered from one again', () => {
    const roster = start([person('A'), person('B')]);
    expect(step(roster, [leftChange('A'), leftChange('B')], { epoch: 2, from: 3 })).toHaveLength(2);
    expect({ epoch: roster.epoch, seq: roster.seq, gaps: roster.gaps }).toEqual({ epoch: 2, seq: 4, gaps: 0 });
  });

  test('when a known identity joins in another session, its older session leaves first', () => {
    const roster = start([person('A', { identity: 'ada' })]);
    const joinedChange = { type: 'participantJoined', participant: person('A2', { identity: 'ada' }) } as const;
    expect(step(roster, [joinedChange]).map(({ type }) => type)).toEqual(['participantLeft', 'participantJoined']);
    // a late leave of the older session removes no participant
    expect(step(roster, [leftChange('A')])).toEqual([]);
    expect(roster.participants().map(({ sessionId }) => sessionId)).toEqual(['ME', 'A2']);
  });

  test('a track is found with its state', () => {
    const roster = start([person('A', {}, [track('T1')])]);
    step(roster, [{ type: 'trackMuted', sessionId: 'A', trackId: 'T1', muted: true }]);
    expect([roster.track('T1')?.muted, roster.get('A')?.tracks[0]?.muted, roster.track('T2')]).toEqual([
      true,
      true,
      undefined,
    ]);
  });
});

describe('a snapshot', () => {
  const replace = (roster: Roster, people: Participant[], selfSessionId = 'ME'): readonly RosterDifference[] =>
    roster.replace({ ...view, epoch: 2, seq: 50, selfSessionId, participants: [person(selfSessionId), ...people] });
  const types = (differences: readonly RosterDifference[]) =>
    differences.map(({ type }) => type).filter((type) => type !== 'speakersChanged');

  test('announces everyone but ourselves when it is the first', () => {
    expect(types(replace(new Roster(), [person('A'), person('B')]))).toEqual([
      'participantJoined',
      'participantJoined',
    ]);
  });

  test('does not announce participants that are unchanged', () => {
    const people = [person('A', {}, [track('T1')])];
    expect(types(replace(start(people), people))).toEqual([]);
  });

  test('announces neither our own new session after a rejoin nor the end of the old one', () => {
    const roster = start([person('A')]);
    expect(types(replace(roster, [person('A')], 'ME2'))).toEqual([]);
    expect(roster.others().map(({ sessionId }) => sessionId)).toEqual(['A']);
  });

  test('announces changes of the room and of the number of viewers', () => {
    const roster = start([]);
    const locked = { ...emptyRoomInfo, locked: true };
    const viewers = new Map([['hls', 3]]);
    const snapshot = { ...view, epoch: 2, seq: 1, selfSessionId: 'ME', participants: [person('ME')], info: locked };
    expect(types(roster.replace({ ...snapshot, viewers }))).toEqual(['roomChanged', 'viewersChanged']);
    expect(types(roster.replace(snapshot))).toEqual([]);
    expect(roster.viewers).toBe(viewers);
  });
});
