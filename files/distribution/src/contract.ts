import { type Static, Type } from 'typebox';

/** Priorities, highest first. Rows and streams store the index: append new ones, or migrate. */
export const priorities = ['urgent', 'normal', 'bulk'] as const;
export type Priority = (typeof priorities)[number];

/**
 * `agent`: receiver process at an edge site. `region`: library nodes of a region. `s3`, `sftp`: third party to which
 * files are pushed. `pull`: third party that pulls from a signed URL. All except `agent` are hosted receivers, run by a
 * library node of their region.
 */
export const receiverKinds = ['agent', 'region', 's3', 'sftp', 'pull'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/** Reasons of failed deliveries. The receiver retries those with `retry`, up to `ATTEMPTS_MAX`. */
export const failures = {
  HASH_MISMATCH: { retry: true, why: 'The received bytes have another hash.' },
  SOURCE_GONE: { retry: true, why: 'No source of the content answered.' },
  DISK_FULL: { retry: true, why: 'The receiver has no room.' },
  TARGET_UNREACHABLE: { retry: true, why: 'The third party does not answer.' },
  TARGET_REFUSED: { retry: false, why: 'The third party refuses the file, or its address is not allowed.' },
  NO_RECEIPT: { retry: false, why: 'The third party has not confirmed the file in time.' },
  CONTENT_GONE: { retry: false, why: 'The content was deleted.' },
  REFUSED: { retry: false, why: 'The receiver does not accept the file.' },
} as const;
export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as readonly FailureCode[];

/**
 * Foundations of a receipt, strongest first. `read`: the hash of the bytes that the receiver read back from the
 * target. `checksum`: SHA-256 checksums that the target has of the stored object. `size`: the target has a file of this
 * length. `claim`: the third party said so. `''`: an older receiver did not say.
 */
export const proofs = ['read', 'checksum', 'size', 'claim', ''] as const;
export type Proof = (typeof proofs)[number];

export const ATTEMPTS_MAX = 8;
/** Notices that a receiver holds for each priority, so that no priority blocks another. */
export const NOTICES_MAX = 256;
/**
 * Deliveries of each priority, besides NOTICES_MAX, that a target will confirm later: those of a platform for some
 * days, in some megabytes of memory. Further ones count as held, so that fewer new notices arrive.
 */
export const UNCONFIRMED_MAX = 2048;
export const RECEIPTS_MAX = 200;
export const POLL_MS = 25_000;

const id = Type.String({ minLength: 4, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const tenantId = Type.String({ minLength: 1, maxLength: 64 });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const wallMs = Type.Integer({ minimum: 0 });
const url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 512 });
const bytes = Type.Integer({ minimum: 0, maximum: 137_438_953_472 });
const priority = Type.Unsafe<Priority>({ type: 'string', enum: [...priorities] });

/** Place of a delivery in its receiver's queue, which the api changes while the delivery is open. */
const standing = {
  priority,
  /** Wall clock; absent without a deadline. */
  deadlineMs: Type.Optional(wallMs),
  /** Virtual time by which the api orders deliveries of one priority, lowest first; absent from older apis. */
  rankMs: Type.Optional(Type.Integer()),
  /** The receiver begins nothing for a paused delivery, and pauses its transfer at the next block. */
  paused: Type.Optional(Type.Boolean()),
  /** Rises with each change; absent for 0. */
  revision: Type.Optional(Type.Integer({ minimum: 0 })),
};
export const standingSchema = Type.Object(standing);
export type Standing = Readonly<Static<typeof standingSchema>>;
/** New standing of a delivery that the receiver holds. */
export const changeSchema = Type.Object(Object.assign({ delivery: id }, standing));
export type Change = Readonly<Static<typeof changeSchema>>;

/** Notice to a receiver. It may be repeated, with other origins or a newer token. */
export const noticeSchema = Type.Object({
  delivery: id,
  order: id,
  tenant: tenantId,
  receiver: id,
  ...standing,
  orderedMs: wallMs,
  content: id,
  item: id,
  name: Type.String({ minLength: 1, maxLength: 255 }),
  type: Type.String({ maxLength: 128 }),
  bytes,
  sha256,
  /** SHA-256 over the concatenated hashes (32 bytes each) of all blocks of 8 MiB. */
  blocksSha256: sha256,
  /** Link token (`may: download`) for library nodes; valid for seven days. */
  token: Type.String({ maxLength: 4096 }),
  tokenEndsMs: wallMs,
  /** Secret of 32 bytes, base64url, with which receivers fetch the content from each other; equal in all its orders. */
  pass: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  /** `publicUrl` of library nodes that have the content in their store, best first. */
  origins: Type.Array(url, { maxItems: 4 }),
});
export type Notice = Readonly<Static<typeof noticeSchema>>;

/** Result of a delivery. It may be repeated. */
export const receiptSchema = Type.Object({
  delivery: id,
  /** Absent when the receiver does not know it. */
  content: Type.Optional(id),
  /** `''` when the receiver has the file complete, verified and durable. */
  code: Type.Unsafe<FailureCode | ''>({ type: 'string', enum: ['', ...failureCodes] }),
  detail: Type.String({ maxLength: 300 }),
  /** Hash of the received file; `''` and 0 bytes after a failure. */
  sha256: Type.String({ pattern: '^([0-9a-f]{64})?$' }),
  bytes,
  /** Absent from older receivers. */
  proof: Type.Optional(Type.Unsafe<Proof>({ type: 'string', enum: [...proofs] })),
  atMs: wallMs,
  attempts: Type.Integer({ minimum: 0, maximum: 1000 }),
  tookMs: Type.Integer({ minimum: 0 }),
  /** Bytes from other receivers. */
  neighbourBytes: bytes,
});
export type Receipt = Readonly<Static<typeof receiptSchema>>;
/** Receipt with the receiver of its session. */
export type OwnedReceipt = Receipt & { readonly tenant: string; readonly receiver: string };

/** A time of day, 00:00 to 23:59. */
const timeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });
const bytesPerS = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });
/** Ceilings on the rate of transfers. The first of `hours` that includes the time counts, else `bytesPerS`, if any. */
export const ratesSchema = Type.Object({
  /** 0 permits no transfer. */
  bytesPerS: Type.Optional(bytesPerS),
  /** From `from` until before `to`; over midnight if `to` is not later. Without `bytesPerS`, no ceiling. */
  hours: Type.Optional(
    Type.Array(Type.Object({ from: timeOfDay, to: timeOfDay, bytesPerS: Type.Optional(bytesPerS) }), { maxItems: 8 }),
  ),
  /** IANA name of the time zone of `hours`; UTC if absent. */
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
});
export type Rates = Readonly<Static<typeof ratesSchema>>;

