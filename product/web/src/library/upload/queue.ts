// The user's uploads until they are done: an Uppy queue with the uploader of plugin.ts.
import { LIBRARY_FILE_BYTES_MAX } from '@meridian/protocol';
import { Uppy } from '@uppy/core';
import { Store } from '../../room/store.ts';
import { type FileRejection, QUEUED_MAX, rejectionOf } from '../core/file-rejection.ts';
import { type FileState, isOver, mayPause, mayResume, needsPage, newFile } from '../core/file-state.ts';
import type { Visibility } from '../core/model.ts';
import { type FileBody, type FileMeta, LibraryUploader } from './plugin.ts';
import type { Send } from './sending.ts';

export interface QueueRow {
  readonly id: string;
  readonly name: string;
  readonly state: FileState;
}

export interface Refusal {
  readonly name: string;
  readonly why: FileRejection;
}

export interface QueueOptions {
  readonly send: Send;
  /** Deletes a cancelled upload. Rejects with MeridianApiError. */
  forget(upload: string): Promise<void>;
  nowMs(): number;
}

/** Maximum number of rejected files shown; more would not inform better. */
const REFUSALS_MAX = 5;

export class UploadQueue {
  readonly rows = new Store<readonly QueueRow[]>([]);
  /** Files rejected at the last `add`. */
  readonly refusals = new Store<readonly Refusal[]>([]);
  /** Error of a deletion that failed; the API deletes the upload itself in time. */
  readonly problem = new Store<unknown>(undefined);
  readonly #o: QueueOptions;
  readonly #uppy: Uppy<FileMeta, FileBody>;
  readonly #plugin: LibraryUploader;
  /** Files of the current `add` that are in the queue already. */
  #reAdded: string[] = [];

  constructor(o: QueueOptions) {
    this.#o = o;
    this.#uppy = new Uppy<FileMeta, FileBody>({
      id: 'library',
      autoProceed: true,
      restrictions: { minFileSize: 1, maxFileSize: LIBRARY_FILE_BYTES_MAX, maxNumberOfFiles: QUEUED_MAX },
    });
    this.#uppy.use(LibraryUploader, { send: o.send, nowMs: o.nowMs, forget: (upload) => this.#forget(upload) });
    this.#plugin = this.#uppy.getPlugin<LibraryUploader>('LibraryUploader') as LibraryUploader;
    this.#uppy.on('state-update', () => this.#show());
    this.#uppy.on('restriction-failed', (file) => this.#refuse(file));
  }

  /** Adds files; a paused or failed file that is in the queue already resumes. */
  add(files: readonly File[], visibility: Visibility): void {
    this.refusals.set([]);
    this.#uppy.addFiles(
      files.map((file) => ({
        name: file.name,
        type: file.type,
        data: file,
        source: 'page',
        meta: { state: newFile(file.size), visibility },
      })),
    );
    // Only now, since Uppy overwrites states with those it read when `add` began.
    const reAdded = this.#reAdded;
    this.#reAdded = [];
    for (const id of reAdded) this.resume(id);
  }

  pause(id: string): void {
    if (this.#has(id, mayPause)) this.#uppy.pauseResume(id);
  }

  resume(id: string): void {
    const row = this.rows.get().find((one) => one.id === id);
    if (row === undefined || !mayResume(row.state)) return;
    if (row.state.phase === 'paused') this.#uppy.pauseResume(id);
    else this.#plugin.retry(id);
  }

  /** Cancels an unfinished upload at the API too; a finished item stays. */
  remove(id: string): void {
    const row = this.rows.get().find((one) => one.id === id);
    if (row === undefined) return;
    this.#plugin.giveUp(id);
    this.#uppy.removeFile(id);
    const { upload } = row.state;
    if (upload !== '' && !isOver(row.state)) this.#forget(upload);
  }

  clear(): void {
    this.refusals.set([]);
    this.#uppy.removeFiles(this.rows.get().flatMap(({ id, state }) => (isOver(state) ? [id] : [])));
  }

  readonly isBusy = (): boolean => this.rows.get().some(({ state }) => needsPage(state));

  /** Stops sending; the uploads stay at the API and can resume later. */
  close(): void {
    this.#uppy.destroy();
  }

  #forget(upload: string): void {
    this.problem.set(undefined);
    this.#o.forget(upload).catch((error: unknown) => this.problem.set(error));
  }

  #has(id: string, test: (state: FileState) => boolean): boolean {
    return this.rows.get().some((row) => row.id === id && test(row.state));
  }

  #show(): void {
    const before = this.rows.get();
    const rows = this.#uppy.getFiles().map(({ id, name, size, meta }, at): QueueRow => {
      const state = meta.state ?? newFile(size ?? 0);
      const known = before[at];
      return known?.id === id && known.state === state ? known : { id, name, state };
    });
    const isSame = rows.length === before.length && rows.every((row, at) => row === before[at]);
    if (!isSame) this.rows.set(rows);
  }

  #refuse(file: { readonly id: string; readonly name?: string | undefined; readonly size: number | null } | undefined) {
    const known = this.rows.get().find(({ id }) => id === file?.id);
    if (known !== undefined && mayResume(known.state)) {
      this.#reAdded.push(known.id);
      return;
    }
    const why = rejectionOf(file && { size: file.size, isKnown: known !== undefined });
    this.refusals.set([...this.refusals.get(), { name: file?.name ?? '', why }].slice(-REFUSALS_MAX));
  }
}
