// Shares of tenants and owners in the places of a node, so that a heavy one never holds all places.

export interface Holder {
  readonly tenant: string;
  /** User whose work it is; `''` for work of API keys, which has no share but the tenant's. */
  readonly owner: string;
}

/**
 * Returns whether work of this holder may begin beside the running work. A tenant may have all places but one. An owner
 * may have all places of its tenant but one. Each may have at least one place.
 */
export function isPlaceFree({ tenant, owner }: Holder, running: readonly Holder[], places: number): boolean {
  if (running.length >= places) return false;
  const tenantMost = Math.max(1, places - 1);
  const ofTenant = running.filter((one) => one.tenant === tenant);
  if (ofTenant.length >= tenantMost) return false;
  return owner === '' || ofTenant.filter((one) => one.owner === owner).length < Math.max(1, tenantMost - 1);
}

/**
 * Returns the work that begins next: that of the tenant with the least running work, there that of the owner with the
 * least, there the first. Returns undefined when none may begin.
 */
export function nextInTurn<W extends Holder>(
  waiting: readonly W[],
  running: readonly Holder[],
  places: number,
): W | undefined {
  const countOf = (is: (one: Holder) => boolean): number => running.filter(is).length;
  const [next] = waiting
    .filter((work) => isPlaceFree(work, running, places))
    .map((work) => {
      const ofTenant = countOf(({ tenant }) => tenant === work.tenant);
      const ofOwner = countOf(({ tenant, owner }) => tenant === work.tenant && owner === work.owner);
      return { work, ofTenant, ofOwner };
    })
    .toSorted((a, b) => a.ofTenant - b.ofTenant || a.ofOwner - b.ofOwner);
  return next?.work;
}
