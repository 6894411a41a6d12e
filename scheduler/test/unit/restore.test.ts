// What a restarted centre takes over from the copy, before any node is back.
import { expect, test } from 'vitest';
import { type CopyContent, restoreInto } from '../../src/copy.ts';
import { Denied } from '../../src/core/denied.ts';
import { Fleet } from '../../src/core/fleet.ts';
import { Leases, LOST_GRANTS_MAX } from '../../src/core/leases.ts';
import { Ledger } from '../../src/core/ledger.ts';
import { description } from './fixtures.ts';

const content: CopyContent = {
  leases: [{ roomKey: 't/r', epoch: 4, ownerId: 'sig-1' }],
  floor: 17,
  charges: [
    { decisionId: 'd1', nodeId: 'n1', roomKey: 't/r', sessionId: 's1', state: 'assumed', expiresAtMs: 5000 },
    { decisionId: 'd2', nodeId: 'n1', roomKey: 't/r', sessionId: 's2', state: 'assumed', expiresAtMs: 6000 },
  ],
  nodes: [description()],
  drains: [{ nodeId: 'n1', reason: 'kernel' }],
  denials: [],
  access: [],
};
const restored = (of: CopyContent) => {
  const centre = { fleet: new Fleet(), ledger: new Ledger(), leases: new Leases(), denied: new Denied() };
  restoreInto(centre, of, 1000);
  return centre;
};

test('an empty copy leaves an empty centre', () => {
  const { fleet, ledger } = restored({
    leases: [],
    floor: 0,
    charges: [],
    nodes: [],
    drains: [],
    denials: [],
    access: [],
  });
  expect([fleet.list().length, ledger.size]).toEqual([0, 0]);
});

test('reservations that no node has confirmed are charged again, and still lapse in their time', () => {
  const { ledger } = restored(content);
  expect(ledger.assumedOn('n1')).toBe(2);
  expect(ledger.expire(4999)).toEqual([]);
  expect(ledger.expire(5000).map(({ decisionId }) => decisionId)).toEqual(['d1']);
  ledger.validate();
});

test('nodes are known but suspect until they register, with the drain command they had', () => {
  const { fleet } = restored(content);
  expect(fleet.get('n1')).toMatchObject({ liveness: 'suspect', isLinked: false, drainReason: 'kernel' });
});

test('rooms stay with their owners under their epochs, and new rooms begin above the floor', () => {
  const { leases } = restored(content);
  const asked = (roomKey: string) => leases.acquire(roomKey, 'sig-2', 1000);
  expect(asked('t/r')).toMatchObject({ lease: { ownerId: 'sig-1', epoch: 4 } });
  expect(asked('t/new').lease).toMatchObject({ ownerId: 'sig-2', epoch: 18 + LOST_GRANTS_MAX });
});

// Redis fails over and has lost its last seconds: `t/r` may have had owners that nobody remembers.
test('a room of the copy, and one that a door claims, get their next owner above whatever may have been lost', () => {
  const { leases } = restored(content);
  leases.release('t/r', 'sig-1', 4);
  expect(leases.acquire('t/r', 'sig-2', 1000).lease.epoch).toBe(5 + LOST_GRANTS_MAX);
  leases.claim({ roomKey: 't/claimed', epoch: 30, ownerId: 'sig-1', ownerIsHere: false }, 1000);
  expect(leases.get('t/claimed')).toMatchObject({ epoch: 30, ownerId: 'sig-1' });
  leases.release('t/claimed', 'sig-1', 30);
  expect(leases.acquire('t/claimed', 'sig-2', 1000).lease.epoch).toBe(31 + LOST_GRANTS_MAX);
});

test('a centre that remembers nothing begins with epoch 1', () => {
  const { leases } = restored({ ...content, leases: [], floor: 0, charges: [], nodes: [], drains: [] });
  expect(leases.acquire('t/r', 'sig-1', 0).lease.epoch).toBe(1);
});
