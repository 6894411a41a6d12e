import { concatBytes } from '@meridian/room-media/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, refusalOf } from '../../../room-media/test/support/bytes.ts';
import {
  ChunkReader,
  encodeMessage,
  MAX_CHUNK_STREAMS,
  MAX_MESSAGE_BYTES,
  MAX_PARTIAL_BYTES,
  messageType,
  type RtmpMessage,
} from '../../src/core/rtmp/chunks.ts';
import { uint32 } from '../../src/core/rtmp/link.ts';

const push = (reader: ChunkReader, bytes: Uint8Array): RtmpMessage[] => [...reader.read(bytes)];
const read = (...parts: (string | Uint8Array)[]): RtmpMessage[] =>
  push(new ChunkReader(), concatBytes(parts.map((part) => (typeof part === 'string' ? hex(part) : part))));

/** Type 0 on chunk stream 3, time 10, stream 1, video of this length. */
const head = (length: number): string => `03 00000a ${length.toString(16).padStart(6, '0')} 09 01000000`;
const setChunkSize = (size: number): string =>
  `02 000000 000004 01 00000000 ${Buffer.from(uint32(size)).toString('hex')}`;
const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index & 0xff);

describe('a chunk reader refuses', () => {
  it.each([
    ['a chunk stream that begins with type 3', 'c3'],
    ['a chunk stream that begins with type 2', '83 000001'],
    ['a message that begins in another', `${head(200)} ${'00'.repeat(128)} ${head(1)} 00`],
    ['chunks of 0 bytes', setChunkSize(0)],
    ['chunks of less than 128 bytes, of which each costs as much as a large one', setChunkSize(127)],
    ['chunks of 2^31 bytes', setChunkSize(0x80000000)],
  ])('%s', (_, bytes) => {
    expect(refusalOf(() => read(bytes))).toBe('INVALID');
  });

  it('a message above the bound by its length alone', () => {
    expect(refusalOf(() => read(head(MAX_MESSAGE_BYTES + 1)))).toBe('TOO_LARGE');
    expect(refusalOf(() => read(head(MAX_MESSAGE_BYTES)))).toBe('fine');
  });

  it('more chunk streams than the bound', () => {
    const reader = new ChunkReader();
    const open = (id: number) => push(reader, hex(`00 ${id.toString(16).padStart(2, '0')} 000000 000000 09 01000000`));
    for (let id = 0; id < MAX_CHUNK_STREAMS; id++) expect(open(id)).toHaveLength(1);
    expect(refusalOf(() => open(MAX_CHUNK_STREAMS))).toBe('TOO_MANY');
  });
});

it('a chunk reader reserves nothing for an announced length, and bounds incomplete messages', () => {
  const reader = new ChunkReader();
  push(reader, hex(setChunkSize(0x7fffffff)));
  const begin = (id: number, bytes: number) => {
    const start = hex(`${id.toString(16).padStart(2, '0')} 000000 400000 09 01000000`);
    return push(reader, concatBytes([start, new Uint8Array(bytes)]));
  };
  begin(3, 1);
  expect(reader.reservedBytes).toBe(1024);
  // The chunk of stream 3 ends here, and with it the message.
  expect(push(reader, new Uint8Array(MAX_MESSAGE_BYTES - 1))).toHaveLength(1);
  expect(reader.reservedBytes).toBe(0);

  push(reader, hex(setChunkSize(MAX_MESSAGE_BYTES - 1)));
  for (const id of [4, 5]) expect(begin(id, MAX_MESSAGE_BYTES - 1)).toEqual([]);
  expect(reader.reservedBytes).toBeLessThanOrEqual(MAX_PARTIAL_BYTES);
  expect(refusalOf(() => begin(6, 5000))).toBe('TOO_LARGE');
});

