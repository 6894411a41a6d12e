// Contents on the disk of a receiver or library node, filled block by block.
import type { Readable } from 'node:stream';
import type { Notice, Source } from '../contract.ts';

/** Facts needed to fetch and check a content. */
export type Wanted = Pick<Notice, 'content' | 'tenant' | 'bytes' | 'sha256' | 'blocksSha256'>;

/** Present sources of a content's blocks, best first, with the token and pass that open them. */
export interface Supply {
  sources(): Promise<readonly Source[]>;
  readonly token: string;
  readonly pass: string;
}

/** Result of a fetch; other receivers gave `fromNeighbours` of the `bytes`. */
export interface Came {
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
   * Resolves with the complete file, verified by its SHA-256. Only missing blocks are fetched, and a wrong block again
   * from another source. Concurrent calls share the work. `mayGoOn` is awaited before each block, so that urgent files
   * have the line. Rejects with a `SinkError` (SOURCE_GONE, HASH_MISMATCH, DISK_FULL) or the reason of the signal.
   */
  fetch(
    wanted: Wanted,
    supply: Supply,
    o: { readonly signal: AbortSignal; mayGoOn?(): Promise<void>; onBytes?(bytes: number): void },
  ): Promise<Came>;
  /**
   * Streams a range while missing blocks arrive, which precede those of `fetch`. Undefined for a missing content
   * without a supply.
   */
  read(
    content: string,
    range: { readonly from: number; readonly bytes: number },
    o: { readonly signal: AbortSignal; readonly supply?: Supply | undefined },
  ): Promise<Readable | undefined>;
  /** Makes a content known, so that `read` may fetch it before any `fetch`. */
  know(wanted: Wanted, blocks: Uint8Array): Promise<void>;
  /** Returns the hashes of its blocks, 32 bytes each. */
  blocks(content: string): Promise<Uint8Array | undefined>;
  find(content: string): { readonly bytes: number; readonly tenant: string; readonly isWhole: boolean } | undefined;
  /**
   * Protects a content from eviction under a name. Idempotent. Names with the prefix `LASTING` hold at most half of the
   * folder for one tenant, otherwise the call rejects with DISK_FULL.
   */
  hold(content: string, by: string): Promise<void>;
  release(content: string, by: string): Promise<void>;
  releaseAll(isOver: (by: string) => boolean): Promise<void>;
  /**
   * Resolves when the content is gone from the disk, also after a crash, and no name holds it. Calls that use it until
   * then end with SOURCE_GONE; a later call starts it again. A file that a caller of `fetch` has opened or linked stays
   * readable there. Idempotent. Rejects as the disk does; a repeated call removes the rest.
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
