/** Validity of a notice's download token at library nodes. Notices whose token ends within a day are replaced. */
export const TOKEN_DAYS = 7;
export const TOKEN_MS = TOKEN_DAYS * 86_400_000;
export const ORIGINS_MAX = 4;
const TRY_AGAIN_MS = { first: 1000, max: 15_000 };
/**
 * Longest delay of an unready delivery; long enough that thousands of them do not return before others had their turn.
 */
export const UNREADY_MS_MAX = 60_000;

export interface NoticedDelivery {
  readonly id: string;
  readonly order_id: string;
  readonly tenant: string;
  readonly receiver: string;
  readonly deadline_ms: number | null;
  readonly created_ms: number;
  readonly item: string;
  readonly content: string;
  readonly rank_ms: number;
  readonly revision: number;
}

/** Parts of a notice that all deliveries of a content share. */
export interface NoticedContent {
  /** Media type, such as `video/mp4`. */
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly blocksSha256: string;
  /** Secret of the content, which receivers show to neighbours that have it (docs/distribution.md). */
  readonly pass: string;
  /** URLs of library nodes that have the content. */
  readonly origins: readonly string[];
}

export interface NoticedToken {
  readonly name: string;
  readonly token: string;
  readonly tokenEndsMs: number;
}

export function noticeOf<P extends string>(
  row: NoticedDelivery,
  priority: P,
  { content, token: tokenClaims }: { readonly content: NoticedContent; readonly token: NoticedToken },
) {
  const { type, bytes, sha256, blocksSha256, pass, origins } = content;
  const notice = {
    delivery: row.id,
    order: row.order_id,
    tenant: row.tenant,
    receiver: row.receiver,
    priority,
    rankMs: row.rank_ms,
    revision: row.revision,
    orderedMs: row.created_ms,
    content: row.content,
    item: row.item,
    name: tokenClaims.name,
    type,
    bytes,
    sha256,
    blocksSha256,
    token: tokenClaims.token,
    tokenEndsMs: tokenClaims.tokenEndsMs,
    pass,
    origins: origins.slice(0, ORIGINS_MAX),
  };
  return row.deadline_ms === null ? notice : Object.assign(notice, { deadlineMs: row.deadline_ms });
}

export const tryAgainMs = (failures: number, maxMs: number = TRY_AGAIN_MS.max): number =>
  Math.min(maxMs, TRY_AGAIN_MS.first * 2 ** Math.max(0, failures - 1));
