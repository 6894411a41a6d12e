import { emptyParticipant, emptyRoomInfo, type Participant, type RosterChange, type Track } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { applyEvents, applySnapshot, emptyRoster, type Roster } from '../../src/core/roster.ts';

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
const start = (people: Participant[], seq = 10): Roster =>
  applySnapshot(emptyRoster, {
    selfSessionId: 'ME',
    epoch: 1,
    seq,
    participants: [person('ME'), ...people],
    speakers: [],
    info: emptyRoomInfo,
  }).roster;
const step = (roster: Roster, changes: RosterChange[], o: { epoch?: number; from?: number } = {}) =>
  applyEvents(
    roster,
    o.epoch ?? roster.epoch,
    changes.map((change, index) => ({ seq: (o.from ?? roster.seq + 1) + index, change })),
  );
const left = (sessionId: string): RosterChange => ({ type: 'participantLeft', sessionId, reason: 'LEFT' });

describe('events of the roster:', () => {
  test.each([
    { name: 'about somebody unknown change nothing', event: left('X'), types: [] },
    {
      name: 'a track of somebody unknown changes nothing',
      event: { type: 'trackPublished', sessionId: 'X', track: track('T1') },
      types: [],
    },
    {
      name: 'an unknown track cannot be muted',
      event: { type: 'trackMuted', sessionId: 'A', trackId: 'T9', muted: true },
      types: [],
    },
    {
      name: 'an unknown track cannot go',
      event: { type: 'trackUnpublished', sessionId: 'A', trackId: 'T9', reason: '' },
      types: [],
    },
    {
      name: 'muting what is muted is no change',
      event: { type: 'trackMuted', sessionId: 'A', trackId: 'T1', muted: false },
      types: [],
    },
    {
      name: 'a quality that stays is no change',
      event: { type: 'qualityChanged', sessionId: 'A', quality: 'unknown' },
      types: [],
    },
    { name: 'what this version does not know changes nothing', event: { type: 'unknown' }, types: [] },
    {
      name: 'somebody joins',
      event: { type: 'participantJoined', participant: person('B') },
      types: ['participantJoined'],
    },
    { name: 'somebody leaves', event: left('A'), types: ['participantLeft'] },
    {
      name: 'a track appears',
      event: { type: 'trackPublished', sessionId: 'A', track: track('T2') },
      types: ['trackPublished'],
    },
    {
      name: 'a track published again as it is, is no change',
      event: { type: 'trackPublished', sessionId: 'A', track: track('T1') },
      types: [],
    },
    {
      name: 'a track published again as muted, is muted',
      event: { type: 'trackPublished', sessionId: 'A', track: track('T1', { muted: true }) },
      types: ['trackMuted'],
    },
    {
      name: 'a track goes',
      event: { type: 'trackUnpublished', sessionId: 'A', trackId: 'T1', reason: '' },
      types: ['trackUnpublished'],
    },
    {
      name: 'a name changes',
      event: { type: 'participantChanged', participant: person('A', { name: 'Ada' }) },
      types: ['participantChanged'],
    },
    {
      name: 'a joined session that is known is compared',
      event: { type: 'participantJoined', participant: person('A') },
      types: ['trackUnpublished'],
    },
  ] as { name: string; event: RosterChange; types: string[] }[])('$name', ({ event, types }) => {
    const roster = start([person('A', {}, [track('T1')])]);
    expect(step(roster, [event]).changes.map((change) => change.type)).toEqual(types);
  });

  test('repetitions and events of an older owner are dropped', () => {
    const roster = start([person('A')]);
    expect(step(roster, [left('A')], { from: 10 }).changes).toEqual([]);
    const older = step(roster, [left('A')], { epoch: 0 });
    expect(older.changes).toEqual([]);
    expect(older.roster).toBe(roster);
  });

  test('a step over a seq is accepted and counted', () => {
    const { roster, changes } = step(start([person('A')]), [left('A')], { from: 13 });
    expect(changes).toHaveLength(1);
    expect({ gaps: roster.gaps, seq: roster.seq }).toEqual({ gaps: 1, seq: 13 });
  });

  test('a new owner counts from anew', () => {
    const { roster, changes } = step(start([person('A')]), [left('A')], { epoch: 2, from: 3 });
    expect(changes).toHaveLength(1);
    expect({ epoch: roster.epoch, seq: roster.seq, gaps: roster.gaps }).toEqual({ epoch: 2, seq: 3, gaps: 0 });
  });

  test('the same identity again: the older session leaves before the newer joins', () => {
    const roster = start([person('A', { identity: 'ada' })]);
    const { changes, roster: after } = step(roster, [
      { type: 'participantJoined', participant: person('A2', { identity: 'ada' }) },
    ]);
    expect(changes).toMatchObject([
      { type: 'participantLeft', participant: { sessionId: 'A' }, reason: 'DUPLICATE_IDENTITY' },
      { type: 'participantJoined', participant: { sessionId: 'A2' } },
    ]);
    expect([...after.participants.keys()]).toEqual(['ME', 'A2']);
    // and when the older one's leaving is told late, it takes nobody away
    expect(step(after, [left('A')]).changes).toEqual([]);
  });

  test('a change of a participant keeps the tracks: the message carries none', () => {
    const { roster } = step(start([person('A', {}, [track('T1')])]), [
      { type: 'participantChanged', participant: person('A', { name: 'Ada' }) },
    ]);
    expect(roster.participants.get('A')?.tracks.has('T1')).toBe(true);
  });

  test('what the room is, is as the latest event or snapshot says it, and only a change is one', () => {
    const info = { ...emptyRoomInfo, metadata: 'open', version: 1 };
    const changed = step(start([]), [{ type: 'roomChanged', info }]);
    expect([changed.roster.info, changed.changes]).toEqual([
      info,
      [{ type: 'roomChanged', info, previous: emptyRoomInfo }],
    ]);
    const again = { selfSessionId: 'ME', epoch: 2, seq: 1, participants: [person('ME')], speakers: [] };
    expect(applySnapshot(changed.roster, { ...again, info }).changes.map(({ type }) => type)).toEqual([
      'speakersChanged',
    ]);
    const emptied = applySnapshot(changed.roster, { ...again, info: emptyRoomInfo });
    expect(emptied.roster.info).toEqual(emptyRoomInfo);
    expect(emptied.changes.at(-1)).toEqual({ type: 'roomChanged', info: emptyRoomInfo, previous: info });
    const locked = { ...info, locked: true, spotlight: ['A'] };
    expect(applySnapshot(changed.roster, { ...again, info: locked }).changes.at(-1)).toEqual({
      type: 'roomChanged',
      info: locked,
      previous: info,
    });
  });

  test('the state given is never changed', () => {
    const roster = start([person('A', {}, [track('T1')])]);
    const before = JSON.stringify([...roster.participants].map(([id, row]) => [id, [...row.tracks.values()]]));
    step(roster, [{ type: 'trackMuted', sessionId: 'A', trackId: 'T1', muted: true }, left('A')]);
    expect(JSON.stringify([...roster.participants].map(([id, row]) => [id, [...row.tracks.values()]]))).toBe(before);
  });
});

