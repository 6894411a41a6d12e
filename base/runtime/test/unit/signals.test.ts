import { describe, expect, it } from 'vitest';
import { SignalJudge } from '../../src/signals.ts';

describe('signals', () => {
  it.each<[string, [string, number][], string[]]>([
    ['the first signal ends the process in order', [['SIGTERM', 7]], ['end']],
    [
      'a signal of another kind is an echo, also later',
      [
        ['SIGINT', 0],
        ['SIGTERM', 1],
        ['SIGHUP', 9000],
      ],
      ['end', 'echo', 'echo'],
    ],
    [
      'the same signal within half a second is an echo',
      [
        ['SIGINT', 0],
        ['SIGINT', 499],
      ],
      ['end', 'echo'],
    ],
    [
      'the same signal after half a second forces the end',
      [
        ['SIGINT', 0],
        ['SIGINT', 500],
      ],
      ['end', 'force'],
    ],
    [
      'echoes do not postpone a forced end',
      [
        ['SIGINT', 0],
        ['SIGINT', 400],
        ['SIGINT', 500],
      ],
      ['end', 'echo', 'force'],
    ],
    [
      'each kind of signal has its own half second',
      [
        ['SIGINT', 0],
        ['SIGTERM', 400],
        ['SIGTERM', 899],
        ['SIGTERM', 900],
      ],
      ['end', 'echo', 'echo', 'force'],
    ],
  ])('%s', (_what, signals, verdicts) => {
    const judge = new SignalJudge();
    expect(signals.map(([signal, nowMs]) => judge.judge(signal, nowMs))).toEqual(verdicts);
  });
});
