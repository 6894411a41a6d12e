// Last task of a content: playlists over all results, and one sheet of thumbnails.
import { hasCode, listAll, type ObjectInfo } from '@meridian/object-store';
import { thumbnailsVtt } from '@meridian/room-media/core';
import { SOUND_RATE, sheetArgs } from '../core/renditions/args.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import { fileNames, leaseOfName, RENDITIONS, SOUND, SPRITE_NAME, THUMBNAILS_NAME } from '../core/renditions/names.ts';
import { msOf, type RenditionPlan, type Rung, tilesOf } from '../core/renditions/plan.ts';
import {
  MASTER_NAME,
  type MadeRung,
  masterPlaylist,
  mediaPlaylist,
  type PlacedSegment,
  playlistName,
} from '../core/renditions/playlists.ts';
import type { Job } from './rendition-context.ts';
import { type ChunkMade, type Joined, type Payload, type SegmentList, type SoundMade, segmentListOf } from './tasks.ts';

const SHEET_MS_MAX = 120_000;
const SHEET_BYTES_MAX = 16 * 1_048_576;

const types = { mp4: 'video/mp4', m3u8: 'application/vnd.apple.mpegurl', jpg: 'image/jpeg', vtt: 'text/vtt' } as const;

/** Rejects with a `RenditionError`, and as the store does. A repeated run writes the same bytes. */
export async function join(job: Job, { plan, chunks, sound }: Payload<'join'>): Promise<Joined> {
  const files = new Files(job);
  const sorted = wholeOf(plan, chunks);
  if (plan.hasSound !== (sound !== undefined)) throw new RenditionError('CHUNKS_MISSING', 'the sound is missing');
  const lists: SegmentList[] = [];
  for (const one of sorted) lists.push(await listOf(job, fileNames.list(one.chunk, one.lease)));
  const rungs = plan.ladder.map((rung) => rungOf(plan, rung, { sorted, lists, files }));
  const soundRung = sound === undefined ? undefined : await soundOf(job, sound, files);
  for (const init of files.inits) files.add(init, await files.head(init), 'mp4');
  if (sorted.length > 0) await sheet(job, plan, { sorted, files });
  for (const rung of soundRung === undefined ? rungs : [...rungs, soundRung])
    await files.place(playlistName(rung.name), mediaPlaylist(rung), 'm3u8');
  await files.place(MASTER_NAME, masterPlaylist(rungs, soundRung), 'm3u8');
  await removeOthers(
    job,
    new Set([...sorted.map(({ lease }) => lease), ...(sound === undefined ? [] : [sound.lease])]),
  );
  const renditions = plan.ladder.map(({ name, width, height, codec }) => ({ name, width, height, codec }));
  return { durationMs: plan.durationMs, renditions, files: files.all };
}

/** Throws unless each chunk is present once, with the rungs of the plan and the same init segments. */
function wholeOf(plan: RenditionPlan, chunks: readonly ChunkMade[]): ChunkMade[] {
  const sorted = [...chunks].sort((a, b) => a.chunk - b.chunk);
  if (sorted.length !== plan.chunks.length || sorted.some(({ chunk }, at) => chunk !== at))
    throw new RenditionError('CHUNKS_MISSING', `${sorted.length} chunks of ${plan.chunks.length}`);
  const names = plan.ladder.map(({ name }) => name).join();
  const inits = (chunk: ChunkMade | undefined): string => chunk?.rungs.map(({ init }) => init).join() ?? '';
  for (const one of sorted) {
    if (one.rungs.map(({ name }) => name).join() !== names)
      throw new RenditionError('CHUNKS_MISSING', `chunk ${one.chunk} has other rungs`);
    if (inits(one) !== inits(sorted[0])) throw new RenditionError('CHUNKS_DIFFER', `chunk ${one.chunk} differs`);
  }
  return sorted;
}

async function listOf(job: Job, name: string): Promise<SegmentList> {
  return segmentListOf(Buffer.from(await storedOf(job, name)).toString());
}

async function storedOf(job: Job, name: string): Promise<Uint8Array> {
  try {
    return await job.context.store.get(`${job.folder}${name}`, { signal: job.signal });
  } catch (error) {
    if (hasCode(error, 'OBJECT_MISSING')) throw new RenditionError('CHUNKS_MISSING', name, { cause: error });
    throw error;
  }
}

