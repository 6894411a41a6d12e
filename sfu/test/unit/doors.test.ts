// Sessions whose door has gone, on a clock that a test moves.
import { createHash } from 'node:crypto';
import { limits } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { Doors } from '../../src/media/doors.ts';
import { Rooms } from '../../src/media/rooms.ts';
import { Session } from '../../src/media/session.ts';
import type { Outbox, SessionShape } from '../../src/media/shapes.ts';

const log = createLogger({ name: 'test', level: 'fatal' });
const ref = { roomKey: 't/r', ownerId: 'sig-a', epoch: 1 };
const info = (sessionId: string): SessionShape => ({
  sessionId,
  identity: sessionId,
  name: '',
  metadata: '',
  joinedWallMs: 0,
  signalingId: 'sig-a',
  signalingRegion: 'fra',
  canPublish: true,
  canSubscribe: true,
  canPublishData: true,
  admin: false,
  hidden: false,
  resumeKeyHash: createHash('sha256').update('key').digest('hex'),
  manualSubscribe: false,
  capabilities: {},
  decisionId: '',
  tokenId: '',
  tokenExpiresWallMs: 0,
  adoption: 0,
});

let clock: ManualClock;
let doors: Doors;
let linked: boolean;
let incarnation: string;
let abandoned: string[];

beforeEach(() => {
  clock = new ManualClock();
  [linked, incarnation, abandoned] = [true, 'i1', []];
  const rooms = new Rooms({ clock, log, outbox: {} as Outbox });
  const room = rooms.ensure(ref);
  for (const id of ['s1', 's2']) {
    const session = new Session(ref, info(id));
    room.book.addSession(id, session);
    rooms.sessions.set(id, session);
  }
  doors = new Doors({
    clock,
    log,
    rooms,
    linked: () => linked,
    incarnationOf: () => incarnation,
    onAbandoned: ({ sessionId }) => abandoned.push(sessionId),
  });
});

describe('the sessions of a door whose link is gone', () => {
  test('are kept until the limit, then ended', () => {
    linked = false;
    doors.lost('sig-a');
    doors.lost('sig-a');
    clock.advance(limits.orphanSessionMs - 1);
    expect(abandoned).toEqual([]);
    clock.advance(1);
    expect(abandoned).toEqual(['s1', 's2']);
    expect(clock.pendingTimers).toBe(0);
  });
  test('are kept when the same door is back, and ended when it has restarted', () => {
    doors.lost('sig-a');
    clock.advance(limits.orphanSessionMs);
    expect(abandoned).toEqual([]);
    doors.lost('sig-a');
    incarnation = 'i2';
    clock.advance(limits.orphanSessionMs);
    expect(abandoned).toEqual(['s1', 's2']);
  });
  test('are no orphans any more once their door asks something for them, or another adopts them', () => {
    linked = false;
    doors.lost('sig-a');
    doors.session('sig-a', ref, 's1');
    const adopted = doors.adopt({ id: 'sig-b', region: 'sgp' }, ref, 's2', 'key');
    clock.advance(limits.orphanSessionMs);
    expect(abandoned).toEqual([]);
    expect([adopted.doorId, adopted.info.signalingRegion, adopted.info.adoption]).toEqual(['sig-b', 'sgp', 1]);
    expect(doors.adopt({ id: 'sig-b', region: 'sgp' }, ref, 's2', 'key').info.adoption).toBe(2);
    expect(() => doors.session('sig-a', ref, 's2')).toThrow(expect.objectContaining({ code: 'NOT_PERMITTED' }));
    expect(clock.pendingTimers).toBe(0);
  });
  test('stay orphans when somebody comes with the wrong key, an old epoch or the wrong room', () => {
    linked = false;
    doors.lost('sig-a');
    const door = { id: 'sig-b', region: 'sgp' };
    const rows: [object, string, string, string][] = [
      [{}, 's1', 'wrong', 'RESUME_REFUSED'],
      [{ epoch: 0 }, 's1', 'key', 'REQUEST_INVALID'],
      [{ ownerId: 'sig-z' }, 's1', 'key', 'EPOCH_STALE'],
      [{ roomKey: 't/other' }, 's1', 'key', 'SESSION_UNKNOWN'],
      [{}, 's9', 'key', 'SESSION_UNKNOWN'],
    ];
    for (const [change, id, key, code] of rows) {
      expect(() => doors.adopt(door, { ...ref, ...change }, id, key)).toThrow(expect.objectContaining({ code }));
    }
    clock.advance(limits.orphanSessionMs);
    expect(abandoned).toEqual(['s1', 's2']);
  });
});
