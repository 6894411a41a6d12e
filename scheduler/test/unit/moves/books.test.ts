import { describe, expect, test } from 'vitest';
import { type HeldRoom, nextToDrain } from '../../../src/moving/core/drain-plan.ts';
import { RoomBook, roomRecordFrom } from '../../../src/moving/core/room-book.ts';
import { HOUR_MS } from '../../../src/moving/core/room-credit.ts';
import { ClientBook } from '../../../src/placing/core/client-book.ts';

const room = (roomKey: string, sessions: number, ...sessionIds: string[]): HeldRoom => ({
  roomKey,
  sessions,
  sessionIds,
});
const noneMoving = () => false;

describe('a drain', () => {
  test.each([
    { name: 'no session of an empty node', rooms: [], most: 5, want: [] },
    {
      name: 'the smallest room first',
      rooms: [room('t/big', 9, 'b1'), room('t/small', 1, 's1')],
      most: 5,
      want: ['s1', 'b1'],
    },
    {
      name: 'one session of each room, then the second of each',
      rooms: [room('t/a', 2, 'a1', 'a2'), room('t/b', 3, 'b1', 'b2')],
      most: 3,
      want: ['a1', 'b1', 'a2'],
    },
    { name: 'equal rooms by name', rooms: [room('t/b', 1, 'b'), room('t/a', 1, 'a')], most: 5, want: ['a', 'b'] },
    { name: 'no more sessions than requested', rooms: [room('t/a', 3, 'a1', 'a2', 'a3')], most: 0, want: [] },
  ])('moves $name', ({ rooms, most, want }) => {
    expect(nextToDrain(rooms, most, noneMoving).map(({ sessionId }) => sessionId)).toEqual(want);
  });

  test('passes over a session that is already moving', () => {
    const next = nextToDrain([room('t/a', 2, 'a1', 'a2')], 5, (id) => id === 'a1');
    expect(next).toEqual([{ roomKey: 't/a', sessionId: 'a2' }]);
  });
});

const place = { latitude: 1, longitude: 2, radiusKm: 3, source: 'dbip-city', label: 'x', countryCode: 'DE' };
const known = {
  sessionId: 's1',
  person: 'p1',
  roomKey: 't/r',
  signalingId: 'd1',
  ip: '203.0.113.1',
  location: place,
  locationReason: 'why',
};

describe('the memory of clients', () => {
  test('collects a client’s timings, takes its last reporting signaling node, and keeps the fence of its placement', () => {
    const book = new ClientBook();
    book.placed({ ...known, regionPin: 'eu', mode: 'direct' }, [{ siteKey: 'a', rttMs: 10 }]);
    book.timed({ ...known, signalingId: 'd2' }, [
      { siteKey: 'b', rttMs: 20 },
      { siteKey: 'a', rttMs: 12 },
    ]);
    expect(book.get('s1')).toMatchObject({ signalingId: 'd2', regionPin: 'eu', mode: 'direct' });
    expect([...(book.get('s1')?.times ?? [])]).toEqual([
      ['b', 20],
      ['a', 12],
    ]);
  });

  test('ignores timings under another room than the client’s, and invalid figures', () => {
    const book = new ClientBook();
    book.placed({ ...known, regionPin: '', mode: undefined }, []);
    book.timed({ ...known, roomKey: 't/other' }, [{ siteKey: 'a', rttMs: 1 }]);
    book.timed(known, [
      { siteKey: 'b', rttMs: Number.NaN },
      { siteKey: 'c', rttMs: -1 },
    ]);
    expect(book.get('s1')).toMatchObject({ roomKey: 't/r', times: new Map() });
  });

  test('forgets at its bounds the least recently reported client, and a client’s oldest timing', () => {
    const book = new ClientBook({ most: 2 });
    for (const sessionId of ['s1', 's2']) book.timed({ ...known, sessionId }, []);
    book.timed(known, []);
    book.timed({ ...known, sessionId: 's3' }, []);
    expect([book.get('s1') !== undefined, book.get('s2'), book.size]).toEqual([true, undefined, 2]);
    book.timed(
      known,
      Array.from({ length: 40 }, (_, index) => ({ siteKey: `site-${index}`, rttMs: 5 })),
    );
    expect(book.get('s1')?.times.size).toBe(32);
    expect(book.get('s1')?.times.has('site-0')).toBe(false);
    book.drop('s1');
    expect(book.get('s1')).toBeUndefined();
  });
});

