import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  Leadership,
  type LeadershipAction,
  leadershipTable,
  leadershipTimes,
} from '../../src/leading/core/leadership.ts';

const { leaseMs, renewMs, marginMs, pollMs } = leadershipTimes;

function make() {
  const acts: LeadershipAction[] = [];
  const leadership = new Leadership({ act: (action) => acts.push(action) });
  return { leadership, acts, next: () => acts.splice(0) };
}

/** A leader since time 0 with epoch 7, its `take` sent at 0 and answered at 10. */
function leading() {
  const made = make();
  made.leadership.tick(0);
  made.leadership.takeAnswered({ what: 'taken', fence: 7 }, 0, 10);
  made.next();
  return made;
}

describe('a follower', () => {
  test('asks for the lease at once, one request at a time', () => {
    const { leadership, next } = make();
    leadership.tick(0);
    leadership.tick(10_000);
    expect(next()).toEqual([{ what: 'take', above: 0, evenIfForgotten: false, sentAtMs: 0 }]);
    expect(leadership.mayDecide(0)).toBe(false);
  });

  test('polls again when the other centre’s lease can have lapsed, and in any case after pollMs', () => {
    const { leadership, next } = make();
    leadership.tick(0);
    leadership.takeAnswered({ what: 'held', fence: 4, holder: 'a', leftMs: 100 }, 0, 10);
    expect(leadership.otherHolder).toEqual({ epoch: 4, holder: 'a' });
    next();
    leadership.tick(110);
    expect(next()).toEqual([]);
    leadership.tick(111);
    expect(next()).toMatchObject([{ what: 'take', above: 4 }]);
    leadership.takeAnswered({ what: 'held', fence: 4, holder: 'a', leftMs: 60_000 }, 111, 120);
    leadership.tick(120 + pollMs);
    expect(next()).toMatchObject([{ what: 'take' }]);
  });

  test('takes the lease of a store that has lost its memory only after the seen lease has lapsed, above the seen epoch', () => {
    const { leadership, next } = make();
    leadership.tick(0);
    leadership.takeAnswered({ what: 'held', fence: 4, holder: 'a', leftMs: leaseMs }, 0, 0);
    leadership.tick(pollMs);
    leadership.takeAnswered({ what: 'forgotten' }, pollMs, pollMs);
    next();
    leadership.tick(2 * pollMs);
    expect(next()).toMatchObject([{ what: 'take', above: 4, evenIfForgotten: false }]);
    leadership.takeAnswered({ what: 'forgotten' }, 2 * pollMs, 2 * pollMs);
    leadership.tick(leaseMs);
    expect(next()).toMatchObject([{ what: 'take', above: 4, evenIfForgotten: true }]);
    leadership.takeAnswered({ what: 'taken', fence: 5 }, leaseMs, leaseMs);
    expect(next()).toEqual([{ what: 'lead', epoch: 5, forgotten: true }]);
  });

  test('gives back a lease when the store’s answer comes too late to use the lease', () => {
    const { leadership, next } = make();
    leadership.tick(0);
    next();
    leadership.takeAnswered({ what: 'taken', fence: 7 }, 0, leaseMs - marginMs);
    expect(next()).toEqual([{ what: 'release' }]);
    expect(leadership.state).toBe('follower');
  });
});

test('a centre keeps a single open request when it gives up a late renewal of its last term', () => {
  const { leadership, next } = leading();
  leadership.tick(10 + renewMs);
  leadership.tick(leaseMs);
  leadership.stopped(leaseMs);
  leadership.tick(leaseMs);
  expect(next().filter(({ what }) => what === 'take')).toHaveLength(1);
  leadership.renewAnswered(undefined, 10 + renewMs, leaseMs + 10);
  leadership.tick(leaseMs + 10 * pollMs);
  expect(leadership.state).toBe('asking');
  expect(next()).toEqual([]);
});

