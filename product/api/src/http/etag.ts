// Strong ETags, If-Match and If-None-Match (RFC 9110).
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problems.ts';

/** Makes `headers: { etag: … }` of an answer. */
export const etagOf = (version: number): string => `"${version}"`;

/** Throws PRECONDITION_REQUIRED or VERSION_CONFLICT. The change itself must still have `where version = …`. */
export function checkIfMatch(headers: IncomingHttpHeaders, version: number): void {
  const given = headers['if-match'];
  if (given === undefined) throw new Problem('PRECONDITION_REQUIRED');
  if (!namesTag(given, etagOf(version), 'strong')) throw new Problem('VERSION_CONFLICT');
}

/** Allows a request without If-Match; otherwise like `checkIfMatch`. */
export function checkIfGiven(headers: IncomingHttpHeaders, version: number): void {
  if (headers['if-match'] !== undefined) checkIfMatch(headers, version);
}

/**
 * Returns the version in If-Match; undefined for any version. Rejects with VERSION_CONFLICT if no tag equals `present`.
 */
export async function expectedVersion(
  headers: IncomingHttpHeaders,
  present: () => Promise<number>,
): Promise<number | undefined> {
  const ifMatch = headers['if-match']?.trim();
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const one = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (one !== undefined) return Number(one);
  const version = await present();
  checkIfMatch(headers, version);
  return version;
}

export const isUnchanged = (headers: IncomingHttpHeaders, etag: string): boolean =>
  namesTag(headers['if-none-match'] ?? '', etag, 'weak');

/** Compares weakly, so that `W/"1"` matches `"1"`, or strongly. */
function namesTag(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((each) => {
    const tag = each.trim();
    return (comparison === 'weak' && tag.startsWith('W/') ? tag.slice(2) : tag) === etag;
  });
}
