// An api that plans uploads at a test node, a file in memory, and a platform without waits.
import { Readable } from 'node:stream';
import type { Runtime } from '../../src/runtime.ts';
import type { NewUpload, Upload, UploadApi, UploadSource } from '../../src/types.ts';
import type { TusNode } from './tus-node.ts';

export const withoutWaits: Runtime = {
  random: () => 0,
  nowMs: () => performance.now(),
  pause: async (_, signal) => {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  },
  stallMs: 60_000,
};

/** Returns bytes without equal ranges: xorshift of the seed. */
export function bytesOf(count: number, seed = 1): Buffer<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(count / 4));
  let state = seed >>> 0 || 1;
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return Buffer.from(words.buffer, 0, count);
}

export interface MemorySource extends UploadSource {
  readonly reads: { readonly from: number; readonly bytes: number }[];
}

export function memorySource(bytes: Buffer<ArrayBuffer>, name = 'talk.mp4'): MemorySource {
  const reads: { from: number; bytes: number }[] = [];
  return {
    name,
    bytes: bytes.length,
    reads,
    read: async (from, count) => {
      reads.push({ from, bytes: count });
      return new Uint8Array(bytes.subarray(from, from + count));
    },
    slice: (from, count) => Readable.from(pieces(bytes.subarray(from, from + count)), { objectMode: false }),
  };
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}

/** Divides a file into `count` parts. */
export const rangesOf = (bytes: number, count: number): { from: number; bytes: number }[] =>
  Array.from({ length: count }, (_, at) => {
    const from = Math.floor((bytes * at) / count);
    return { from, bytes: Math.floor((bytes * (at + 1)) / count) - from };
  });

export class ScriptedApi implements UploadApi {
  readonly calls: string[] = [];
  readonly bodies: NewUpload[] = [];
  /** Upload that `find` and `get` return. */
  upload: Upload | undefined;
  token = 'good';
  /** Whether `find` shows no parts, as the api does while the node is unreachable. */
  hidesParts = false;
  readonly #node: TusNode;
  readonly #parts: number;

  constructor(node: TusNode, parts: number) {
    this.#node = node;
    this.#parts = parts;
  }

  find(fingerprint: string): Promise<Upload | undefined> {
    this.calls.push('find');
    const isKnown = this.bodies.some((body) => body.fingerprint === fingerprint);
    const found = isKnown ? this.#fresh() : undefined;
    return Promise.resolve(this.hidesParts && found !== undefined ? { ...found, parts: [] } : found);
  }

  create(body: NewUpload, key: string): Promise<Upload> {
    this.calls.push('create');
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new Error(`${key} is no key`);
    this.bodies.push(body);
    const ranges = rangesOf(body.bytes, this.#parts);
    this.#node.parts.clear();
    for (const [at, { bytes }] of ranges.entries()) this.#node.plan(`p${at}`, bytes);
    this.upload = {
      id: `up_${this.bodies.length}`,
      item: 'it_1',
      bytes: body.bytes,
      state: 'open',
      parts: ranges.map(({ from, bytes }) => ({ from, bytes, url: '' })),
      knownBytes: 0,
    };
    return Promise.resolve(this.#fresh());
  }

  prove(): Promise<Upload> {
    throw new Error('no proof was asked for');
  }

  get(): Promise<Upload> {
    this.calls.push('get');
    if (this.upload?.state === 'open' && this.#node.isComplete())
      this.upload = Object.assign({}, this.upload, { state: 'done', parts: [] });
    return Promise.resolve(this.#fresh());
  }

  #fresh(): Upload {
    const { upload } = this;
    if (upload === undefined) throw new Error('no upload');
    const parts = upload.parts.map(({ from, bytes }, at) => ({
      from,
      bytes,
      url: this.#node.urlOf(`p${at}`, this.token),
    }));
    return Object.assign({}, upload, { parts });
  }
}
