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

export interface Workshop {
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
  shop: Workshop,
): Promise<{ output: FinishedOutput; files: readonly FinishedFile[] } | undefined> {
  const read = (path: string, from: number, bytes: number): Promise<Uint8Array> =>
    shop.store.get(`${shop.prefix}${path}`, { range: { from, bytes }, signal: shop.signal });
  const mp4 = await prepareMp4(output, read);
  if (!mp4.hasPicture && !mp4.hasSound) return undefined;
  const mp4Name = `${FINISHED_FOLDER}${output.name}.mp4`;
  const files: FinishedFile[] = [await makeMp4(mp4Name, mp4, shop)];
  const pictures = mp4.hasPicture ? await makePictures(output, mp4, shop) : undefined;
  files.push(...(pictures?.files ?? []));
  const hasFile = (name: string): string | undefined => files.find((file) => file.name === name)?.name;
  const folder = folderOf(output);
  const playlist = hasFile(`${folder}${MASTER}`);
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
      thumbnails: hasFile(`${folder}${THUMBNAILS}`),
    },
  };
}

const MASTER = 'master.m3u8';
const THUMBNAILS = 'thumbnails.vtt';
/** Stored last: all other files exist when it does. */
const DONE = 'done.txt';
const folderOf = ({ name }: PlannedOutput): string => `${FINISHED_FOLDER}${name}/`;

async function makeMp4(name: string, mp4: PreparedMp4, shop: Workshop): Promise<FinishedFile> {
  const key = `${shop.prefix}${name}`;
  const type = mp4.hasPicture ? 'video/mp4' : 'audio/mp4';
  const before = await shop.store.head(key, { signal: shop.signal });
  if (before !== undefined) {
    shop.onWork(mp4.bytes);
    return { name, bytes: before.bytes, sha256: before.sha256, type };
  }
  const object = new ObjectWriter(shop.store, key, shop.signal);
  try {
    await mp4.writeTo(async (bytes) => {
      await object.write(bytes);
      shop.onWork(bytes.length);
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

async function makePictures(output: PlannedOutput, mp4: PreparedMp4, shop: Workshop): Promise<MadePictures> {
  const folder = folderOf(output);
  const renditions = renditionsOf(mp4, shop.renditions);
  const done = await shop.store.head(`${shop.prefix}${folder}${DONE}`, { signal: shop.signal });
  if (done === undefined) await encode(output, { mp4, renditions, folder }, shop);
  else shop.onWork(mp4.bytes * ENCODING_WEIGHT);
  const files: FinishedFile[] = [];
  for (const { key } of await listAll(shop.store, `${shop.prefix}${folder}`, shop.signal)) {
    const name = key.slice(shop.prefix.length);
    const info = name.endsWith(`/${DONE}`) ? undefined : await shop.store.head(key, { signal: shop.signal });
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
  shop: Workshop,
): Promise<void> {
  const { mp4, renditions, folder } = o;
  const { durationMs, hasSound } = mp4;
  const place = (name: string, bytes: string | Uint8Array) =>
    placeObject(shop.store, `${shop.prefix}${folder}${name}`, Buffer.from(bytes), shop.signal);
  const plan: EncodePlan = { codec: picture?.codec ?? 'h264', hasSound, durationMs, tiles: tilesOf(mp4), renditions };
  const sheets = new Sheets(plan, shop, (name, bytes) => place(name, bytes));
  const made = renditions.map(({ name }) => ({
    segments: new SegmentFinder(),
    object: new ObjectWriter(shop.store, `${shop.prefix}${folder}${name}.mp4`, shop.signal),
  }));
  try {
    await runFfmpeg({
      sandbox: shop.sandbox,
      args: encodeArgs(plan),
      input: (write) => feed(mp4, write, shop),
      outputs: [
        (bytes) => sheets.write(bytes),
        ...made.map(({ segments, object }) => async (bytes: Uint8Array) => {
          segments.push(bytes);
          await object.write(bytes);
        }),
      ],
      clock: shop.clock,
      signal: shop.signal,
    });
    const count = await sheets.end();
    // Without a decodable picture there is nothing to show.
    if (count > 0) {
      for (const { object } of made) await object.finish();
      const all = made.map(({ segments }, at) => Object.assign({}, renditions[at], segments.end(durationMs)));
      for (const one of all as MadeRendition[]) await place(`${one.name}.m3u8`, mediaPlaylist(one, `${one.name}.mp4`));
      if (all.length > 0)
        await place(
          MASTER,
          masterPlaylist(all as MadeRendition[], (name) => `${name}.m3u8`),
        );
      const sheetName = (sheet: number): string => `sprite-${sheet}.jpg`;
      await place(THUMBNAILS, thumbnailsVtt(plan.tiles, { count, durationMs, sheetName }));
    }
  } catch (error) {
    for (const { object } of made) await object.abort();
    throw error instanceof MalformedStream
      ? new FinishError('FFMPEG_FAILED', `the output of ffmpeg: ${error.message}`, { cause: error })
      : error;
  }
  await place(DONE, 'done\n');
}

const feed = (mp4: PreparedMp4, write: Write, shop: Workshop): Promise<void> =>
  mp4.writeTo(async (bytes) => {
    await write(bytes);
    shop.onWork(bytes.length * ENCODING_WEIGHT);
  });

/** Small pictures of a whole output, with one sheet at a time in memory. */
class Sheets {
  readonly #plan: EncodePlan;
  readonly #shop: Workshop;
  readonly #place: (name: string, bytes: Uint8Array) => Promise<unknown>;
  #buffered = Buffer.alloc(0);
  #raws = 0;
  #tiles: Uint8Array[] = [];
  #count = 0;

  constructor(plan: EncodePlan, shop: Workshop, place: (name: string, bytes: Uint8Array) => Promise<unknown>) {
    this.#plan = plan;
    this.#shop = shop;
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
      sandbox: this.#shop.sandbox,
      args: sheetArgs(tiles, raws.length),
      input: (write) => write(Buffer.concat(raws)),
      outputs: [(bytes) => void jpeg.push(bytes)],
      clock: this.#shop.clock,
      signal: this.#shop.signal,
    });
    await this.#place(`sprite-${Math.ceil(this.#count / tiles.perSheet)}.jpg`, Buffer.concat(jpeg));
  }
}