function rungOf(
  plan: RenditionPlan,
  rung: Rung,
  o: { readonly sorted: readonly ChunkMade[]; readonly lists: readonly SegmentList[]; readonly files: Files },
): MadeRung {
  const segments: PlacedSegment[] = [];
  for (const [at, { chunk, lease, rungs }] of o.sorted.entries()) {
    const file = fileNames.movie(rung.name, chunk, lease);
    const made = rungs.find(({ name }) => name === rung.name);
    if (made !== undefined) o.files.add(file, made, 'mp4');
    segments.push(...placed(file, o.lists[at]?.[rung.name] ?? [], (pictures) => msOf(pictures, plan.rate)));
  }
  const first = o.sorted[0];
  const init = o.files.init(fileNames.init(rung.name, first?.lease ?? ''));
  const codecs = first?.rungs.find(({ name }) => name === rung.name)?.codecs ?? '';
  const { width, height } = rung;
  return { name: rung.name, init, codecs, segments, picture: { width, height, rate: plan.rate } };
}

function placed(file: string, list: SegmentList[string], msOfUnits: (units: number) => number): PlacedSegment[] {
  let from = 0;
  return list.map(([bytes, units]) => {
    const segment = { file, from, bytes, durationMs: msOfUnits(units) };
    from += bytes;
    return segment;
  });
}

async function soundOf(job: Job, made: SoundMade, files: Files): Promise<MadeRung> {
  const file = fileNames.sound(made.lease);
  files.add(file, made, 'mp4');
  const list = await listOf(job, fileNames.list(SOUND, made.lease));
  const segments = placed(file, list[SOUND] ?? [], (samples) => (samples * 1000) / SOUND_RATE);
  const init = files.init(fileNames.init(SOUND, made.lease));
  return { name: SOUND, init, codecs: made.codecs, segments, picture: undefined };
}

async function sheet(
  job: Job,
  plan: RenditionPlan,
  { sorted, files }: { readonly sorted: readonly ChunkMade[]; readonly files: Files },
): Promise<void> {
  const { width, height, columns, perSheet, everyMs, count } = tilesOf(plan);
  const parts: Uint8Array[] = [];
  for (const { chunk, lease, tiles } of sorted)
    if (tiles > 0) parts.push(await storedOf(job, fileNames.tiles(chunk, lease)));
  const made: Uint8Array[] = [];
  let bytes = 0;
  await job.run({
    args: sheetArgs(columns, count),
    input: async (write) => {
      for (const part of parts) await write(part);
    },
    outputs: [
      (piece) => {
        bytes += piece.length;
        if (bytes > SHEET_BYTES_MAX) throw new RenditionError('FFMPEG_FAILED', 'the sheet has too many bytes');
        made.push(piece);
      },
    ],
    limitMs: SHEET_MS_MAX,
  });
  await files.place(SPRITE_NAME, Buffer.concat(made), 'jpg');
  const tiles = { width, height, columns, perSheet, everyMs };
  const vtt = thumbnailsVtt(tiles, { count, durationMs: plan.durationMs, sheetName: () => SPRITE_NAME });
  await files.place(THUMBNAILS_NAME, vtt, 'vtt');
}

/** Removes objects of killed runs, and of runs whose task another run has ended. */
async function removeOthers(job: Job, keptNames: ReadonlySet<string>): Promise<void> {
  for (const { key } of await listAll(job.context.store, job.folder, job.signal)) {
    const lease = leaseOfName(key.slice(job.folder.length));
    if (lease !== undefined && !keptNames.has(lease)) await job.context.store.remove(key, { signal: job.signal });
  }
}

/** Removes the objects that a run has written. Rejects as the store does. */
export async function removeOwn(job: Job, signal?: AbortSignal): Promise<void> {
  for (const { key } of await listAll(job.context.store, job.folder, signal))
    if (leaseOfName(key.slice(job.folder.length)) === job.lease) await job.context.store.remove(key, { signal });
}

class Files {
  readonly #job: Job;
  readonly #all: Joined['files'][number][] = [];
  readonly #inits: string[] = [];

  constructor(job: Job) {
    this.#job = job;
  }

  get all(): Joined['files'] {
    return this.#all;
  }

  get inits(): readonly string[] {
    return this.#inits;
  }

  /** Notes an init segment that must exist. */
  init(name: string): string {
    this.#inits.push(name);
    return name;
  }

  async head(name: string): Promise<ObjectInfo> {
    const info = await this.#job.context.store.head(`${this.#job.folder}${name}`, { signal: this.#job.signal });
    if (info === undefined) throw new RenditionError('CHUNKS_MISSING', name);
    return info;
  }

  add(name: string, { bytes, sha256 }: ObjectInfo, type: keyof typeof types): void {
    this.#all.push({ name: `${RENDITIONS}${name}`, bytes, sha256, type: types[type] });
  }

  async place(name: string, bytes: string | Uint8Array, type: keyof typeof types): Promise<void> {
    this.add(name, await this.#job.place(name, bytes), type);
  }
}
