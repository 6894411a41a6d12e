// Sizes, ids and kinds of the library, for the api, library nodes and uploading clients (docs/adr/0036-library.md).
import { newId } from './ids.ts';

/** Size of a block; the last block of a file is shorter. */
export const BLOCK_BYTES = 8 * 1_048_576;
/** Largest file, 128 GiB, by the number of blocks that an upload may name. */
export const LIBRARY_FILE_BYTES_MAX = 16_384 * BLOCK_BYTES;
export const UPLOAD_PARTS_MAX = 256;
/** Most ranges in a proof by which a client shows that it has a content, which it then need not send. */
export const PROOF_RANGES_MAX = 128;
/** Most contents in a query by which a library node learns which of them still exist: some 10 kB. */
export const HELD_CONTENTS_MAX = 200;
/** An item or recording in the trash is deleted after as many days. */
export const TRASH_KEPT_DAYS = 30;
/** Size of a range: long enough that guessing does not help, little to read. */
export const PROOF_RANGE_BYTES = 4096;

const idPattern = /^up_[a-z0-9_-]{1,61}$/;
/** Lower case, because the id is part of a key in a store. The content of the upload has the same id. */
export const isUploadId = (text: string): boolean => idPattern.test(text);
export const newUploadId = (bytes: (count: number) => Uint8Array): string => newId('UP_', bytes, 20).toLowerCase();

/**
 * Returns the id of the content that a run of the task `trim` makes. Each run has its own, so that the api can erase
 * what runs have left whose nodes died. `cut`: id that the task names; `attempt`: from 1.
 */
export const cutIdOf = (cut: string, attempt: number): string => `${cut}-${attempt}`;

export const libraryKinds = ['video', 'audio', 'image', 'document'] as const;
export type LibraryKind = (typeof libraryKinds)[number];
export const isLibraryKind = (text: string): text is LibraryKind => libraryKinds.some((one) => one === text);

export const uploadRefusals = {
  HASH_MISMATCH: 'The bytes are not those that were announced.',
  TYPE_REFUSED: 'Files of this type are not taken.',
  MEDIA_BROKEN: 'The file is named or typed as media, but cannot be read.',
  MALWARE_FOUND: 'The scanner found malware.',
  UPLOAD_EXPIRED: 'The upload was not complete in time.',
  UPLOAD_LOST: 'The node that had the upload is gone.',
} as const;
export type UploadRefusal = keyof typeof uploadRefusals;
export const isUploadRefusal = (text: string): text is UploadRefusal => Object.hasOwn(uploadRefusals, text);

export const blocksOf = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES);

/** Names of a content's files in a link, below the token. */
export const ORIGINAL_NAME = 'original';
/** Header by which an edge proves itself to gateways and library nodes. */
export const EDGE_HEADER = 'meridian-edge';
export const COVER_NAME = 'cover.jpg';
export const RENDITIONS_PREFIX = 'renditions/';
/** The name of a task's output contains the task's lease, so no other bytes ever get this name. */
const taskOutputName = '[a-z0-9][a-z0-9-]{0,47}-(?:[a-z0-9_]|\\.[a-z]){1,128}\\.mp4';
const sharedFileName = '(?:[a-z0-9-]{1,32}\\.m3u8|sprite\\.jpg|thumbnails\\.vtt)';

/** Regular expressions of a content's file names, for edge caches too: files that never change, and the others. */
export const libraryFilePatterns = {
  fixed: `(?:${ORIGINAL_NAME}|${RENDITIONS_PREFIX}${taskOutputName})`,
  changing: `(?:${COVER_NAME.replace('.', '\\.')}|${RENDITIONS_PREFIX}${sharedFileName})`,
} as const;
const fixedName = new RegExp(`^${libraryFilePatterns.fixed}$`);
const changingName = new RegExp(`^${libraryFilePatterns.changing}$`);

/** Returns whether the name is a file of the library. Files that tasks exchange, such as lists of segments, are not. */
export const isLibraryFileName = (text: string): boolean => fixedName.test(text) || changingName.test(text);

/** Returns whether the file of this name has the same bytes as long as its content exists. */
export const isFixedLibraryFile = (text: string): boolean => fixedName.test(text);
