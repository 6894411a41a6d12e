import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { Incoming } from '../../src/uploads/incoming.ts';

const CHUNK_BYTES = 60_000;

/** Makes chunks with their own memory, like those of a connection. */
const chunksOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, number) => Buffer.from(new ArrayBuffer(CHUNK_BYTES)).fill(number + 1));

/** Reads all bytes, with chunks that arrive after the sender was paused. */
async function readAll(chunks: readonly Buffer[]): Promise<Buffer> {
  const stream = new Readable({ read: () => undefined });
  const bytesMax = chunks.reduce((sum, { length }) => sum + length, 0);
  const incoming = new Incoming(stream, { bytesMax, clock: new ManualClock(), onBytes: () => undefined });
  for (const chunk of chunks) stream.emit('data', chunk);
  const pieces: Buffer[] = [];
  for (let piece = await incoming.next(); piece !== undefined; piece = await incoming.next())
    pieces.push(Buffer.from(piece));
  await setImmediate();
  return Buffer.concat(pieces);
}

it('all bytes are returned in order, and the memory of each chunk is freed, also of chunks that waited', async () => {
  const chunks = chunksOf(30);
  const whole = Buffer.concat(chunks);
  expect((await readAll(chunks)).equals(whole)).toBe(true);
  expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual(chunks.map(() => 0));
});

it('the memory of a larger buffer, of which a chunk is a part, is not freed', async () => {
  const memory = new ArrayBuffer(3 * CHUNK_BYTES);
  const chunk = Buffer.from(memory, CHUNK_BYTES, CHUNK_BYTES).fill(7);
  expect((await readAll([chunk])).equals(Buffer.alloc(CHUNK_BYTES, 7))).toBe(true);
  expect(memory.byteLength).toBe(3 * CHUNK_BYTES);
});
