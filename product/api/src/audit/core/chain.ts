// The chain of audit entries: each holds a hash over itself and the one before, so that whoever changes, removes or
// adds one later breaks all that follow.

export interface AuditEntry {
  /** Of its tenant: dense, from 1. */
  readonly seq: number;
  /** RFC 3339, UTC, with milliseconds. */
  readonly at: string;
  readonly by: { readonly kind: string; readonly id: string };
  readonly address: string;
  readonly operation: string;
  /** Parameter of the path -> id; `id`: of what was made. */
  readonly targets: Readonly<Record<string, string>>;
  readonly status: number;
  readonly requestId: string;
  /** Refused attempts since the entry before that were too many to be written one by one. */
  readonly missed: number;
}

/** A link: its seq and its hash. `start` is before the first. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}
export const start: Link = { seq: 0, hash: '' };

/** What is hashed: the hash before and the entry as JSON, members in the order of their names, no blanks. */
export const hashed = (previousHash: string, entry: AuditEntry): string => previousHash + JSON.stringify(sorted(entry));

/**
 * The last link of `entries`, which follow `link`, that is good; `isBroken`: the one after it is missing, was changed,
 * or does not belong. `sha256`: of UTF-8, in hexadecimal.
 */
export function follow(
  link: Link,
  entries: readonly (AuditEntry & { readonly hash: string })[],
  sha256: (text: string) => string,
): { readonly last: Link; readonly isBroken: boolean } {
  let last = link;
  for (const { hash, ...entry } of entries) {
    const seq = last.seq + 1;
    if (entry.seq !== seq || sha256(hashed(last.hash, entry)) !== hash) return { last, isBroken: true };
    last = { seq, hash };
  }
  return { last, isBroken: false };
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
