// Makes the files of a recording from its stints, and uploads them into the library. A run may end at any moment, and
// the next one continues its uploads, because the files depend on the journals alone.
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { AssembledOutput, AssembledRecording, AssembleTask, OutputFacts } from '@meridian/protocol';
import { upload } from '@meridian/uploader';
import { chaptersOf, namesOf, shownChapters } from '../core/assembling/chapters.ts';
import { holesOf } from '../core/assembling/holes.ts';
import { finishPlanOf, type PlannedOutput } from '../core/assembling/plan.ts';
import { JournalError } from '../core/journal/errors.ts';
import type { Manifest } from '../core/journal/manifest.ts';
import { manifestOf } from '../core/journal/manifest-of.ts';
import { pagesOf } from '../core/journal/posts.ts';
import { type ReadRange, readJournals } from '../stints/read-journals.ts';
import { type PreparedMp4, prepareMp4 } from './prepare-mp4.ts';
import type { TaskUploads } from './task-uploads.ts';

/** Version of the files that a plan yields: rises when the same plan yields other bytes. */
const FILES_VERSION = 1;
/** Bounds of the result; `holeMs` counts all holes. */
const HOLES_MAX = 1000;
const CHAPTERS_MAX = 1000;

export interface AssembleOptions {
  readonly task: AssembleTask;
  readonly read: ReadRange;
  readonly uploads: Pick<TaskUploads, 'of' | 'posts'>;
  readonly signal: AbortSignal;
  /** Receives the done share, 0 to 1. */
  onDone(done: number): void;
  /** Receives numbers of bytes that were sent to library nodes. */
  onSent(bytes: number): void;
}

/**
 * Resolves when the library has every file. Rejects with `JournalError`, `AssembleError` and `UploadError`, and as
 * `read` and the api do.
 */
export async function assemble(o: AssembleOptions): Promise<AssembledRecording> {
  const { task, read } = o;
  const manifest = manifestOf(await readJournals(task.stints, read), task);
  if (manifest.recordingId !== task.recordingId) throw new JournalError('JOURNAL_MIXED');
  const { outputs: planned } = finishPlanOf(manifest, task.numbers);
  const hash = await planHash(manifest);
  const progress = new Progress(planned, o.onDone);
  const outputs: AssembledOutput[] = [];
  for (const output of planned) {
    const mp4 = await prepareMp4(output, read);
    if (mp4.hasPicture || mp4.hasSound) outputs.push(await send(output, mp4, { o, hash, progress }));
    progress.end(output);
  }
  const pages = pagesOf(manifest);
  for (const [page, posts] of pages.entries()) {
    o.signal.throwIfAborted();
    await o.uploads.posts({ page, posts });
  }
  const { startedWallMs, durationMs } = manifest;
  const holes = holesOf(manifest);
  return {
    startedWallMs,
    durationMs,
    holes: holes.slice(0, HOLES_MAX),
    holeMs: holes.reduce((sum, hole) => sum + (hole.source === '' ? hole.durationMs : 0), 0),
    participants: [...namesOf(manifest)].map(([identity, name]) => ({ identity, name })),
    chapters: shownChapters(chaptersOf(manifest)).slice(0, CHAPTERS_MAX),
    outputs,
    postPages: pages.length,
  };
}

async function send(
  planned: PlannedOutput,
  mp4: PreparedMp4,
  { o, hash, progress }: { readonly o: AssembleOptions; readonly hash: string; readonly progress: Progress },
): Promise<AssembledOutput> {
  const facts = factsOf(planned, mp4);
  const fingerprint = createHash('sha256').update(`${hash} ${facts.name}`).digest('hex');
  let sentBytes: number | undefined;
  const { id } = await upload({
    source: {
      name: `${facts.name}.mp4`,
      bytes: mp4.bytes,
      read: (from, bytes) => mp4.read(from, bytes),
      slice: (from, bytes) => Readable.from(mp4.slice(from, bytes), { objectMode: false }),
    },
    api: o.uploads.of(facts, fingerprint),
    about: {},
    signal: o.signal,
    onProgress: ({ phase, bytes, bytesTotal }) => {
      progress.reach(planned, (phase === 'reading' ? bytes : bytesTotal + bytes) / (2 * bytesTotal));
      if (phase === 'sending') sentBytes ??= bytes;
      if (sentBytes === undefined) return;
      o.onSent(bytes - sentBytes);
      sentBytes = bytes;
    },
  });
  return Object.assign({ upload: id }, facts);
}

const factsOf = ({ name, group, identity, title, offsetMs }: PlannedOutput, mp4: PreparedMp4): OutputFacts => ({
  name,
  source: group,
  identity,
  participantName: title,
  offsetMs,
  durationMs: mp4.durationMs,
  width: mp4.hasPicture ? mp4.width : 0,
  height: mp4.hasPicture ? mp4.height : 0,
});

/** Returns a hash of everything on which the files depend. */
async function planHash({ tracks, ...rest }: Manifest): Promise<string> {
  const hash = createHash('sha256');
  addToHash(hash, [FILES_VERSION, rest]);
  for (const { files, ...track } of tracks) {
    addToHash(hash, track);
    for (const file of files) {
      addToHash(hash, file);
      // A day has many pieces, and this process's recordings must continue meanwhile.
      await setImmediate();
    }
  }
  return hash.digest('hex');
}

const addToHash = (hash: Hash, value: unknown): void => void hash.update(`${JSON.stringify(value)}\n`);

/** Done share of the bytes of all outputs. */
class Progress {
  readonly #onDone: (done: number) => void;
  readonly #totalBytes: number;
  #endedBytes = 0;

  constructor(outputs: readonly PlannedOutput[], onDone: (done: number) => void) {
    this.#onDone = onDone;
    this.#totalBytes = outputs.reduce((sum, output) => sum + bytesOf(output), 1);
  }

  reach(output: PlannedOutput, share: number): void {
    this.#onDone((this.#endedBytes + bytesOf(output) * Math.min(1, share)) / this.#totalBytes);
  }

  end(output: PlannedOutput): void {
    this.#endedBytes += bytesOf(output);
    this.#onDone(this.#endedBytes / this.#totalBytes);
  }
}

function bytesOf({ picture, sound }: PlannedOutput): number {
  const clips = [...(picture?.clips ?? []), ...(sound?.clips ?? [])];
  return clips.reduce((sum, { pieces }) => sum + pieces.reduce((all, piece) => all + piece.bytes, 0), 0);
}