test('a centre that leads under an epoch of another centre that nodes have obeyed raises its own epoch', () => {
  const { leadership, next } = leading();
  expect(leadership.noteEpoch(7, false, 20)).toBe(true);
  expect(next()).toEqual([{ what: 'renew', raiseTo: 8, sentAtMs: 20 }]);
});

describe('a leader', () => {
  test('may decide from the store’s answer until a margin before the lease can lapse, counted from its request', () => {
    const { leadership, next } = leading();
    expect(leadership.mayDecide(10)).toBe(true);
    expect(leadership.mayDecide(leaseMs - marginMs - 1)).toBe(true);
    expect(leadership.mayDecide(leaseMs - marginMs)).toBe(false);
    leadership.tick(leaseMs - marginMs);
    expect(next()).toMatchObject([{ what: 'stop' }]);
    leadership.tick(leaseMs * 10);
    expect(next()).toEqual([]); // no new request before everything of the last term is closed
    leadership.stopped(leaseMs * 10);
    leadership.tick(leaseMs * 10);
    expect(next()).toMatchObject([{ what: 'take', above: 7 }]);
  });

  test('has a lease that counts from the sending of a renewal, not from the answer, and is never shortened', () => {
    const { leadership } = leading();
    leadership.tick(10 + renewMs);
    leadership.renewAnswered(7, 10 + renewMs, 1500);
    expect(leadership.mayDecide(10 + renewMs + leaseMs - marginMs - 1)).toBe(true);
    leadership.renewAnswered(7, 5, 1501);
    expect(leadership.mayDecide(10 + renewMs + leaseMs - marginMs - 1)).toBe(true);
    expect(leadership.mayDecide(10 + renewMs + leaseMs - marginMs)).toBe(false);
  });

  test.each([
    ['a renewal says that the lease is not its own', (l: Leadership) => l.renewAnswered('lost', 20, 30)],
    ['the store refuses a write', (l: Leadership) => l.fenced(30)],
  ])('stops at once when %s, and does not give the lease back', (_what, act) => {
    const { leadership, next } = leading();
    act(leadership);
    expect(next()).toMatchObject([{ what: 'stop' }]);
    expect(leadership.mayDecide(31)).toBe(false);
    leadership.renewAnswered(7, 25, 40);
    expect(leadership.mayDecide(41)).toBe(false);
  });

  test('gives the lease back when it resigns', () => {
    const { leadership, next } = leading();
    leadership.resign(20, 'closing');
    expect(next().map(({ what }) => what)).toEqual(['stop', 'release']);
    expect(leadership.mayDecide(20)).toBe(false);
  });

  test('raises its epoch above an epoch that a node has obeyed, and ignores impossible epochs', () => {
    const { leadership, next } = leading();
    for (const epoch of [-1, 0.5, Number.NaN, 7 + limits.epochJumpMax + 1, 2 ** 60]) {
      expect(leadership.noteEpoch(epoch, false, 20)).toBe(false);
    }
    expect(leadership.noteEpoch(7, true, 20)).toBe(true);
    expect(next()).toEqual([]);
    expect(leadership.noteEpoch(6, false, 20)).toBe(true);
    expect(next()).toEqual([]);
    expect(leadership.noteEpoch(9, false, 20)).toBe(true);
    expect(next()).toEqual([{ what: 'renew', raiseTo: 10, sentAtMs: 20 }]);
    leadership.renewAnswered(10, 20, 30);
    expect(next()).toEqual([{ what: 'raised', epoch: 10 }]);
    expect(leadership.epoch).toBe(10);
  });
});

test('every state of the leadership table can be left, and only a leader’s lease can lapse', () => {
  for (const [state, edges] of Object.entries(leadershipTable)) {
    expect(Object.values(edges).some((edge) => edge.next !== state)).toBe(true);
    expect('lapsed' in edges).toBe(state === 'leader');
  }
});
