// Tests the arguments of `journalctl`, and how its answers and failures are read.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LineQuery } from '../../../src/logs/core/lines.ts';
import { journalArguments, messageOf, readJournalLines } from '../../../src/logs/journal-lines.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const START_MS = Date.UTC(2026, 10, 26, 12);
const query: LineQuery = { fromMs: START_MS, toMs: START_MS + 60_500, words: ['x'], level: 'trace', limit: 3 };
const defaultBounds = { bytesMax: 1e9, timeMs: 20_000 };
const line = (second: number): string =>
  `{"level":"info","time":"${new Date(START_MS + second * 1000).toISOString()}","n":${second},"msg":"x"}`;
const entry = (message: unknown): string => JSON.stringify({ MESSAGE: message, __CURSOR: 's=1' });

/** Makes a substitute for `journalctl`, which writes its arguments to `passedArguments`. */
function program(body: string): string {
  const file = join(dir, 'journalctl');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(dir, 'asked')}\n${body}\n`);
  chmodSync(file, 0o700);
  return file;
}
const printing = (...entries: string[]): string => {
  writeFileSync(join(dir, 'entries'), `${entries.join('\n')}\n`);
  return program(`cat ${join(dir, 'entries')}`);
};

test('the unit and the times are separate arguments, whatever they contain', async () => {
  const nasty = 'a;rm -rf $HOME.service';
  await readJournalLines(nasty, query, defaultBounds, printing());
  const passedArguments = readFileSync(join(dir, 'asked'), 'utf8').trimEnd().split('\n');
  expect(passedArguments).toEqual(journalArguments(nasty, query));
  expect(passedArguments).toContain(`--unit=${nasty}`);
  expect(passedArguments.slice(-3)).toEqual([
    '--reverse',
    `--since=@${START_MS / 1000}`,
    `--until=@${START_MS / 1000 + 63}`,
  ]);
});

test('messages are filtered like lines of a file: by time, words and form', async () => {
  const entries = [
    entry(line(61)),
    entry(line(9)),
    entry('started by systemd'),
    'no json',
    entry(null),
    entry(line(8)),
  ];
  const { lines, hasMore } = await readJournalLines('u', query, defaultBounds, printing(...entries));
  expect([lines.map(({ text }) => text), hasMore]).toEqual([[line(9), line(8)], false]);
});

test('enough lines end the program, however much it would write', async () => {
  writeFileSync(join(dir, 'entries'), `${entry(line(5))}\n`);
  const { lines, hasMore } = await readJournalLines(
    'u',
    query,
    defaultBounds,
    program(`while :; do cat ${join(dir, 'entries')}; done`),
  );
  expect([lines.length, hasMore]).toEqual([3, true]);
});

test.each([
  ['time', { ...defaultBounds, timeMs: 30 }, 'exec sleep 60'],
  ['bytes', { ...defaultBounds, bytesMax: 10_000 }, 'exec yes nothing'],
])('the bound of %s ends the program, and the answer says that there may be more', async (_, bounds, body) => {
  expect(await readJournalLines('u', query, bounds, program(body))).toEqual({
    lines: [],
    hasMore: true,
    searchedFromMs: query.toMs,
  });
});

test.each([
  ['a program that fails', () => program('echo "No journal files were opened" >&2; exit 1')],
  ['no program', () => join(dir, 'none')],
])('%s is LOGS_UNREADABLE', async (_, of) => {
  await expect(readJournalLines('u', query, defaultBounds, of())).rejects.toMatchObject({ code: 'LOGS_UNREADABLE' });
});

test('a message that is not text for the journal comes as bytes', () => {
  expect(messageOf(entry([...Buffer.from('ü\u0001')]))?.toString()).toBe('ü\u0001');
});
