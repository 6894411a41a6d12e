import { roomEpochFloor } from '@meridian/protocol';
import { expect, test } from 'vitest';
import { type CopyContent, restoreInto } from '../../src/copying/copy.ts';
import { Denied } from '../../src/fleet/core/denied.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { RoomBook } from '../../src/moving/core/room-book.ts';
import { Leases } from '../../src/owning/core/leases.ts';
import { Ledger } from '../../src/placing/core/ledger.ts';
import { description, noLoad } from './fixtures.ts';

const content: CopyContent = {
  leases: [{ roomKey: 't/r', epoch: 4, ownerId: 'sig-1' }],
  floor: 17,
  charges: [
    { decisionId: 'd1', nodeId: 'n1', roomKey: 't/r', sessionId: 's1', state: 'assumed', expiresAtMs: 5000 },
    { decisionId: 'd2', nodeId: 'n1', roomKey: 't/r', sessionId: 's2', state: 'assumed', expiresAtMs: 6000 },
  ],
  nodes: [description()],
  drains: [{ nodeId: 'n1', reason: 'kernel' }],
  cordons: [{ nodeId: 'n1', reason: 'rack' }],
  denials: [],
  rooms: [
    {
      roomKey: 't/r',
      mode: 'single',
      isConverging: true,
      made: [{ person: 'p', atWallMs: 5 }],
    },
  ],
  access: [],
  bookings: [],
  loads: [],
  isSettled: true,
};
const restored = (of: CopyContent) => {
  const centre = {
    fleet: new Fleet(),
    ledger: new Ledger(),
    leases: new Leases(),
    denied: new Denied(),
    rooms: new RoomBook(),
  };
  restoreInto(centre, of, 1000);
  return centre;
};

test('of two charges for a session in the copy, only the last made is restored', () => {
  const twice = content.charges.map((charge) => ({ ...charge, sessionId: 's1' }));
  const { ledger } = restored({ ...content, charges: twice });
  expect(ledger.list().map(({ decisionId }) => decisionId)).toEqual(['d2']);
  ledger.validate();
});

test('unconfirmed charges of the copy are charged again, and still lapse at their time', () => {
  const { ledger } = restored(content);
  expect(ledger.assumedOn('n1')).toBe(2);
  expect(ledger.expire(4999)).toEqual([]);
  expect(ledger.expire(5000).map(({ decisionId }) => decisionId)).toEqual(['d1']);
  ledger.validate();
});

test('nodes of the copy are suspect until they register, and keep their drain command', () => {
  const { fleet } = restored(content);
  expect(fleet.get('n1')).toMatchObject({ liveness: 'suspect', isLinked: false, drainReason: 'kernel' });
});

test('a cordon, a room’s given mode and its recent moves are restored', () => {
  const { fleet, rooms } = restored(content);
  expect(fleet.get('n1')?.cordonReason).toBe('rack');
  expect(rooms.get('t/r')).toMatchObject({ mode: 'single', isConverging: true });
});

test('a node that the copy has lost, but not its drain and cordon, obeys them when it registers', () => {
  const { fleet } = restored({ ...content, nodes: [] });
  const rooms: never[] = [];
  fleet.register({ description: description({ nodeId: 'n1' }), rooms, load: noLoad }, 0);
  expect(fleet.get('n1')).toMatchObject({ drainReason: 'kernel', cordonReason: 'rack' });
  fleet.drain('n1', undefined);
  fleet.register({ description: description({ nodeId: 'n1' }), rooms, load: noLoad }, 1);
  expect(fleet.get('n1')?.drainReason).toBeUndefined();
});

test('rooms stay with their owners under their epochs, and new rooms begin above the floor', () => {
  const { leases } = restored(content);
  const asked = (roomKey: string) => leases.acquire(roomKey, 'sig-2', 1000);
  expect(asked('t/r')).toMatchObject({ lease: { ownerId: 'sig-1', epoch: 4 } });
  expect(asked('t/new').lease).toMatchObject({ ownerId: 'sig-2', epoch: 18 });
});

// A failover of Redis may lose its last seconds, or all: rooms may have had owners that the copy does not know.
test('a room of the copy, a room that a signaling node claims and an unknown room get their next owner above the epochs of all earlier terms', () => {
  const { leases } = restored(content);
  leases.startTerm(3);
  leases.startTerm(2);
  const above = roomEpochFloor(3);
  leases.release('t/r', 'sig-1', 4);
  expect(leases.acquire('t/r', 'sig-2', 1000).lease.epoch).toBe(above + 1);
  expect(leases.acquire('t/unknown', 'sig-2', 1000).lease.epoch).toBe(above + 1);
  leases.claim({ roomKey: 't/claimed', epoch: 30, ownerId: 'sig-1', isOwnerLinked: false }, 1000);
  expect(leases.get('t/claimed')).toMatchObject({ epoch: 30, ownerId: 'sig-1' });
  leases.release('t/claimed', 'sig-1', 30);
  expect(leases.acquire('t/claimed', 'sig-2', 1000).lease.epoch).toBe(above + 1);
});

test('a live room whose epoch a node refuses is raised above the epochs of all earlier terms, not just above the refused epoch', () => {
  const { leases } = restored(content);
  leases.startTerm(2);
  expect(leases.acquire('t/r', 'sig-2', 1000, 9)).toMatchObject({
    raised: true,
    lease: { ownerId: 'sig-1', epoch: roomEpochFloor(2) + 1 },
  });
});
