import { expect, it } from 'vitest';
import { type Pace, PaceJudge, type PaceSample } from '../../src/core/pace.ts';

const samples: Readonly<Record<string, PaceSample>> = {
  calm: { threadShare: 0.79, waitingMs: 999 },
  busy: { threadShare: 0.8, waitingMs: 0 },
  slow: { threadShare: 0, waitingMs: 1000 },
  spent: { threadShare: 0.95, waitingMs: 0 },
  late: { threadShare: 0, waitingMs: 2000 },
};

/** Returns the pace after a list of samples, as `8 late, 30 calm`. */
function paceAfter(list: string): Pace {
  const judge = new PaceJudge();
  let pace: Pace = 'free';
  for (const [, count, name = ''] of list.matchAll(/(\d+) (\w+)/g))
    for (let at = 0; at < Number(count); at += 1) pace = judge.take(samples[name] ?? expect.unreachable(name));
  return pace;
}

it.each<[string, Pace]>([
  ['100 calm', 'free'],
  ['7 busy', 'free'],
  ['8 busy', 'full'],
  ['8 slow', 'full'],
  ['4 busy, 4 slow', 'full'],
  ['7 late', 'free'],
  ['8 late', 'behind'],
  ['8 spent', 'behind'],
  ['4 spent, 4 late', 'behind'],
  ['7 late, 1 calm, 7 late', 'free'],
  ['4 busy, 7 late', 'full'],
  ['8 late, 29 busy', 'behind'],
  ['8 late, 30 busy', 'full'],
  ['8 late, 29 calm', 'behind'],
  ['8 late, 30 calm', 'free'],
  ['8 late, 29 calm, 1 late, 29 calm', 'behind'],
  ['8 busy, 29 calm', 'full'],
  ['8 busy, 30 calm', 'free'],
])('after %s the recorder is %s', (list, pace) => {
  expect(paceAfter(list)).toBe(pace);
});
