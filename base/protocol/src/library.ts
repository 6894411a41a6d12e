// What the api, library nodes and uploading clients share of the library: sizes, ids, kinds (docs/adr/0036-library.md).
import { newId } from './ids.ts';

/** Blocks of a file, from its first byte on; the last one is shorter. */
export const BLOCK_BYTES = 8 * 1_048_576;
/** Of one file: 128 GiB, as many blocks as an upload may name. */
export const LIBRARY_FILE_BYTES_MAX = 16_384 * BLOCK_BYTES;
/** Parts of one upload. */
export const UPLOAD_PARTS_MAX = 256;
/** Ranges of a proof that a client has what it need not send. */
export const PROOF_RANGES_MAX = 128;
/** Contents that a library node asks about at once, whether they are still there: some 10 kB. */
export const HELD_CONTENTS_MAX = 200;
/** Of each range: enough that a guess does not help, little to read. */
export const PROOF_RANGE_BYTES = 4096;

const idPattern = /^up_[a-z0-9_-]{1,61}$/;
/** Lower case: it is part of a key in a store. The content that an upload brings has the same id. */
export const isUploadId = (text: string): boolean => idPattern.test(text);
/** An id that no other upload has. */
export const newUploadId = (bytes: (count: number) => Uint8Array): string => newId('UP_', bytes, 20).toLowerCase();

/** What files are, by their content. */
export const libraryKinds = ['video', 'audio', 'image', 'document'] as const;
export type LibraryKind = (typeof libraryKinds)[number];
export const isLibraryKind = (text: string): text is LibraryKind => libraryKinds.some((one) => one === text);

/** Why a file is not kept, for good. */
export const uploadRefusals = {
  HASH_MISMATCH: 'The bytes are not those that were announced.',
  TYPE_REFUSED: 'Files of this type are not taken.',
  MEDIA_BROKEN: 'The file says that it is media, and cannot be read.',
  MALWARE_FOUND: 'The scanner found malware.',
  UPLOAD_EXPIRED: 'Not all of it came in time.',
  UPLOAD_LOST: 'The node that had it is gone.',
} as const;
export type UploadRefusal = keyof typeof uploadRefusals;
export const isUploadRefusal = (text: string): text is UploadRefusal => Object.hasOwn(uploadRefusals, text);

/** How many blocks a file has. An empty file has none. */
export const blocksOf = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES);

/** Files of a content that a link opens, below the token. */
export const ORIGINAL_NAME = 'original';
export const COVER_NAME = 'cover.jpg';
/** Folder of what was made of the content for players. */
export const RENDITIONS_PREFIX = 'renditions/';
/** A lease in the name of what one task made: it is of these bytes alone. */
const ofLease = '[a-z0-9][a-z0-9-]{0,47}-(?:[a-z0-9_]|\\.[a-z]){1,128}\\.mp4';
const shared = '(?:[a-z0-9-]{1,32}\\.m3u8|sprite\\.jpg|thumbnails\\.vtt)';

/** Names of files of a content as regular expressions, for edge caches too: of what never changes, and of the rest. */
export const libraryFilePatterns = {
  fixed: `(?:${ORIGINAL_NAME}|${RENDITIONS_PREFIX}${ofLease})`,
  changing: `(?:${COVER_NAME.replace('.', '\\.')}|${RENDITIONS_PREFIX}${shared})`,
} as const;
const fixedName = new RegExp(`^${libraryFilePatterns.fixed}$`);
const changingName = new RegExp(`^${libraryFilePatterns.changing}$`);

/** What tasks need for one another, such as lists of segments, is no such file. */
export const isLibraryFileName = (text: string): boolean => fixedName.test(text) || changingName.test(text);

/** Whether the file of this name never has other bytes, as long as its content is there. */
export const isFixedLibraryFile = (text: string): boolean => fixedName.test(text);
