// Each entry's hash covers the previous hash, so a later change, removal or insertion breaks the chain from there on.

export interface AuditEntry {
  /** Number within the tenant, without gaps, from 1. */
  readonly seq: number;
  /** RFC 3339, UTC, with milliseconds. */
  readonly at: string;
  /** Caller: `kind` is that of the `Principal`, or `visitor` or `service`. */
  readonly by: { readonly kind: string; readonly id: string };
  readonly address: string;
  readonly operation: string;
  /** Id by path parameter; `id`: id of the created object. */
  readonly targets: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
  /** Refused attempts since the previous entry that have no entry of their own. */
  readonly missed: number;
}

/** Position in the chain; `chainStart` precedes the first entry. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}
export const chainStart: Link = { seq: 0, hash: '' };

/**
 * Returns the text that is hashed: the previous hash, then the entry as JSON with members sorted by name and no blanks.
 */
export const hashInput = (previousHash: string, entry: AuditEntry): string =>
  previousHash + JSON.stringify(withSortedKeys(entry));

/** Returns the last valid link. `isBroken`: the next entry is missing, changed or does not follow it. */
export function verifyChain(
  link: Link,
  entries: readonly (AuditEntry & { readonly hash: string })[],
  sha256: (text: string) => string,
): { readonly last: Link; readonly isBroken: boolean } {
  let last = link;
  for (const { hash, ...entry } of entries) {
    const seq = last.seq + 1;
    if (entry.seq !== seq || sha256(hashInput(last.hash, entry)) !== hash) return { last, isBroken: true };
    last = { seq, hash };
  }
  return { last, isBroken: false };
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, withSortedKeys(member)]));
}
