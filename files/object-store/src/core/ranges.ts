// Evaluates the range and conditions of a request (RFC 9110, 13 and 14), with at most one range.
import type { ByteRange } from './bounds.ts';

export interface RangeHeaders {
  readonly range?: string | undefined;
  readonly 'if-range'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

export type Answer =
  | { readonly status: 304 }
  | { readonly status: 416 }
  | { readonly status: 200 | 206; readonly range: ByteRange };

/** A strong tag, since the bytes of a hash never change. */
export const etagOf = (sha256: string): string => `"${sha256}"`;

/** Returns the whole file for several or malformed ranges. Any range of an empty file has 0 bytes. */
export function rangeAnswerOf(headers: RangeHeaders, file: { readonly bytes: number; readonly etag: string }): Answer {
  if (isAmong(file.etag, headers['if-none-match'])) return { status: 304 };
  const whole = { status: 200, range: { from: 0, bytes: file.bytes } } as const;
  const condition = headers['if-range'];
  if (headers.range === undefined || (condition !== undefined && condition !== file.etag)) return whole;
  const found = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i.exec(headers.range.trim());
  if (found === null) return whole;
  const [, first, last, suffix] = found;
  const from = first === undefined ? Math.max(0, file.bytes - Number(suffix)) : Number(first);
  const end = first === undefined || last === '' ? file.bytes : Number(last) + 1;
  if (first !== undefined && end <= from && last !== '') return whole; // malformed
  const bytes = Math.min(end, file.bytes) - from;
  return bytes > 0 ? { status: 206, range: { from, bytes } } : { status: 416 };
}

/** Compares weakly, as `If-None-Match` demands. */
function isAmong(etag: string, list: string | undefined): boolean {
  if (list === undefined) return false;
  if (list.trim() === '*') return true;
  return list.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

export const contentRange = ({ from, bytes }: ByteRange, total: number): string =>
  `bytes ${from}-${from + bytes - 1}/${total}`;
