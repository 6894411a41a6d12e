// What a signaling node tells media nodes of its sessions.
import { limits, type Note, note, type wire } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { LocalRoom } from '../../src/clients/local-room.ts';
import { SessionKeepAlive } from '../../src/clients/session-keep-alive.ts';

const session = (sessionId: string, nodeId: string, roomKey: string) => {
  return [sessionId, { sessionId, nodeId, room: { roomKey } as LocalRoom }] as const;
};

test('every node with an open link is told of its sessions, room by room, also that there are none; the others are not', () => {
  const clock = new ManualClock();
  const sessions = new Map([
    session('a', 'n1', 't/r'),
    session('b', 'n1', 't/r'),
    session('c', 'n1', 't/q'),
    session('d', 'n3', 't/r'),
  ]);
  const told: [string, number, unknown][] = [];
  const post = <M, MP>(nodeId: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean => {
    told.push([nodeId, kind.number, (message as wire.FullReport.$Properties).rooms]);
    return true;
  };
  const sessionKeepAlive = new SessionKeepAlive({
    clock,
    nodes: { openIds: ['n1', 'n2'], post },
    sessions: () => sessions,
  });
  clock.advance(limits.sessionRenewMs - 1);
  expect(told).toEqual([]);
  clock.advance(1);
  const ofAll = note.sessionsHeld.number;
  expect(told).toEqual([
    [
      'n1',
      ofAll,
      [
        { roomKey: 't/r', sessionIds: ['a', 'b'] },
        { roomKey: 't/q', sessionIds: ['c'] },
      ],
    ],
    ['n2', ofAll, []],
  ]);
  sessionKeepAlive.close();
  sessionKeepAlive.close();
  clock.advance(10 * limits.sessionRenewMs);
  expect(told).toHaveLength(2);
});

test('a session is named three times within its lease, and waited for as long as an orphan', () => {
  expect(limits.sessionLeaseMs).toBeGreaterThanOrEqual(3 * limits.sessionRenewMs);
  expect(limits.sessionLeaseMs).toBeLessThanOrEqual(limits.orphanSessionMs);
});
