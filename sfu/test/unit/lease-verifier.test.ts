// Whether the node believes a signaling node that names an unknown owner.
import { limits, roomEpochFloor } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { judgeWord, type RoomLeaseSeen } from '../../src/core/index.ts';
import { LeaseVerifier } from '../../src/media/lease-verifier.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const lease = (ownerId: string, epoch: number): RoomLeaseSeen => ({ ownerId, epoch });
const claim = (ownerId: string, epoch: number, roomKey = 't/r') => ({ roomKey, ...lease(ownerId, epoch) });

/** `centre`: its answers in turn; the last repeats. */
function make(o: { seen?: RoomLeaseSeen; floor?: number; centre: (RoomLeaseSeen | undefined)[] }) {
  const asked: string[] = [];
  const verifier = new LeaseVerifier({
    log,
    floor: () => o.floor ?? 0,
    leaseOf: () => o.seen,
    ask: async (roomKey) => {
      asked.push(roomKey);
      return o.centre[Math.min(asked.length, o.centre.length) - 1];
    },
  });
  const verdict = (ownerId: string, epoch: number): Promise<string> =>
    verifier.check(claim(ownerId, epoch)).then(
      () => 'believed',
      (error: { code: string }) => error.code,
    );
  return { verifier, asked, verdict };
}

describe('the centre’s answer', () => {
  test.each([
    { name: 'none', word: undefined, want: 'unknown' },
    { name: 'a lower epoch', word: lease('a', 1), want: 'ahead' },
    { name: 'a higher epoch', word: lease('a', 3), want: 'differs' },
    { name: 'the same epoch of another owner', word: lease('b', 2), want: 'differs' },
    { name: 'the same epoch, given back', word: lease('', 2), want: 'differs' },
    { name: 'the same', word: lease('a', 2), want: 'holds' },
  ])('$name', ({ word, want }) => expect(judgeWord(word, lease('a', 2))).toBe(want));
});

describe('an owner named by a signaling node', () => {
  const away = undefined;
  const jump = limits.epochJumpMax;
  const rows: [
    name: string,
    seen: RoomLeaseSeen | undefined,
    centre: RoomLeaseSeen | undefined,
    claimed: RoomLeaseSeen,
    want: string,
    asked: number,
  ][] = [
    ['malformed, is judged by what was seen', undefined, lease('a', 1), lease('a', 1.5), 'believed', 0],
    ['that is known here, needs no word', lease('a', 3), lease('z', 9), lease('a', 3), 'believed', 0],
    ['that is older, needs no word', lease('a', 3), lease('z', 9), lease('b', 2), 'believed', 0],
    ['that the centre names too, is believed', lease('a', 3), lease('b', 4), lease('b', 4), 'believed', 1],
    ['that the centre names too, of a new room', undefined, lease('b', 4), lease('b', 4), 'believed', 1],
    ['other than the centre does, is not', lease('a', 3), lease('b', 4), lease('x', 4), 'EPOCH_STALE', 1],
    ['other than the centre does, of a new room', undefined, lease('b', 1), lease('x', 1), 'EPOCH_STALE', 1],
    ['of a room that was given back, is not', lease('a', 3), lease('', 4), lease('a', 4), 'EPOCH_STALE', 1],
    ['behind the centre, is not', lease('a', 3), lease('b', 6), lease('b', 5), 'EPOCH_STALE', 1],
    ['ahead of the centre, is not', lease('a', 3), lease('a', 3), lease('x', 9), 'EPOCH_STALE', 1],
    ['of a room that the centre does not know, is believed', undefined, lease('', 0), lease('x', 7), 'believed', 1],
    ['without the centre, is believed', lease('a', 3), away, lease('x', 4), 'believed', 1],
    ['without the centre, as far as is believed', lease('a', 3), away, lease('x', 3 + jump), 'believed', 1],
    ['without the centre, and out of all reason', lease('a', 3), away, lease('x', 4 + jump), 'EPOCH_STALE', 1],
    ['unknown and out of all reason', undefined, lease('', 0), lease('x', jump + 1), 'EPOCH_STALE', 1],
  ];
  test.each(rows)('%s', async (_name, seen, centre, claimed, want, asks) => {
    const { verdict, asked } = make({ ...(seen === undefined ? {} : { seen }), centre: [centre] });
    expect(await verdict(claimed.ownerId, claimed.epoch)).toBe(want);
    expect(asked).toHaveLength(asks);
  });

  test('is believed without a question if the centre has sent it before', async () => {
    const { verifier, verdict, asked } = make({ centre: [undefined] });
    verifier.learn(claim('b', 4));
    expect([await verdict('b', 4), asked]).toEqual(['believed', []]);
  });

  test('is checked again if the centre sent it before its link went', async () => {
    const { verifier, verdict, asked } = make({ centre: [lease('c', 5)] });
    verifier.learn(claim('b', 4));
    verifier.forget();
    expect([await verdict('b', 4), asked]).toEqual(['EPOCH_STALE', ['t/r']]);
  });

  test('is believed after a second question if it was granted while a question for an older one was under way', async () => {
    const answers = [Promise.withResolvers<RoomLeaseSeen>(), Promise.withResolvers<RoomLeaseSeen>()] as const;
    let asked = 0;
    const verifier = new LeaseVerifier({
      log,
      floor: () => 0,
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

  test('is believed without the centre, for a new room, from the start of the centre’s last term', async () => {
    const floor = roomEpochFloor(100);
    const { verdict } = make({ floor, centre: [away] });
    expect(floor).toBeGreaterThan(jump);
    expect(await verdict('a', floor + 1)).toBe('believed');
    expect(await verdict('a', floor + jump + 1)).toBe('EPOCH_STALE');
  });

  test('is refused for now while too many questions are under way', async () => {
    const verifier = new LeaseVerifier({
      log,
      floor: () => 0,
      leaseOf: () => undefined,
      ask: () => new Promise(() => undefined),
    });
    for (let index = 0; index < 1024; index += 1) void verifier.check(claim('a', 1, `t/${index}`));
    await expect(verifier.check(claim('a', 1, 't/one-more'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is checked again when its lease was the oldest of too many', async () => {
    const { verifier, verdict, asked } = make({ centre: [lease('a', 1)] });
    verifier.learn(claim('a', 1));
    for (let index = 0; index < limits.roomsPerNodeMax; index += 1) verifier.learn(claim('a', 1, `t/${index}`));
    expect([await verdict('a', 1), asked]).toEqual(['believed', ['t/r']]);
  });
});
