// Decides whether the node accepts an owner that a signaling node names and that this node does not know.
import { limits, roomEpochFloor } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { compareWithCentre, type OwnerLease } from '../../src/core/index.ts';
import { LeaseVerifier } from '../../src/media/lease-verifier.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const lease = (ownerId: string, epoch: number): OwnerLease => ({ ownerId, epoch });
const claim = (ownerId: string, epoch: number, roomKey = 't/r') => ({ roomKey, ...lease(ownerId, epoch) });

/** `centre`: the centre's answers, one after the other; the last one repeats. */
function make(o: { seen?: OwnerLease; floor?: number; centre: (OwnerLease | undefined)[] }) {
  const requestedRooms: string[] = [];
  const verifier = new LeaseVerifier({
    log,
    epochFloor: () => o.floor ?? 0,
    leaseOf: () => o.seen,
    ask: async (roomKey) => {
      requestedRooms.push(roomKey);
      return o.centre[Math.min(requestedRooms.length, o.centre.length) - 1];
    },
  });
  const verdict = (ownerId: string, epoch: number): Promise<string> =>
    verifier.check(claim(ownerId, epoch)).then(
      () => 'believed',
      (error: { code: string }) => error.code,
    );
  return { verifier, asked: requestedRooms, verdict };
}

describe('a claimed lease compared with the centre’s answer', () => {
  test.each([
    { name: 'none', word: undefined, want: 'unknown' },
    { name: 'a lower epoch', word: lease('a', 1), want: 'ahead' },
    { name: 'a higher epoch', word: lease('a', 3), want: 'differs' },
    { name: 'the same epoch of another owner', word: lease('b', 2), want: 'differs' },
    { name: 'the same epoch without an owner', word: lease('', 2), want: 'differs' },
    { name: 'the same lease', word: lease('a', 2), want: 'holds' },
  ])('$name', ({ word, want }) => expect(compareWithCentre(word, lease('a', 2))).toBe(want));
});

describe('an owner named by a signaling node', () => {
  const noAnswer = undefined;
  const epochJumpMax = limits.epochJumpMax;
  const rows: [
    name: string,
    seen: OwnerLease | undefined,
    centre: OwnerLease | undefined,
    claimed: OwnerLease,
    want: string,
    asked: number,
  ][] = [
    ['with a malformed epoch is left to the caller', undefined, lease('a', 1), lease('a', 1.5), 'believed', 0],
    ['that is known needs no request', lease('a', 3), lease('z', 9), lease('a', 3), 'believed', 0],
    ['with an older epoch needs no request', lease('a', 3), lease('z', 9), lease('b', 2), 'believed', 0],
    ['that the centre confirms is accepted', lease('a', 3), lease('b', 4), lease('b', 4), 'believed', 1],
    ['of a new room that the centre confirms is accepted', undefined, lease('b', 4), lease('b', 4), 'believed', 1],
    ['that the centre contradicts is refused', lease('a', 3), lease('b', 4), lease('x', 4), 'EPOCH_STALE', 1],
    ['of a new room contradicted by the centre is refused', undefined, lease('b', 1), lease('x', 1), 'EPOCH_STALE', 1],
    ['of a room without an owner is refused', lease('a', 3), lease('', 4), lease('a', 4), 'EPOCH_STALE', 1],
    ['with an epoch behind the centre is refused', lease('a', 3), lease('b', 6), lease('b', 5), 'EPOCH_STALE', 1],
    ['with an epoch ahead of the centre is refused', lease('a', 3), lease('a', 3), lease('x', 9), 'EPOCH_STALE', 1],
    ['of a room that the centre does not know is accepted', undefined, lease('', 0), lease('x', 7), 'believed', 1],
    ['without the centre is accepted', lease('a', 3), noAnswer, lease('x', 4), 'believed', 1],
    [
      'without the centre is accepted up to the jump',
      lease('a', 3),
      noAnswer,
      lease('x', 3 + epochJumpMax),
      'believed',
      1,
    ],
    [
      'without the centre is refused above the jump',
      lease('a', 3),
      noAnswer,
      lease('x', 4 + epochJumpMax),
      'EPOCH_STALE',
      1,
    ],
    [
      'of an unknown room is refused above the jump',
      undefined,
      lease('', 0),
      lease('x', epochJumpMax + 1),
      'EPOCH_STALE',
      1,
    ],
  ];
  test.each(rows)('%s', async (_name, seen, centre, claimed, want, asks) => {
    const { verdict, asked } = make({ ...(seen === undefined ? {} : { seen }), centre: [centre] });
    expect(await verdict(claimed.ownerId, claimed.epoch)).toBe(want);
    expect(asked).toHaveLength(asks);
  });

  test('is accepted without a request to the centre if the centre has sent the lease before', async () => {
    const { verifier, verdict, asked } = make({ centre: [undefined] });
    verifier.learn(claim('b', 4));
    expect([await verdict('b', 4), asked]).toEqual(['believed', []]);
  });

  test('is checked again if the centre sent the lease before its link was lost', async () => {
    const { verifier, verdict, asked } = make({ centre: [lease('c', 5)] });
    verifier.learn(claim('b', 4));
    verifier.forget();
    expect([await verdict('b', 4), asked]).toEqual(['EPOCH_STALE', ['t/r']]);
  });

  test('is accepted after a second request if it was granted while a request for an older lease was under way', async () => {
    const answers = [Promise.withResolvers<OwnerLease>(), Promise.withResolvers<OwnerLease>()] as const;
    let asked = 0;
    const verifier = new LeaseVerifier({
      log,
      epochFloor: () => 0,
      leaseOf: () => undefined,
      ask: () => (answers[asked++] ?? answers[1]).promise,
    });
    const older = verifier.check(claim('a', 1));
    const newer = verifier.check(claim('b', 2));
    answers[0].resolve(lease('a', 1));
    await older;
    answers[1].resolve(lease('b', 2));
    await newer;
    expect(asked).toBe(2);
  });

  test('is accepted for a new room without the centre, up to the jump above the start of the centre’s last term', async () => {
    const floor = roomEpochFloor(100);
    const { verdict } = make({ floor, centre: [noAnswer] });
    expect(floor).toBeGreaterThan(epochJumpMax);
    expect(await verdict('a', floor + 1)).toBe('believed');
    expect(await verdict('a', floor + epochJumpMax + 1)).toBe('EPOCH_STALE');
  });

  test('is refused while too many requests to the centre are under way', async () => {
    const verifier = new LeaseVerifier({
      log,
      epochFloor: () => 0,
      leaseOf: () => undefined,
      ask: () => new Promise(() => undefined),
    });
    for (let index = 0; index < 1024; index += 1) void verifier.check(claim('a', 1, `t/${index}`));
    await expect(verifier.check(claim('a', 1, 't/one-more'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is checked with the centre again when the centre’s lease was the oldest of too many and has been dropped', async () => {
    const { verifier, verdict, asked } = make({ centre: [lease('a', 1)] });
    verifier.learn(claim('a', 1));
    for (let index = 0; index < limits.roomsPerNodeMax; index += 1) verifier.learn(claim('a', 1, `t/${index}`));
    expect([await verdict('a', 1), asked]).toEqual(['believed', ['t/r']]);
  });
});
