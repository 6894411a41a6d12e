import assert from 'node:assert/strict';
import { sha256Of } from '@meridian/object-store';
import {
  type Chunk,
  concatBytes,
  headOf,
  MalformedStream,
  type Movie,
  type MovieTrack,
  movieOf,
  readFragment,
  readInit,
  type Segment,
  type TrackInit,
} from '@meridian/room-media/core';
import { AssembleError } from '../core/assembling/errors.ts';
import type { Clip, PlannedOutput, PlannedTrack } from '../core/assembling/plan.ts';
import { soundUnitsOf } from '../core/assembling/silence.ts';
import { PictureTimeline, type PlacedPiece, SoundTimeline } from '../core/assembling/timelines.ts';
import type { ManifestPiece } from '../core/journal/manifest.ts';
import type { ReadRange } from '../stints/read-journals.ts';

/** Enough for the moof of a piece of 2 s. */
const MOOF_BYTES = 16_384;

/** Faststart MP4 of recorded pieces, which is nowhere as a whole: each read makes its bytes of the pieces. */
export interface PreparedMp4 {
  readonly bytes: number;
  readonly durationMs: number;
  /** Size of the largest picture; 0 without one. */
  readonly width: number;
  readonly height: number;
  readonly hasPicture: boolean;
  readonly hasSound: boolean;
  /** Number of sound packets that came too early and were dropped. */
  readonly droppedPackets: number;
  /** Returns the bytes of a range, cut at the file's end. Rejects as `prepareMp4` does. */
  read(from: number, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Yields the bytes of a range in order, the head or a piece at a time. Throws as `prepareMp4` rejects. */
  slice(from: number, bytes: number): AsyncGenerator<Uint8Array>;
}

/**
 * Prepares an MP4 of recorded pieces, whose samples are copied unchanged. Reads read whole pieces and check their
 * hashes. Memory holds a piece and the tables (20 bytes a sample). Rejects with `AssembleError` `MEDIA_MALFORMED` for
 * pieces that contradict the journal, and as `read` does.
 */
export async function prepareMp4(output: PlannedOutput, read: ReadRange): Promise<PreparedMp4> {
  const tracks: PreparedTrack[] = [];
  for (const planned of [output.picture, output.sound]) {
    if (planned !== undefined) tracks.push(await prepareTrack(planned, output.offsetMs, read));
  }
  const tracksWithMedia = tracks.filter(({ track }) => track.table.samples > 0);
  const movie = movieOf(tracksWithMedia.map(({ track }) => track));
  const hasPicture = tracksWithMedia.some(({ track }) => track.kind === 'video');
  const bytes = movie.head.length + movie.dataBytes;
  const slice = slicesOf(movie, tracksWithMedia, read);
  return {
    hasPicture,
    hasSound: tracksWithMedia.some(({ track }) => track.kind === 'audio'),
    slice,
    async read(from, wanted) {
      const whole = new Uint8Array(Math.max(0, Math.min(wanted, bytes - from)));
      let at = 0;
      for await (const part of slice(from, whole.length)) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
    bytes,
    durationMs: movie.durationMs,
    width: Math.max(0, ...tracksWithMedia.map(({ track }) => track.width)),
    height: Math.max(0, ...tracksWithMedia.map(({ track }) => track.height)),
    droppedPackets: tracksWithMedia.reduce((sum, { droppedPackets }) => sum + droppedPackets, 0),
  };
}

interface PreparedTrack {
  readonly track: MovieTrack;
  readonly clips: readonly Clip[];
  readonly droppedPackets: number;
}

async function prepareTrack(planned: PlannedTrack, startMs: number, read: ReadRange): Promise<PreparedTrack> {
  const { clips, timescale } = planned;
  let sound: SoundTimeline | undefined;
  const picture = new PictureTimeline();
  const size = { width: 0, height: 0 };
  for (const [file, clip] of clips.entries()) {
    const init = await withAssembleError(clip.path, async () => readInit(await read(clip.path, 0, clip.initBytes)));
    if (init.timescale !== timescale) throw malformed(clip.path, `${init.timescale} ticks instead of ${timescale}`);
    size.width = Math.max(size.width, init.width);
    size.height = Math.max(size.height, init.height);
    const units = soundUnitsOf(planned.codec, init.channels);
    if (units !== undefined) sound ??= new SoundTimeline(units, timescale);
    for (const [piece, listed] of clip.pieces.entries()) {
      const bytes = await (sound === undefined ? readHead : readPiece)(clip.path, listed, read);
      const samples = await withAssembleError(clip.path, () => placedSamples(bytes, { clip, listed, init, startMs }));
      const placedPiece = { file, piece, sampleEntry: init.sampleEntry, samples };
      if (sound === undefined) picture.add(placedPiece);
      else sound.add(placedPiece, bytes);
    }
  }
  picture.end();
  const { table } = sound ?? picture;
  const kind = sound === undefined ? 'video' : 'audio';
  const startTicks = picture.startTicks;
  const track = { kind, timescale, width: size.width, height: size.height, startTicks, table } as const;
  return { track, clips, droppedPackets: sound?.dropped ?? 0 };
}

function placedSamples(
  bytes: Uint8Array,
  o: { clip: Clip; listed: ManifestPiece; init: TrackInit; startMs: number },
): PlacedPiece['samples'] {
  const { clip, init } = o;
  const shift = Math.round(((clip.offsetMs - o.startMs) * init.timescale) / 1000);
  return readFragment(bytes, o.listed.bytes, init).flatMap((sample) => {
    const ms = clip.offsetMs + (sample.dts * 1000) / init.timescale;
    return ms >= clip.fromMs && ms < clip.toMs ? [{ sample, ticks: Math.max(0, sample.dts + shift) }] : [];
  });
}

async function readHead(path: string, { offset, bytes }: ManifestPiece, read: ReadRange): Promise<Uint8Array> {
  const first = await read(path, offset, Math.min(bytes, MOOF_BYTES));
  const { size } = await withAssembleError(path, () => headOf(first));
  if (size <= first.length) return first;
  if (size > bytes) throw malformed(path, `a moof of ${size} bytes in a piece of ${bytes}`);
  return await read(path, offset, size);
}

async function readPiece(path: string, piece: ManifestPiece, read: ReadRange): Promise<Uint8Array> {
  const bytes = await read(path, piece.offset, piece.bytes);
  if (bytes.length !== piece.bytes || sha256Of(bytes) !== piece.sha256)
    throw malformed(path, `the piece at byte ${piece.offset} is not that of the journal`);
  return bytes;
}

function slicesOf({ head, data }: Movie, tracks: readonly PreparedTrack[], read: ReadRange): PreparedMp4['slice'] {
  // Offsets in the file of all chunks, and its end.
  const offsets = new Float64Array(data.length + 1);
  offsets[0] = head.length;
  for (const [at, { chunk }] of data.entries()) offsets[at + 1] = (offsets[at] ?? 0) + chunk.bytes;
  return async function* (from, bytes) {
    const to = from + bytes;
    if (from < head.length && bytes > 0) yield head.subarray(from, Math.min(to, head.length));
    for (let at = chunkAt(offsets, from); at < data.length && (offsets[at] ?? 0) < to; at += 1) {
      const { track, chunk } = data[at] ?? assert.fail('a chunk for each offset');
      const whole = concatBytes(await chunkBytes(chunk, tracks[track]?.clips ?? [], read));
      const offset = offsets[at] ?? 0;
      const part = whole.subarray(Math.max(0, from - offset), to - offset);
      if (part.length > 0) yield part;
    }
  };
}

/** Returns the number of the last chunk that begins at or before a byte; 0 for bytes of the head. */
function chunkAt(offsets: Float64Array, byte: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  return low;
}

async function chunkBytes(chunk: Chunk, clips: readonly Clip[], read: ReadRange): Promise<Uint8Array[]> {
  const found = chunk.segments.find((segment) => segment.type === 'piece');
  const clip = clips[found?.file ?? -1];
  const piece = clip?.pieces[found?.piece ?? -1];
  const bytes = clip === undefined || piece === undefined ? undefined : await readPiece(clip.path, piece, read);
  return chunk.segments.map((segment) => segmentBytes(segment, bytes ?? new Uint8Array()));
}

function segmentBytes(segment: Segment, piece: Uint8Array): Uint8Array {
  if (segment.type === 'piece') return piece.subarray(segment.from, segment.from + segment.bytes);
  return concatBytes(Array.from({ length: segment.times }, () => segment.packet));
}

async function withAssembleError<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MalformedStream)) throw error;
    throw malformed(path, error.message, error);
  }
}

const malformed = (path: string, what: string, cause?: unknown): AssembleError =>
  new AssembleError('MEDIA_MALFORMED', `${path}: ${what}`, { cause });
