import { limits } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EPOCH_MAX, Leases } from '../../src/owning/core/leases.ts';

const make = (o = {}) => new Leases({ lifeMs: 100, ...o });
const shown = (leases: Leases, key = 't/r') => {
  const lease = leases.get(key);
  return lease && [lease.ownerId, lease.epoch, lease.expiresAtMs];
};

describe('a room', () => {
  test('stays with its owner under the same epoch while the owner renews, by any of its requests', () => {
    const leases = make();
    leases.acquire('t/r', 'a', 0);
    expect(leases.acquire('t/r', 'a', 90)).toMatchObject({ created: false, lease: { epoch: 1, expiresAtMs: 190 } });
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 1 }], 180).kept).toMatchObject([{ epoch: 1, expiresAtMs: 280 }]);
  });

  test.each([
    { name: 'has a lease that lapses', free: () => undefined, atMs: 100 },
    { name: 'is given back', free: (leases: Leases) => leases.release('t/r', 'a', 1), atMs: 1 },
    { name: 'loses its owner by a closed link', free: (leases: Leases) => leases.ownerDown('a'), atMs: 1 },
    { name: 'loses its owner by a restart', free: (leases: Leases) => leases.ownerRestarted('a', new Set()), atMs: 1 },
  ])(
    'that $name goes to the next node that asks, one epoch higher, and the old owner learns that it lost the room',
    ({ free, atMs }) => {
      const leases = make();
      leases.acquire('t/r', 'a', 0);
      free(leases);
      expect(leases.acquire('t/r', 'b', atMs)).toMatchObject({ created: true, lease: { ownerId: 'b', epoch: 2 } });
      expect(leases.renew('a', [{ roomKey: 't/r', epoch: 1 }], atMs).lostRoomKeys).toEqual(['t/r']);
      expect(leases.release('t/r', 'a', 1)).toBe(false);
      expect(shown(leases)).toEqual(['b', 2, atMs + 100]);
    },
  );

  test.each([
    { name: 'without an owner', owner: undefined, above: 1, want: ['b', 2, true] },
    { name: 'that was released', owner: 'free', above: 1, want: ['b', 2, true] },
    { name: 'that was released', owner: 'free', above: 7, want: ['b', 8, true] },
    { name: 'of another owner', owner: 'a', above: 1, want: ['a', 2, false] },
    { name: 'of another owner', owner: 'a', above: 7, want: ['a', 8, false] },
    { name: 'of the asker', owner: 'b', above: 1, want: ['b', 2, false] },
    { name: 'of another owner', owner: 'a', above: 0, want: ['a', 1, false] },
  ])('$name gets an epoch above $above, and keeps its owner if any', ({ owner, above, want }) => {
    const leases = make();
    if (owner !== undefined) leases.acquire('t/r', owner === 'free' ? 'a' : owner, 0);
    if (owner === 'free') leases.release('t/r', 'a', 1);
    const { lease, created } = leases.acquire('t/r', 'b', 50, above);
    expect([lease.ownerId, lease.epoch, created]).toEqual(want);
    expect(leases.acquire('t/r', 'c', 51, above).lease).toEqual(leases.get('t/r'));
    expect(leases.get('t/r')?.epoch).toBe(want[1]);
  });

  test('whose epoch was raised is lost to a renewal under the old epoch and kept by one under the new epoch', () => {
    const leases = make();
    leases.acquire('t/r', 'a', 0);
    leases.acquire('t/r', 'b', 10, 1);
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 1 }], 20).lostRoomKeys).toEqual(['t/r']);
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 2 }], 20).kept).toMatchObject([{ ownerId: 'a', epoch: 2 }]);
  });

  test.each([
    { name: 'that was given back', prepare: (leases: Leases) => leases.release('t/r', 'a', 1) },
    { name: 'of a restarted owner', prepare: (leases: Leases) => leases.ownerRestarted('a', new Set()) },
  ])('$name is not renewed: a node has to ask for it anew', ({ prepare }) => {
    const leases = make();
    leases.acquire('t/r', 'a', 0);
    prepare(leases);
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 1 }], 1).lostRoomKeys).toEqual(['t/r']);
    expect(leases.acquire('t/r', 'a', 1)).toMatchObject({ created: true, lease: { epoch: 2 } });
  });

  test('of a restarted owner stays with the owner when the owner names it', () => {
    const leases = make();
    leases.acquire('t/r', 'a', 0);
    expect(leases.ownerRestarted('a', new Set(['t/r']))).toEqual([]);
    expect(shown(leases)).toEqual(['a', 1, 100]);
  });

  test.each([{ epoch: 0 }, { epoch: 2 }, { epoch: -1 }, { epoch: Number.NaN }])(
    'is neither renewed nor released under epoch $epoch',
    ({ epoch }) => {
      const leases = make();
      leases.acquire('t/r', 'a', 0);
      expect(leases.renew('a', [{ roomKey: 't/r', epoch }], 1).lostRoomKeys).toEqual(['t/r']);
      expect(leases.release('t/r', 'a', epoch)).toBe(false);
    },
  );
});

