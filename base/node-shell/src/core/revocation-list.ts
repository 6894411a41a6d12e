// List of revoked tokens, with versions, kept by the api and copied by every node. Entries are only ever added, and
// expire by themselves.
import type { wire } from '@meridian/protocol';

/** Parts of a token that can be revoked. */
export interface TokenOrigin {
  readonly tenant: string;
  readonly apiKey: string;
  /** Claim `jti`; '' without it. */
  readonly tokenId: string;
  /** Claim `via`, the origin of the token: a link, a user; '' for none. */
  readonly via: string;
  /** Claim `sources` of a token outside any room: rights that it came from. Absent for none. */
  readonly sources?: readonly string[];
  /** Claim `iat`, else `nbf`; undefined is unknown and counts as older than any revocation. */
  readonly issuedWallMs: number | undefined;
}

export interface Revocation {
  readonly untilWallMs: number;
  /** Revokes only tokens issued before; 0: all. */
  readonly beforeWallMs: number;
}

export interface StoredRevocations {
  readonly version: number;
  readonly revoked: readonly (readonly [name: string, untilWallMs: number, beforeWallMs: number])[];
}

/**
 * A day of a large tenant that revokes every link of its meetings. Beyond it, the tenants with the most entries lose
 * some, down to an equal number: no tenant can push out another's entries. A tenant loses entries of links first, and
 * among equals those that expire first.
 */
export const REVOCATIONS_MAX = 100_000;

/**
 * Beginnings of the ids that people who make links, or change who may use them, can add to the list: join links, grants
 * of files, links to items and recordings, a user's tokens for a meeting, stream keys.
 */
export const linkIdPrefixes = ['LK_', 'LG_', 'LL_', 'RL_', 'UM_', 'SK_'] as const;

export class RevocationList {
  /** Version up to which the list is complete; 0: empty. */
  version = 0;
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
   * Takes a message of the api. Its entries count at once; with a gap before them the version stays, so that the rest
   * is fetched. A whole list (`since` 0) sets the version, even to a lower one: the api's store was restored. Returns
   * how many entries in force it dropped (`forgotten`), whose tokens are good again.
   */
  take(
    { version, since, revoked }: wire.Revocations,
    nowWallMs: number,
  ): { isGap: boolean; isChanged: boolean; forgotten: number } {
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
    return { isGap, isChanged, forgotten: this.#forget(nowWallMs) };
  }

  isRevoked(origin: TokenOrigin, nowWallMs: number): boolean {
    const { tenant, apiKey, tokenId, via, sources = [], issuedWallMs } = origin;
    const entries = this.#revoked.get(tenant);
    return [apiKey, tokenId, via, ...sources].some((id) => {
      const found = id === '' ? undefined : entries?.get(id);
      if (found === undefined || hasEnded(found, nowWallMs)) return false;
      return found.beforeWallMs === 0 || issuedWallMs === undefined || issuedWallMs < found.beforeWallMs;
    });
  }

  /** Adds an entry; the wider of two entries for the same id counts. */
  #add(tenant: string, id: string, revocation: Revocation): boolean {
    const entries = this.#revoked.get(tenant) ?? new Map<string, Revocation>();
    this.#revoked.set(tenant, entries);
    const existing = entries.get(id);
    const merged = existing === undefined ? revocation : wider(existing, revocation);
    if (existing?.untilWallMs === merged.untilWallMs && existing.beforeWallMs === merged.beforeWallMs) return false;
    if (existing === undefined) this.#size += 1;
    entries.set(id, merged);
    return true;
  }

  #remove(tenant: string, entries: Map<string, Revocation>, ids: Iterable<string>): void {
    for (const id of ids) if (entries.delete(id)) this.#size -= 1;
    if (entries.size === 0) this.#revoked.delete(tenant);
  }

  #forget(nowWallMs: number): number {
    for (const [tenant, entries] of this.#revoked) {
      const ended = [...entries].filter(([, one]) => hasEnded(one, nowWallMs));
      const ids = ended.map(([id]) => id);
      this.#remove(tenant, entries, ids);
    }
    const before = this.#size;
    if (before <= REVOCATIONS_MAX) return 0;
    const most = evenShare(
      Array.from(this.#revoked.values(), ({ size }) => size),
      REVOCATIONS_MAX,
    );
    for (const [tenant, entries] of this.#revoked) {
      if (entries.size <= most) continue;
      const leastFirst = [...entries].sort(
        ([a, ofA], [b, ofB]) => Number(isOfLink(b)) - Number(isOfLink(a)) || endOf(ofA) - endOf(ofB),
      );
      const first = leastFirst.slice(0, entries.size - most).map(([id]) => id);
      this.#remove(tenant, entries, first);
    }
    return before - this.#size;
  }
}

/** Returns the largest number per tenant so that all together keep at most `total`. */
function evenShare(sizes: readonly number[], total: number): number {
  let remaining = total;
  const ascending = sizes.toSorted((a, b) => a - b);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(remaining / (ascending.length - index));
    if (size > share) return share;
    remaining -= size;
  }
  return total;
}

const isOfLink = (id: string): boolean => linkIdPrefixes.some((prefix) => id.startsWith(prefix));
const endOf = ({ untilWallMs }: Revocation): number => (untilWallMs === 0 ? Number.POSITIVE_INFINITY : untilWallMs);
const hasEnded = (one: Revocation, nowWallMs: number): boolean => endOf(one) <= nowWallMs;
const widest = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a, b));
const wider = (a: Revocation, b: Revocation): Revocation => ({
  untilWallMs: widest(a.untilWallMs, b.untilWallMs),
  beforeWallMs: widest(a.beforeWallMs, b.beforeWallMs),
});