describe('a snapshot', () => {
  const replace = (roster: Roster, people: Participant[], selfSessionId = 'ME') =>
    applySnapshot(roster, {
      selfSessionId,
      epoch: 2,
      seq: 50,
      participants: [person(selfSessionId), ...people],
      speakers: [],
      info: emptyRoomInfo,
    });
  const types = (changes: readonly { type: string }[]) =>
    changes.map((change) => change.type).filter((type) => type !== 'speakersChanged');

  test('announces everyone but ourselves when it is the first', () => {
    expect(types(replace(emptyRoster, [person('A'), person('B')]).changes)).toEqual([
      'participantJoined',
      'participantJoined',
    ]);
  });

  test('says nothing about who stayed as he was', () => {
    const people = [person('A', {}, [track('T1')])];
    expect(types(replace(start(people), people).changes)).toEqual([]);
  });

  test('finds who left, who came, what was muted and what is new', () => {
    const roster = start([person('A', {}, [track('T1'), track('T2')]), person('B')]);
    const { changes } = replace(roster, [
      person('A', { quality: 'good' }, [track('T1', { muted: true }), track('T3')]),
      person('C'),
    ]);
    expect(types(changes)).toEqual([
      'participantLeft',
      'qualityChanged',
      'trackUnpublished',
      'trackMuted',
      'trackPublished',
      'participantJoined',
    ]);
  });

  test('does not announce our own new session after a rejoin', () => {
    expect(types(replace(start([person('A')]), [person('A')], 'ME2').changes)).toEqual([]);
  });
});
