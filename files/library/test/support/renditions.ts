// Contents in a store of files, and workers that make their renditions.
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { QueueTask, TaskLease, TaskOutcome, TaskPort } from '@meridian/node-shell';
import { createLogger, systemClock } from '@meridian/runtime';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { sha256Of } from '../../../object-store/src/hash.ts';
import { FaultyStore } from '../../../object-store/test/support/faulty-store.ts';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { runTask } from '../../src/renditions/run-task.ts';
import { SourceCache } from '../../src/renditions/source-cache.ts';
import type { ChunkMade, Joined, RenditionKind, SoundMade } from '../../src/renditions/tasks.ts';

export const log = createLogger({ name: 'library', level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });
const run = promisify(execFile);

export const ffmpeg = async (...args: string[]): Promise<string> =>
  (await run('ffmpeg', ['-nostdin', '-hide_banner', '-y', '-v', 'error', ...args], { maxBuffer: 64 * 1_048_576 }))
    .stdout;

/** Returns the output of ffprobe as lines. */
export const ffprobe = async (...args: string[]): Promise<string[]> =>
  (await run('ffprobe', ['-v', 'error', '-of', 'csv=p=0', ...args])).stdout.split('\n').filter((line) => line !== '');

export const CONTENT = 'up_aaaaaaaaaa';
export const FOLDER = `t-acme/${CONTENT}/renditions/`;

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'meridian-renditions-'));
  readonly clock = systemClock();
  store!: FaultyStore;
  #sources: SourceCache[] = [];

  async start(): Promise<this> {
    this.store = new FaultyStore(await openFileStore({ folder: join(this.folder, 'store') }));
    return this;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Folder of the renditions in the store. */
  get made(): string {
    return this.path(`store/objects/${FOLDER}`);
  }

  async put(bytes: Uint8Array, contentId = CONTENT): Promise<void> {
    await this.store.put(`t-acme/${contentId}/original`, bytes, { sha256: sha256Of(bytes) });
  }

  async putFile(path: string, contentId = CONTENT): Promise<void> {
    await this.put(await readFile(path), contentId);
  }

  /** Makes a worker's environment. It omits the parts of the sandbox that need rights which a test may not have. */
  async shop(o: Partial<RenditionContext> = {}): Promise<RenditionContext> {
    const folder = this.path(`sources-${this.#sources.length}`);
    const sources = await SourceCache.open({ folder, bytesMax: 64 * 1_048_576 });
    this.#sources.push(sources);
    const settings = { h264Preset: 'ultrafast', av1Preset: 12, threads: 1 };
    const own = { store: this.store, sources, sandbox: [], settings, clock: this.clock };
    return Object.assign({ hasAv1: true, samples: 1, sampleMs: 200, chunkMsMin: 2000 }, own, o);
  }

  async names(): Promise<string[]> {
    return (await this.store.list(FOLDER, { limit: 1000 })).map(({ key }) => key.slice(FOLDER.length));
  }

  async close(): Promise<void> {
    for (const sources of this.#sources) await sources.close();
    await this.store.close('test');
    await rm(this.folder, { recursive: true });
  }
}

interface Results {
  readonly analyse: RenditionPlan;
  readonly encode: ChunkMade;
  readonly sound: SoundMade;
  readonly join: Joined;
}

let leases = 0;
export const newLease = (): string => {
  leases += 1;
  return `Lease-${leases}`;
};

/** Runs one task without a queue. */
export function done<K extends RenditionKind>(
  shop: RenditionContext,
  kind: K,
  payload: object,
  o: { readonly lease?: string; readonly signal?: AbortSignal; onDone?(done: number): void } = {},
): Promise<Results[K]> {
  const { lease = newLease(), signal = new AbortController().signal, onDone = () => undefined } = o;
  const json = JSON.stringify(Object.assign({ contentId: CONTENT }, payload));
  return runTask(shop, { kind, tenant: 'acme', lease, payload: json, signal, onDone }) as Promise<Results[K]>;
}

/** Queue controlled by the test: it gives each task once and records the calls. */
export class HandQueue implements TaskPort {
  readonly waiting: QueueTask[] = [];
  readonly outcomes = new Map<string, TaskOutcome>();
  readonly renewed: number[] = [];
  /** Answers renewals and ends; may throw. */
  lease: (id: string) => TaskLease = () => ({ isHeld: true, leaseMs: 60_000 });
  #polled = Promise.withResolvers<void>();

  add(id: string, kind: string, payload: object, o: Partial<QueueTask> = {}): void {
    const own = { id, kind, attempt: 1, lease: newLease(), leaseMs: 60_000, tenant: 'acme' };
    const json = JSON.stringify(Object.assign({ contentId: CONTENT }, payload));
    this.waiting.push(Object.assign(own, { payload: json }, o));
  }

  take(kinds: readonly string[], free: number): ReturnType<TaskPort['take']> {
    const tasks = this.waiting.filter(({ kind }) => kinds.includes(kind)).slice(0, free);
    for (const task of tasks) this.waiting.splice(this.waiting.indexOf(task), 1);
    return Promise.resolve({ tasks, againMs: 100 });
  }

  async renew(id: string, _lease: string, share: number): Promise<TaskLease> {
    await Promise.resolve();
    const answer = this.lease(id);
    this.renewed.push(share);
    return answer;
  }

  async end(id: string, _lease: string, outcome: TaskOutcome): Promise<TaskLease> {
    await Promise.resolve();
    const answer = this.lease(id);
    this.outcomes.set(id, outcome);
    this.#polled.resolve();
    this.#polled = Promise.withResolvers();
    return answer;
  }

  /** Returns the reported outcome of a task. */
  async ended(id: string): Promise<TaskOutcome> {
    for (;;) {
      const outcome = this.outcomes.get(id);
      if (outcome !== undefined) return outcome;
      await this.#polled.promise;
    }
  }

  async result<K extends RenditionKind>(_kind: K, id: string): Promise<Results[K]> {
    const outcome = await this.ended(id);
    if (!('result' in outcome)) throw new Error(`${outcome.code}: ${outcome.detail}`);
    return JSON.parse(outcome.result) as Results[K];
  }
}
