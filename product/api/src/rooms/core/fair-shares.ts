// Chooses entries of tenants for a list that cannot hold all of them.

export interface SharedEntry {
  readonly tenant: string;
  readonly bytes: number;
}

/** Chooses entries of `wanted` that fit; the tenant with the smallest share so far is next. */
export function fairShares<W extends SharedEntry>(
  wanted: readonly W[],
  max: { readonly count: number; readonly bytes: number },
): W[] {
  const had = new Map<string, { count: number; bytes: number }>();
  const turns = wanted.map((one) => {
    const { count, bytes } = had.get(one.tenant) ?? { count: 0, bytes: 0 };
    const after = { count: count + 1, bytes: bytes + one.bytes };
    had.set(one.tenant, after);
    return { one, share: Math.max(after.count / max.count, after.bytes / max.bytes) };
  });
  turns.sort((a, b) => a.share - b.share);
  const taken: W[] = [];
  let leftBytes = max.bytes;
  for (const { one } of turns) {
    if (taken.length === max.count) break;
    if (one.bytes > leftBytes) continue;
    leftBytes -= one.bytes;
    taken.push(one);
  }
  return taken;
}
