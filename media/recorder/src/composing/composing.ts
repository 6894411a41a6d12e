// Runs the tasks `compose` of the api's queue, one at a time and while the slots of a composed recording are free.
import {
  type ApiLinks,
  apiTasks,
  type QueueTask,
  type TaskFailure,
  type TaskPort,
  TaskWorker,
} from '@meridian/node-shell';
import type { Store } from '@meridian/object-store';
import { COMPOSE, MeridianError, partsOfRoomKey, recordingSlots, type StintComposed } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { failureOf } from '../assembling/failures.ts';
import { prefixOfTask, RecordingRuns } from '../assembling/recording-runs.ts';
import type { StintPeers } from '../assembling/stint-peers.ts';
import { openStints } from '../assembling/stint-sources.ts';
import { composeTaskOf } from '../assembling/task.ts';
import { AssembleError } from '../core/assembling/errors.ts';
import { JournalError } from '../core/journal/errors.ts';
import type { SceneChanged, StintBegun } from '../core/journal/lines.ts';
import type { Manifest } from '../core/journal/manifest.ts';
import { manifestOf } from '../core/journal/manifest-of.ts';
import { SceneReader } from '../core/journal/scenes.ts';
import { StintSummary } from '../core/journal/stint-summary.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { Stints } from '../recordings/stints.ts';
import { listStints, type ReadRange, readJournals, readLines } from '../stints/read-journals.ts';
import type { StintSink } from '../stints/room-hooks.ts';
import type { EndWhy, Stint } from '../stints/stint.ts';
import { type CarriedLine, composeStint, type OpenLaterComposer } from './compose-stint.ts';
import { composedSink, PICTURE_MS, pictureFrame, soundFrame } from './composed-room.ts';

export interface ComposingOptions {
  readonly store: Store;
  readonly peers: Pick<StintPeers, 'read'>;
  readonly api: Pick<ApiLinks, 'call'>;
  readonly stints: Pick<Stints, 'openComposed' | 'canBegin'>;
  readonly slots: Pick<Recordings, 'canHold' | 'hold'>;
  /** Throws a MeridianError when this recorder cannot compose. */
  check(): void;
  openComposer: OpenLaterComposer;
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests: the queue, which is the api's by default. */
  readonly port?: TaskPort;
}

/** Participants for whom slots must be free before a task is taken, since it does not say how many it has. */
const EXPECTED_PARTICIPANTS = 9;
const expectedSlots = recordingSlots('composed', EXPECTED_PARTICIPANTS);
/** Codes after which another recorder may compose. */
const ofThisRecorder: ReadonlySet<string> = new Set(['NO_PICTURE_TRANSCODER', 'NO_SOUND_TRANSCODER', 'NO_SANDBOX']);

interface LaterStint {
  readonly begun: StintBegun;
  readonly why: EndWhy;
  readonly manifest: Manifest;
  readonly scenes: readonly SceneChanged[];
  readonly carried: readonly CarriedLine[];
}

export class Composing {
  readonly #o: ComposingOptions;
  readonly #worker: TaskWorker;
  readonly #runs = new RecordingRuns();

