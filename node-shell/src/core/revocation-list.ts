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
  /** By its claims `iat`, else `nbf`; undefined: nobody knows, so it is older than any revocation. */
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

/** A day of a large tenant that revokes every link of its meetings. Beyond, those that end first are forgotten. */
export const REVOCATIONS_MAX = 100_000;

export class RevocationList {
  /** Up to which nothing is missing; 0: nothing is known. */
  version = 0;
  readonly #revoked = new Map<string, Revocation>();

  static from({ version, revoked }: StoredRevocations): RevocationList {
    const list = new RevocationList();
    list.version = version;
    for (const [name, untilWallMs, beforeWallMs] of revoked) list.#revoked.set(name, { untilWallMs, beforeWallMs });
    return list;
  }

  get size(): number {
    return this.#revoked.size;
  }

  stored(): StoredRevocations {
    const revoked = [...this.#revoked].map(([name, one]) => [name, one.untilWallMs, one.beforeWallMs] as const);
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
      if (tenant && id && !hasEnded(one, nowWallMs)) isChanged = this.#add(nameOf(tenant, id), one) || isChanged;
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
    return [apiKey, tokenId, via].some((id) => {
      const found = id === '' ? undefined : this.#revoked.get(nameOf(tenant, id));
      if (found === undefined || hasEnded(found, nowWallMs)) return false;
      return found.beforeWallMs === 0 || issuedWallMs === undefined || issuedWallMs < found.beforeWallMs;
    });
  }

  /** Of two about the same the wider counts. */
  #add(name: string, one: Revocation): boolean {
    const known = this.#revoked.get(name);
    const both = known === undefined ? one : wider(known, one);
    if (known?.untilWallMs === both.untilWallMs && known.beforeWallMs === both.beforeWallMs) return false;
    this.#revoked.set(name, both);
    return true;
  }

  #forget(nowWallMs: number): void {
    for (const [name, one] of this.#revoked) if (hasEnded(one, nowWallMs)) this.#revoked.delete(name);
    if (this.#revoked.size <= REVOCATIONS_MAX) return;
    const byEnd = [...this.#revoked].sort(([, a], [, b]) => endOf(a) - endOf(b));
    for (const [name] of byEnd.slice(0, byEnd.length - REVOCATIONS_MAX)) this.#revoked.delete(name);
  }
}

/** Tenants have no blanks in their names. */
const nameOf = (tenant: string, id: string): string => `${tenant} ${id}`;
const endOf = ({ untilWallMs }: Revocation): number => (untilWallMs === 0 ? Number.POSITIVE_INFINITY : untilWallMs);
const hasEnded = (one: Revocation, nowWallMs: number): boolean => endOf(one) <= nowWallMs;
const widest = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a, b));
const wider = (a: Revocation, b: Revocation): Revocation => ({
  untilWallMs: widest(a.untilWallMs, b.untilWallMs),
  beforeWallMs: widest(a.beforeWallMs, b.beforeWallMs),
});
