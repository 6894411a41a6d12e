// Finishes ended recordings, one job at a time. Nothing is persisted: the api asks a restarted recorder again.

import { hasCode, type Store, StoreError, type StoreErrorCode, sha256Of } from '@meridian/object-store';
import {
  isRecordingId,
  MeridianError,
  readFinishedRecording,
  roomKeyOf,
  rpc,
  serve,
  shownReason,
  type wire,
} from '@meridian/protocol';
import type { Ffmpeg } from '@meridian/room-media';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { FinishError } from '../core/finishing/errors.ts';
import { FINISHED_NAME, isAwaited, isStillComing } from '../core/finishing/finished.ts';
import { isRenditionName, type RenditionName } from '../core/finishing/hls.ts';
import { inFinishedFolder } from '../core/finishing/played.ts';
import { JournalError } from '../core/journal/errors.ts';
import type { Manifest } from '../core/journal/manifest.ts';
import type { OrderedTime } from '../core/journal/manifest-of.ts';
import { recordingPrefix } from '../core/names.ts';
import { readRecording } from '../stints/read-recording.ts';
import { removeBelow } from './erase.ts';
import { finishRecording } from './job.ts';

/** Bound of the recordings that wait for their turn: a day of a large recorder. */
const JOBS_MAX = 10_000;
/** Time limit of an answer, whatever the store does. */
const ANSWER_MS = 2000;
/** Pauses before a failed job is tried again on request: for failures that may pass, and for others. */
const RETRY_MS = 30_000;
export const RETRY_FINAL_MS = 600_000;
const FAILURES_MAX = 10_000;
/** Bounds the holes that an answer lists; `holeMs` counts all. */
const HOLES_MAX = 1000;

type Answer = wire.RecordingFinish.$Properties;
type FinishRequest = Pick<wire.FinishRecording, 'tenant' | 'recordingId' | 'renditions'> &
  Partial<Pick<wire.FinishRecording, 'recorders' | 'startedWallMs' | 'endedWallMs'>>;

export interface FinishingOptions {
  readonly store: Store;
  readonly isStoreShared: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  isRunning(tenant: string, recordingId: string): boolean;
  readonly spool: {
    hasSpooled(tenant: string, recordingId: string): Promise<boolean>;
    eraseSpooled(tenant: string, recordingId: string): Promise<void>;
  };
  /** Finds ffmpeg; each job asks until there is one. */
  ffmpeg(): Promise<Ffmpeg>;
}

interface Recording {
  readonly tenant: string;
  readonly recordingId: string;
  readonly prefix: string;
}
interface FinishParameters {
  readonly renditions: readonly RenditionName[];
  readonly ordered: OrderedTime;
}
interface Job extends Recording, FinishParameters {
  readonly controller: AbortController;
  readonly ended: PromiseWithResolvers<void>;
  doneWork: number;
}
interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly retryable: boolean;
  readonly untilMs: number;
}

export class Finishing {
  readonly #o: FinishingOptions;
  /** By prefix, in order of arrival. Tenants take turns, so that one with many recordings does not hold up others. */
  readonly #jobs = new Map<string, Job>();
  #runningJob: Job | undefined;
  /** Tenants that had their turn in this round. */
  readonly #served = new Set<string>();
  readonly #lookups = new Map<string, Promise<Answer>>();
  readonly #failures = new Map<string, Failure>();
  readonly #erasures = new Map<string, Promise<number>>();
  /** End of the latest lookup. Lookups run one at a time, because they read journals into memory. */
  #lastLookup: Promise<unknown> = Promise.resolve();
  #working: Promise<void> | undefined;
  #ffmpeg: Ffmpeg | undefined;
  #isClosed = false;
  readonly #counts = { finished: 0, failed: 0, workMs: 0 };

  constructor(o: FinishingOptions) {
    this.#o = o;
  }