/** Transfer that a receiver runs now. */
const transferSchema = Type.Object({
  content: id,
  /** Bytes that the receiver has, of `bytes`. */
  doneBytes: bytes,
  bytes,
  /** Mean of the last seconds. */
  bytesPerS,
});
export const TRANSFERS_SHOWN_MAX = 16;

export const presenceSchema = Type.Object({
  /** URL for neighbours; absent when the receiver serves no contents. */
  serveUrl: Type.Optional(url),
  /** Receivers of the same site are the first sources. */
  site: Type.String({ maxLength: 64 }),
  freeBytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  held: Type.Integer({ minimum: 0 }),
  running: Type.Integer({ minimum: 0 }),
  owed: Type.Integer({ minimum: 0 }),
  version: Type.String({ maxLength: 32 }),
  /** Absent from older receivers. */
  transfers: Type.Optional(Type.Array(transferSchema, { maxItems: TRANSFERS_SHOWN_MAX })),
});
export type Presence = Readonly<Static<typeof presenceSchema>>;
/** `hub` is the library node of the last poll, `seenMs` its wall clock time. */
export type SeenPresence = Presence & { readonly hub: string; readonly seenMs: number };

/** POST …/polls: waits up to `POLL_MS` for a notice. */
export const pollSchema = Type.Object({
  holding: Type.Array(id, { maxItems: NOTICES_MAX * priorities.length }),
  /** Revisions of `holding`, in its order. Receivers without it hear of no changes. */
  revisions: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: NOTICES_MAX * priorities.length })),
  /** Version of the rates that the receiver has; 0 for none. */
  ratesVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  presence: presenceSchema,
  now: Type.Optional(Type.Boolean()),
});
export type Poll = Readonly<Static<typeof pollSchema>>;
export const pollAnswerSchema = Type.Object({
  notices: Type.Array(noticeSchema, { maxItems: NOTICES_MAX * priorities.length }),
  gone: Type.Array(id),
  /** Held deliveries whose revision is newer than that of the poll. */
  changes: Type.Optional(Type.Array(changeSchema, { maxItems: NOTICES_MAX * priorities.length })),
  /** The receiver's rates, if their version differs from that of the poll. */
  rates: Type.Optional(Type.Object({ version: Type.Integer({ minimum: 0 }), rates: ratesSchema })),
  /** `publicUrl` of library nodes, best first; a receiver goes to the next when one is silent. */
  hubs: Type.Array(url, { maxItems: 16 }),
});
export type PollAnswer = Readonly<Static<typeof pollAnswerSchema>>;