describe('a chunk reader reads', () => {
  it('all types of chunks, as in the example of the specification', () => {
    // Section 5.3.2.1: audio messages of equal length, 20 ms apart.
    const body = '00'.repeat(32);
    const messages = read(
      `03 0003e8 000020 08 39300000 ${body}`,
      `83 000014 ${body}`,
      `c3 ${body}`,
      `43 000005 000001 09 07`,
    );
    expect(messages.map(({ timestampMs }) => timestampMs)).toEqual([1000, 1020, 1040, 1045]);
    expect(messages.map(({ streamId }) => streamId)).toEqual([12345, 12345, 12345, 12345]);
    expect(messages.map(({ payload }) => payload.length)).toEqual([32, 32, 32, 1]);
    expect(messages.map(({ typeId }) => typeId)).toEqual([8, 8, 8, 9]);
  });

  it('type 3 after type 0 with its time as the delta, as ffmpeg writes it', () => {
    const messages = read('03 000017 000001 08 01000000 aa c3 bb c3 cc');
    expect(messages.map(({ timestampMs }) => timestampMs)).toEqual([23, 46, 69]);
  });

  it('a chunk stream that begins with type 1, as pongs of librtmp do', () => {
    expect(read('42 000000 000001 04 aa')).toMatchObject([{ typeId: 4, streamId: 0, timestampMs: 0 }]);
  });

  it('ids of chunk streams of one, two and three bytes', () => {
    const reader = new ChunkReader();
    for (const basic of ['3f', '00 ff', '01 ffff']) {
      expect(push(reader, hex(`${basic} 000000 000081 09 01000000 ${'00'.repeat(128)}`))).toEqual([]);
    }
    for (const basic of ['c0 ff', 'c1 ffff', 'ff']) expect(push(reader, hex(`${basic} 00`))).toHaveLength(1);
  });

  it('long times, which each chunk repeats', () => {
    const messages = read(
      `03 ffffff 000081 09 01000000 01000000 ${'aa'.repeat(128)} c3 01000000 aa`,
      // A delta of that length, and the same again without any header.
      `43 ffffff 000001 09 00ffffff bb`,
      `c3 00ffffff cc`,
    );
    expect(messages.map(({ timestampMs }) => timestampMs)).toEqual([0x1000000, 0x1ffffff, 0x2fffffe]);
    expect(messages[0]?.payload).toEqual(new Uint8Array(129).fill(0xaa));
  });

  it('times that wrap', () => {
    const messages = read('03 ffffff 000001 09 01000000 fffffff0 aa', '43 000020 000001 09 bb');
    expect(messages.map(({ timestampMs }) => timestampMs)).toEqual([0xfffffff0, 0x10]);
  });

  it('messages between the chunks of others', () => {
    const [first, second] = [bytesOf(200), bytesOf(130)];
    const messages = read(
      head(200),
      first.subarray(0, 128),
      '04 000000 000082 08 01000000',
      second.subarray(0, 128),
      'c3',
      first.subarray(128),
      'c4',
      second.subarray(128),
    );
    expect(messages.map(({ payload }) => payload)).toEqual([first, second]);
  });

  it('a new message after an abort, and an abort without a message', () => {
    const abort = (id: number) => `02 000000 000004 02 00000000 0000000${id}`;
    const messages = read(head(200), new Uint8Array(128), abort(3), abort(9), `03 000000 000002 09 01000000 beef`);
    expect(messages.map(({ payload }) => payload)).toEqual([hex('beef')]);
  });
});

it('written messages are read back, however they are cut', () => {
  const message = fc.record({
    typeId: fc.constantFrom(messageType.audio, messageType.video, messageType.command),
    streamId: fc.integer({ min: 0, max: 0xffffffff }),
    timestampMs: fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(0xfffffe, 0xffffff, 0x1000000, 0xffffffff),
    ),
    payload: fc.integer({ min: 0, max: 700 }).map(bytesOf),
  });
  const written = fc.array(fc.tuple(message, fc.integer({ min: 2, max: 63 })), { maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(written, cuts, fc.constantFrom(128, 300, 65_536), (messages, sizes, chunkBytes) => {
      const bytes = concatBytes([
        hex(setChunkSize(chunkBytes)),
        ...messages.map(([each, chunkStreamId]) => encodeMessage(each, { chunkStreamId, chunkBytes })),
      ]);
      const reader = new ChunkReader();
      const got: RtmpMessage[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        got.push(...push(reader, bytes.slice(at, at + size)));
        at += size;
      }
      expect(got).toEqual(messages.map(([each]) => each));
    }),
  );
});

it('arbitrary bytes give messages or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      refusalOf(() => push(new ChunkReader(), bytes));
    }),
    { numRuns: 2000 },
  );
});

it('messages are not written beyond what peers could read', () => {
  const message = { typeId: 9, streamId: 1, timestampMs: 0, payload: new Uint8Array(MAX_MESSAGE_BYTES + 1) };
  expect(() => encodeMessage(message, { chunkStreamId: 3, chunkBytes: 128 })).toThrow(RangeError);
  expect(() => encodeMessage({ ...message, payload: hex('') }, { chunkStreamId: 64, chunkBytes: 1 })).toThrow(
    RangeError,
  );
});
