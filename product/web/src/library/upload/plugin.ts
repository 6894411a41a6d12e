// An Uppy uploader: two files at once, with `Send`. The state of a file is in its metadata.
import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy } from '@uppy/core';
import { type FileEvent, type FileState, newFile, nextState } from '../core/file-state.ts';
import type { Visibility } from '../core/model.ts';
import { failureOf } from './failure.ts';
import type { Send } from './sending.ts';

/** Number of files sent at once. A file sends several parts in parallel; a second file reads while the first sends. */
export const SENT_AT_ONCE = 2;

export interface FileMeta extends Meta {
  state: FileState;
  visibility: Visibility;
}
export type FileBody = Body;
type Queue = Uppy<FileMeta, FileBody>;

export interface PluginOptions extends PluginOpts {
  readonly send: Send;
  /** Deletes an upload that had begun for a file the user cancelled. */
  forget(upload: string): void;
  nowMs(): number;
}

export class LibraryUploader extends BasePlugin<PluginOptions, FileMeta, FileBody> {
  readonly #waiting: string[] = [];
  readonly #running = new Map<string, AbortController>();
  /** Running files that occupy a slot: files being checked do not, since the server does that alone. */
  readonly #slots = new Set<string>();
  /** Last try of each file; the next try starts after it has stopped. */
  readonly #tries = new Map<string, Promise<void>>();
  readonly #givenUp = new WeakSet<AbortSignal>();
  /** Resolvers by which Uppy waits for each file. */
  readonly #resolvers = new Map<string, () => void>();

  constructor(uppy: Queue, o: PluginOptions) {
    super(uppy, o);
    this.id = 'LibraryUploader';
    this.type = 'uploader';
  }

  override install(): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, individualCancellation: true, resumableUploads: true } });
    this.uppy.addUploader(this.#upload);
    this.uppy.on('upload-pause', this.#onPause);
    this.uppy.on('file-removed', this.#onRemoved);
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
    this.uppy.off('upload-pause', this.#onPause);
    this.uppy.off('file-removed', this.#onRemoved);
    for (const id of [...this.#resolvers.keys()]) this.#freeSlot(id);
  }

  retry(id: string): void {
    this.#apply(id, { name: 'resumed' });
    this.#enter(id);
  }

  /** Cancels a file before its removal; an upload that the API creates later is deleted. */
  giveUp(id: string): void {
    const running = this.#running.get(id);
    if (running !== undefined) this.#givenUp.add(running.signal);
  }

  readonly #upload = async (ids: string[]): Promise<void> => {
    const all = ids.map((id) => new Promise<void>((resolve) => this.#resolvers.set(id, resolve)));
    for (const id of ids) this.#enter(id);
    await Promise.all(all);
  };

  readonly #onPause = (file: { readonly id: string } | undefined, isPaused: boolean): void => {
    if (file === undefined) return;
    this.#apply(file.id, { name: isPaused ? 'paused' : 'resumed' });
    if (isPaused) this.#stop(file.id);
    else this.#enter(file.id);
  };

  readonly #onRemoved = ({ id }: { readonly id: string }): void => this.#freeSlot(id);

  #enter(id: string): void {
    if (this.#stateOf(id)?.phase !== 'waiting' || this.#waiting.includes(id) || this.#running.has(id)) return;
    this.#waiting.push(id);
    this.#startWaiting();
  }

  #freeSlot(id: string): void {
    this.#stop(id);
    this.#resolvers.get(id)?.();
    this.#resolvers.delete(id);
  }

  #stop(id: string): void {
    const at = this.#waiting.indexOf(id);
    if (at !== -1) this.#waiting.splice(at, 1);
    this.#running.get(id)?.abort();
    this.#running.delete(id);
    this.#slots.delete(id);
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#slots.size < SENT_AT_ONCE) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const running = new AbortController();
      this.#running.set(id, running);
      this.#slots.add(id);
      const before = this.#tries.get(id) ?? Promise.resolve();
      const mine = before.then(() => this.#try(id, running));
      this.#tries.set(id, mine);
      void mine.then(() => this.#tries.get(id) === mine && this.#tries.delete(id));
    }
  }

  /** Sends a file once, until its end or an abort by the controller. Never rejects. */
  async #try(id: string, { signal }: AbortController): Promise<void> {
    if (signal.aborted) return;
    this.#apply(id, { name: 'begun' });
    try {
      const { item } = await this.#send(id, signal);
      if (!signal.aborted) this.#end(id, { name: 'ready' }, item);
    } catch (error) {
      if (!signal.aborted) this.#end(id, failureOf(error));
    }
  }

  #send(id: string, signal: AbortSignal): ReturnType<Send> {
    const file = this.uppy.getFile(id);
    const { send, forget, nowMs } = this.opts;
    this.uppy.emit('upload-start', [file]);
    const emit = (event: FileEvent): void => {
      if (signal.aborted) return;
      this.#apply(id, event);
      if (this.#stateOf(id)?.phase === 'checking' && this.#slots.delete(id)) this.#startWaiting();
    };
    return send({
      file: file.data as File,
      visibility: file.meta.visibility,
      signal,
      onUpload: (upload) => {
        if (this.#givenUp.has(signal)) forget(upload.id);
        emit({ name: 'known', upload: upload.id, item: upload.item });
      },
      onProgress: (progress) => emit({ name: 'progress', progress, atMs: nowMs() }),
    });
  }

  /** Uppy gets no failure: it would resend such files with the next ones. */
  #end(id: string, event: FileEvent, item?: string): void {
    this.#running.delete(id);
    this.#slots.delete(id);
    if (item !== undefined) this.#apply(id, { name: 'known', upload: this.#stateOf(id)?.upload ?? '', item });
    this.#apply(id, event);
    if (event.name === 'ready') this.uppy.emit('upload-success', this.uppy.getFile(id), { status: 200 });
    if (event.name !== 'failed') this.#freeSlot(id);
    this.#startWaiting();
  }

  #stateOf(id: string): FileState | undefined {
    const file = this.uppy.getFile(id) as { meta: FileMeta; size: number | null } | undefined;
    return file === undefined ? undefined : (file.meta.state ?? newFile(file.size ?? 0));
  }

  #apply(id: string, event: FileEvent): void {
    const state = this.#stateOf(id);
    if (state === undefined) return;
    const next: Partial<FileMeta> = { state: nextState(state, event) };
    this.uppy.setFileMeta(id, next as FileMeta); // keeps the other fields
  }
}
