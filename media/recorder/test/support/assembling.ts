// Assembling without a cloud: a queue, an api of uploads with a tus node, and stores of several recorders.
import type { ApiLinks, QueueTask, TaskLease, TaskOutcome, TaskPort } from '@meridian/node-shell';
import { ASSEMBLE, type AssembleTask, type OutputFacts, type PostPage, rpc, wire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import type { Upload } from '../../../../files/uploader/src/types.ts';
import { TusNode } from '../../../../files/uploader/test/support/tus-node.ts';
import { Assembling, type AssemblingOptions } from '../../src/assembling/assembling.ts';
import { partsOfStintId, recordingPrefix } from '../../src/core/names.ts';
import { listStints } from '../../src/stints/read-journals.ts';
import { StintServer } from '../../src/stints/stint-server.ts';
import { log } from './made-recordings.ts';

interface KnownUpload {
  readonly id: string;
  readonly output: OutputFacts;
  readonly fingerprint: string;
  readonly bytes: number;
  readonly parts: readonly { readonly id: string; readonly from: number; readonly bytes: number }[];
}
type Step = { output: OutputFacts & string; fingerprint: string; bytes: number; id: string } & PostPage;

/** An api whose library has one node, which takes each file in two parts. */
export class TestLibrary {
  readonly steps: string[] = [];
  readonly uploads = new Map<string, KnownUpload>();
  readonly posts: PostPage[] = [];
  /** Upload state instead of `done`, and the error of a step. */
  refuses: Upload['failure'];
  fails: (operation: string) => Error | undefined = () => undefined;
  readonly node: TusNode;

  static async open(): Promise<TestLibrary> {
    return new TestLibrary(await TusNode.listen());
  }

  private constructor(node: TusNode) {
    this.node = node;
  }

  readonly call = (async (kind: unknown, { operation, body }: Pick<wire.TaskUpload, 'operation' | 'body'>) => {
    if (kind !== rpc.taskUpload) throw new Error('another request');
    this.steps.push(operation);
    const error = this.fails(operation);
    if (error !== undefined) throw error;
    return new wire.TaskUploadAnswer({ body: JSON.stringify(this.#answer(operation, JSON.parse(body) as Step)) });
  }) as unknown as ApiLinks['call'];

  /** Returns the bytes that the node has of a file. */
  file(name: string): Buffer {
    const upload = [...this.uploads.values()].find(({ output }) => output.name === name);
    return Buffer.concat((upload?.parts ?? []).map(({ id }) => this.node.parts.get(id)?.bytes ?? Buffer.alloc(0)));
  }

  #answer(operation: string, step: Step): unknown {
    if (operation === 'posts') {
      this.posts.push(step);
      return {};
    }
    if (operation === 'get') return this.#shown(this.uploads.get(step.id));
    const { output, fingerprint, bytes } = step;
    const isFound = (one: KnownUpload): boolean => one.output.name === output && one.fingerprint === fingerprint;
    if (operation === 'find') return this.#shown([...this.uploads.values()].find(isFound));
    const id = `up_${this.uploads.size + 1}`;
    const half = Math.floor(bytes / 2);
    const parts = [
      { id: `${id}a`, from: 0, bytes: half },
      { id: `${id}b`, from: half, bytes: bytes - half },
    ];
    for (const part of parts) this.node.plan(part.id, part.bytes);
    this.uploads.set(id, { id, output, fingerprint, bytes, parts });
    return this.#shown(this.uploads.get(id));
  }

  #shown(upload: KnownUpload | undefined): Upload | null {
    if (upload === undefined) return null;
    const { id, bytes } = upload;
    const missing = upload.parts.filter((part) => this.node.parts.get(part.id)?.offset !== part.bytes);
    const parts = missing.map((part) => ({ from: part.from, bytes: part.bytes, url: this.node.urlOf(part.id) }));
    const of = { id, item: 'it_1', bytes, parts, knownBytes: 0 };
    if (missing.length > 0) return { ...of, state: 'open' };
    return this.refuses === undefined ? { ...of, state: 'done' } : { ...of, state: 'refused', failure: this.refuses };
  }
}

/** Queue controlled by the test; it gives each task once. */
export class TestQueue implements TaskPort {
  readonly waiting: QueueTask[] = [];
  readonly outcomes = new Map<string, TaskOutcome>();
  readonly done: number[] = [];
  isHeld = true;
  leaseMs = 60_000;

  add(id: string, task: object | string, o: Partial<QueueTask> = {}): void {
    const payload = typeof task === 'string' ? task : JSON.stringify(task);
    const run = { attempt: 1, lease: `lease-${id}`, leaseMs: this.leaseMs };
    const own = { id, kind: ASSEMBLE, ...run, tenant: 'Acme', payload };
    this.waiting.push(Object.assign(own, o));
  }
  take(_kinds: readonly string[], free: number): ReturnType<TaskPort['take']> {
    return Promise.resolve({ tasks: this.waiting.splice(0, free), againMs: 100 });
  }
  renew(_id: string, _lease: string, done: number): Promise<TaskLease> {
    this.done.push(done);
    return Promise.resolve({ isHeld: this.isHeld, leaseMs: this.leaseMs });
  }
  end(id: string, _lease: string, outcome: TaskOutcome): Promise<TaskLease> {
    this.outcomes.set(id, outcome);
    return Promise.resolve({ isHeld: this.isHeld, leaseMs: 0 });
  }
}

/** Recorders by id that can be asked for their stints, without links. */
export const peersOf = (stores: Readonly<Record<string, Store>>): AssemblingOptions['peers'] => ({
  read: (recorderId, message) => {
    const store = stores[recorderId];
    if (store === undefined) throw Object.assign(new Error('away'), { code: 'NODE_UNREACHABLE' });
    return new StintServer(store).read(new wire.ReadStint(message));
  },
});

export async function taskOf(stores: Readonly<Record<string, Store>>, recordingId = 'rec_1'): Promise<AssembleTask> {
  const stints: AssembleTask['stints'][number][] = [];
  for (const [holder, store] of Object.entries(stores))
    for (const { stintId, journals } of await listStints(store, recordingPrefix('Acme', recordingId)))
      stints.push({ stintId, journals, holder, recorderId: partsOfStintId(stintId).recorderId });
  return { recordingId, room: 'daily', version: 1, startedWallMs: 0, endedWallMs: 0, stints };
}

export function assemblingOf(
  store: Store,
  {
    library,
    queue,
    peers = peersOf({}),
  }: {
    readonly library: TestLibrary;
    readonly queue: TestQueue;
    readonly peers?: AssemblingOptions['peers'];
  },
): Assembling {
  return new Assembling({ store, peers, api: { call: library.call }, port: queue, clock: systemClock(), log });
}

/** Resolves with the outcome of a task. */
export async function outcomeOf(queue: TestQueue, id: string): Promise<TaskOutcome> {
  await until('the task has ended', () => queue.outcomes.has(id));
  return queue.outcomes.get(id) as TaskOutcome;
}
