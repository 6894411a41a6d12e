// Tests concurrent lookups of numbers. Answers to callers are in look.test.ts and meetings.whole.test.ts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NumberTries } from '../../../src/join-links/number-tries.ts';

const clientIp = '192.0.2.1';
const tries = () => new NumberTries({ hasJoinedBy: () => Promise.resolve(false), clock: { nowMs: () => 0 } });
const numbers = Array.from({ length: 60 }, (_, at) => String(200_000_000 + at));

describe('numbers looked at together', () => {
  it.each([
    ['wrong ones are read 30 times, not more', false, 30],
    ['right ones are all read', true, 60],
  ])('%s', async (_, isOne, reads) => {
    const all = tries();
    let found = 0;
    const find = async () => {
      found += 1;
      await nextTurn();
      return { isOne, isKnown: false };
    };
    const answers = await Promise.allSettled(numbers.map((number) => all.look({ number, clientIp }, find)));
    expect(found).toBe(reads);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(reads);
  });
});