  /** Totals since the start; `waiting` includes the running job. */
  get figures(): { finished: number; failed: number; workMs: number; waiting: number } {
    return Object.assign({ waiting: this.#jobs.size }, this.#counts);
  }

  serveOn(link: Link): void {
    serve(link, rpc.finishRecording, (message) => this.request(message));
    serve(link, rpc.eraseRecording, async (message) => ({
      objects: await this.erase(message),
      shared: this.#o.isStoreShared,
    }));
  }

  /**
   * Begins to finish a recording, or returns the progress, within seconds. A finished recording stays unchanged,
   * whatever renditions are requested. `recorders`: other recorders of it, whose stints are awaited in a shared store,
   * as long as a stint that was cut off. `startedWallMs`, `endedWallMs`: the ordered time, whose missing part is a
   * hole. Rejects with REQUEST_INVALID, OVERLOADED, SHUTTING_DOWN.
   */
  async request({ tenant, recordingId, renditions, recorders = [], ...of }: FinishRequest): Promise<Answer> {
    const recording = recordingOf(tenant, recordingId);
    const requestedRenditions = renditions.filter(isRenditionName);
    if (requestedRenditions.length !== renditions.length)
      throw new MeridianError('REQUEST_INVALID', 'a rendition is unknown');
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    const { prefix } = recording;
    const known = this.#progressOf(prefix);
    if (known !== undefined) return known;
    let lookup = this.#lookups.get(prefix);
    if (lookup === undefined) {
      if (this.#lookups.size + this.#jobs.size >= JOBS_MAX)
        throw new MeridianError('OVERLOADED', 'too many recordings wait to be finished');
      const ordered = { startedWallMs: Math.round(of.startedWallMs ?? 0), endedWallMs: of.endedWallMs ?? 0 };
      lookup = this.#lookUp(recording, { renditions: [...new Set(requestedRenditions)].sort(), ordered }, recorders);
      this.#lookups.set(prefix, lookup);
      void lookup.finally(() => this.#lookups.delete(prefix));
    }
    const late = Promise.withResolvers<Answer>();
    const timer = this.#o.clock.after(ANSWER_MS, () => late.resolve({ state: 'working', done: 0 }));
    const answer = await Promise.race([lookup, late.promise]);
    timer.cancel();
    return answer;
  }

  /**
   * Removes a recording from the store and this recorder's spool; returns the number of objects, 0 for an unknown one.
   * Rejects with REQUEST_INVALID (also while it is recorded here), OVERLOADED while spooled files are being uploaded,
   * INTERNAL when the store or the disk fails: ask again.
   */
  async erase({ tenant, recordingId }: Omit<FinishRequest, 'renditions'>): Promise<number> {
    const recording = recordingOf(tenant, recordingId);
    if (this.#o.isRunning(recording.tenant, recording.recordingId))
      throw new MeridianError('REQUEST_INVALID', 'the recording is running');
    const { prefix } = recording;
    let erasure = this.#erasures.get(prefix);
    if (erasure === undefined) {
      erasure = this.#erase(recording).finally(() => this.#erasures.delete(prefix));
      this.#erasures.set(prefix, erasure);
    }
    try {
      return await erasure;
    } catch (error) {
      if (error instanceof MeridianError) throw error;
      this.#o.log.warn({ err: error, prefix }, 'a recording is not erased');
      throw new MeridianError('INTERNAL', undefined, { cause: error });
    }
  }

  /** Aborts running jobs; resolves when they have ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { controller } of this.#jobs.values()) controller.abort();
    await this.#working;
    await this.#lastLookup;
    await Promise.allSettled(this.#erasures.values());
  }

  #progressOf(prefix: string): Answer | undefined {
    if (this.#erasures.has(prefix)) return { state: 'unknown' };
    const job = this.#jobs.get(prefix);
    if (job !== undefined) return { state: 'working', done: job.doneWork };
    const failure = this.#failures.get(prefix);
    if (failure === undefined || failure.untilMs <= this.#o.clock.nowMs()) return undefined;
    return failedOf(failure);
  }

  /** Never rejects. */
  #lookUp(recording: Recording, wanted: FinishParameters, recorders: readonly string[]): Promise<Answer> {
    const look = this.#lastLookup.then(async () => {
      try {
        const state = await this.#stateOf(recording, recorders);
        if (!('tracks' in state)) return state;
        this.#begin(recording, wanted);
        return { state: 'working', done: 0 };
      } catch (error) {
        return this.#noteFailure(recording.prefix, error);
      }
    });
    this.#lastLookup = look;
    return look;
  }

  async #stateOf({ tenant, recordingId, prefix }: Recording, recorders: readonly string[]): Promise<Answer | Manifest> {
    const { store, isStoreShared, spool, clock } = this.#o;
    const json = await store.get(`${prefix}${FINISHED_NAME}`).catch(missing);
    if (json !== undefined) return answerOf(json);
    if (this.#o.isRunning(tenant, recordingId) || (await spool.hasSpooled(tenant, recordingId)))
      return { state: 'uploading' };
    const manifest = await readRecording(store, tenant, recordingId).catch(missing);
    if (manifest === undefined) return { state: 'unknown' };
    const nowWallMs = clock.wallMs();
    if (isStoreShared && isAwaited(manifest, recorders, nowWallMs)) return { state: 'uploading' };
    return isStillComing(manifest, nowWallMs) ? { state: 'uploading' } : manifest;
  }

  #begin(recording: Recording, wanted: FinishParameters): void {
    if (this.#isClosed || this.#erasures.has(recording.prefix)) return;
    const jobState = { controller: new AbortController(), ended: Promise.withResolvers<void>(), doneWork: 0 };
    this.#jobs.set(recording.prefix, Object.assign(jobState, wanted, recording));
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      this.#runningJob = job;
      if (!job.controller.signal.aborted) await this.#run(job);
      this.#runningJob = undefined;
      this.#jobs.delete(job.prefix);
      job.ended.resolve();
    }
  }

  #next(): Job | undefined {
    const jobs = [...this.#jobs.values()];
    let next = jobs.find(({ tenant }) => !this.#served.has(tenant));
    if (next === undefined) {
      this.#served.clear();
      [next] = jobs;
    }
    if (next !== undefined) this.#served.add(next.tenant);
    return next;
  }

  async #run(job: Job): Promise<void> {
    const { clock, log } = this.#o;
    const { prefix, tenant, recordingId, controller } = job;
    const beganMs = clock.nowMs();
    try {
      const { sandbox, version } = this.#ffmpeg ?? (await this.#o.ffmpeg());
      if (version !== '') this.#ffmpeg = { sandbox, version };
      // A second recorder may have been asked too: a finished recording stays.
      if ((await this.#o.store.head(`${prefix}${FINISHED_NAME}`)) !== undefined) return;
      const manifest = await readRecording(this.#o.store, tenant, recordingId, job.ordered);
      const finished = await finishRecording({
        manifest,
        store: this.#o.store,
        prefix,
        clock,
        signal: controller.signal,
        sandbox,
        ffmpegVersion: version,
        renditions: job.renditions,
        onDone: (done) => {
          job.doneWork = done;
        },
      });
      this.#counts.finished += 1;
      log.info({ prefix, outputs: finished.outputs.length, files: finished.files.length }, 'a recording is finished');
    } catch (error) {
      const isErased = error instanceof FinishError && error.code === 'RECORDING_ERASED';
      if (controller.signal.aborted || isErased) log.info({ prefix }, 'the finishing of a recording was ended');
      else this.#noteFailure(prefix, error);
    }
    this.#counts.workMs += clock.nowMs() - beganMs;
  }

  #noteFailure(prefix: string, error: unknown): Answer {
    const { clock, log } = this.#o;
    const found = failureOf(error);
    log.warn({ err: error, prefix, code: found.code }, 'a recording is not finished');
    this.#counts.failed += 1;
    this.#failures.delete(prefix);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= FAILURES_MAX && oldest !== undefined) this.#failures.delete(oldest);
    const untilMs = clock.nowMs() + (found.retryable ? RETRY_MS : RETRY_FINAL_MS);
    const failure = Object.assign({ untilMs }, found);
    this.#failures.set(prefix, failure);
    return failedOf(failure);
  }

  async #erase({ tenant, recordingId, prefix }: Recording): Promise<number> {
    const job = this.#jobs.get(prefix);
    job?.controller.abort();
    await Promise.resolve();
    await this.#lookups.get(prefix);
    if (job !== undefined && this.#runningJob === job) await job.ended.promise;
    else this.#jobs.delete(prefix);
    await this.#o.spool.eraseSpooled(tenant, recordingId);
    const objects = await removeBelow(this.#o.store, prefix, `${prefix}${FINISHED_NAME}`);
    this.#failures.delete(prefix);
    this.#o.log.info({ prefix, objects }, 'a recording is erased');
    return objects;
  }
}

function recordingOf(tenant: string, recordingId: string): Recording {
  if (roomKeyOf(tenant, 'room') === undefined || !isRecordingId(recordingId))
    throw new MeridianError('REQUEST_INVALID', 'tenant or recording is invalid');
  return { tenant, recordingId, prefix: recordingPrefix(tenant, recordingId) };
}

function missing(error: unknown): undefined {
  if (!hasCode(error, 'OBJECT_MISSING')) throw error;
  return undefined;
}

function answerOf(json: Uint8Array): Answer {
  const finished = readFinished(json);
  const finishedFile = { name: FINISHED_NAME, bytes: json.length, sha256: sha256Of(json), type: 'application/json' };
  const files = [...finished.files.map(inFinishedFolder), finishedFile];
  const { startedWallMs, durationMs } = finished;
  const holeMs = finished.holes.reduce((sum, hole) => sum + hole.durationMs, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const holes = finished.holes.slice(0, HOLES_MAX);
  return { state: 'finished', done: 1, startedWallMs, durationMs, holeMs, holes, bytes, files };
}

function readFinished(json: Uint8Array): ReturnType<typeof readFinishedRecording> {
  try {
    return readFinishedRecording(JSON.parse(Buffer.from(json).toString()));
  } catch (cause) {
    throw new FinishError('MEDIA_MALFORMED', 'another version finished the recording', { cause });
  }
}

const failedOf = ({ code, reason, retryable }: Failure): Answer => ({
  state: 'failed',
  code,
  reason: shownReason(reason),
  retryable,
});

/** Codes that a later attempt resolves: an obstacle, another writer, the end of a process. */
const temporaryCodes: ReadonlySet<StoreErrorCode> = new Set(['OBJECT_EXISTS', 'OBJECT_MISSING', 'STORE_CLOSED']);

/** Unexpected errors are bugs: the log has their text, the answer does not. */
function failureOf(error: unknown): Omit<Failure, 'untilMs'> {
  if (error instanceof FinishError) return { code: error.code, reason: error.message, retryable: error.retryable };
  if (error instanceof JournalError) return { code: error.code, reason: error.message, retryable: false };
  if (!(error instanceof StoreError)) return { code: 'INTERNAL', reason: '', retryable: true };
  const retryable = error.retryable || temporaryCodes.has(error.code);
  return { code: error.code, reason: error.message, retryable };
}
