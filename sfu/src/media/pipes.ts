// This node's pipes: at most one per neighbour and fence, opened on first need and kept until the neighbour or this
// node is gone. A pipe carries only rooms with exactly its fence, so that its path is inside the fence of all its
// rooms; rooms without a fence share the pipe of fence ''. When an open pipe is dropped, `onLost` first ends the pulls
// and served tracks of the pipe, then this node's end is closed.
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { onPipeOpen, onPipeOpened, type PathEnd, type PipeEnd, type PipeState, type PipeStep } from '../core/index.ts';
import type { Engine, Pipe, Traffic } from '../engine.ts';
import type { Neighbours } from './shapes.ts';

interface PipeEntry {
  readonly remoteId: string;
  readonly fence: string;
  readonly local: Promise<Pipe>;
  readonly ready: PromiseWithResolvers<Pipe>;
  readonly path: PathEnd | undefined;
  state: PipeState;
  /** Resolves with whether the other side still has this pipe; undefined when no such check is under way. */
  confirmation: Promise<boolean> | undefined;
  closed: boolean;
}
/** Forwarder (pathd) under the pipes; paths.ts implements it. */
export interface PipePaths {
  /** Returns this node's forwarder end for a pipe; `closed` releases it. Undefined while the forwarder does not run. */
  offer(remoteId: string, fence: string): PathEnd | undefined;
  /** Returns the address to connect the pipe to; undefined when the forwarder has ended since `offer`. */
  open(o: {
    remoteId: string;
    fence: string;
    pipePort: number;
    local: PathEnd;
    remote: PathEnd;
  }): { ip: string; port: number } | undefined;
  release(remoteId: string, fence: string): void;
}
export interface PipePorts {
  readonly nodeId: string;
  readonly log: Logger;
  readonly neighbours: Pick<Neighbours, 'pipeOpen'>;
  readonly paths: PipePaths | undefined;
  incarnation(): string;
  engine(): Engine;
  /** Called when an open pipe to this neighbour, for rooms of this fence, is dropped with all its streams. */
  onLost(remoteId: string, fence: string, reason: string): void;
}

/** Limit on the pipes of one node; more are refused (PIPE_FAILED). */
const pipesMax = 256;
const keyOf = (remoteId: string, fence: string): string => `${remoteId}\n${fence}`;

export class PipeHub {
  readonly #ports: PipePorts;
  readonly #entries = new Map<string, PipeEntry>();
  /** For tests: address, by neighbour id, to which a pipe is connected instead of its other end. */
  readonly forwarders = new Map<string, { ip: string; port: number }>();

  constructor(ports: PipePorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#entries.size;
  }

