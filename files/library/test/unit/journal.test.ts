import { BLOCK_BYTES } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { blockLine, offsetLine, readJournal } from '../../src/core/journal.ts';

const hash = (digit: string): string => digit.repeat(64);
/** Three blocks from the fifth of the file on, the last of ten bytes. */
const part = { from: 4 * BLOCK_BYTES, bytes: 2 * BLOCK_BYTES + 10 };
const lines = (...all: string[]): string => all.join('');

it.each<[string, string, number]>([
  ['nothing', '', 0],
  ['a line that was cut', blockLine(4, hash('a')).slice(0, -1), 0],
  [
    'a line that was cut in its hash',
    lines(blockLine(4, hash('a')), blockLine(5, hash('b')).slice(0, 30)),
    BLOCK_BYTES,
  ],
  ['bytes that are no text', `\0\xff${blockLine(4, hash('a'))}`, 0],
  ['a block of another part', blockLine(0, hash('a')), 0],
  ['a block that was left out', lines(blockLine(4, hash('a')), blockLine(6, hash('b'))), BLOCK_BYTES],
  ['a block twice', lines(blockLine(4, hash('a')), blockLine(4, hash('a'))), BLOCK_BYTES],
  ['capital digits', blockLine(4, hash('A')), 0],
  ['an offset behind its block', lines(blockLine(4, hash('a')), offsetLine(3 * BLOCK_BYTES)), BLOCK_BYTES],
  ['an offset at the next block', offsetLine(BLOCK_BYTES), 0],
  ['an offset before its block', lines(blockLine(4, hash('a')), offsetLine(BLOCK_BYTES - 1)), BLOCK_BYTES],
  ['a negative offset', '-5\n', 0],
  [
    'an offset beyond the part',
    lines(...[4, 5, 6, 7].map((block) => blockLine(block, hash('a'))), offsetLine(2 * BLOCK_BYTES + 10)),
    part.bytes,
  ],
])('a journal ends before an invalid line: %s', (_what, text, offset) => {
  expect(readJournal(text, part).offset).toBe(offset);
});

it('a journal continues within a block, and back at its start', () => {
  const text = lines(offsetLine(70), blockLine(4, hash('a')), offsetLine(BLOCK_BYTES + 9));
  expect(readJournal(text, part)).toEqual({ hashes: [hash('a')], offset: BLOCK_BYTES + 9, length: text.length });
  const back = text + offsetLine(BLOCK_BYTES);
  expect(readJournal(back, part)).toEqual({ hashes: [hash('a')], offset: BLOCK_BYTES, length: back.length });
});

it('a journal cut anywhere has the content of its whole lines', () => {
  const seed = String(Math.random());
  const random = seededRng(seed);
  const all = [offsetLine(70), blockLine(4, hash('a')), blockLine(5, hash('b')), blockLine(6, hash('c'))];
  const offsets = [0, 70, BLOCK_BYTES, 2 * BLOCK_BYTES, part.bytes];
  const text = lines(...all);
  for (let times = 0; times < 200; times += 1) {
    const cut = Math.floor(random.next() * (text.length + 1));
    const whole = text.slice(0, cut).split('\n').length - 1;
    expect(readJournal(text.slice(0, cut), part).offset, `seed ${seed}, cut at ${cut}`).toBe(offsets[whole]);
  }
});
