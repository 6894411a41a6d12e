// Makes the files of one output: its MP4, and for a picture HLS renditions and sheets of small pictures.

import type { Store } from '@meridian/object-store';
import { MalformedStream, thumbnailsVtt } from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';
import {
  type EncodePlan,
  encodeArgs,
  RAW_EVERY_MS,
  rawBytes,
  sheetArgs,
  tilesOf,
} from '../core/finishing/encode-args.ts';
import { FinishError } from '../core/finishing/errors.ts';
import { FINISHED_FOLDER, type FinishedFile, type FinishedOutput } from '../core/finishing/finished.ts';
import {
  type MadeRendition,
  masterPlaylist,
  mediaPlaylist,
  type PlannedRendition,
  type RenditionName,
  renditionsOf,
  SegmentFinder,
} from '../core/finishing/hls.ts';
import type { PlannedOutput } from '../core/finishing/plan.ts';
import { type PreparedMp4, prepareMp4, type Write } from './copy-mp4.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { listAll, ObjectWriter, placeObject } from './stored-object.ts';

export interface OutputContext {
  readonly store: Store;
  /** Key prefix of the recording, ending with a slash. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly sandbox: readonly string[];
  readonly renditions: readonly RenditionName[];
  onWork(bytes: number): void;
}

/** Weight of encoding in a job's progress, which counts written bytes: it takes far longer than copying. */
const ENCODING_WEIGHT = 10;
export const workOf = ({ picture, sound }: PlannedOutput): number => {
  const clips = [...(picture?.clips ?? []), ...(sound?.clips ?? [])];
  const bytes = clips.reduce((sum, { pieces }) => sum + pieces.reduce((all, piece) => all + piece.bytes, 0), 0);
  return bytes * (picture === undefined ? 1 : 1 + ENCODING_WEIGHT);
};

/** Makes what the store lacks; undefined without media. Rejects with a `FinishError`, and as the store does. */
export async function makeOutput(
  output: PlannedOutput,
  context: OutputContext,
): Promise<{ output: FinishedOutput; files: readonly FinishedFile[] } | undefined> {
  const read = (path: string, from: number, bytes: number): Promise<Uint8Array> =>
    context.store.get(`${context.prefix}${path}`, { range: { from, bytes }, signal: context.signal });
  const mp4 = await prepareMp4(output, read);
  if (!mp4.hasPicture && !mp4.hasSound) return undefined;
  const mp4Name = `${FINISHED_FOLDER}${output.name}.mp4`;
  const files: FinishedFile[] = [await makeMp4(mp4Name, mp4, context)];
  const pictures = mp4.hasPicture ? await makePictures(output, mp4, context) : undefined;
  files.push(...(pictures?.files ?? []));
  const fileNamed = (name: string): string | undefined => files.find((file) => file.name === name)?.name;
  const folder = folderOf(output);
  const playlist = fileNamed(`${folder}${MASTER_NAME}`);
  const shown = playlist === undefined ? [] : (pictures?.renditions ?? []);
  return {
    files,
    output: {
      name: output.name,
      group: output.group,
      identity: output.identity,
      participantName: output.title,
      ms: output.offsetMs,
      offsetMs: output.offsetMs,
      durationMs: mp4.durationMs,
      width: mp4.hasPicture ? mp4.width : 0,
      height: mp4.hasPicture ? mp4.height : 0,
      pictureCodec: mp4.hasPicture ? output.picture?.codec : undefined,
      soundCodec: mp4.hasSound ? output.sound?.codec : undefined,
      mp4: mp4Name,
      playlist,
      renditions: shown.map(({ name, width, height }) => ({ name, width, height })),
      thumbnails: fileNamed(`${folder}${THUMBNAILS_NAME}`),
    },
  };
}

const MASTER_NAME = 'master.m3u8';
const THUMBNAILS_NAME = 'thumbnails.vtt';
/** Stored last: all other files exist when it does. */
const DONE_NAME = 'done.txt';
const folderOf = ({ name }: PlannedOutput): string => `${FINISHED_FOLDER}${name}/`;

async function makeMp4(name: string, mp4: PreparedMp4, context: OutputContext): Promise<FinishedFile> {
  const key = `${context.prefix}${name}`;
  const type = mp4.hasPicture ? 'video/mp4' : 'audio/mp4';
  const before = await context.store.head(key, { signal: context.signal });
  if (before !== undefined) {
    context.onWork(mp4.bytes);
    return { name, bytes: before.bytes, sha256: before.sha256, type };
  }
  const object = new ObjectWriter(context.store, key, context.signal);
  try {
    await mp4.writeTo(async (bytes) => {
      await object.write(bytes);
      context.onWork(bytes.length);
    });
    const { bytes, sha256 } = await object.finish();
    return { name, bytes, sha256, type };
  } catch (error) {
    await object.abort();
    throw error;
  }
}

interface MadePictures {
  readonly files: readonly FinishedFile[];
  readonly renditions: readonly PlannedRendition[];
}

async function makePictures(output: PlannedOutput, mp4: PreparedMp4, context: OutputContext): Promise<MadePictures> {
  const folder = folderOf(output);
  const renditions = renditionsOf(mp4, context.renditions);
  const doneObject = await context.store.head(`${context.prefix}${folder}${DONE_NAME}`, { signal: context.signal });
  if (doneObject === undefined) await encode(output, { mp4, renditions, folder }, context);
  else context.onWork(mp4.bytes * ENCODING_WEIGHT);
  const files: FinishedFile[] = [];
  for (const { key } of await listAll(context.store, `${context.prefix}${folder}`, context.signal)) {
    const name = key.slice(context.prefix.length);
    const info = name.endsWith(`/${DONE_NAME}`) ? undefined : await context.store.head(key, { signal: context.signal });
    if (info !== undefined) files.push({ name, bytes: info.bytes, sha256: info.sha256, type: typeOf(name) });
  }
  return { files, renditions };
}

const types: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m3u8: 'application/vnd.apple.mpegurl',
  jpg: 'image/jpeg',
  json: 'application/json',
  vtt: 'text/vtt',
};
export const typeOf = (name: string): string => types[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain';

async function encode(
  { picture }: PlannedOutput,
  o: { readonly mp4: PreparedMp4; readonly renditions: readonly PlannedRendition[]; readonly folder: string },
  context: OutputContext,
): Promise<void> {
  const { mp4, renditions, folder } = o;
  const { durationMs, hasSound } = mp4;
  const place = (name: string, bytes: string | Uint8Array) =>
    placeObject(context.store, `${context.prefix}${folder}${name}`, Buffer.from(bytes), context.signal);
  const plan: EncodePlan = { codec: picture?.codec ?? 'h264', hasSound, durationMs, tiles: tilesOf(mp4), renditions };
  const sheets = new Sheets(plan, context, (name, bytes) => place(name, bytes));
  const encoded = renditions.map(({ name }) => ({
    segments: new SegmentFinder(),
    object: new ObjectWriter(context.store, `${context.prefix}${folder}${name}.mp4`, context.signal),
  }));
  try {
    await runFfmpeg({
      sandbox: context.sandbox,
      args: encodeArgs(plan),
      input: (write) => feed(mp4, write, context),
      outputs: [
        (bytes) => sheets.write(bytes),
        ...encoded.map(({ segments, object }) => async (bytes: Uint8Array) => {
          segments.push(bytes);
          await object.write(bytes);
        }),
      ],
      clock: context.clock,
      signal: context.signal,
    });
    const count = await sheets.end();
    // Without a decodable picture there is nothing to show.
    if (count > 0) {
      for (const { object } of encoded) await object.finish();
      const all = encoded.map(({ segments }, at) => Object.assign({}, renditions[at], segments.end(durationMs)));
      for (const one of all as MadeRendition[]) await place(`${one.name}.m3u8`, mediaPlaylist(one, `${one.name}.mp4`));
      if (all.length > 0)
        await place(
          MASTER_NAME,
          masterPlaylist(all as MadeRendition[], (name) => `${name}.m3u8`),
        );
      const sheetName = (sheet: number): string => `sprite-${sheet}.jpg`;
      await place(THUMBNAILS_NAME, thumbnailsVtt(plan.tiles, { count, durationMs, sheetName }));
    }
  } catch (error) {
    for (const { object } of encoded) await object.abort();
    throw error instanceof MalformedStream
      ? new FinishError('FFMPEG_FAILED', `the output of ffmpeg: ${error.message}`, { cause: error })
      : error;
  }
  await place(DONE_NAME, 'done\n');
}

const feed = (mp4: PreparedMp4, write: Write, context: OutputContext): Promise<void> =>
  mp4.writeTo(async (bytes) => {
    await write(bytes);
    context.onWork(bytes.length * ENCODING_WEIGHT);
  });

/** Small pictures of a whole output, with one sheet at a time in memory. */
class Sheets {
  readonly #plan: EncodePlan;
  readonly #context: OutputContext;
  readonly #place: (name: string, bytes: Uint8Array) => Promise<unknown>;
  #buffered = Buffer.alloc(0);
  #raws = 0;
  #tiles: Uint8Array[] = [];
  #count = 0;

  constructor(plan: EncodePlan, context: OutputContext, place: (name: string, bytes: Uint8Array) => Promise<unknown>) {
    this.#plan = plan;
    this.#context = context;
    this.#place = place;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { tiles } = this.#plan;
    const size = rawBytes(tiles);
    this.#buffered = Buffer.concat([this.#buffered, bytes]);
    while (this.#buffered.length >= size) {
      const raw = this.#buffered.subarray(0, size);
      this.#buffered = this.#buffered.subarray(size);
      if ((this.#raws * RAW_EVERY_MS) % tiles.everyMs === 0) this.#tiles.push(Uint8Array.from(raw));
      this.#raws += 1;
      if (this.#tiles.length === tiles.perSheet) await this.#sheet();
    }
  }

  async end(): Promise<number> {
    if (this.#tiles.length > 0) await this.#sheet();
    return this.#count;
  }

  async #sheet(): Promise<void> {
    const { tiles } = this.#plan;
    const raws = this.#tiles;
    this.#tiles = [];
    this.#count += raws.length;
    const jpeg: Uint8Array[] = [];
    await runFfmpeg({
      sandbox: this.#context.sandbox,
      args: sheetArgs(tiles, raws.length),
      input: (write) => write(Buffer.concat(raws)),
      outputs: [(bytes) => void jpeg.push(bytes)],
      clock: this.#context.clock,
      signal: this.#context.signal,
    });
    await this.#place(`sprite-${Math.ceil(this.#count / tiles.perSheet)}.jpg`, Buffer.concat(jpeg));
  }
}