const jump = limits.epochJumpMax;

describe('an epoch that a media node has seen', () => {
  test.each([
    { name: 'epoch 0', epoch: 0, next: 6 },
    { name: 'a negative epoch', epoch: -1, next: 6 },
    { name: 'half an epoch', epoch: 7.5, next: 6 },
    { name: 'NaN', epoch: Number.NaN, next: 6 },
    { name: 'an epoch above EPOCH_MAX', epoch: EPOCH_MAX + 1, next: 6 },
    { name: 'an epoch above the largest jump', epoch: 5 + jump + 1, next: 6 },
    { name: 'a lower epoch', epoch: 4, next: 6 },
    { name: 'the same epoch', epoch: 5, next: 6 },
    { name: 'a higher epoch', epoch: 7, next: 8 },
    { name: 'an epoch higher by the largest jump', epoch: 5 + jump, next: 5 + jump + 1 },
  ])('$name: owner, epoch and end of the lease stay; the next grant is epoch $next', ({ epoch, next }) => {
    const leases = make();
    leases.restore({ roomKey: 't/r', epoch: 5, ownerId: 'a' }, 0);
    expect(leases.noteSeenEpoch('t/r', epoch)).toBe(next > 6);
    expect(shown(leases)).toEqual(['a', 5, 100]);
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 5 }], 50).kept).toMatchObject([{ ownerId: 'a', epoch: 5 }]);
    expect(leases.acquire('t/r', 'b', 150)).toMatchObject({ created: true, lease: { ownerId: 'b', epoch: next } });
  });

  test('gives a room without an owner no owner, only a higher next epoch', () => {
    const leases = make();
    expect(leases.noteSeenEpoch('t/r', 9)).toBe(true);
    expect(shown(leases)).toEqual(['', 0, 0]);
    expect(leases.acquire('t/r', 'b', 0)).toMatchObject({ created: true, lease: { ownerId: 'b', epoch: 10 } });
  });

  test('makes the centre raise a lease that the node refuses above the seen epoch, in one step', () => {
    const leases = make();
    leases.acquire('t/r', 'a', 0);
    leases.noteSeenEpoch('t/r', 40);
    expect(leases.acquire('t/r', 'b', 1, 1)).toMatchObject({ raised: true, lease: { ownerId: 'a', epoch: 41 } });
  });

  test('in a flood of reports of invented rooms makes the centre forget no real room', () => {
    const leases = make({ leasesMax: 3 });
    leases.acquire('t/r', 'a', 0);
    leases.release('t/r', 'a', 1);
    for (let index = 0; index < 50; index += 1) leases.noteSeenEpoch(`t/never-${index}`, 7);
    expect([leases.size, leases.floor, shown(leases)]).toEqual([3, 0, ['', 1, 0]]);
  });
});

