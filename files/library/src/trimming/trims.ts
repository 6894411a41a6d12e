// Runs the tasks `trim`: makes a content of a part of another. Each run makes a content of its own, so that a run that
// lost its lease removes what it made alone.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueueTask } from '@meridian/node-shell';
import { cutIdOf, isUploadId, newUploadId } from '@meridian/protocol';
import { fileArg } from '@meridian/room-media';
import { MalformedStream } from '@meridian/room-media/core';
import type { Logger, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { contentPrefix } from '../core/names.ts';
import { RenditionError } from '../core/renditions/errors.ts';
import { leasePart } from '../core/renditions/names.ts';
import type { Report } from '../core/report.ts';
import { cutArgs, cutOf } from '../core/trimming/args.ts';
import { probe } from '../renditions/analyse.ts';
import { Job, type RenditionContext } from '../renditions/rendition-context.ts';
import { DURATION_MS_MAX } from '../renditions/tasks.ts';
import type { Contents } from '../uploads/contents.ts';
import { type Check, keepChecked } from '../uploads/finishing.ts';
import { CutFile } from './cut-file.ts';

export const TRIM = 'trim';

export interface TrimsOptions {
  /** Folder of files that are being made, which is emptied. */
  readonly folder: string;
  readonly storeId: string;
  readonly uploads: { readonly contents: Contents; readonly spool: { roomBytes(): Promise<number> } };
  readonly check: Check;
  readonly rng: Rng;
  readonly log: Pick<Logger, 'warn'>;
}

/** Result of the task. */
export interface CutMade extends Omit<Report, 'code' | 'detail'> {
  readonly contentId: string;
  readonly storeId: string;
}

const ms = Type.Number({ minimum: 0, maximum: DURATION_MS_MAX });
const payload = Type.Object({
  contentId: Type.String({ maxLength: 64 }),
  /** Absent in tasks of former releases. */
  cut: Type.Optional(Type.String({ maxLength: 56 })),
  name: Type.String({ maxLength: 1024 }),
  fromMs: ms,
  toMs: ms,
});

/** Larger cuts have more hashes of blocks than the result of a task may name. */
const CUT_BYTES_MAX = 64 * 1024 ** 3;
/** Decoding and encoding at full size, by the slowest presets on an old core. */
const LIMIT_SHARE = 100;
const LIMIT_LEAST_MS = 300_000;
/** Share of the work until ffmpeg has ended; then the file is written, checked and stored. */
const ENCODED = 0.9;

export class Trims {
  readonly #o: TrimsOptions;
  /** Contents that running tasks make, by lease. */
  readonly #making = new Map<string, { readonly tenant: string; readonly contentId: string }>();

  static async open(o: TrimsOptions): Promise<Trims> {
    await rm(o.folder, { recursive: true, force: true });
    await mkdir(o.folder, { recursive: true, mode: 0o700 });
    return new Trims(o);
  }

  private constructor(o: TrimsOptions) {
    this.#o = o;
  }

  /** Rejects with a `RenditionError` or `FileRefused`, and as the store does. */
  async run(
    context: RenditionContext,
    { tenant, lease, attempt, payload: json }: Pick<QueueTask, 'tenant' | 'lease' | 'attempt' | 'payload'>,
    o: { readonly signal: AbortSignal; onDone(done: number): void },
  ): Promise<CutMade> {
    const { contentId: original, cut, name, fromMs, toMs } = payloadOf(json);
    const onDone = (done: number): void => o.onDone(done);
    const job = new Job(context, { tenant, contentId: original, lease, signal: o.signal, onDone });
    const { folder, storeId, uploads, check, rng } = this.#o;
    const contentId = cut === undefined ? newUploadId((count) => rng.bytes(count)) : cutIdOf(cut, attempt);
    const path = join(folder, leasePart(lease));
    try {
      const written = await this.#cut(job, path, { fromMs, toMs });
      this.#making.set(lease, { tenant, contentId });
      const file = Object.assign({ path: `${path}.mp4`, tenant, name, contentId }, written);
      const {
        code: _,
        detail: __,
        ...made
      } = await keepChecked({ contents: uploads.contents, check }, file, job.signal);
      return Object.assign(made, { contentId, storeId });
    } finally {
      await rm(path, { force: true });
      await rm(`${path}.mp4`, { force: true });
    }
  }

  /** Removes what a run has stored, unless its end has counted. */
  async ended({ lease }: Pick<QueueTask, 'lease'>, { isKept }: { readonly isKept: boolean }): Promise<void> {
    const made = this.#making.get(lease);
    this.#making.delete(lease);
    if (made === undefined || isKept) return;
    const { tenant, contentId } = made;
    await this.#o.uploads.contents.erase(contentPrefix(tenant, contentId)).catch((err: unknown) => {
      this.#o.log.warn({ err, tenant, contentId }, 'a trim that is not wanted could not be removed');
    });
  }

  async #cut(job: Job, path: string, range: { readonly fromMs: number; readonly toMs: number }) {
    const source = await job.source();
    // The samples, and the file that is made of them.
    const bytesMax = Math.min(CUT_BYTES_MAX, Math.floor((await this.#o.uploads.spool.roomBytes()) / 2));
    const file = await CutFile.open(path, bytesMax);
    try {
      const streams = await probe(job, source.fd);
      const cut = cutOf(streams, range);
      const onBytes = (add: (bytes: Uint8Array) => Promise<void>) => async (bytes: Uint8Array) => {
        await add(bytes);
        job.done(ENCODED * (cut.pictures > 0 ? file.pictures / cut.pictures : file.soundMs / cut.durationMs));
      };
      const outputs = [
        ...(streams.picture === undefined ? [] : [onBytes((bytes) => file.addPictures(bytes))]),
        ...(streams.sound === undefined ? [] : [onBytes((bytes) => file.addSound(bytes))]),
      ];
      const args = cutArgs(streams, cut, { file: fileArg(0, outputs.length), settings: job.context.settings });
      const limitMs = LIMIT_LEAST_MS + cut.durationMs * LIMIT_SHARE;
      await job.run({ args, files: [source.fd], outputs, limitMs });
      if (file.pictures !== cut.pictures)
        throw new RenditionError('MEDIA_BROKEN', `${file.pictures} of ${cut.pictures} pictures can be shown`);
      return await file.writeTo(`${path}.mp4`, job.signal);
    } catch (error) {
      if (job.signal.aborted) throw new RenditionError('TASK_ABORTED', undefined, { cause: error });
      if (!(error instanceof MalformedStream)) throw error;
      if (error.code === 'TOO_LARGE') throw new RenditionError('NO_ROOM', error.message, { cause: error });
      throw new RenditionError('FFMPEG_FAILED', `the output of ffmpeg is malformed: ${error.message}`, {
        cause: error,
      });
    } finally {
      source.release();
      await file.close();
    }
  }
}

function payloadOf(json: string): Static<typeof payload> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new RenditionError('TASK_INVALID', 'the payload is no JSON', { cause });
  }
  if (!Value.Check(payload, parsed)) throw new RenditionError('TASK_INVALID');
  const task = parsed as Static<typeof payload>;
  const isNamed = isUploadId(task.contentId) && (task.cut === undefined || isUploadId(task.cut));
  if (!isNamed || task.fromMs >= task.toMs) throw new RenditionError('TASK_INVALID', 'no range');
  return task;
}