export const receiptsSchema = Type.Object({
  receipts: Type.Array(receiptSchema, { minItems: 1, maxItems: RECEIPTS_MAX }),
});
/** Deliveries whose receipts are stored; the receiver retries the rest. */
export const receiptsAnswerSchema = Type.Object({ recorded: Type.Array(id) });

export const sourceSchema = Type.Object({
  /** Base of `/contents/CONTENT/file` (ranges) and `/contents/CONTENT/blocks` (a 32-byte hash per block). */
  base: url,
  /** `library` needs `Authorization: Bearer` with the notice's token, `neighbour` needs `PASS_HEADER`. */
  kind: Type.Unsafe<'library' | 'neighbour'>({ type: 'string', enum: ['library', 'neighbour'] }),
});
export type Source = Readonly<Static<typeof sourceSchema>>;
export const sourcesAnswerSchema = Type.Object({ sources: Type.Array(sourceSchema, { maxItems: 16 }) });

export const PASS_HEADER = 'x-meridian-pass';
/** Path below `publicUrl`: `/polls`, `/receipts`, `/sources/CONTENT`, `/contents/…`, `/arrivals/TOKEN`. */
export const HUB_PATH = '/library/distribution';

/** Answer of POST /v1/distribution/sessions at the api to a credential `mrk_RECEIVER_SECRET`. */
export const sessionSchema = Type.Object({
  receiver: id,
  tenant: tenantId,
  name: Type.String(),
  region: Type.String(),
  /** JWT of an API key of the tenant: {receiver, region, via, exp}. Valid for seven days, renewed after one. */
  token: Type.String(),
  tokenEndsMs: wallMs,
  hubs: Type.Array(url, { maxItems: 16 }),
});
export type Session = Readonly<Static<typeof sessionSchema>>;

/** Description of a content; `blocks` are the concatenated hashes of its blocks, 32 bytes each, base64. */
export const describedSchema = Type.Object({
  tenant: tenantId,
  content: id,
  name: Type.String(),
  type: Type.String(),
  bytes,
  sha256,
  blocks: Type.String(),
  pass: Type.String(),
  origins: Type.Array(url, { maxItems: 4 }),
});
export type Described = Readonly<Static<typeof describedSchema>>;
export const hashesOf = ({ blocks }: Pick<Described, 'blocks'>): Uint8Array => Buffer.from(blocks, 'base64');
