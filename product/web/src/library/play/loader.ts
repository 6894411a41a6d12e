// The loader of hls.js: loads library files from the best base, and reports an error for a URL of another server.
import type { Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js';
import { FileRequest, type RequestListener, type RequestPorts, type RequestWanted } from './request.ts';

type LoaderClass = new () => Loader<LoaderContext>;

/** Returns a class for hls.js's setting `loader`. hls.js keeps the first link's URLs, even after the link changes. */
export const loaderOf = (o: RequestPorts): LoaderClass =>
  class extends PlacedLoader {
    constructor() {
      super(o);
    }
  };

class PlacedLoader implements Loader<LoaderContext> {
  context: LoaderContext | null = null;
  readonly stats = newStats();
  readonly #o: RequestPorts;
  #callbacks: LoaderCallbacks<LoaderContext> | undefined;
  #request: FileRequest | undefined;

  constructor(o: RequestPorts) {
    this.#o = o;
  }

  load(context: LoaderContext, _config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
    this.context = context;
    this.#callbacks = callbacks;
    this.stats.loading.start = this.#o.clock.nowMs();
    const file = this.#o.source.fileOf(context.url);
    if (file === undefined) {
      callbacks.onError({ code: 0, text: 'no file of the library' }, context, null, this.stats);
      return;
    }
    this.#request = new FileRequest(this.#o, wantedOf(file, context), this.#listenerOf(context, callbacks));
  }

  /** Afterwards only `onAbort` is called. */
  abort(): void {
    if (this.#request === undefined) return;
    this.#end();
    this.stats.aborted = true;
    if (this.context !== null) this.#callbacks?.onAbort?.(this.stats, this.context, null);
  }

  destroy(): void {
    this.#end();
    this.#callbacks = undefined;
    this.context = null;
  }

  #end(): void {
    this.#request?.close();
    this.#request = undefined;
  }

  #listenerOf(context: LoaderContext, callbacks: LoaderCallbacks<LoaderContext>): RequestListener {
    const { stats } = this;
    const { clock } = this.#o;
    return {
      // Restart the bandwidth measurement at each base: time spent on another base says nothing about this one.
      onTry: () => Object.assign(stats, { loaded: 0, total: 0, loading: { start: clock.nowMs(), first: 0, end: 0 } }),
      onHead: () => {
        stats.loading.first = clock.nowMs();
      },
      onProgress: (loaded, total) => Object.assign(stats, { loaded, total }),
      onLoaded: (body, status) => {
        this.#request = undefined;
        const data = body as string | ArrayBuffer;
        const bytes = typeof data === 'string' ? data.length : data.byteLength;
        const { start, first } = stats.loading;
        const end = Math.max(clock.nowMs(), first, start + 1);
        stats.loading.end = end;
        Object.assign(stats, { loaded: bytes, total: bytes, bwEstimate: (bytes * 8000) / Math.max(1, end - first) });
        callbacks.onProgress?.(stats, context, data, null);
        callbacks.onSuccess({ url: context.url, data, code: status }, stats, context, null);
      },
      onFailed: (status) => {
        this.#request = undefined;
        callbacks.onError({ code: status, text: 'no place has it' }, context, null, stats);
      },
    };
  }
}

function wantedOf(file: string, { responseType, rangeStart, rangeEnd }: LoaderContext): RequestWanted {
  const range = rangeEnd === undefined || rangeEnd === 0 ? undefined : { from: rangeStart ?? 0, to: rangeEnd };
  return { file, responseType: responseType === 'arraybuffer' ? 'arraybuffer' : 'text', range };
}

const newStats = (): LoaderStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});
