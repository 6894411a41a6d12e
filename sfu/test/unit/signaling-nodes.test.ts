// Sessions whose signaling node is gone or does not list them, on a manual clock.
import { createHash } from 'node:crypto';
import { emptyParticipant, limits } from '@meridian/protocol';
import { createLogger, type Link, ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { serveSignaling } from '../../src/control.ts';
import { silenceMs } from '../../src/core/index.ts';
import type { MediaNode } from '../../src/media/node.ts';
import { Rooms } from '../../src/media/rooms.ts';
import { Session } from '../../src/media/session.ts';
import type { Outbox, SessionShape } from '../../src/media/shapes.ts';
import { SignalingNodes } from '../../src/media/signaling-nodes.ts';

const log = createLogger({ name: 'test', level: 'fatal' });
const ref = { roomKey: 't/r', ownerId: 'sig-a', epoch: 1 };
const info = (sessionId: string): SessionShape => ({
  participant: { ...emptyParticipant, sessionId, identity: sessionId, signalingId: 'sig-a' },
  signalingRegion: 'fra',
  resumeKeyHash: createHash('sha256').update('key').digest('hex'),
  manualSubscribe: false,
  capabilities: {},
  decisionId: '',
  tokenId: '',
  home: 0,
  moving: false,
  tokenExpiresWallMs: 0,
  adoption: 0,
  fence: '',
});

let clock: ManualClock;
let rooms: Rooms;
let signalingNodes: SignalingNodes;
let linked: boolean;
let incarnation: string;
let abandonedIds: string[];

beforeEach(() => {
  clock = new ManualClock();
  [linked, incarnation, abandonedIds] = [true, 'i1', []];
  rooms = new Rooms({ clock, log, outbox: {} as Outbox });
  const room = rooms.ensure(ref, '');
  for (const id of ['s1', 's2']) {
    const session = new Session(ref, info(id));
    room.members.addSession(id, session);
    rooms.sessions.set(id, session);
  }
  signalingNodes = new SignalingNodes({
    clock,
    log,
    rooms,
    linked: () => linked,
    incarnationOf: () => incarnation,
    onAbandoned: ({ sessionId }) => abandonedIds.push(sessionId),
  });
  connectSignaling();
});

function connectSignaling(): void {
  const link: Partial<Link> = { remote: { id: 'sig-a', kind: 'signaling', region: 'fra' } };
  const deaf = { ...link, onRequest: () => undefined, onMessage: () => undefined };
  serveSignaling(deaf as unknown as Link, { signalingNodes } as unknown as MediaNode, log);
}

test('the epoch of a refused request is remembered, so that an older owner is refused after it', () => {
  const otherRoom = { roomKey: 't/gone', ownerId: 'sig-b', epoch: 5 };
  expect(() => signalingNodes.claimSession('sig-b', otherRoom, 's9')).toThrow(
    expect.objectContaining({ code: 'SESSION_UNKNOWN' }),
  );
  expect(() => rooms.ensure({ ...otherRoom, ownerId: 'sig-a', epoch: 4 }, '')).toThrow(
    expect.objectContaining({ code: 'EPOCH_STALE' }),
  );
});

describe('the sessions of a signaling node whose link is gone', () => {
  test('are kept when the same signaling node is back, even if the plan listed its process only after its link', () => {
    incarnation = 'i2';
    signalingNodes.applyClaims('sig-a', new Set(['s1', 's2']));
    signalingNodes.linkLost('sig-a');
    clock.advance(limits.orphanSessionMs);
    expect(abandonedIds).toEqual([]);
  });
  test('are no longer orphans once their signaling node lists them, and wait the whole time when it is lost again', () => {
    signalingNodes.linkLost('sig-a');
    clock.advance(limits.orphanSessionMs - 1);
    signalingNodes.applyClaims('sig-a', new Set(['s1']));
    linked = false;
    signalingNodes.linkLost('sig-a');
    clock.advance(1);
    expect(abandonedIds).toEqual(['s2']);
    clock.advance(limits.orphanSessionMs - 2);
    expect(abandonedIds).toEqual(['s2']);
    clock.advance(1);
    expect(abandonedIds).toEqual(['s2', 's1']);
  });
  test('are no longer orphans once their signaling node sends a request for them, or another adopts them', () => {
    linked = false;
    signalingNodes.linkLost('sig-a');
    signalingNodes.claimSession('sig-a', ref, 's1');
    const adopted = signalingNodes.adopt({ id: 'sig-b', region: 'sgp' }, ref, 's2', 'key');
    clock.advance(limits.orphanSessionMs);
    expect(abandonedIds).toEqual([]);
    expect([adopted.signalingId, adopted.info.signalingRegion, adopted.info.adoption]).toEqual(['sig-b', 'sgp', 1]);
    expect(signalingNodes.adopt({ id: 'sig-b', region: 'sgp' }, ref, 's2', 'key').info.adoption).toBe(2);
    expect(() => signalingNodes.claimSession('sig-a', ref, 's2')).toThrow(
      expect.objectContaining({ code: 'NOT_PERMITTED' }),
    );
    expect(clock.pendingTimers).toBe(0);
  });
  test('stay orphans when an adopter comes with the wrong key, an old epoch or the wrong room', () => {
    linked = false;
    signalingNodes.linkLost('sig-a');
    const signaling = { id: 'sig-b', region: 'sgp' };
    const rows: [object, string, string, string][] = [
      [{}, 's1', 'wrong', 'RESUME_REFUSED'],
      [{ epoch: 0 }, 's1', 'key', 'REQUEST_INVALID'],
      [{ ownerId: 'sig-z' }, 's1', 'key', 'EPOCH_STALE'],
      [{ roomKey: 't/other' }, 's1', 'key', 'SESSION_UNKNOWN'],
      [{}, 's9', 'key', 'SESSION_UNKNOWN'],
    ];
    for (const [change, id, key, code] of rows) {
      expect(() => signalingNodes.adopt(signaling, { ...ref, ...change }, id, key)).toThrow(
        expect.objectContaining({ code }),
      );
    }
    clock.advance(limits.orphanSessionMs);
    expect(abandonedIds).toEqual(['s1', 's2']);
  });
});

/** Pretends that the client sent something just now, or nothing for too long. */
function pretendMedia(sessionId: string, isHeard: boolean): void {
  const session = rooms.sessions.get(sessionId);
  if (isHeard) session?.recordReceived('T', 1, clock.nowMs());
  else session?.recordReceived('T', 1, clock.nowMs() + silenceMs);
}

describe('a session missing in its signaling node’s list', () => {
  const applyClaims = (...ids: string[]) => signalingNodes.applyClaims('sig-a', new Set(ids));

  test('is reaped when its lease has lapsed and no media flows; a listed session is kept', () => {
    applyClaims('s1', 's2');
    clock.advance(limits.sessionLeaseMs - 1);
    applyClaims('s2');
    expect(abandonedIds).toEqual([]);
    clock.advance(1);
    applyClaims('s2');
    expect(abandonedIds).toEqual(['s1']);
  });
  test('is timed from the first list without it, and from the last request for it', () => {
    clock.advance(10 * limits.sessionLeaseMs);
    applyClaims('s2');
    expect(abandonedIds).toEqual([]);
    clock.advance(limits.sessionLeaseMs - 1);
    signalingNodes.claimSession('sig-a', ref, 's1');
    clock.advance(1);
    applyClaims('s2');
    expect(abandonedIds).toEqual([]);
  });
  test('is kept as long as media flows, up to a limit, and reaped when it stops', () => {
    pretendMedia('s1', true);
    pretendMedia('s2', true);
    applyClaims();
    clock.advance(limits.sessionUnclaimedMsMax - 1);
    applyClaims();
    expect(abandonedIds).toEqual([]);
    pretendMedia('s1', false);
    applyClaims();
    expect(abandonedIds).toEqual(['s1']);
    clock.advance(1);
    applyClaims();
    expect(abandonedIds).toEqual(['s1', 's1', 's2']);
  });
  test('is not touched by the list of another signaling node', () => {
    signalingNodes.applyClaims('sig-b', new Set());
    clock.advance(limits.sessionLeaseMs);
    signalingNodes.applyClaims('sig-b', new Set());
    expect(abandonedIds).toEqual([]);
  });
  test('is reaped by the next list if its link broke and came back meanwhile', () => {
    signalingNodes.linkLost('sig-a');
    clock.advance(limits.orphanSessionMs);
    expect(abandonedIds).toEqual([]);
    applyClaims('s2');
    expect(abandonedIds).toEqual(['s1']);
  });
  test('keeps waiting while media flows if its signaling node has gone', () => {
    linked = false;
    pretendMedia('s1', true);
    signalingNodes.linkLost('sig-a');
    clock.advance(limits.orphanSessionMs);
    expect(abandonedIds).toEqual(['s2']);
    clock.advance(limits.sessionUnclaimedMsMax - limits.orphanSessionMs - 1);
    expect(abandonedIds).toEqual(['s2']);
    clock.advance(1);
    expect(abandonedIds).toEqual(['s2', 's1']);
  });
});
