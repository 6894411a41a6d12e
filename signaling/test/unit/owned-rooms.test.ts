// How many rooms one instance opens, whether one after the other or all at once.
import { emptyPolicy, limits, wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { codeOf } from '../../src/failures.ts';
import { bounds } from '../../src/limits.ts';
import { latestInfo, latestPolicy, OwnedRooms, type OwnedRoomsOptions } from '../../src/owner/owned-rooms.ts';

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

test('of all copies of a policy the highest version counts, whoever has it', () => {
  const at = (version: number) => ({ ...emptyPolicy, version });
  const kept = (version: number) => ({ reply: { policy: wire.RoomPolicy.create({ version, locked: true }) } });
  expect(latestPolicy([], [])).toBe(emptyPolicy);
  expect(latestPolicy([kept(1), kept(3), { reply: { policy: null } }], [at(2), undefined])).toMatchObject({
    version: 3,
    locked: true,
  });
  expect(latestPolicy([kept(1)], [at(2), at(1)])).toMatchObject({ version: 2, locked: false });
});

test('a policy that comes while its room is being opened counts there too', async () => {
  const { owned, open, answer } = setUp('');
  const opening = open(0);
  owned.policyNewer('acme/0', { ...emptyPolicy, version: 4, locked: true });
  answer();
  expect(await opening).toBe('open');
  await Promise.resolve();
  expect(owned.get('acme/0')?.policy).toMatchObject({ version: 4, locked: true });
  expect(owned.get('acme/0')?.info).toMatchObject({ locked: true, sid: expect.stringMatching(/^RM_/) });
  await owned.close();
});

test('a command is carried out once, one that failed may be repeated, and the oldest is forgotten', async () => {
  const { owned } = setUp('');
  let done = 0;
  const act = () => {
    done += 1;
    return { affected: done, participant: undefined };
  };
  const fail = () => {
    throw new Error('refused');
  };
  expect(() => owned.once('c0', fail)).toThrow('refused');
  expect([owned.once('c0', act).affected, owned.once('c0', act).affected]).toEqual([1, 1]);
  for (let index = 1; index <= bounds.commandsMax; index += 1) owned.once(`c${index}`, act);
  expect(owned.once('c1', act).affected).toBe(2);
  expect(owned.once('c0', act).affected).toBe(bounds.commandsMax + 2);
  await owned.close();
});
