// Contents on the disk of a receiver or library node, filled block by block.
import type { Readable } from 'node:stream';
import type { Notice, Source } from '../contract.ts';

/** Facts needed to fetch and check a content. */
export type ContentSpec = Pick<Notice, 'content' | 'tenant' | 'bytes' | 'sha256' | 'blocksSha256'>;

/** Lists the present sources of a content's blocks, best first; `token` and `pass` give access to them. */
export interface Supply {
  sources(): Promise<readonly Source[]>;
  readonly token: string;
  readonly pass: string;
}

/** Result of a fetch: `fromNeighbours` of its `bytes` came from other receivers. */
export interface FetchedContent {
  readonly path: string;
  readonly bytes: number;
  readonly fromNeighbours: number;
}

/**
 * Folder of contents, bounded in bytes. Files and present blocks survive kill -9. Eviction takes the least recently
 * used contents that are neither held nor being read.
 */
export interface ContentFolder {
  /**
   * Resolves with the complete file, verified by its SHA-256. Fetches missing blocks only, and a wrong block again from
   * another source. Concurrent calls share the work. `mayGoOn` is awaited before each block, so that urgent files get
   * the bandwidth. Rejects with a `SinkError` (SOURCE_GONE, HASH_MISMATCH, DISK_FULL) or the reason of the signal.
   */
  fetch(
    wanted: ContentSpec,
    supply: Supply,
    o: { readonly signal: AbortSignal; mayGoOn?(): Promise<void>; onBytes?(bytes: number): void },
  ): Promise<FetchedContent>;
  /**
   * Streams a range while its missing blocks arrive, which precede those of `fetch`. Returns undefined for an unknown
   * content, and without a supply for an incomplete one.
   */
  read(
    content: string,
    range: { readonly from: number; readonly bytes: number },
    o: { readonly signal: AbortSignal; readonly supply?: Supply | undefined },
  ): Promise<Readable | undefined>;
  /** Creates the entry of a content, so that `read` may fetch blocks of it before any `fetch`. */
  register(spec: ContentSpec, blocks: Uint8Array): Promise<void>;
  /** Returns the hashes of its blocks, 32 bytes each. */
  blocks(content: string): Promise<Uint8Array | undefined>;
  find(content: string): { readonly bytes: number; readonly tenant: string; readonly isWhole: boolean } | undefined;
  /**
   * Protects a content from eviction under a name. Idempotent. Names of lasting holds (`region:…`) hold at most half of
   * the folder for one tenant; beyond it the call rejects with DISK_FULL.
   */
  hold(content: string, by: string): Promise<void>;
  release(content: string, by: string): Promise<void>;
  releaseAll(isOver: (by: string) => boolean): Promise<void>;
  /**
   * Resolves when the content is durably gone from the disk and no name holds it. Calls that still use it end with
   * SOURCE_GONE; a later `fetch` creates it again. A file that a caller of `fetch` has opened or linked stays readable
   * there. Idempotent. Rejects with the file system's error; a repeated call removes the rest.
   */
  remove(content: string): Promise<void>;
  readonly freeBytes: number;
  readonly usedBytes: number;
  close(): Promise<void>;
}

export interface ContentFolderOptions {
  readonly folder: string;
  readonly bytesMax: number;
  /** Concurrent blocks of one content. */
  readonly parallel: number;
}
