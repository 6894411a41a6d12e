// Plan of an upload, made by the api: checked when received, stored beside the bytes.
import {
  BLOCK_BYTES,
  blocksOf,
  isUploadId,
  LIBRARY_FILE_BYTES_MAX,
  roomKeyOf,
  UPLOAD_PARTS_MAX,
} from '@meridian/protocol';

export interface Range {
  readonly from: number;
  readonly bytes: number;
}

/** Range that is copied from another content of the tenant. */
export interface Copy extends Range {
  readonly contentId: string;
  readonly contentFrom: number;
}

export interface UploadPlan {
  readonly tenant: string;
  readonly uploadId: string;
  readonly bytes: number;
  readonly parts: readonly Range[];
  readonly copies: readonly Copy[];
  /** SHA-256 of each block, 64 hex digits each, concatenated; `''` when not announced. */
  readonly blocks: string;
  /** SHA-256 of the whole file; `''` when not announced. */
  readonly sha256: string;
  readonly name: string;
  readonly expiresWallMs: number;
  /** Person who may take a share of the tenant's room; `''` for an upload of the tenant itself. */
  readonly owner: string;
}

/** A copy covers at least one block of the file. */
const COPIES_MAX = LIBRARY_FILE_BYTES_MAX / BLOCK_BYTES;
const NAME_CHARACTERS_MAX = 255;
const OWNER_CHARACTERS_MAX = 128;
const hashesPattern = /^(?:[0-9a-f]{64})*$/;

/** Returns why a plan is invalid; undefined for a valid plan. */
export function planIssue(plan: UploadPlan): string | undefined {
  const { tenant, uploadId, bytes, parts, copies, sha256, name, expiresWallMs, owner } = plan;
  if (roomKeyOf(tenant, 'room') === undefined) return 'no tenant has such a name';
  if (!isUploadId(uploadId)) return 'no upload has such an id';
  if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > LIBRARY_FILE_BYTES_MAX) return 'bytes: too few or too many';
  if (parts.length > UPLOAD_PARTS_MAX || copies.length > COPIES_MAX) return 'too many parts or copies';
  if (sha256 !== '' && !isSha256(sha256)) return 'sha256: not a hash';
  if (name.length > NAME_CHARACTERS_MAX) return 'name: too long';
  if (owner.length > OWNER_CHARACTERS_MAX) return 'owner: too long';
  if (!Number.isSafeInteger(expiresWallMs) || expiresWallMs < 0) return 'expires_wall_ms: not a time';
  return blocksIssue(plan) ?? copiesIssue(copies) ?? coverIssue(plan);
}

const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

function blocksIssue({ blocks, bytes }: UploadPlan): string | undefined {
  if (blocks === '') return undefined;
  const isWell = blocks.length === 64 * blocksOf(bytes) && hashesPattern.test(blocks);
  return isWell ? undefined : 'blocks: not one hash for each block';
}

function copiesIssue(copies: readonly Copy[]): string | undefined {
  for (const { contentId, contentFrom } of copies) {
    if (!isUploadId(contentId)) return 'no content has such an id';
    if (!Number.isSafeInteger(contentFrom) || contentFrom < 0) return 'content_from: not a place';
  }
  return undefined;
}

/** Checks that parts and copies cover every byte once, in whole blocks except at the end of the file. */
function coverIssue({ bytes, parts, copies }: UploadPlan): string | undefined {
  const ranges = [...parts, ...copies].sort((a, b) => a.from - b.from);
  let at = 0;
  for (const range of ranges) {
    if (range.from !== at) return 'parts and copies leave out bytes, or have some twice';
    if (!Number.isSafeInteger(range.bytes) || range.bytes < 1) return 'a range has no bytes';
    at += range.bytes;
    if (at > bytes) return 'a range goes beyond the file';
    if (at < bytes && at % BLOCK_BYTES !== 0) return 'a range ends within a block';
  }
  return at === bytes ? undefined : 'parts and copies leave out the end of the file';
}

export const planText = (plan: UploadPlan): string => `${JSON.stringify(plan)}\n`;

/** Returns undefined for an invalid text, since a crash may have left anything. */
export function readPlan(text: string): UploadPlan | undefined {
  const read = parsed(text);
  if (typeof read !== 'object' || read === null) return undefined;
  // Plans of earlier versions have no owner.
  const plan = Object.assign({ owner: '' }, read) as Partial<UploadPlan>;
  const isShaped =
    areAll('string', plan.tenant, plan.uploadId, plan.blocks, plan.sha256, plan.name, plan.owner) &&
    areAll('number', plan.bytes, plan.expiresWallMs) &&
    Array.isArray(plan.parts) &&
    Array.isArray(plan.copies) &&
    [...plan.parts, ...plan.copies].every((one) => typeof one === 'object' && one !== null) &&
    plan.copies.every(({ contentId }) => typeof contentId === 'string');
  return isShaped && planIssue(plan as UploadPlan) === undefined ? (plan as UploadPlan) : undefined;
}

const areAll = (type: string, ...values: readonly unknown[]): boolean => values.every((one) => typeof one === type);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns whether two plans describe the same upload; their expiry and owner may differ. */
export const isSamePlan = (a: UploadPlan, b: UploadPlan): boolean => sameText(a) === sameText(b);

const sameText = ({ expiresWallMs: _, owner: __, ...plan }: UploadPlan): string => JSON.stringify(plan);

export const announcedHash = ({ blocks }: UploadPlan, block: number): string =>
  blocks.slice(64 * block, 64 * (block + 1));
