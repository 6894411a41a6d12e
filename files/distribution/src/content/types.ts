// Contents on the disk of a receiver or library node: files that fill up block by block.
import type { Readable } from 'node:stream';
import type { Notice, Source } from '../contract.ts';

/** What has to be known of a content to fetch and check it. */
export type Wanted = Pick<Notice, 'content' | 'tenant' | 'bytes' | 'sha256' | 'blocksSha256'>;

/** Where its blocks come from now, best first, and what opens them there. */
export interface Supply {
  sources(): Promise<readonly Source[]>;
  readonly token: string;
  readonly pass: string;
}

/** What came: `fromNeighbours` of `bytes` were given by other receivers. */
export interface Came {
  readonly path: string;
  readonly bytes: number;
  readonly fromNeighbours: number;
}

/**
 * A folder of contents. Each is one file of the whole size and a journal of the blocks that are on the disk and right;
 * both outlive kill -9. Bounded in bytes: contents that are neither held nor being read go, the least lately used
 * first.
 */
export interface ContentFolder {
  /**
   * Resolves with the whole file, checked against its SHA-256. Blocks that are there are not fetched again; each that
   * comes is checked against its hash, and one that is wrong is fetched from another source. Two calls for a content
   * share the work. `mayGoOn` is asked before each block, and its promise awaited: so an urgent file gets the line.
   * Rejects with a `SinkError`: SOURCE_GONE, HASH_MISMATCH, DISK_FULL; or the reason of the signal.
   */
  fetch(
    wanted: Wanted,
    supply: Supply,
    o: { readonly signal: AbortSignal; mayGoOn?(): Promise<void>; onBytes?(bytes: number): void },
  ): Promise<Came>;
  /**
   * A range while it comes: blocks that are missing are fetched first, those that are asked for before others.
   * Undefined: there is no such content, and no supply to fetch it.
   */
  read(
    content: string,
    range: { readonly from: number; readonly bytes: number },
    o: { readonly signal: AbortSignal; readonly supply?: Supply | undefined },
  ): Promise<Readable | undefined>;
  /** That it may be read and fetched by `read`, though no call has begun to fetch it. */
  know(wanted: Wanted, blocks: Uint8Array): Promise<void>;
  /** Hashes of its blocks, 32 bytes each. */
  blocks(content: string): Promise<Uint8Array | undefined>;
  /** Of those that are known here. `isWhole`: all blocks are there. */
  find(content: string): { readonly bytes: number; readonly tenant: string; readonly isWhole: boolean } | undefined;
  /**
   * While it is held by a name, it stays. Idempotent. Names that begin with `LASTING` hold half of the folder for one
   * tenant at most: of a content that is known, one that would hold more is rejected with DISK_FULL.
   */
  hold(content: string, by: string): Promise<void>;
  release(content: string, by: string): Promise<void>;
  /** Of all contents those names that are over. */
  releaseAll(isOver: (by: string) => boolean): Promise<void>;
  /**
   * Resolves when nothing of it is on the disk any more, also after a crash, and no name holds it. Calls that fetch or
   * read it end with SOURCE_GONE, as do those that come until then; one that comes later begins it anew. A file that a
   * caller of `fetch` has opened or linked by its path stays readable for that caller. Idempotent, also for a content
   * that is not known. Rejects as the disk does; repeated, it removes the rest.
   */
  remove(content: string): Promise<void>;
  readonly freeBytes: number;
  readonly usedBytes: number;
  /** Idempotent; ends what is under way. */
  close(): Promise<void>;
}

export interface ContentFolderOptions {
  readonly folder: string;
  readonly bytesMax: number;
  /** Blocks under way of one content at once. */
  readonly parallel: number;
}
