// Which tokens do not count any more: a list with versions, kept by the api, of which every node has a copy. Entries
// are only ever added, and end by themselves.
import type { wire } from '@meridian/protocol';

/** What can be revoked about a token. */
export interface TokenOrigin {
  readonly tenant: string;
  /** The API key that signed it. */
  readonly apiKey: string;
  /** The claim `jti`; '': none. */
  readonly tokenId: string;
  /** What it was made from (the claim `via`): a link, a user; '': nothing. */
  readonly via: string;
  /** By its claims `iat`, else `nbf`; undefined: unknown, so it is older than any revocation. */
  readonly issuedWallMs: number | undefined;
}

export interface Revocation {
  /** 0: for ever. */
  readonly untilWallMs: number;
  /** Only tokens issued before; 0: all. */
  readonly beforeWallMs: number;
}

/** As it is kept on disk. */
export interface StoredRevocations {
  readonly version: number;
  readonly revoked: readonly (readonly [name: string, untilWallMs: number, beforeWallMs: number])[];
}

/**
 * A day of a large tenant that revokes every link of its meetings. Beyond, the tenants with the most entries lose those
 * that end first, down to the same number each: no tenant makes another one's entries be forgotten.
 */
export const REVOCATIONS_MAX = 100_000;

export class RevocationList {
  /** Up to which nothing is missing; 0: nothing is known. */
  version = 0;
  /** By tenant and id. */
  readonly #revoked = new Map<string, Map<string, Revocation>>();
  #size = 0;

  static from({ version, revoked }: StoredRevocations): RevocationList {
    const list = new RevocationList();
    list.version = version;
    for (const [name, untilWallMs, beforeWallMs] of revoked) {
      const blank = name.indexOf(' ');
      list.#add(name.slice(0, blank), name.slice(blank + 1), { untilWallMs, beforeWallMs });
    }
    return list;
  }

  get size(): number {
    return this.#size;
  }

  stored(): StoredRevocations {
    const revoked = [...this.#revoked].flatMap(([tenant, entries]) =>
      Array.from(entries, ([id, one]) => [`${tenant} ${id}`, one.untilWallMs, one.beforeWallMs] as const),
    );
    return { version: this.version, revoked };
  }

  /**
   * Takes what the api says. Entries count at once, whatever is missing before them; with a gap the version stays, so
   * that the rest is asked for. A whole list (`since` 0) sets the version, also back: the api's store was restored.
   */
  take({ version, since, revoked }: wire.Revocations, nowWallMs: number): { isGap: boolean; isChanged: boolean } {
    let isChanged = false;
    for (const { tenant, id, untilWallMs, beforeWallMs } of revoked) {
      const one = { untilWallMs: untilWallMs ?? 0, beforeWallMs: beforeWallMs ?? 0 };
      if (tenant && id && !hasEnded(one, nowWallMs)) isChanged = this.#add(tenant, id, one) || isChanged;
    }
    const isGap = since > this.version;
    const next = since === 0 ? version : Math.max(version, this.version);
    if (!isGap && next !== this.version) {
      this.version = next;
      isChanged = true;
    }
    this.#forget(nowWallMs);
    return { isGap, isChanged };
  }

  isRevoked({ tenant, apiKey, tokenId, via, issuedWallMs }: TokenOrigin, nowWallMs: number): boolean {
    const entries = this.#revoked.get(tenant);
    return [apiKey, tokenId, via].some((id) => {
      const found = id === '' ? undefined : entries?.get(id);
      if (found === undefined || hasEnded(found, nowWallMs)) return false;
      return found.beforeWallMs === 0 || issuedWallMs === undefined || issuedWallMs < found.beforeWallMs;
    });
  }

  /** Of two about the same the wider counts. */
  #add(tenant: string, id: string, one: Revocation): boolean {
    const entries = this.#revoked.get(tenant) ?? new Map<string, Revocation>();
    this.#revoked.set(tenant, entries);
    const known = entries.get(id);
    const both = known === undefined ? one : wider(known, one);
    if (known?.untilWallMs === both.untilWallMs && known.beforeWallMs === both.beforeWallMs) return false;
    if (known === undefined) this.#size += 1;
    entries.set(id, both);
    return true;
  }

  #remove(tenant: string, entries: Map<string, Revocation>, ids: Iterable<string>): void {
    for (const id of ids) if (entries.delete(id)) this.#size -= 1;
    if (entries.size === 0) this.#revoked.delete(tenant);
  }

  #forget(nowWallMs: number): void {
    for (const [tenant, entries] of this.#revoked) {
      const ended = [...entries].filter(([, one]) => hasEnded(one, nowWallMs));
      const ids = ended.map(([id]) => id);
      this.#remove(tenant, entries, ids);
    }
    if (this.#size <= REVOCATIONS_MAX) return;
    const most = evenShare(
      Array.from(this.#revoked.values(), ({ size }) => size),
      REVOCATIONS_MAX,
    );
    for (const [tenant, entries] of this.#revoked) {
      if (entries.size <= most) continue;
      const byEnd = [...entries].sort(([, a], [, b]) => endOf(a) - endOf(b));
      const first = byEnd.slice(0, entries.size - most).map(([id]) => id);
      this.#remove(tenant, entries, first);
    }
  }
}

/** The most that each may keep so that all together keep at most `total`; one that has less keeps all. */
function evenShare(sizes: readonly number[], total: number): number {
  let left = total;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return share;
    left -= size;
  }
  return total;
}

const endOf = ({ untilWallMs }: Revocation): number => (untilWallMs === 0 ? Number.POSITIVE_INFINITY : untilWallMs);
const hasEnded = (one: Revocation, nowWallMs: number): boolean => endOf(one) <= nowWallMs;
const widest = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a, b));
const wider = (a: Revocation, b: Revocation): Revocation => ({
  untilWallMs: widest(a.untilWallMs, b.untilWallMs),
  beforeWallMs: widest(a.beforeWallMs, b.beforeWallMs),
});
