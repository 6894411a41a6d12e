import { expect, test } from 'vitest';
import { isMissRecorded, isRecordedAt, recorded } from '../../support/measured.ts';
import { exitCodes, type Part, partsCommand, runParts } from '../../support/parts.ts';

const part = (name: string, minutes = 2): Part => ({ name, args: [name, '--rounds', '3'], quickArgs: [], minutes });
const parts = [part('start'), part('join', 5), part('bytes')];

async function run(
  codes: Readonly<Record<string, number | 'endless'>>,
  before: readonly (readonly [string, 'met' | 'missed'])[] = [],
) {
  const [said, ran]: [string[], string[]] = [[], []];
  const exitCode = await runParts(parts, {
    args: ({ args }) => args,
    before: new Map(before),
    run: ([name = ''], limitMs) => {
      ran.push(`${name} ${limitMs / 60_000}`);
      return Promise.resolve(codes[name] ?? exitCodes.met);
    },
    say: (line) => void said.push(line),
  });
  return { exitCode, ran, said: said.map((line) => line.replaceAll(/ +/g, ' ')) };
}

test.each([
  { codes: {}, exitCode: exitCodes.met, ends: ['start met', 'join met', 'bytes met'] },
  { codes: { start: 3 }, exitCode: exitCodes.missed, ends: ['start missed', 'join met', 'bytes met'] },
  { codes: { start: 1, bytes: 3 }, exitCode: exitCodes.failed, ends: ['start failed', 'join met', 'bytes missed'] },
  { codes: { join: 2 }, exitCode: exitCodes.failed, ends: ['start met', 'join failed', 'bytes met'] },
  { codes: { join: 'endless' }, exitCode: exitCodes.failed, ends: ['start met', 'join endless', 'bytes met'] },
] as const)('a part that fails or hangs does not end the others: $ends', async ({ codes, exitCode, ends }) => {
  const found = await run(codes);
  expect(found.ran).toEqual(['start 6', 'join 15', 'bytes 6']);
  expect(found.said.slice(-3)).toEqual(ends);
  expect(found.exitCode).toBe(exitCode);
});

test('the estimates of the parts that run come first; a part recorded before is left out', async () => {
  const { ran, said, exitCode } = await run({}, [['join', 'met']]);
  expect(said.slice(0, 3)).toEqual(['start about 2 min', 'bytes about 2 min', 'all about 4 min']);
  expect(ran).toEqual(['start 6', 'bytes 6']);
  expect(said.slice(-3)).toEqual(['start met', 'join recorded before', 'bytes met']);
  expect(exitCode).toBe(exitCodes.met);
});

test('a part whose recorded table has a miss makes the exit code of a missed part', async () => {
  const { said, exitCode } = await run({}, [['join', 'missed']]);
  expect(said.slice(-2)).toEqual(['join missed before', 'bytes met']);
  expect(exitCode).toBe(exitCodes.missed);
});

test.each([
  { aims: [], missed: [], is: false },
  { aims: [], missed: ['a target'], is: true },
  { aims: [{ figure: 'a', value: 1, aim: 1, should: 'most' as const }], missed: [], is: false },
  { aims: [{ figure: 'a', value: 2, aim: 1, should: 'most' as const }], missed: [], is: true },
])('whether a recorded table has a miss is read from it: $is', ({ aims, missed, is }) => {
  const text = recorded('# Measured\n', 'join', { params: {}, metrics: {}, aims, missed }, 'here');
  expect(isMissRecorded(text, 'join')).toBe(is);
  expect(isMissRecorded(text, 'other')).toBe(false);
});

test.each([
  { args: ['--only', 'start,nothing'], says: 'there is no nothing' },
  { args: ['--quick', '--record'], says: 'not worth recording' },
])('$args is refused before a part runs', async ({ args, says }) => {
  const command = partsCommand(
    parts,
    () => undefined,
    () => undefined,
  ).configureOutput({ writeErr: () => undefined });
  await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(says);
});

test.each([
  { name: 'join', commit: 'abc1234', is: true },
  { name: 'join', commit: 'abc1235', is: false },
  { name: 'start', commit: 'abc1234', is: false },
])('a table of $name was recorded at $commit: $is', ({ name, commit, is }) => {
  const result = { params: {}, metrics: { rttMs: 3 }, missed: [] };
  const text = recorded('# Measured\n', 'join', result, '2026-11-24, commit abc1234, 2 × CPU');
  expect(isRecordedAt(text, name, commit)).toBe(is);
});
