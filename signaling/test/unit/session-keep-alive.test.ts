// Tests the reports of sessions to media nodes.
import { limits, type Note, note, type wire } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { LocalRoom } from '../../src/clients/local-room.ts';
import { SessionKeepAlive } from '../../src/clients/session-keep-alive.ts';

const session = (sessionId: string, nodeId: string, roomKey: string) => {
  return [sessionId, { sessionId, nodeId, room: { roomKey } as LocalRoom }] as const;
};

test('every node with an open link gets a list of its sessions by room, even an empty one, and their tenants’ limits', () => {
  const clock = new ManualClock();
  const sessions = new Map([
    session('a', 'n1', 't/r'),
    session('b', 'n1', 't/r'),
    session('c', 'n1', 't/q'),
    session('d', 'n3', 't/r'),
    session('e', 'n1', 'u/room'),
  ]);
  const posted: [string, number, unknown, unknown][] = [];
  const post = <M, MP>(nodeId: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean => {
    const { rooms, tenants } = message as wire.SessionsHeld.$Properties;
    posted.push([nodeId, kind.number, rooms, tenants]);
    return true;
  };
  const sessionKeepAlive = new SessionKeepAlive({
    clock,
    nodes: { openIds: ['n1', 'n2'], post },
    sessions: () => sessions,
    limitsOf: (roomKey) => ({ seats: 0, rooms: 0, publishBps: 1e6, recording: '', version: roomKey.length }),
  });
  clock.advance(limits.sessionRenewMs - 1);
  expect(posted).toEqual([]);
  clock.advance(1);
  const ofAll = note.sessionsHeld.number;
  expect(posted).toEqual([
    [
      'n1',
      ofAll,
      [
        { roomKey: 't/r', sessionIds: ['a', 'b'] },
        { roomKey: 't/q', sessionIds: ['c'] },
        { roomKey: 'u/room', sessionIds: ['e'] },
      ],
      [
        { tenant: 't', limits: { seats: 0, rooms: 0, publishBps: 1e6, recording: '', version: 3 } },
        { tenant: 'u', limits: { seats: 0, rooms: 0, publishBps: 1e6, recording: '', version: 6 } },
      ],
    ],
    ['n2', ofAll, [], []],
  ]);
  sessionKeepAlive.close();
  sessionKeepAlive.close();
  clock.advance(10 * limits.sessionRenewMs);
  expect(posted).toHaveLength(2);
});

test('a session is reported three times within its lease, and its lease is at most the grace of an orphan', () => {
  expect(limits.sessionLeaseMs).toBeGreaterThanOrEqual(3 * limits.sessionRenewMs);
  expect(limits.sessionLeaseMs).toBeLessThanOrEqual(limits.orphanSessionMs);
});
