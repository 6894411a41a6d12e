// How many rooms one instance opens, whether one after the other or all at once.
import { limits, wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { codeOf } from '../../src/failures.ts';
import { bounds } from '../../src/limits.ts';
import { latestInfo, OwnedRooms, type OwnedRoomsOptions } from '../../src/owner/owned-rooms.ts';

/** Rooms whose media nodes answer when `answer` is called; `staleKey`: of this one they know a newer owner. */
function setUp(staleKey: string) {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const call = async (_nodeId: string, _kind: unknown, { room }: { room: wire.RoomRef }) => {
    await answered;
    return { sessions: [], served: [], highestEpoch: room.roomKey === staleKey ? room.epoch + 1 : 0 };
  };
  const renewed: number[] = [];
  const owned = new OwnedRooms({
    selfId: 'sig-1',
    centre: {
      fleet: new Map(),
      release: async () => undefined,
      renew: async (leases: readonly unknown[]) => {
        renewed.push(leases.length);
        return [];
      },
    },
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('owned-rooms'),
    counted: { move: () => undefined },
    nodes: { call, hold: () => undefined, release: () => undefined },
    api: { call: () => Promise.reject(new Error('nobody answers')) },
  } as unknown as OwnedRoomsOptions);
  const open = (index: number): Promise<string> => {
    const lease = { roomKey: `acme/${index}`, ownerId: 'sig-1', epoch: 2, nodeIds: ['sfu-1'], created: false };
    return owned.ensure(lease).then(
      () => 'open',
      (error: unknown) => codeOf(error) ?? 'INTERNAL',
    );
  };
  return { owned, open, answer: () => answer(), renewed };
}

test('rooms that are being opened at once count as well: no more are owned than the centre renews at once', async () => {
  const { owned, open, answer, renewed } = setUp('acme/0');
  const asked = Array.from({ length: bounds.roomsOwnedMax + 10 }, (_, index) => open(index));
  answer();
  const outcomes = await Promise.all(asked);
  const of = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
  expect([of('open'), of('EPOCH_STALE'), of('NO_CAPACITY')]).toEqual([bounds.roomsOwnedMax - 1, 1, 10]);
  // The one that could not be opened has left a place.
  expect([await open(bounds.roomsOwnedMax), await open(bounds.roomsOwnedMax + 1)]).toEqual(['open', 'NO_CAPACITY']);
  await owned.renew();
  expect(renewed).toEqual([limits.roomsPerNodeMax]);
  await owned.close();
});

test.each<[string, [epoch: number, version: number][], string]>([
  ['nobody has kept anything', [], ''],
  [
    'a later version of one owner',
    [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
    '2.3',
  ],
  [
    'a later owner that counts from one again',
    [
      [1, 5],
      [3, 1],
      [2, 9],
    ],
    '3.1',
  ],
  [
    'an answer that says nothing',
    [
      [0, 0],
      [1, 1],
      [0, 0],
    ],
    '1.1',
  ],
])('what a room is, by what its media nodes have kept: %s', (_name, kept, metadata) => {
  const snapshots = kept.map(([infoEpoch, version]) => ({
    reply: {
      infoEpoch,
      info: version === 0 ? null : wire.RoomInfo.create({ metadata: `${infoEpoch}.${version}`, version }),
    },
  }));
  expect(latestInfo(snapshots).metadata).toBe(metadata);
});
