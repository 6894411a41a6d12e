import { emptyPolicy, emptyRetainedRoom, emptyRoomInfo, limits } from '@meridian/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { RoomMembers } from '../../src/core/index.ts';

let members: RoomMembers<string, string>;
const track = (trackId: string, publisherSessionId: string, origin = true) => ({
  trackId,
  publisherSessionId,
  origin,
  epoch: 1,
  media: `producer of ${trackId}`,
});

beforeEach(() => {
  members = new RoomMembers('t/r', { ownerId: 'a', epoch: 1 });
  members.addSession('s1', 'one');
  members.addSession('s2', 'two');
  members.addTrack(track('t1', 's1'));
  members.subscribe('s2', 't1');
  members.validate();
});

describe('the members of a room', () => {
  test('refuse tracks and subscriptions that do not fit, with a code', () => {
    expect(members.refuseTrack('unknown', 't9')).toBe('SESSION_UNKNOWN');
    expect(members.refuseTrack('s2', 't1')).toBe('TRACK_EXISTS');
    expect(members.subscribe('unknown', 't1')).toEqual({ ok: false, code: 'SESSION_UNKNOWN' });
    expect(members.subscribe('s1', 't9')).toEqual({ ok: false, code: 'TRACK_UNKNOWN' });
    for (let n = 2; n <= limits.tracksPerParticipantMax; n += 1) members.addTrack(track(`t${n}`, 's1'));
    expect(members.refuseTrack('s1', 'one-too-many')).toBe('TRACK_LIMIT');
    members.validate();
  });
  test('are at most `participantsPerRoomMax` sessions', () => {
    for (let n = 3; n <= limits.participantsPerRoomMax; n += 1)
      expect(members.addSession(`s${n}`, '')).toEqual({ ok: true });
    expect(members.addSession('one-too-many', '')).toEqual({ ok: false, code: 'ROOM_FULL' });
  });
  test('have at most `subscriptionsPerParticipantMax` subscriptions per session', () => {
    for (let n = 0; n < limits.subscriptionsPerParticipantMax; n += 1) {
      members.addTrack(track(`p${n}`, 'elsewhere', false));
      expect(members.subscribe('s1', `p${n}`)).toEqual({ ok: true });
    }
    members.addTrack(track('p-last', 'elsewhere', false));
    expect(members.subscribe('s1', 'p-last')).toEqual({ ok: false, code: 'TRACK_LIMIT' });
  });
  test('lose the tracks and subscriptions of a session that leaves', () => {
    expect(members.removeSession('s1').map(({ trackId }) => trackId)).toEqual(['t1']);
    expect(members.sessions.get('s2')?.subscribes.size).toBe(0);
    expect(members.removeSession('s1')).toEqual([]);
    members.validate();
    expect(members.empty).toBe(false);
    members.removeSession('s2');
    expect(members.empty).toBe(true);
  });
  test('retain the highest version of the room’s info, or that of a newer owner, until the last session leaves', () => {
    const keep = (metadata: string, version: number): string => {
      members.retain({ info: { ...emptyRoomInfo, metadata, version }, policy: emptyPolicy });
      return members.retained.info.metadata;
    };
    expect([keep('two', 2), keep('one', 1), keep('two again', 2), keep('three', 3)]).toEqual([
      ...['two', 'two', 'two', 'three'],
    ]);
    members.lease = { ownerId: 'b', epoch: 2 };
    expect(members.retained.epoch).toBe(1);
    expect([keep('one of b', 1), keep('none of b', 0)]).toEqual(['one of b', 'one of b']);
    expect(members.retained.epoch).toBe(2);
    members.removeSession('s1');
    expect(members.retained.info.version).toBe(1);
    members.removeSession('s2');
    expect(members.retained).toEqual(emptyRetainedRoom);
  });
  test('lose the subscriptions of a track that ends', () => {
    expect(members.removeTrack('t1')?.subscribers).toEqual(new Set(['s2']));
    expect(members.removeTrack('t1')).toBeUndefined();
    members.validate();
  });
  test('give a track a higher epoch each time, even after the track has ended', () => {
    expect([members.nextTrackEpoch('t1'), members.nextTrackEpoch('t1'), members.nextTrackEpoch('t2')]).toEqual([
      1, 2, 1,
    ]);
    members.removeTrack('t1');
    expect(members.nextTrackEpoch('t1')).toBe(3);
  });
  test('keep the subscriptions of a track that moves, and record whether it is published here', () => {
    members.addTrack(track('p1', 'elsewhere', false));
    members.subscribe('s1', 'p1');
    members.replaceTrack('p1', 2, 'other', false);
    expect(members.tracks.get('p1')).toMatchObject({ epoch: 2, media: 'other', subscribers: new Set(['s1']) });
    expect(() => members.replaceTrack('p1', 2, 'again', false)).toThrow('higher epoch');
    members.validate();
    members.replaceTrack('t1', 2, 'pulled now', false);
    members.validate();
    expect([members.sessions.get('s1')?.publishes.has('t1'), members.tracks.get('t1')?.origin]).toEqual([false, false]);
    members.replaceTrack('t1', 3, 'published again', true);
    members.validate();
    expect([members.sessions.get('s1')?.publishes.has('t1'), members.tracks.get('t1')?.origin]).toEqual([true, true]);
    expect(() => members.replaceTrack('p1', 3, 'x', true)).toThrow('has a session of this node');
  });
  test('fail their validation when a track has a subscriber without a subscription', () => {
    members.tracks.get('t1')?.subscribers.add('s1');
    expect(() => members.validate()).toThrow('a subscriber knows its subscription');
  });
});
