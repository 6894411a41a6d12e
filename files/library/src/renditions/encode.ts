// Encodes a chunk in all rungs, with its thumbnails, in one pass over the source.

import { type ObjectWriter, sha256Of } from '@meridian/object-store';
import { fileArg } from '@meridian/room-media';
import { MalformedStream } from '@meridian/room-media/core';
import { encodeArgs, ticksOf } from '../core/renditions/args.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import { codecsOf, FragmentMover } from '../core/renditions/fragments.ts';
import { fileNames } from '../core/renditions/names.ts';
import {
  picturesOf,
  type RenditionPlan,
  type Rung,
  segmentPictures,
  tilesIn,
  tilesOf,
} from '../core/renditions/plan.ts';
import { probe } from './analyse.ts';
import type { Job } from './rendition-context.ts';
import type { ChunkMade, Payload, SegmentList } from './tasks.ts';

/** Time limit relative to the chunk's duration: slowest presets, 1080p, an old core. The minimum covers the start. */
const LIMIT_SHARE = 100;
const LIMIT_LEAST_MS = 300_000;
/** Encoders exceed their maximal bit rate for some seconds; beyond this factor the output is wrong. */
const BYTES_SHARE = 4;
const BYTES_LEAST = 4 * 1_048_576;
/** 200 thumbnails of 160 by 400 have a few MB. */
const TILES_BYTES_MAX = 32 * 1_048_576;

/** Rejects with a `RenditionError`, and as the store does. Objects of a failure are removed by their lease. */
export async function encode(job: Job, { chunk, plan }: Payload<'encode'>): Promise<ChunkMade> {
  if (chunk >= plan.chunks.length || plan.ladder.length === 0)
    throw new RenditionError('TASK_INVALID', `no chunk ${chunk}`);
  const sourceFile = await job.source();
  const writing = new ChunkWriter(job, plan, chunk);
  try {
    const { picture } = await probe(job, sourceFile.fd, plan.chunks.length <= 1);
    if (picture === undefined) throw new RenditionError('MEDIA_BROKEN', 'no picture');
    const file = fileArg(0, writing.outputs.length);
    const args = encodeArgs(plan, { chunk, file, picture, settings: job.context.settings });
    await job.run({ args, files: [sourceFile.fd], outputs: writing.outputs, limitMs: writing.limitMs });
    return await writing.finish();
  } catch (error) {
    await writing.abort();
    throw error instanceof MalformedStream
      ? new RenditionError('FFMPEG_FAILED', `the output of ffmpeg is malformed: ${error.message}`, { cause: error })
      : error;
  } finally {
    sourceFile.release();
  }
}

interface Movie {
  readonly rung: Rung;
  readonly mover: FragmentMover;
  readonly object: ObjectWriter;
  bytes: number;
}

class ChunkWriter {
  readonly #job: Job;
  readonly #chunk: number;
  readonly #count: number;
  readonly #ms: number;
  readonly #movies: readonly Movie[];
  readonly #tiles: Uint8Array[] = [];
  readonly #tileCount: number;
  #tileBytes = 0;

  constructor(job: Job, plan: RenditionPlan, chunk: number) {
    this.#job = job;
    this.#chunk = chunk;
    const pictures = picturesOf(plan, chunk);
    const { from, count } = pictures;
    this.#count = count;
    this.#ms = (count * 1000 * plan.rate.den) / plan.rate.num;
    this.#tileCount = tilesIn(pictures, tilesOf(plan).everyPictures);
    this.#movies = plan.ladder.map((rung) => ({
      rung,
      mover: new FragmentMover(from * ticksOf(plan.rate).picture, segmentPictures(plan.rate)),
      object: job.writer(fileNames.movie(rung.name, chunk, job.lease)),
      bytes: 0,
    }));
  }

  get limitMs(): number {
    return LIMIT_LEAST_MS + this.#ms * LIMIT_SHARE;
  }

  get outputs(): ((bytes: Uint8Array) => Promise<void>)[] {
    const movies = this.#movies.map((movie) => (bytes: Uint8Array) => this.#take(movie, bytes));
    return this.#tileCount > 0 ? [...movies, (bytes) => this.#takeTiles(bytes)] : movies;
  }

  async finish(): Promise<ChunkMade> {
    const { lease } = this.#job;
    const list: SegmentList = {};
    const rungs: ChunkMade['rungs'] = [];
    for (const { rung, mover, object } of this.#movies) {
      // The source is shorter than it declares, or nothing of this chunk can be decoded.
      if (mover.pictures !== this.#count)
        throw new RenditionError('MEDIA_BROKEN', `${mover.pictures} of ${this.#count} pictures can be shown`);
      const { init, segments } = mover.end();
      const { bytes, sha256 } = await object.finish();
      // All chunks have the same init segment.
      if (this.#chunk === 0) await this.#job.place(fileNames.init(rung.name, lease), init);
      list[rung.name] = segments.map((segment) => [segment.bytes, segment.pictures]);
      rungs.push({ name: rung.name, bytes, sha256, init: sha256Of(init), codecs: codecsOf(init) });
    }
    if (this.#tileCount > 0) await this.#job.place(fileNames.tiles(this.#chunk, lease), Buffer.concat(this.#tiles));
    await this.#job.place(fileNames.list(this.#chunk, lease), JSON.stringify(list));
    return { chunk: this.#chunk, lease, rungs, tiles: this.#tileCount };
  }

  async abort(): Promise<void> {
    for (const { object } of this.#movies) await object.abort();
  }

  async #take(movie: Movie, bytes: Uint8Array): Promise<void> {
    movie.bytes += bytes.length;
    const bytesMax = BYTES_LEAST + (BYTES_SHARE * movie.rung.maxKbps * this.#ms) / 8;
    if (movie.bytes > bytesMax)
      throw new RenditionError('FFMPEG_FAILED', `more than ${bytesMax} bytes of ${movie.rung.name}`);
    for (const piece of movie.mover.push(bytes)) await movie.object.write(piece);
    this.#job.done(Math.min(...this.#movies.map(({ mover }) => mover.pictures)) / this.#count);
  }

  async #takeTiles(bytes: Uint8Array): Promise<void> {
    this.#tileBytes += bytes.length;
    if (this.#tileBytes > TILES_BYTES_MAX)
      throw new RenditionError('FFMPEG_FAILED', 'the thumbnails have too many bytes');
    this.#tiles.push(bytes);
  }
}