describe('the mode that requests have named for a room', () => {
  const members =
    (...sessionIds: string[]) =>
    () =>
      sessionIds.map((sessionId) => ({ sessionId }));
  const nobodyAsks = (): never => {
    throw new Error('no mode was named, and the members were looked up');
  };

  test('is that of the first member that named one; a member that has not come yet, or has left, counts for none', () => {
    const book = new ClientBook();
    book.placed({ ...known, sessionId: 's0', regionPin: '', mode: undefined }, []);
    expect(book.requestedModeIn('t/r', nobodyAsks)).toBeUndefined();
    book.placed({ ...known, regionPin: '', mode: 'direct' }, []);
    book.placed({ ...known, sessionId: 's2', regionPin: '', mode: 'single' }, []);
    expect(book.requestedModeIn('t/r', members('s0', 's2', 's1'))).toBe('single');
    expect(book.requestedModeIn('t/r', members('s0'))).toBeUndefined();
    expect(book.requestedModeIn('t/other', nobodyAsks)).toBeUndefined();
    book.timed(known, [{ siteKey: 'a', rttMs: 10 }]);
    book.drop('s2');
    expect(book.requestedModeIn('t/r', members('s2', 's1'))).toBe('direct');
    book.drop('s1');
    expect(book.requestedModeIn('t/r', nobodyAsks)).toBeUndefined();
  });

  test('ends when the member that named it moves to another room, names another mode, or is forgotten at the bound', () => {
    const book = new ClientBook({ most: 2 });
    book.placed({ ...known, regionPin: '', mode: 'direct' }, []);
    book.placed({ ...known, roomKey: 't/other', regionPin: '', mode: 'direct' }, []);
    expect(book.requestedModeIn('t/r', nobodyAsks)).toBeUndefined();
    expect(book.requestedModeIn('t/other', members('s1'))).toBe('direct');
    book.placed({ ...known, roomKey: 't/other', regionPin: '', mode: 'single' }, []);
    expect(book.requestedModeIn('t/other', members('s1'))).toBe('single');
    for (const sessionId of ['s2', 's3']) book.timed({ ...known, sessionId }, []);
    expect(book.get('s1')).toBeUndefined();
    expect(book.requestedModeIn('t/other', nobodyAsks)).toBeUndefined();
  });
});

describe('the memory of rooms', () => {
  test('changes each part of a record apart, and takes no room beyond its bound', () => {
    const book = new RoomBook({ most: 1 });
    book.change('t/r', { mode: 'single', isConverging: true });
    expect(book.change('t/r', { isConverging: false })).toMatchObject({ mode: 'single', isConverging: false });
    expect(book.change('t/other', { isConverging: true })).toBeUndefined();
    expect(book.recordMoves('t/other', ['p'], 1)).toBeUndefined();
    expect([book.drop('t/r'), book.drop('t/r'), book.size]).toEqual([true, false, 0]);
  });

  test('is restored equal to what was saved, without unreadable records', () => {
    const book = new RoomBook();
    book.change('t/r', { mode: 'direct' });
    const record = book.recordMoves('t/r', ['p'], 5, { isConverging: true });
    expect(record).toMatchObject({ mode: 'direct', isConverging: true, made: [{ person: 'p', atWallMs: 5 }] });
    expect(roomRecordFrom('t/r', JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(roomRecordFrom('t/r', {})).toEqual({ roomKey: 't/r', mode: undefined, isConverging: false, made: [] });
    for (const wrong of [undefined, null, 7, 'x', { mode: 'fast' }])
      expect(roomRecordFrom('t/r', wrong)).toBeUndefined();
    const made = [{ person: 'p', atWallMs: 5 }, { person: 7, atWallMs: 5 }, { person: 'p' }, null, 'x'];
    expect(roomRecordFrom('t/r', { made })?.made).toEqual([{ person: 'p', atWallMs: 5 }]);
    expect(roomRecordFrom('t/r', { made: 'x' })?.made).toEqual([]);
  });

  test('forgets moves older than an hour, and the oldest move when there are too many', () => {
    const book = new RoomBook();
    for (let index = 0; index < 130; index += 1) book.recordMoves('t/r', [`p${index}`], index);
    expect(book.get('t/r')?.made).toHaveLength(128);
    expect(book.get('t/r')?.made[0]?.person).toBe('p2');
    expect(book.recordMoves('t/r', ['a', 'b'], HOUR_MS + 128)?.made).toEqual([
      { person: 'p129', atWallMs: 129 },
      { person: 'a', atWallMs: HOUR_MS + 128 },
      { person: 'b', atWallMs: HOUR_MS + 128 },
    ]);
  });
});
