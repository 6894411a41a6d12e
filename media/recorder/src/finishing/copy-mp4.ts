import { sha256Of } from '@meridian/object-store';
import { concatBytes, headOf, MalformedStream } from '@meridian/room-media/core';
import { FinishError } from '../core/finishing/errors.ts';
import { type Movie, type MovieTrack, movieOf } from '../core/finishing/movie.ts';
import type { Clip, PlannedOutput, PlannedTrack } from '../core/finishing/plan.ts';
import { readFragment, readInit, type TrackInit } from '../core/finishing/read-mp4.ts';
import { soundUnitsOf } from '../core/finishing/silence.ts';
import { PictureTimeline, type PlacedPiece, SoundTimeline } from '../core/finishing/timelines.ts';
import type { Chunk, Segment } from '../core/finishing/track-table.ts';
import type { ManifestPiece } from '../core/journal/manifest.ts';

/** Reads bytes of a recorded file (`path`: STINT/NAME): all requested bytes, or a rejection. */
type ReadRange = (path: string, from: number, bytes: number) => Promise<Uint8Array>;

export interface CopiedMp4 {
  readonly bytes: number;
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
  /** Number of sound packets that came too early and were dropped. */
  readonly droppedPackets: number;
}

/** Enough for the moof of a piece of 2 s. */
const MOOF_BYTES = 16_384;
const BATCH_BYTES = 1_048_576;

export type Write = (bytes: Uint8Array) => Promise<void>;

export interface PreparedMp4 extends CopiedMp4 {
  readonly hasPicture: boolean;
  readonly hasSound: boolean;
  /** Writes the file in order; may be called again. Rejects as `prepareMp4` and `write` do. */
  writeTo(write: Write): Promise<void>;
}

/**
 * Prepares a faststart MP4 of recorded pieces, whose samples are copied unchanged. Each write reads every piece again
 * and checks its hash. Memory holds one piece and the tables (20 bytes a sample). Rejects with `FinishError`
 * `MEDIA_MALFORMED` for pieces that contradict the journal, and as `read` does.
 */
export async function prepareMp4(output: PlannedOutput, read: ReadRange): Promise<PreparedMp4> {
  const tracks: PreparedTrack[] = [];
  for (const planned of [output.picture, output.sound]) {
    if (planned !== undefined) tracks.push(await prepareTrack(planned, output.offsetMs, read));
  }
  const tracksWithMedia = tracks.filter(({ track }) => track.table.samples > 0);
  const movie = movieOf(tracksWithMedia.map(({ track }) => track));
  return {
    hasPicture: tracksWithMedia.some(({ track }) => track.kind === 'video'),
    hasSound: tracksWithMedia.some(({ track }) => track.kind === 'audio'),
    writeTo: async (write) => {
      await write(movie.head);
      await writeData(movie, tracksWithMedia, read, write);
    },
    bytes: movie.head.length + movie.dataBytes,
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
    const init = await withFinishError(clip.path, async () => readInit(await read(clip.path, 0, clip.initBytes)));
    if (init.timescale !== timescale) throw malformed(clip.path, `${init.timescale} ticks instead of ${timescale}`);
    size.width = Math.max(size.width, init.width);
    size.height = Math.max(size.height, init.height);
    const units = soundUnitsOf(planned.codec, init.channels);
    if (units !== undefined) sound ??= new SoundTimeline(units, timescale);
    for (const [piece, listed] of clip.pieces.entries()) {
      const bytes = await (sound === undefined ? readHead : readPiece)(clip.path, listed, read);
      const samples = await withFinishError(clip.path, () => placedSamples(bytes, { clip, listed, init, startMs }));
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
  const { size } = await withFinishError(path, () => headOf(first));
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

async function writeData(movie: Movie, tracks: readonly PreparedTrack[], read: ReadRange, write: Write): Promise<void> {
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  for (const { track, chunk } of movie.data) {
    const parts = await chunkBytes(chunk, tracks[track]?.clips ?? [], read);
    batch.push(...parts);
    batchBytes += chunk.bytes;
    if (batchBytes < BATCH_BYTES) continue;
    await write(concatBytes(batch));
    batch = [];
    batchBytes = 0;
  }
  if (batchBytes > 0) await write(concatBytes(batch));
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

async function withFinishError<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MalformedStream)) throw error;
    throw malformed(path, error.message, error);
  }
}

const malformed = (path: string, what: string, cause?: unknown): FinishError =>
  new FinishError('MEDIA_MALFORMED', `${path}: ${what}`, { cause });
