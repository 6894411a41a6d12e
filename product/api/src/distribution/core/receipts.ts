import { shownReason } from '@meridian/protocol';

/** Receipt, with the tenant and receiver of the session that sent it. */
export interface IncomingReceipt<C extends string, P extends string = string> {
  readonly tenant: string;
  readonly receiver: string;
  /** Absent if the receiver does not know the content. */
  readonly content?: string;
  /** Code of a failure; '' if the receiver has the file. */
  readonly code: C | '';
  readonly detail: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly attempts: number;
  readonly tookMs: number;
  readonly neighbourBytes: number;
  readonly proof?: P;
}

export interface ReceiptRow {
  readonly tenant: string;
  readonly receiver: string;
  readonly content: string;
  /** State of the delivery (`deliveryStates`). */
  readonly state: string;
  readonly bytes: number;
  readonly attempts: number;
  readonly created_ms: number;
}

export type Verdict<C extends string> =
  | { readonly kind: 'ignored' | 'again' }
  | {
      readonly kind: 'ends';
      readonly state: 'done' | 'failed';
      readonly code?: C | JudgedCode;
      readonly detail: string;
      readonly attempts: number;
      readonly tookMs: number;
      readonly neighbourBytes: number;
    };

type JudgedCode = 'HASH_MISMATCH' | 'CONTENT_GONE';

/** Mismatches that are retried; the next one fails the delivery. */
export const MISMATCHES_MAX = 3;

/**
 * Returns what a receipt does to a delivery. Limits times and sizes. `row` is undefined for an unknown delivery,
 * `sha256` for a content that is gone.
 */
export function judgeReceipt<C extends string>(
  receipt: IncomingReceipt<C>,
  row: ReceiptRow | undefined,
  { sha256, nowMs }: { readonly sha256: string | undefined; readonly nowMs: number },
): Verdict<C> {
  if (row === undefined || row.tenant !== receipt.tenant || row.receiver !== receipt.receiver)
    return { kind: 'ignored' };
  if (receipt.content !== undefined && receipt.content !== row.content) return { kind: 'ignored' };
  if (row.state !== 'waiting' && row.state !== 'noticed') return { kind: 'ignored' };
  const ends = {
    kind: 'ends',
    attempts: Math.max(row.attempts, receipt.attempts),
    tookMs: bounded(receipt.tookMs, nowMs - row.created_ms),
    neighbourBytes: bounded(receipt.neighbourBytes, row.bytes),
  } as const;
  const failed = (code: C | JudgedCode, detail: string): Verdict<C> =>
    Object.assign({ state: 'failed' as const, code, detail: shownReason(detail) }, ends);
  if (receipt.code !== '') return failed(receipt.code, receipt.detail);
  if (sha256 === undefined) return failed('CONTENT_GONE', 'the content was deleted before the receipt arrived');
  if (receipt.sha256 === sha256 && receipt.bytes === row.bytes)
    return Object.assign({ state: 'done' as const, detail: '' }, ends);
  if (row.attempts < MISMATCHES_MAX) return { kind: 'again' };
  return failed('HASH_MISMATCH', `the receiver has ${receipt.bytes} bytes with SHA-256 ${receipt.sha256}`);
}

const bounded = (value: number, max: number): number => Math.floor(Math.min(Math.max(0, value), Math.max(0, max)));
