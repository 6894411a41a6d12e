import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JournalError } from '../../src/core/journal/errors.ts';
import type { JournalLine } from '../../src/core/journal/lines.ts';
import { JournalReader } from '../../src/core/journal/read.ts';
import { LINE_LENGTH_MAX, lineText } from '../../src/core/journal/write.ts';
import { readJournal } from '../support/spooling.ts';

const sha256 = 'ab'.repeat(32);
const lines: readonly JournalLine[] = [
  {
    type: 'stint',
    version: 1,
    recordingId: 'rec-1',
    roomKey: 'acme/daily',
    identity: '',
    stintId: 'stint-1',
    recorderId: 'recorder-1',
    startedWallMs: 1_790_000_000_000,
  },
  { type: 'track', track: 1, trackId: 't1', kind: 'video', source: 'camera', identity: 'ann', name: '名\n"', ms: 12.5 },
  {
    type: 'file',
    track: 1,
    file: 1,
    name: '1-1.mp4',
    codec: 'vp8',
    codecs: 'vp08.00.00.08',
    width: 640,
    height: 360,
    timescale: 90_000,
    bytes: 700,
    sha256,
    ms: 20,
    run: 1,
  },
  {
    type: 'piece',
    file: 1,
    offset: 700,
    bytes: 9000,
    sha256,
    ms: 20,
    durationMs: 2000.011,
    frames: 50,
    isKey: true,
    rtpTimestamp: 4_294_967_295,
    laterMs: -158.25,
  },
  { type: 'muted', track: 1, ms: 2100 },
  { type: 'unmuted', track: 1, ms: 2200 },
  { type: 'gap', track: 1, ms: 2300, durationMs: 20, why: 'disk' },
  { type: 'speaker', identity: 'ann', ms: 2400 },
  {
    type: 'post',
    postId: 'PT_1',
    kind: 'danmaku',
    identity: 'bob',
    name: '名\n"',
    text: '好\u2028',
    style: '#ff0000 top',
    pictureMs: 1200.5,
    ms: 2400,
  },
  { type: 'postRemoved', postId: 'PT_1', ms: 2450 },
  { type: 'fileEnd', file: 1, bytes: 9700, sha256 },
  { type: 'trackEnd', track: 1, ms: 2500 },
  { type: 'fileRefused', file: 2, code: 'STORE_REFUSED' },
  { type: 'end', why: 'ended', ms: 2600 },
];
const text = lines.map(lineText).join('');
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'fine';
  } catch (error) {
    if (error instanceof JournalError) return error.code;
    throw error;
  }
};
const [stint = ''] = text.split('\n');
const reading = (...more: readonly unknown[]) =>
  readJournal([stint, ...more.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))), ''].join('\n'));

it('lines are read back as written', () => {
  expect(readJournal(text)).toEqual({ lines, isCut: false, garbled: 0 });
  expect(readJournal('')).toEqual({ lines: [], isCut: false, garbled: 0 });
});

it('a journal cut anywhere has every line before the cut', () => {
  let whole = 0;
  for (let at = 0; at < text.length; at += 1) {
    const { lines: found, isCut } = readJournal(text.slice(0, at));
    const isEnd = at === 0 || text[at - 1] === '\n';
    if (isEnd && at > 0) whole += 1;
    expect(isCut).toBe(!isEnd);
    expect(found.length).toBe(whole);
  }
});

it.each([
  ['zeros', '\0\0\0\0'],
  ['half a line', '{"type":"piece","file":1'],
  ['an array', '[]'],
  ['a number', '12'],
  ['an object without a type', '{}'],
  ['a line of a known type without a field', '{"type":"trackEnd","track":1}'],
])('garbage is skipped, counts as a cut at the end, and is refused before the first line: %s', (_what, garbage) => {
  expect(reading(garbage)).toEqual({ lines: lines.slice(0, 1), isCut: true, garbled: 0 });
  expect(reading(garbage, lines[1])).toEqual({ lines: lines.slice(0, 2), isCut: false, garbled: 1 });
  expect(reading(garbage, garbage)).toEqual({ lines: lines.slice(0, 1), isCut: true, garbled: 1 });
  expect(codeOf(() => readJournal(`${garbage}\n${text}`))).toBe('JOURNAL_GARBLED');
  expect(readJournal(`${garbage}\n`)).toEqual({ lines: [], isCut: true, garbled: 0 });
});

