// Tests reading a process's log files: the lines found, where the reading ends, and lines that are never shown.
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createLogger } from '../../../src/log.ts';
import { LineSplitter } from '../../../src/logs/core/line-splitter.ts';
import { LINE_BYTES_MAX, type LineQuery } from '../../../src/logs/core/lines.ts';
import { readFileLines } from '../../../src/logs/file-lines.ts';
import { ANSWER_BYTES_MAX } from '../../../src/logs/line-collector.ts';
import { OwnLogReader } from '../../../src/logs/own-log-reader.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'log-lines-'));
  file = join(dir, 'sfu-1.log');
});
afterEach(() => rmSync(dir, { recursive: true }));

const START_MS = Date.UTC(2026, 10, 26, 12);
/** Returns a line of our logger; each `second` is a second later. */
const line = (second: number, o: object = {}, level = 'info'): string =>
  `${JSON.stringify({ level, time: new Date(START_MS + second * 1000).toISOString(), pid: 1, name: 'sfu', n: second, ...o })}\n`;
const write = (name: string, ...lines: string[]): void => writeFileSync(join(dir, name), lines.join(''));
const all: LineQuery = { fromMs: 0, toMs: START_MS + 1e9, words: [], level: 'trace', limit: 200 };
const defaultBounds = { bytesMax: 1e9, timeMs: 60_000, nowMs: () => 0 };
const seconds = ({ lines }: { lines: readonly { text: string }[] }): number[] =>
  lines.map(({ text }) => (JSON.parse(text) as { n: number }).n);
const foundNumbers = async (query: Partial<LineQuery>): Promise<number[]> =>
  seconds(await readFileLines(file, { ...all, ...query }, defaultBounds));
const numbers = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, at) => from - at);

describe('a reading finds', () => {
  test('the newest lines first, over many blocks, as they are in the file', async () => {
    write('sfu-1.log', ...Array.from({ length: 5000 }, (_, n) => line(n, { text: 'ü€😀'.repeat(n % 150) })));
    const answer = await readFileLines(file, all, defaultBounds);
    expect(seconds(answer)).toEqual(numbers(4999, 4800));
    expect(answer.lines.every(({ isCut }) => !isCut)).toBe(true);
    expect(`${answer.lines[3]?.text}\n`).toBe(line(4996, { text: 'ü€😀'.repeat(4996 % 150) }));
    expect([answer.hasMore, answer.searchedFromMs]).toEqual([true, START_MS + 4799_000]);
  });

  test('lines of a time range, both ends included', async () => {
    write('sfu-1.log', ...Array.from({ length: 50 }, (_, n) => line(n)));
    const [fromMs, toMs] = [START_MS + 10_000, START_MS + 12_000];
    const answer = await readFileLines(file, { ...all, fromMs, toMs }, defaultBounds);
    expect([seconds(answer), answer.hasMore, answer.searchedFromMs]).toEqual([[12, 11, 10], false, fromMs]);
  });

  test('lines of a level and above, also when their level is a number', async () => {
    const supervisorLine = `{"level":50,"time":${START_MS + 9000},"n":9}\n`;
    write('sfu-1.log', line(1, {}, 'debug'), line(2, {}, 'warn'), line(3), line(4, {}, 'fatal'), supervisorLine);
    expect(await foundNumbers({ level: 'warn' })).toEqual([9, 4, 2]);
  });

  test.each([
    ['two words', ['acme/lobby', 'PA_1'], [3]],
    ['one word', ['acme/lobby'], [3, 1]],
    ['a word with a dot, which is no pattern', ['acme.lobby'], []],
    ['characters with a meaning in patterns', ['$&.*(['], [4]],
    ['quotes and backslashes, as they are', ['a "b" \\c'], [5]],
    ['a part of the JSON', ['"room":"acme/lobby"'], [3, 1]],
    ['any language', ['会议'], [6]],
  ])('lines with all words: %s', async (_, words, expected) => {
    const rows = [
      { room: 'acme/lobby' },
      { session: 'PA_1' },
      { room: 'acme/lobby', session: 'PA_1' },
      { msg: '$&.*([' },
      { msg: 'a "b" \\c' },
      { msg: '会议室' },
    ];
    write('sfu-1.log', ...rows.map((row, at) => line(at + 1, row)));
    expect(await foundNumbers({ words })).toEqual(expected);
  });

  test('lines of our logger only, since other output is not redacted', async () => {
    const json = JSON.stringify({ time: new Date(START_MS).toISOString(), secret: 'x' });
    const noLevel = `{"level":"secret","time":"not a time","n":7}\n`;
    write('sfu-1.log', line(1), 'Error: secret\n', `${json}\n`, noLevel, '\n', line(2), 'half a li');
    expect(await foundNumbers({})).toEqual([2, 1]);
  });

  test('lines that createLogger writes', async () => {
    const logger = createLogger({
      name: 'sfu',
      level: 'trace',
      destination: { write: (text) => appendFileSync(file, text) },
    });
    logger.child({ roomKey: 'acme/lobby' }).warn({ token: 'secret' }, 'one');
    const { lines } = await readFileLines(
      file,
      { ...all, toMs: Number.MAX_SAFE_INTEGER, words: ['acme/lobby'] },
      defaultBounds,
    );
    expect(lines.map(({ text }) => JSON.parse(text))).toMatchObject([{ msg: 'one', token: '[redacted]' }]);
  });
});

