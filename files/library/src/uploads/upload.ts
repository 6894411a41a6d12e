// An upload of the spool: its parts, which arrive in parallel, and its result.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileThreads } from '@meridian/object-store';
import { BLOCK_BYTES } from '@meridian/protocol';
import type { UploadPlan } from '../core/plan.ts';
import type { Report } from '../core/report.ts';
import type { Incoming } from './incoming.ts';
import { Part } from './part.ts';
import { writeDurably } from './write-durably.ts';

/** Sender of a part. A cut-off sender is awaited, so that no byte is written to a removed file. */
interface Receiving {
  readonly incoming: Incoming;
  readonly done: Promise<unknown>;
}

/** Returns the path of the journal of a part, in the folder of its upload. */
export const journalPath = (folder: string, part: number): string => join(folder, `part-${part}`);

export class Upload {
  readonly plan: UploadPlan;
  readonly folder: string;
  readonly parts: readonly Part[];
  readonly #onComplete: (upload: Upload) => void;
  readonly #receiving = new Map<number, Receiving>();
  readonly #closing = new AbortController();
  readonly #threads: FileThreads;
  #openedMs: number;
  #report: Report | undefined;

  static async open(o: {
    readonly plan: UploadPlan;
    readonly folder: string;
    /** Result of an upload that was in the spool before; absent for a new one, which has no journals to read. */
    readonly before: { readonly report: Report | undefined } | undefined;
    readonly openedMs: number;
    readonly threads: FileThreads;
    onComplete(upload: Upload): void;
  }): Promise<Upload> {
    const { plan, folder, threads } = o;
    const dataPath = join(folder, 'data');
    const parts: Part[] = [];
    for (const [index, range] of plan.parts.entries()) {
      const of = { plan, range, dataPath, journalPath: journalPath(folder, index), threads };
      parts.push(o.before === undefined ? Part.begin(of) : await Part.open(of));
    }
    return new Upload(o, parts);
  }

  private constructor(o: Parameters<typeof Upload.open>[0], parts: readonly Part[]) {
    this.plan = o.plan;
    this.folder = o.folder;
    this.parts = parts;
    this.#openedMs = o.openedMs;
    this.#report = o.before?.report;
    this.#threads = o.threads;
    this.#onComplete = o.onComplete;
  }

  /** Names of the files in the folder, but for its plan. */
  get fileNames(): readonly string[] {
    return ['ended.json', 'data', ...this.parts.map((_, index) => `part-${index}`)];
  }

  get dataPath(): string {
    return join(this.folder, 'data');
  }

  /** Time at which the api last opened it. */
  get openedMs(): number {
    return this.#openedMs;
  }

  openedAgain(nowMs: number): void {
    this.#openedMs = nowMs;
  }

  get report(): Report | undefined {
    return this.#report;
  }

  /** True when all parts are complete or the upload has ended. */
  get isReady(): boolean {
    return this.#report !== undefined || this.parts.every(({ isComplete }) => isComplete);
  }

  /** True when it has bytes or a sender. */
  get hasBegun(): boolean {
    return this.#receiving.size > 0 || this.parts.some(({ offset }) => offset > 0);
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Bytes that the upload has or may still get: none after a refusal, which removes its file. */
  get heldBytes(): number {
    return this.#report === undefined || this.#report.code === '' ? this.plan.bytes : 0;
  }

  get missingBytes(): number {
    if (this.#report !== undefined) return 0;
    return this.plan.bytes - this.parts.reduce((sum, { offset }) => sum + offset, 0);
  }

  /** Hashes of the blocks that arrived in parts, by block number. */
  get hashes(): ReadonlyMap<number, string> {
    const hashes = this.parts.flatMap(({ range, hashes: own }) =>
      own.map((sha256, at) => [range.from / BLOCK_BYTES + at, sha256] as const),
    );
    return new Map(hashes);
  }

  /** Calls `Part.receive`; the caller ensures that only one call runs for each part. */
  async receive(index: number, incoming: Incoming): Promise<number> {
    const part = this.parts[index];
    if (part === undefined || this.isReady || this.signal.aborted)
      throw new RangeError('the upload accepts no bytes for this part');
    const done = part.receive(incoming);
    this.#receiving.set(index, { incoming, done: done.catch(() => undefined) });
    try {
      return await done;
    } finally {
      this.#receiving.delete(index);
      if (this.#report === undefined && !this.signal.aborted && this.isReady) this.#onComplete(this);
    }
  }

  /** Ends the upload. Returns false if its last bytes arrive while the senders are cut off: it is ready then. */
  async expire(report: Report): Promise<boolean> {
    await this.#cut();
    if (this.isReady || this.signal.aborted) return false;
    await this.end(report);
    return true;
  }

  /**
   * Writes the result to the disk; a refused upload loses its bytes. A good result is not synced: without it the next
   * process finishes the upload again, with the same result.
   */
  async end(report: Report): Promise<void> {
    await this.#cut();
    const text = `${JSON.stringify(report)}\n`;
    const [path, bytes] = [join(this.folder, 'ended.json'), Buffer.from(text)];
    if (report.code === '') await this.#threads.run([{ do: 'write', path, bytes, flags: 'w' }]);
    else await writeDurably(this.folder, 'ended.json', text);
    this.#report = report;
    if (report.code !== '') await rm(this.dataPath, { force: true });
  }

  async close(cause: string): Promise<void> {
    this.#closing.abort(new Error(cause));
    await this.#cut();
  }

  async #cut(): Promise<void> {
    const running = [...this.#receiving.values()];
    for (const { incoming } of running) incoming.stop();
    await Promise.all(running.map(({ done }) => done));
  }
}