  constructor(o: ComposingOptions) {
    this.#o = o;
    this.#worker = new TaskWorker({
      kinds: [COMPOSE],
      port: o.port ?? apiTasks(o.api),
      slots: 1,
      canTake: () => this.#canTake(),
      clock: o.clock,
      log: o.log,
      run: (task, of) => this.#run(task, of),
      failureOf: composeFailureOf,
      onEnded: ({ id }, { code }) => o.log.info({ task: id, code }, 'the composing of a recording has ended'),
    });
  }

  get running(): number {
    return this.#worker.running;
  }

  /** Ends the composing of an erased recording here. Resolves when nothing more of it is written. */
  async abort(prefix: string): Promise<void> {
    await this.#runs.abort(prefix);
  }

  /** Ends the run, which another recorder begins anew. Idempotent. */
  async close(): Promise<void> {
    await this.#worker.close();
  }

  #canTake(): boolean {
    const { check, stints, slots } = this.#o;
    try {
      check();
    } catch (error) {
      if (error instanceof MeridianError) return false;
      throw error;
    }
    return stints.canBegin && slots.canHold(expectedSlots);
  }

  async #run(
    { tenant, payload }: QueueTask,
    o: { readonly signal: AbortSignal; onDone(done: number): void },
  ): Promise<StintComposed> {
    const task = composeTaskOf(payload);
    const { recordingId, stint: place } = task;
    const prefix = prefixOfTask(tenant, recordingId);
    const { store, peers, slots } = this.#o;
    return await this.#runs.run(prefix, o.signal, async (signal) => {
      const read = await openStints({ task: { recordingId, stints: [place] }, tenant, prefix, store, peers, signal });
      const later = await readLater(place, read);
      const known = await this.#composedBefore(prefix, later);
      if (known !== undefined) return { stintId: known };
      if (later.begun.recordingId !== recordingId || partsOfRoomKey(later.begun.roomKey)?.tenant !== tenant)
        throw new JournalError('JOURNAL_MIXED');
      const release = slots.hold(recordingSlots('composed', mostParticipants(later.scenes)));
      try {
        return await this.#compose(later, { read, signal, onDone: o.onDone });
      } finally {
        release();
      }
    });
  }

  /** Returns the stint of an earlier run, whose end was not reported; none when more of the tracks has come since. */
  async #composedBefore(prefix: string, { begun, manifest }: LaterStint): Promise<string | undefined> {
    const { store } = this.#o;
    const read: ReadRange = (path, from, bytes) => store.get(`${prefix}${path}`, { range: { from, bytes } });
    for (const listed of await listStints(store, prefix)) {
      const summary = new StintSummary();
      await readLines(listed, read, (line) => summary.take(line));
      const isOfStint = summary.begun?.composedOf === begun.stintId && summary.isComplete;
      if (isOfStint && summary.durationMs > manifest.durationMs - PICTURE_MS) return listed.stintId;
    }
    return undefined;
  }

  async #compose(
    { begun, why, manifest, scenes, carried }: LaterStint,
    o: { readonly read: ReadRange; readonly signal: AbortSignal; onDone(done: number): void },
  ): Promise<StintComposed> {
    const { recordingId, roomKey, identity, startedWallMs, stintId: of } = begun;
    const sinks: { picture: StintSink | undefined; sound: StintSink | undefined } = {
      picture: undefined,
      sound: undefined,
    };
    const own = new AbortController();
    let composedMs = 0;
    const stint = await this.#o.stints.openComposed({
      recordingId,
      roomKey,
      identity,
      composed: { of, startedWallMs, nowMs: () => composedMs },
      join: async (hooks) => {
        sinks.picture = composedSink(hooks, 'video');
        sinks.sound = composedSink(hooks, 'audio');
        return { roster: { speakers: [], get: () => undefined }, close: () => undefined };
      },
      onLines: (lines) => {
        if (lines.some(({ type }) => type === 'gap')) own.abort(new MeridianError('OVERLOADED', 'the disk is full'));
      },
    });
    try {
      await composeStint({
        manifest,
        scenes,
        carried,
        read: o.read,
        openComposer: this.#o.openComposer,
        output: {
          picture: (video) => sinks.picture?.frame(pictureFrame(video)),
          sound: (audio) => sinks.sound?.frame(soundFrame(audio)),
          carry: (line) => stint.carry(line),
          ready: () => stint.written(),
          reach: (ms) => {
            composedMs = ms;
            o.onDone(manifest.durationMs === 0 ? 1 : ms / manifest.durationMs);
          },
        },
        signal: AbortSignal.any([o.signal, own.signal]),
      });
      composedMs = manifest.durationMs;
      for (const sink of [sinks.picture, sinks.sound]) sink?.end();
      await stint.written();
      own.signal.throwIfAborted();
    } catch (error) {
      await stint.discard();
      throw error;
    }
    return await stored(stint, why);
  }
}

async function stored(stint: Stint, why: EndWhy): Promise<StintComposed> {
  await stint.close(why);
  const outcome = await stint.outcome;
  if (outcome === 'left') throw new AssembleError('TASK_ABORTED');
  if (outcome === 'aside') throw new AssembleError('STORE_REFUSED');
  return { stintId: stint.stintId };
}

async function readLater(
  place: { readonly stintId: string; readonly journals: readonly string[] },
  read: ReadRange,
): Promise<LaterStint> {
  const scenes: SceneChanged[] = [];
  const carried: CarriedLine[] = [];
  const readings = await readJournals([place], read, (line) => {
    if (line.type === 'scene') scenes.push(line);
    if (line.type === 'speaker' || line.type === 'post' || line.type === 'postRemoved') carried.push(line);
  });
  const manifest = manifestOf(readings);
  const begun = readings[0]?.begun;
  if (begun === undefined) throw new JournalError('JOURNAL_EMPTY');
  if (begun.later !== true || scenes.length === 0) throw new AssembleError('NO_SCENES');
  const why = readings[0]?.end?.why ?? 'lost';
  return { begun, why, manifest, scenes, carried: carried.toSorted((a, b) => a.ms - b.ms) };
}

function mostParticipants(scenes: readonly SceneChanged[]): number {
  const reader = new SceneReader();
  let most = 0;
  for (const scene of scenes) {
    reader.take(scene);
    most = Math.max(most, reader.participants.length);
  }
  return most;
}

function composeFailureOf(error: unknown): TaskFailure | undefined {
  const failure = failureOf(error);
  return failure !== undefined && ofThisRecorder.has(failure.code) ? { ...failure, retryable: true } : failure;
}