describe('bounds', () => {
  test('a longer line is cut at 4 KiB, never inside a character', async () => {
    for (const shift of ['', 'a', 'aa', 'aaa']) {
      write('sfu-1.log', line(1, { shift, msg: '😀'.repeat(3000) }));
      const [first] = (await readFileLines(file, all, defaultBounds)).lines;
      expect(first?.isCut).toBe(true);
      expect(first?.text).not.toContain('\ufffd');
      const bytes = Buffer.byteLength(first?.text ?? '');
      expect(bytes).toBeGreaterThan(LINE_BYTES_MAX - 4);
      expect(bytes).toBeLessThanOrEqual(LINE_BYTES_MAX);
    }
  });

  test('an answer has at most half a megabyte', async () => {
    write('sfu-1.log', ...Array.from({ length: 200 }, (_, n) => line(n, { msg: 'x'.repeat(5000) })));
    const { lines, hasMore } = await readFileLines(file, all, defaultBounds);
    const bytes = lines.reduce((sum, { text }) => sum + text.length, 0);
    expect([bytes <= ANSWER_BYTES_MAX, bytes > ANSWER_BYTES_MAX - 5000, hasMore]).toEqual([true, true, true]);
  });

  test.each([
    ['bytes', { bytesMax: 200_000 }],
    ['time', { timeMs: 5 }],
  ])('on the %s of a reading end it, and `searchedFromMs` states how far back it went', async (_, bound) => {
    let nowMs = 0;
    write('sfu-1.log', ...Array.from({ length: 10_000 }, (__, n) => line(n, n === 3 ? { msg: 'rare' } : {})));
    const bounds = { ...defaultBounds, nowMs: () => nowMs++, ...bound };
    const { lines, hasMore, searchedFromMs } = await readFileLines(file, { ...all, words: ['rare'] }, bounds);
    expect([lines, hasMore]).toEqual([[], true]);
    expect(searchedFromMs).toBeGreaterThan(START_MS + 3000);
    expect(searchedFromMs).toBeLessThan(START_MS + 9_900_000);
  });

  test('a line of more than a megabyte is passed over, and not kept', async () => {
    write('sfu-1.log', line(1), line(2, { msg: 'x'.repeat(3e6) }), line(3));
    expect(await foundNumbers({})).toEqual([3, 1]);
    const splitter = new LineSplitter();
    for (let block = 0; block < 100; block += 1) expect([...splitter.linesIn(Buffer.alloc(65_536, 120))]).toEqual([]);
    expect(splitter.first()).toBeUndefined();
  });

  test('one reading runs at a time, two more wait, and further ones are refused', async () => {
    write('sfu-1.log', line(1));
    const logReader = new OwnLogReader({ logFile: file }, systemClock());
    const asks = Array.from({ length: 5 }, () =>
      logReader.read(all).then(seconds, ({ code }: { code: string }) => code),
    );
    expect(await Promise.all(asks)).toEqual([[1], [1], [1], 'OVERLOADED', 'OVERLOADED']);
    expect(await logReader.read(all)).toMatchObject({ source: 'file', hasMore: false });
  });
});

describe('a file that', () => {
  test('was rotated is followed into its older parts', async () => {
    write('sfu-1.log', line(5), line(6));
    write('sfu-1.log.1', line(3), line(4));
    write('sfu-1.log.2', line(1), line(2));
    write('sfu-1.log.4', line(0));
    expect(await foundNumbers({})).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await foundNumbers({ fromMs: START_MS + 4000 })).toEqual([6, 5, 4]);
  });

  test('is rotated during the reading gives no line twice', async () => {
    write('sfu-1.log', line(3), line(4));
    write('sfu-1.log.1', line(1), line(2));
    const nowMs = actingClock(() => {
      renameSync(join(dir, 'sfu-1.log.1'), join(dir, 'sfu-1.log.2'));
      renameSync(file, join(dir, 'sfu-1.log.1'));
      write('sfu-1.log', line(5));
    });
    expect(seconds(await readFileLines(file, all, { ...defaultBounds, nowMs }))).toEqual([4, 3, 2, 1]);
  });

  test('grows during the reading is read up to its old end', async () => {
    write('sfu-1.log', line(1));
    const nowMs = actingClock(() => appendFileSync(file, line(2)));
    expect(seconds(await readFileLines(file, all, { ...defaultBounds, nowMs }))).toEqual([1]);
  });

  test('is emptied during the reading leaves the lines of its older parts', async () => {
    write('sfu-1.log', line(2));
    write('sfu-1.log.1', line(1));
    const nowMs = actingClock(() => truncateSync(file));
    expect(seconds(await readFileLines(file, all, { ...defaultBounds, nowMs }))).toEqual([1]);
  });

  test.each([
    ['is not there', {}, 'NO_LOGS'],
    ['cannot be read', { logFile: '/nowhere/at/all.log' }, 'LOGS_UNREADABLE'],
  ])('%s has an error code', async (_, places, code) => {
    await expect(new OwnLogReader(places, systemClock()).read(all)).rejects.toMatchObject({ code });
  });
});

/**
 * Returns a clock that calls `act` when it is read for the second time. A reading reads the clock once before a file is
 * opened, then before each block.
 */
function actingClock(act: () => void): () => number {
  let reads = 0;
  return () => {
    reads += 1;
    if (reads === 2) act();
    return 0;
  };
}
