// Chooses entries of tenants for a list that cannot hold all of them.

export interface SharedEntry {
  readonly tenant: string;
  readonly bytes: number;
}

/** Chooses entries of `candidates` that fit; the tenant with the smallest share so far is next. */
export function fairShares<W extends SharedEntry>(
  candidates: readonly W[],
  max: { readonly count: number; readonly bytes: number },
): W[] {
  const usedByTenant = new Map<string, { count: number; bytes: number }>();
  const rankedCandidates = candidates.map((one) => {
    const { count, bytes } = usedByTenant.get(one.tenant) ?? { count: 0, bytes: 0 };
    const after = { count: count + 1, bytes: bytes + one.bytes };
    usedByTenant.set(one.tenant, after);
    return { one, share: Math.max(after.count / max.count, after.bytes / max.bytes) };
  });
  rankedCandidates.sort((a, b) => a.share - b.share);
  const accepted: W[] = [];
  let leftBytes = max.bytes;
  for (const { one } of rankedCandidates) {
    if (accepted.length === max.count) break;
    if (one.bytes > leftBytes) continue;
    leftBytes -= one.bytes;
    accepted.push(one);
  }
  return accepted;
}