describe('a signaling node’s report of its own rooms', () => {
  const rows = [
    { name: 'an epoch above EPOCH_MAX', epoch: EPOCH_MAX + 1, owner: 'a', here: true, want: ['a', 5, 100] },
    { name: 'an epoch above the largest jump', epoch: 6 + jump, owner: 'a', here: true, want: ['a', 5, 100] },
    { name: 'a lower epoch of its own', epoch: 4, owner: 'a', here: true, want: ['a', 5, 100] },
    { name: 'its own epoch, which renews the lease', epoch: 5, owner: 'a', here: true, want: ['a', 5, 150] },
    { name: 'a higher epoch of its own', epoch: 7, owner: 'a', here: true, want: ['a', 7, 150] },
    { name: 'the epoch of a linked owner', epoch: 5, owner: 'x', here: true, want: ['a', 5, 100] },
    { name: 'an epoch above that of a linked owner', epoch: 7, owner: 'x', here: true, want: ['a', 5, 100] },
    { name: 'the epoch of an owner without a link', epoch: 5, owner: 'x', here: false, want: ['a', 5, 100] },
    { name: 'an epoch above an owner without a link', epoch: 7, owner: 'x', here: false, want: ['x', 7, 150] },
  ];
  test.each(rows)('$name', ({ epoch, owner, here, want }) => {
    const leases = make();
    leases.restore({ roomKey: 't/r', epoch: 5, ownerId: 'a' }, 0);
    const { changed } = leases.claim({ roomKey: 't/r', epoch, ownerId: owner, isOwnerLinked: here }, 50);
    expect([changed, shown(leases)]).toEqual([want[2] === 150, want]);
  });

  test('an unknown room is taken over with its epoch, for one life of a lease', () => {
    const leases = make();
    leases.claim({ roomKey: 't/r', epoch: 9, ownerId: 'a', isOwnerLinked: false }, 0);
    expect(leases.acquire('t/r', 'b', 99)).toMatchObject({ created: false, lease: { ownerId: 'a', epoch: 9 } });
    expect(leases.acquire('t/r', 'b', 100)).toMatchObject({ created: true, lease: { ownerId: 'b', epoch: 10 } });
  });

  test('is believed for a room that only media nodes have reported, whatever epoch they reported', () => {
    const leases = make();
    leases.noteSeenEpoch('t/r', 12);
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 9 }], 0).kept).toMatchObject([{ ownerId: 'a', epoch: 9 }]);
    expect(leases.acquire('t/r', 'b', 100)).toMatchObject({ created: true, lease: { ownerId: 'b', epoch: 13 } });
  });

  test('an owner that renews a room which the centre has forgotten is believed', () => {
    const leases = make();
    expect(leases.renew('a', [{ roomKey: 't/r', epoch: 3 }], 0).kept).toMatchObject([{ epoch: 3, ownerId: 'a' }]);
  });
});

test('forgetting a room raises the epoch floor, so that the room’s epochs are not granted again', () => {
  const leases = make({ leasesMax: 2 });
  leases.restore({ roomKey: 't/old', epoch: 41, ownerId: '' }, 0);
  leases.acquire('t/live', 'a', 0);
  const { forgotten, lease } = leases.acquire('t/new', 'a', 0);
  expect(forgotten).toMatchObject({ roomKey: 't/old', epoch: 41 });
  expect([leases.floor, lease.epoch, leases.size]).toEqual([41, 42, 2]);
  // The room with the oldest grant is forgotten now: t/live with epoch 1, which does not raise the floor.
  expect(leases.acquire('t/old', 'b', 0).lease.epoch).toBe(42);
  expect(leases.size).toBe(2);
});

test('restoring never lowers an epoch', () => {
  const leases = make();
  leases.claim({ roomKey: 't/r', epoch: 9, ownerId: 'a', isOwnerLinked: false }, 0);
  leases.restore({ roomKey: 't/r', epoch: 4, ownerId: 'b' }, 0);
  expect(shown(leases)).toEqual(['a', 9, 100]);
});

test('after any events in any order, epochs only rise, no two owners share an epoch, and the bound of rooms holds', () => {
  const step = fc.record({ what: fc.nat(7), room: fc.nat(4), owner: fc.nat(2), ms: fc.nat(150) });
  const run = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const leases = make({ leasesMax: 3 });
    const highest = new Map<string, number>();
    const ownerOf = new Map<string, string>(); // room#epoch -> owner
    let nowMs = 0;
    for (const { what, room, owner, ms } of steps) {
      const roomKey = `t/${room}`;
      const ownerId = `o${owner}`;
      const epoch = leases.get(roomKey)?.epoch ?? 0;
      if (what <= 2) {
        const { lease, created } = leases.acquire(roomKey, ownerId, nowMs);
        if (created) expect(lease.epoch).toBeGreaterThan(highest.get(roomKey) ?? 0);
        expect(ownerOf.get(`${roomKey}#${lease.epoch}`) ?? lease.ownerId).toBe(lease.ownerId);
        ownerOf.set(`${roomKey}#${lease.epoch}`, lease.ownerId);
        highest.set(roomKey, Math.max(lease.epoch, highest.get(roomKey) ?? 0));
      } else if (what === 3) nowMs += ms;
      else if (what === 4) leases.release(roomKey, ownerId, epoch);
      else if (what === 5) leases.ownerDown(ownerId);
      else if (what === 6) leases.ownerRestarted(ownerId, new Set());
      else leases.renew(ownerId, [{ roomKey, epoch }], nowMs);
      expect(leases.size).toBeLessThanOrEqual(3);
    }
  });
  fc.assert(run, { numRuns: 300 });
});