it('bytes come in any pieces, and those of whole lines are counted', () => {
  const bytes = Buffer.from(`${text}\0garbled\n${stint}`);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
      const reader = new JournalReader();
      const found: JournalLine[] = [];
      const borders = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      for (const [at, from] of borders.slice(0, -1).entries())
        reader.push(bytes.subarray(from, borders[at + 1]), (line) => void found.push(line));
      expect(found).toEqual(lines);
      expect([reader.wholeBytes, reader.isCut, reader.lines]).toEqual([
        Buffer.byteLength(text),
        true,
        lines.length + 1,
      ]);
    }),
  );
});

it.each<[string, object]>([
  ['a track of number 0', { ...lines[1], track: 0 }],
  ['a track of number 1.5', { ...lines[1], track: 1.5 }],
  ['a time before the stint', { ...lines[1], ms: -1 }],
  ['an infinite time', { ...lines[1], ms: null }],
  ['an unknown kind', { ...lines[1], kind: 'data' }],
  ['a name that is no text', { ...lines[1], name: {} }],
  ['an unknown codec', { ...lines[2], codec: 'h265' }],
  ['a width of 0', { ...lines[2], width: 0 }],
  ['a width beyond 16 bits', { ...lines[2], width: 65_536 }],
  ['a hash of another length', { ...lines[2], sha256: 'ab' }],
  ['a hash in upper case', { ...lines[3], sha256: sha256.toUpperCase() }],
  ['an offset below 0', { ...lines[3], offset: -1 }],
  ['a number of bytes that is no safe integer', { ...lines[3], bytes: 2 ** 60 }],
  ['no frames', { ...lines[3], frames: 0 }],
  ['a key frame flag that is no boolean', { ...lines[3], isKey: 1 }],
  ['a run below 0', { ...lines[2], run: -1 }],
  ['half a run', { ...lines[2], run: 0.5 }],
  ['a correction that is no number', { ...lines[3], laterMs: '20' }],
  ['an infinite correction', { ...lines[3], laterMs: null }],
  ['an unknown reason of a gap', { ...lines[6], why: 'bored' }],
  ['an unknown reason of the end', { ...lines[13], why: 'bored' }],
  ['a second beginning', { ...lines[0] }],
])('%s is garbled', (_what, line) => {
  expect(reading(line, lines[7])).toEqual({ lines: [lines[0], lines[7]], isCut: false, garbled: 1 });
});

it('each field is required, except sizes and those that older recorders did not write', () => {
  const optional = ['width', 'height', 'run', 'laterMs'];
  for (const line of lines.slice(1))
    for (const field of Object.keys(line)) {
      if (field === 'type') continue;
      const { [field]: _left, ...rest } = line as unknown as Record<string, unknown>;
      const { garbled } = reading(rest, lines[7]);
      expect([line.type, field, garbled]).toEqual([line.type, field, optional.includes(field) ? 0 : 1]);
    }
});

it('another version is refused, and types and fields of a later build are skipped', () => {
  expect(codeOf(() => readJournal(`${JSON.stringify({ ...lines[0], version: 2 })}\n`))).toBe('JOURNAL_VERSION');
  expect(reading({ type: 'chapter', ms: 1 }, { ...lines[7], volume: 3 })).toEqual({
    lines: [lines[0], lines[7]],
    isCut: false,
    garbled: 0,
  });
  expect(reading({ type: 'toString' }, { type: '__proto__' }).lines).toHaveLength(1);
});

it('lines have a maximum length, written and read', () => {
  const named = (length: number): JournalLine => ({ type: 'speaker', identity: 'x'.repeat(length), ms: 0 });
  const around = JSON.stringify(named(0)).length;
  expect(reading(named(LINE_LENGTH_MAX - around), lines[7]).lines).toHaveLength(3);
  expect(codeOf(() => reading(named(LINE_LENGTH_MAX - around + 1), lines[7]))).toBe('JOURNAL_TOO_LARGE');
  expect(() => lineText(named(LINE_LENGTH_MAX - around + 1))).toThrow(RangeError);
});

it('names of any characters stay on their line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (identity) => {
      const line: JournalLine = { type: 'speaker', identity, ms: 1 };
      expect(lineText(line).indexOf('\n')).toBe(lineText(line).length - 1);
      expect(reading(lineText(line).trimEnd()).lines[1]).toEqual(line);
    }),
  );
});
