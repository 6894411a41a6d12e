// What the api, library nodes and receivers say to each other of files that are on their way.
import { type Static, Type } from 'typebox';

/**
 * The first goes before all others wherever two wait. Rows and streams keep the place of each: a new one goes last, or
 * a migration moves them.
 */
export const priorities = ['urgent', 'normal', 'bulk'] as const;
export type Priority = (typeof priorities)[number];

/**
 * `agent`: a receiver process at an edge site; `region`: the library nodes of a region; `s3`, `sftp`: a third party
 * into whose store files are pushed; `pull`: a third party that is called with a signed URL, and pulls.
 * All but `agent` are worked for by a library node of their region (a hosted receiver).
 */
export const receiverKinds = ['agent', 'region', 's3', 'sftp', 'pull'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/** Why a delivery has failed. Those that `retry` are tried again by the receiver, up to `ATTEMPTS_MAX`. */
export const failures = {
  HASH_MISMATCH: { retry: true, why: 'The bytes that came have another hash.' },
  SOURCE_GONE: { retry: true, why: 'Nothing that has the content answered.' },
  DISK_FULL: { retry: true, why: 'The receiver has no room.' },
  TARGET_UNREACHABLE: { retry: true, why: 'The third party does not answer.' },
  TARGET_REFUSED: { retry: false, why: 'The third party refuses the file, or its address is not allowed.' },
  NO_RECEIPT: { retry: false, why: 'The third party has not said in time that it has the file.' },
  CONTENT_GONE: { retry: false, why: 'The content was deleted.' },
  REFUSED: { retry: false, why: 'The receiver does not take the file.' },
} as const;
export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as readonly FailureCode[];

export const ATTEMPTS_MAX = 8;
/** Notices that a receiver holds at once: of each priority, so that none keeps out another. */
export const NOTICES_MAX = 256;
/**
 * Of each priority beside those: files that a target has taken, and confirms later. Days of what one platform gets, in
 * some megabytes of memory. More than that count as notices that are held, so that fewer new ones come.
 */
export const HANDED_MAX = 2048;
export const RECEIPTS_MAX = 200;
/** A poll without a notice is answered after so long. */
export const POLL_MS = 25_000;

const id = Type.String({ minLength: 4, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const tenantId = Type.String({ minLength: 1, maxLength: 64 });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const wallMs = Type.Integer({ minimum: 0 });
const url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 512 });
const bytes = Type.Integer({ minimum: 0, maximum: 137_438_953_472 });
const priority = Type.Unsafe<Priority>({ type: 'string', enum: [...priorities] });

/** One delivery, as its receiver hears of it. The same one may come again: with other origins or a newer token. */
export const noticeSchema = Type.Object({
  delivery: id,
  order: id,
  tenant: tenantId,
  receiver: id,
  priority,
  /** Wall clock; absent: none. */
  deadlineMs: Type.Optional(wallMs),
  orderedMs: wallMs,
  /** Id of a content, below which holders have its bytes. */
  content: id,
  item: id,
  name: Type.String({ minLength: 1, maxLength: 255 }),
  type: Type.String({ maxLength: 128 }),
  bytes,
  sha256,
  /** SHA-256 over the hashes of all blocks of 8 MiB, 32 bytes each, one after another. */
  blocksSha256: sha256,
  /** A link token (`may: download`) with which library nodes give the content; good for seven days. */
  token: Type.String({ maxLength: 4096 }),
  tokenEndsMs: wallMs,
  /** 32 bytes, base64url: with it receivers give the content to each other. The same for all orders of a content. */
  pass: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  /** `publicUrl` of library nodes that have the content in their store, best first. */
  origins: Type.Array(url, { maxItems: 4 }),
});
export type Notice = Readonly<Static<typeof noticeSchema>>;

/** How a delivery ended, as its receiver says. The same one may come twice. */
export const receiptSchema = Type.Object({
  delivery: id,
  /** Absent: the receiver does not know it. */
  content: Type.Optional(id),
  /** '': the receiver has the file, whole and checked, durably. */
  code: Type.Unsafe<FailureCode | ''>({ type: 'string', enum: ['', ...failureCodes] }),
  /** For people; '' when it is done. */
  detail: Type.String({ maxLength: 300 }),
  /** Of what it has; '' and 0 when it failed. */
  sha256: Type.String({ pattern: '^([0-9a-f]{64})?$' }),
  bytes,
  /** By the receiver's wall clock. */
  atMs: wallMs,
  attempts: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** From its first byte to the last. */
  tookMs: Type.Integer({ minimum: 0 }),
  /** Of `bytes`: those that came from other receivers. */
  neighbourBytes: bytes,
});
export type Receipt = Readonly<Static<typeof receiptSchema>>;
/** As a library node hands it on: by whose session it came. */
export type OwnedReceipt = Receipt & { readonly tenant: string; readonly receiver: string };

/** What a receiver says of itself with each poll. */
export const presenceSchema = Type.Object({
  /** As neighbours reach it; absent: it gives nothing. */
  serveUrl: Type.Optional(url),
  /** Receivers of one site are asked first. */
  site: Type.String({ maxLength: 64 }),
  freeBytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Notices that it holds; transfers that run; receipts that it has not handed over. */
  held: Type.Integer({ minimum: 0 }),
  running: Type.Integer({ minimum: 0 }),
  owed: Type.Integer({ minimum: 0 }),
  version: Type.String({ maxLength: 32 }),
});
export type Presence = Readonly<Static<typeof presenceSchema>>;
/** `hub`: the library node that it asks; `seenMs`: wall clock of its last poll. */
export type SeenPresence = Presence & { readonly hub: string; readonly seenMs: number };

/** POST …/polls: waits up to `POLL_MS` for a notice. */
export const pollSchema = Type.Object({
  /** Deliveries whose notices the receiver has and that have no receipt yet. */
  holding: Type.Array(id, { maxItems: NOTICES_MAX * priorities.length }),
  presence: presenceSchema,
  /** Answer at once. */
  now: Type.Optional(Type.Boolean()),
});
export type Poll = Readonly<Static<typeof pollSchema>>;
export const pollAnswerSchema = Type.Object({
  notices: Type.Array(noticeSchema, { maxItems: NOTICES_MAX * priorities.length }),
  /** Of `holding`: those that are withdrawn, or have a receipt. */
  gone: Type.Array(id),
  /** `publicUrl` of library nodes to ask, best first: when one is silent, the next. */
  hubs: Type.Array(url, { maxItems: 16 }),
});
export type PollAnswer = Readonly<Static<typeof pollAnswerSchema>>;

/** POST …/receipts */
export const receiptsSchema = Type.Object({
  receipts: Type.Array(receiptSchema, { minItems: 1, maxItems: RECEIPTS_MAX }),
});
/** Deliveries whose receipts are kept now; of others it is worth trying again. */
export const receiptsAnswerSchema = Type.Object({ recorded: Type.Array(id) });

/** GET …/sources/CONTENT: where its bytes are. */
export const sourceSchema = Type.Object({
  /** Below it: `/contents/CONTENT/file` (ranges) and `/contents/CONTENT/blocks` (32 bytes of hash for each block). */
  base: url,
  /** `library`: asked with `Authorization: Bearer` and the notice's token; `neighbour`: with `PASS_HEADER`. */
  kind: Type.Unsafe<'library' | 'neighbour'>({ type: 'string', enum: ['library', 'neighbour'] }),
});
export type Source = Readonly<Static<typeof sourceSchema>>;
export const sourcesAnswerSchema = Type.Object({ sources: Type.Array(sourceSchema, { maxItems: 16 }) });

export const PASS_HEADER = 'x-meridian-pass';
/** Below `publicUrl` of a library node: `/polls`, `/receipts`, `/sources/CONTENT`, `/contents/…`, `/arrivals/TOKEN`. */
export const HUB_PATH = '/library/distribution';

/** POST /v1/distribution/sessions at the api answers one, for a credential `mrk_RECEIVER_SECRET`. */
export const sessionSchema = Type.Object({
  receiver: id,
  tenant: tenantId,
  name: Type.String(),
  region: Type.String(),
  /** A JWT of an API key of the tenant: {receiver, region, via, exp}. Good for seven days; renewed after one. */
  token: Type.String(),
  tokenEndsMs: wallMs,
  hubs: Type.Array(url, { maxItems: 16 }),
});
export type Session = Readonly<Static<typeof sessionSchema>>;

/** What a content is, for those that give it on. `blocks`: hashes, 32 bytes each, base64. */
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
