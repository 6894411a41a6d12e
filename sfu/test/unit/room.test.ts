import { emptyKeptRoom, emptyPolicy, emptyRoomInfo, limits } from '@meridian/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { RoomMembers } from '../../src/core/index.ts';

let book: RoomMembers<string, string>;
const track = (trackId: string, publisherSessionId: string, origin = true) => ({
  trackId,
  publisherSessionId,
  origin,
  epoch: 1,
  media: `producer of ${trackId}`,
});

beforeEach(() => {
  book = new RoomMembers('t/r', { ownerId: 'a', epoch: 1 });
  book.addSession('s1', 'one');
  book.addSession('s2', 'two');
  book.addTrack(track('t1', 's1'));
  book.subscribe('s2', 't1');
  book.validate();
});

describe('the members of a room', () => {
  test('refuse tracks and subscriptions that do not fit, with a code', () => {
    expect(book.refuseTrack('unknown', 't9')).toBe('SESSION_UNKNOWN');
    expect(book.refuseTrack('s2', 't1')).toBe('TRACK_EXISTS');
    expect(book.subscribe('unknown', 't1')).toEqual({ ok: false, code: 'SESSION_UNKNOWN' });
    expect(book.subscribe('s1', 't9')).toEqual({ ok: false, code: 'TRACK_UNKNOWN' });
    for (let n = 2; n <= limits.tracksPerParticipantMax; n += 1) book.addTrack(track(`t${n}`, 's1'));
    expect(book.refuseTrack('s1', 'one-too-many')).toBe('TRACK_LIMIT');
    book.validate();
  });
  test('are at most `participantsPerRoomMax` sessions', () => {
    for (let n = 3; n <= limits.participantsPerRoomMax; n += 1)
      expect(book.addSession(`s${n}`, '')).toEqual({ ok: true });
    expect(book.addSession('one-too-many', '')).toEqual({ ok: false, code: 'ROOM_FULL' });
  });
  test('have at most `subscriptionsPerParticipantMax` subscriptions per session', () => {
    for (let n = 0; n < limits.subscriptionsPerParticipantMax; n += 1) {
      book.addTrack(track(`p${n}`, 'elsewhere', false));
      expect(book.subscribe('s1', `p${n}`)).toEqual({ ok: true });
    }
    book.addTrack(track('p-last', 'elsewhere', false));
    expect(book.subscribe('s1', 'p-last')).toEqual({ ok: false, code: 'TRACK_LIMIT' });
  });
  test('lose the tracks and subscriptions of a session that leaves', () => {
    expect(book.removeSession('s1').map(({ trackId }) => trackId)).toEqual(['t1']);
    expect(book.sessions.get('s2')?.subscribes.size).toBe(0);
    expect(book.removeSession('s1')).toEqual([]);
    book.validate();
    expect(book.empty).toBe(false);
    book.removeSession('s2');
    expect(book.empty).toBe(true);
  });
  test('retain the highest version of the room’s info, or that of a newer owner, until the last session leaves', () => {
    const keep = (metadata: string, version: number): string => {
      book.keep({ info: { ...emptyRoomInfo, metadata, version }, policy: emptyPolicy });
      return book.kept.info.metadata;
    };
    expect([keep('two', 2), keep('one', 1), keep('two again', 2), keep('three', 3)]).toEqual([
      ...['two', 'two', 'two', 'three'],
    ]);
    book.lease = { ownerId: 'b', epoch: 2 };
    expect(book.kept.epoch).toBe(1);
    expect([keep('one of b', 1), keep('none of b', 0)]).toEqual(['one of b', 'one of b']);
    expect(book.kept.epoch).toBe(2);
    book.removeSession('s1');
    expect(book.kept.info.version).toBe(1);
    book.removeSession('s2');
    expect(book.kept).toEqual(emptyKeptRoom);
  });
  test('lose the subscriptions of a track that ends', () => {
    expect(book.removeTrack('t1')?.subscribers).toEqual(new Set(['s2']));
    expect(book.removeTrack('t1')).toBeUndefined();
    book.validate();
  });
  test('give a track a higher epoch each time, even after the track has ended', () => {
    expect([book.nextTrackEpoch('t1'), book.nextTrackEpoch('t1'), book.nextTrackEpoch('t2')]).toEqual([1, 2, 1]);
    book.removeTrack('t1');
    expect(book.nextTrackEpoch('t1')).toBe(3);
  });
  test('keep the subscriptions of a track that moves, and record whether it is published here', () => {
    book.addTrack(track('p1', 'elsewhere', false));
    book.subscribe('s1', 'p1');
    book.replaceTrack('p1', 2, 'other', false);
    expect(book.tracks.get('p1')).toMatchObject({ epoch: 2, media: 'other', subscribers: new Set(['s1']) });
    expect(() => book.replaceTrack('p1', 2, 'again', false)).toThrow('higher epoch');
    book.validate();
    book.replaceTrack('t1', 2, 'pulled now', false);
    book.validate();
    expect([book.sessions.get('s1')?.publishes.has('t1'), book.tracks.get('t1')?.origin]).toEqual([false, false]);
    book.replaceTrack('t1', 3, 'published again', true);
    book.validate();
    expect([book.sessions.get('s1')?.publishes.has('t1'), book.tracks.get('t1')?.origin]).toEqual([true, true]);
    expect(() => book.replaceTrack('p1', 3, 'x', true)).toThrow('has a session of this node');
  });
  test('fail their validation when a track has a subscriber without a subscription', () => {
    book.tracks.get('t1')?.subscribers.add('s1');
    expect(() => book.validate()).toThrow('a subscriber knows its subscription');
  });
});