  get open(): string[] {
    const open = [...this.#entries.values()].filter(({ state }) => state.kind === 'open');
    return [...new Set(open.map(({ remoteId }) => remoteId))];
  }

  /** Neighbours with a pipe, open or not yet. */
  get remoteIds(): string[] {
    return [...new Set([...this.#entries.values()].map(({ remoteId }) => remoteId))];
  }

  pipes(): Promise<Pipe[]> {
    return fulfilledPipes([...this.#entries.values()]);
  }

  pipesTo(remoteId: string): Promise<Pipe[]> {
    return fulfilledPipes(this.#entriesTo(remoteId));
  }

  async traffic(remoteId: string, fence: string): Promise<Traffic | undefined> {
    const entry = this.#entries.get(keyOf(remoteId, fence));
    if (entry?.state.kind !== 'open') return undefined;
    const pipe = await entry.local;
    return entry.closed ? undefined : pipe.traffic();
  }

  /** Opens the pipe on first need; all callers share one attempt. Rejects with the code of the failure. */
  async ensure(remoteId: string, fence = ''): Promise<Pipe> {
    const key = keyOf(remoteId, fence);
    await this.#entries.get(key)?.confirmation;
    const entry = this.#entries.get(key) ?? this.#create(remoteId, fence);
    if (entry.state.kind === 'none') {
      entry.state = { kind: 'asking' };
      void this.#requestOpen(entry);
    }
    return entry.ready.promise;
  }

  /** Answers a neighbour's `pipeOpen` with this node's end. Idempotent for the same other end. */
  async accept(remoteId: string, fence: string, remote: PipeEnd): Promise<PipeEnd> {
    let entry = this.#entries.get(keyOf(remoteId, fence)) ?? this.#create(remoteId, fence);
    const step = onPipeOpen(entry.state, { selfId: this.#ports.nodeId, remoteId, remote });
    if (step.do === 'rebuild') {
      this.#drop(entry, 'the other side opened a new pipe');
      entry = this.#create(remoteId, fence);
    }
    this.#applyStep(entry, step);
    return this.#describe(entry);
  }

  /** Returns true when at least one pipe is still the same on both sides. */
  async confirm(remoteId: string): Promise<boolean> {
    const confirmed = await Promise.all(this.#entriesTo(remoteId).map((entry) => this.#confirmOnce(entry)));
    return confirmed.includes(true);
  }

  async #confirmOnce(entry: PipeEntry): Promise<boolean> {
    if (entry.state.kind !== 'open') return false;
    // A caller that needs the pipe waits for the check but not for its failure: it then opens another pipe.
    entry.confirmation = this.#confirm(entry)
      .catch((error: unknown) => {
        // If only the link broke again, the pipe may still work, and the next link checks it.
        if (!isLinkGone(error)) this.#fail(entry, error);
        return false;
      })
      .finally(() => {
        entry.confirmation = undefined;
      });
    return entry.confirmation;
  }

  async #confirm(entry: PipeEntry): Promise<boolean> {
    const { remoteId, fence } = entry;
    const answer = await this.#ports.neighbours.pipeOpen(remoteId, fence, await this.#describe(entry));
    if (entry.closed) return false;
    const step = onPipeOpened(entry.state, answer);
    if (step.do === 'keep') return true;
    this.#drop(entry, 'the other side has a new pipe');
    return false;
  }

  drop(remoteId: string, fence: string, reason: string): void {
    const entry = this.#entries.get(keyOf(remoteId, fence));
    if (entry !== undefined) this.#drop(entry, reason);
  }

  dropAll(remoteId: string, reason: string): void {
    for (const entry of this.#entriesTo(remoteId)) this.#drop(entry, reason);
  }

  close(reason: string): void {
    for (const entry of [...this.#entries.values()]) this.#drop(entry, reason);
  }

  #entriesTo(remoteId: string): PipeEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.remoteId === remoteId);
  }

  #drop(entry: PipeEntry, reason: string): void {
    const { remoteId, fence } = entry;
    if (entry.closed) return;
    this.#entries.delete(keyOf(remoteId, fence));
    const wasOpen = entry.state.kind === 'open';
    entry.closed = true;
    entry.state = { kind: 'none' };
    if (entry.path !== undefined) this.#ports.paths?.release(remoteId, fence);
    entry.ready.reject(new MeridianError('PIPE_FAILED', reason));
    if (wasOpen) this.#ports.onLost(remoteId, fence, reason);
    entry.local.then(
      (pipe) => pipe.close(),
      () => undefined, // never made, so nothing to close
    );
  }

  #create(remoteId: string, fence: string): PipeEntry {
    if (this.#entries.size >= pipesMax) throw new MeridianError('PIPE_FAILED', `more than ${pipesMax} pipes`);
    const ready = Promise.withResolvers<Pipe>();
    ready.promise.catch(() => undefined); // waiting callers receive the rejection; there may be none
    const local = this.#ports.engine().createPipe();
    const path = this.#ports.paths?.offer(remoteId, fence);
    const entry: PipeEntry = {
      remoteId,
      fence,
      local,
      ready,
      path,
      state: { kind: 'none' },
      confirmation: undefined,
      closed: false,
    };
    this.#entries.set(keyOf(remoteId, fence), entry);
    local.catch((error: unknown) => this.#fail(entry, error));
    return entry;
  }

  async #requestOpen(entry: PipeEntry): Promise<void> {
    try {
      const { remoteId, fence } = entry;
      const answer = await this.#ports.neighbours.pipeOpen(remoteId, fence, await this.#describe(entry));
      if (entry.closed) return;
      const step = onPipeOpened(entry.state, answer);
      if (step.do === 'rebuild') this.#drop(entry, 'the other side opened a new pipe');
      else this.#applyStep(entry, step);
    } catch (error) {
      // The other side may have opened the pipe meanwhile; our own failed request then does not matter.
      if (entry.state.kind === 'asking') this.#fail(entry, error);
    }
  }

  #applyStep(entry: PipeEntry, step: PipeStep): void {
    if (step.do !== 'connect' && step.do !== 'rebuild') return;
    entry.state = { kind: 'open', remote: step.remote };
    const { cryptoSuite, keyBase64 } = step.remote;
    const connect = async (): Promise<void> => {
      const pipe = await entry.local;
      if (entry.closed) return;
      await pipe.connect({ ...this.#remoteAddress(entry, pipe, step.remote), srtp: { cryptoSuite, keyBase64 } });
      entry.ready.resolve(pipe);
    };
    connect().catch((error: unknown) => this.#fail(entry, error));
  }

  /** Returns the address to connect the pipe to: our forwarder when both ends have one, else the other end. */
  #remoteAddress(entry: PipeEntry, pipe: Pipe, remote: PipeEnd): { ip: string; port: number } {
    const { remoteId, fence, path } = entry;
    if (path === undefined || remote.path === undefined)
      return this.forwarders.get(remoteId) ?? { ip: remote.ip, port: remote.port };
    const local = this.#ports.paths?.open({ remoteId, fence, pipePort: pipe.port, local: path, remote: remote.path });
    if (local === undefined) throw new MeridianError('PIPE_FAILED', 'the forwarder is gone');
    return local;
  }

  #fail(entry: PipeEntry, error: unknown): void {
    if (entry.closed) return;
    this.#ports.log.warn({ remoteId: entry.remoteId, err: error }, 'pipe failed');
    const failure =
      error instanceof MeridianError ? error : new MeridianError('PIPE_FAILED', undefined, { cause: error });
    entry.ready.reject(failure);
    this.#drop(entry, failure.message);
  }

  async #describe(entry: PipeEntry): Promise<PipeEnd> {
    const { ip, port, srtp } = await entry.local;
    const { path } = entry;
    return { incarnation: this.#ports.incarnation(), ip, port, ...srtp, ...(path && { path }) };
  }
}

/** Waits for ends that are being created, and leaves out those that fail. */
async function fulfilledPipes(entries: readonly PipeEntry[]): Promise<Pipe[]> {
  const ends = await Promise.allSettled(entries.map(({ local }) => local));
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

const isLinkGone = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'LINK_CLOSED' || code === 'NODE_UNREACHABLE';
};
