// A store whose calls fail or wait as a test says, and are recorded.
import type { ListedObject, ObjectInfo, PartInfo, Store, Upload } from '../../src/store.ts';

export type StoreCall = 'put' | 'get' | 'head' | 'list' | 'remove' | 'upload' | 'append' | 'finish' | 'abort';

export class FaultyStore implements Store {
  readonly #store: Store;
  /** Returns the error with which a call fails, if any; is awaited. */
  fails: (call: StoreCall, key: string) => Error | undefined | Promise<Error | undefined> = () => undefined;
  /** Returns an error that replaces the answer of a completed call. */
  loses: (call: StoreCall, key: string) => Error | undefined = () => undefined;
  /** Changes the info that the store returns. */
  says: (info: ObjectInfo, key: string) => ObjectInfo | undefined = (info) => info;
  readonly calls: { readonly call: StoreCall; readonly key: string; readonly bytes: number; isDone: boolean }[] = [];
  runningMax = 0;
  #running = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  put(key: string, bytes: Uint8Array, o: { readonly sha256: string; readonly signal?: AbortSignal }): Promise<void> {
    return this.#do('put', key, () => this.#store.put(key, bytes, o), bytes.length);
  }
  get(key: string, o: Parameters<Store['get']>[1]): Promise<Uint8Array> {
    return this.#do('get', key, () => this.#store.get(key, o));
  }
  head(key: string): Promise<ObjectInfo | undefined> {
    return this.#do('head', key, async () => {
      const info = await this.#store.head(key);
      return info && this.says(info, key);
    });
  }
  list(prefix: string, o: Parameters<Store['list']>[1]): Promise<ListedObject[]> {
    return this.#do('list', prefix, () => this.#store.list(prefix, o));
  }
  remove(key: string): Promise<void> {
    return this.#do('remove', key, () => this.#store.remove(key));
  }
  async upload(key: string): Promise<Upload> {
    const upload = await this.#do('upload', key, () => this.#store.upload(key));
    return {
      get parts(): readonly PartInfo[] {
        return upload.parts;
      },
      append: (bytes, o) => this.#do('append', key, () => upload.append(bytes, o), bytes.length),
      finish: (sha256, o) => this.#do('finish', key, () => upload.finish(sha256, o)),
      abort: (o) => this.#do('abort', key, () => upload.abort(o)),
    };
  }
  close(cause: string): Promise<void> {
    return this.#store.close(cause);
  }

  countOf(call: StoreCall): number {
    return this.calls.filter((one) => one.call === call).length;
  }

  /** Number of completed calls. */
  answers(call: StoreCall): number {
    return this.calls.filter((one) => one.call === call && one.isDone).length;
  }

  async #do<T>(call: StoreCall, key: string, work: () => Promise<T>, bytes = 0): Promise<T> {
    const one = { call, key, bytes, isDone: false };
    this.calls.push(one);
    this.#running += 1;
    this.runningMax = Math.max(this.runningMax, this.#running);
    try {
      const error = await this.fails(call, key);
      if (error !== undefined) throw error;
      const answer = await work();
      one.isDone = true;
      const lost = this.loses(call, key);
      if (lost !== undefined) throw lost;
      return answer;
    } finally {
      this.#running -= 1;
    }
  }
}
