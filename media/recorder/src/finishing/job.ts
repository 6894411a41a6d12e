// Finish job: makes all parts of a finished recording from the stored stints. A job may end at any moment, and the next
// attempt continues, because the output depends on the journals alone.
import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { hasCode } from '@meridian/object-store';
import { chaptersOf } from '../core/finishing/chapters.ts';
import { FinishError } from '../core/finishing/errors.ts';
import {
  CAPTIONS_FOLDER,
  CHAPTERS_NAME,
  FINISHED_FOLDER,
  FINISHED_NAME,
  FINISHED_VERSION,
  type FinishedFile,
  type FinishedOutput,
  type FinishedRecording,
  finishedOf,
  PLAN_NAME,
  POSTS_NAME,
} from '../core/finishing/finished.ts';
import { finishPlanOf } from '../core/finishing/plan.ts';
import { finishedText } from '../core/finishing/played.ts';
import { chaptersVtt } from '../core/finishing/vtt.ts';
import type { Manifest } from '../core/journal/manifest.ts';
import { postsText } from '../core/journal/posts.ts';
import { makeOutput, type OutputContext, typeOf, workOf } from './make-output.ts';
import { listAll, placeObject } from './stored-object.ts';

export interface JobOptions extends Omit<OutputContext, 'onWork'> {
  readonly manifest: Manifest;
  /** Version of ffmpeg, because another version may make other bytes. */
  readonly ffmpegVersion: string;
  onDone(done: number): void;
}

/** Resolves when `FINISHED_NAME` is stored. Rejects with a `FinishError`, and as the store does. */
export async function finishRecording(o: JobOptions): Promise<FinishedRecording> {
  const { manifest, store, prefix, signal } = o;
  const plan = finishPlanOf(manifest);
  await clearOtherPlan(o, await planHash(o));
  const all = plan.outputs.reduce((sum, output) => sum + workOf(output), 1);
  let work = 0;
  const onWork = (bytes: number): void => {
    work += bytes;
    o.onDone(Math.min(1, work / all));
  };
  const context: OutputContext = Object.assign({ onWork }, o);
  const outputs: FinishedOutput[] = [];
  const files: FinishedFile[] = [];
  for (const planned of plan.outputs) {
    const made = await makeOutput(planned, context);
    if (made === undefined) continue;
    outputs.push(made.output);
    files.push(...made.files);
  }
  const chapters = chaptersOf(manifest);
  files.push(await placeText(o, CHAPTERS_NAME, chaptersVtt(chapters)));
  const posts = postsText(manifest);
  if (posts !== undefined) files.push(await placeText(o, POSTS_NAME, posts));
  files.push(...(await captionsOf(o)));
  const finished = finishedOf({ manifest, plan, outputs, chapters, files });
  await clearStrays(o, new Set(files.map(({ name }) => name)));
  await refuseErased(o);
  const json = Buffer.from(finishedText(finished));
  await placeObject(store, `${prefix}${FINISHED_NAME}`, json, signal);
  return finished;
}

async function placeText({ store, prefix, signal }: JobOptions, name: string, text: string): Promise<FinishedFile> {
  const { bytes, sha256 } = await placeObject(store, `${prefix}${name}`, Buffer.from(text), signal);
  return { name, bytes, sha256, type: typeOf(name) };
}

async function planHash({ manifest, renditions, ffmpegVersion }: JobOptions): Promise<string> {
  const hash = createHash('sha256');
  const { tracks, ...rest } = manifest;
  addToHash(hash, [FINISHED_VERSION, ffmpegVersion, [...renditions].sort(), rest]);
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

/** Removes the output of another plan, and stores the present plan's hash. */
async function clearOtherPlan(o: JobOptions, hash: string): Promise<void> {
  const { store, prefix, signal } = o;
  const key = `${prefix}${PLAN_NAME}`;
  const before = await store.get(key, { signal }).catch((error: unknown) => {
    if (!hasCode(error, 'OBJECT_MISSING')) throw error;
  });
  if (before !== undefined && Buffer.from(before).toString() === `${hash}\n`) return;
  await clearStrays(o, new Set());
  await placeObject(store, key, Buffer.from(`${hash}\n`), signal);
}

/** Removes all job output except `kept`; files of others stay. The plan goes last. */
async function clearStrays({ store, prefix, signal }: JobOptions, kept: ReadonlySet<string>): Promise<void> {
  const found = await listAll(store, `${prefix}${FINISHED_FOLDER}`, signal);
  const names = found.map(({ key }) => key.slice(prefix.length));
  const strays = names.filter((name) => !kept.has(name) && !name.startsWith(CAPTIONS_FOLDER) && name !== PLAN_NAME);
  for (const name of [...strays, PLAN_NAME]) await store.remove(`${prefix}${name}`, { signal });
}

async function captionsOf({ store, prefix, signal }: JobOptions): Promise<FinishedFile[]> {
  const files: FinishedFile[] = [];
  for (const { key } of await listAll(store, `${prefix}${CAPTIONS_FOLDER}`, signal)) {
    const info = key.endsWith('.vtt') ? await store.head(key, { signal }) : undefined;
    const name = key.slice(prefix.length);
    if (info !== undefined) files.push({ name, bytes: info.bytes, sha256: info.sha256, type: typeOf(name) });
  }
  return files;
}

/** Throws if another recorder has erased the recording, so that nothing of it is stored again. */
async function refuseErased(o: JobOptions): Promise<void> {
  const { store, prefix, signal, manifest } = o;
  for (const { stintId } of manifest.stints)
    if ((await store.list(`${prefix}${stintId}/`, { limit: 1, signal })).length > 0) return;
  await clearStrays(o, new Set());
  throw new FinishError('RECORDING_ERASED');
}
