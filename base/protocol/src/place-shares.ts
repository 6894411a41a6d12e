// Shares in the places of a node, or in another amount that all its clients use: no tenant, link or person takes all
// places.
import { addressKey } from './client-address.ts';
import { MeridianError } from './errors.ts';

/** Holder of a place, by the token or key that it showed. */
export interface Holder {
  readonly tenant: string;
  /** Claim `via`: a link, a user. `''` for a token of an API key, which has no share but its tenant's. */
  readonly via: string;
  readonly identity: string;
  /** Address of the client; `''` if it is unknown. */
  readonly address: string;
}

export interface PlaceSharesLimits {
  readonly total: number;
  /** Places of one person: of a user whatever its identity, of a link's guest by its identity. Default: no bound. */
  readonly perPerson?: number;
  /** Places of one address (IPv6: of a /64) by one link, whatever the identities. Default: no bound. */
  readonly perAddress?: number;
}

/** Prefix of the claim `via` for a user. */
const USER = 'user:';

export class PlaceShares {
  readonly #limits: PlaceSharesLimits;
  readonly #counts = new Map<string, number>();

  constructor(limits: PlaceSharesLimits) {
    this.#limits = limits;
  }

  /**
   * Takes `amount` places and returns a function that gives them back, once. A tenant may have half of the places that
   * other tenants leave, and a link or user half of what the tenant's others leave of that; what each takes first fits
   * while enough is free. Throws OVERLOADED beyond these, and QUOTA_EXCEEDED for a person or an address that has too
   * many.
   */
  enter(holder: Holder, amount = 1): () => void {
    const refusal = this.#refusal(holder, amount);
    if (refusal !== undefined) throw refusal;
    const { all, ofTenant, ofVia, ofPerson, ofAddress } = namesOf(holder);
    const names = [all, ofTenant, ...(holder.via === '' ? [] : [ofVia, ofPerson, ofAddress])];
    for (const name of names) this.#counts.set(name, this.#count(name) + amount);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      for (const name of names) this.#subtract(name, amount);
    };
  }

  /** Returns whether `enter` would give a place. */
  hasPlace(holder: Holder, amount = 1): boolean {
    return this.#refusal(holder, amount) === undefined;
  }

  #refusal(holder: Holder, amount: number): MeridianError | undefined {
    const { total, perPerson = total, perAddress = total } = this.#limits;
    const { all, ofTenant, ofVia, ofPerson, ofAddress } = namesOf(holder);
    const [used, usedByTenant, usedByVia] = [this.#count(all), this.#count(ofTenant), this.#count(ofVia)];
    const tenantMax = Math.max(amount, (total - used + usedByTenant) / 2);
    if (used + amount > total || usedByTenant + amount > tenantMax) return full();
    if (holder.via === '') return undefined;
    if (usedByVia + amount > Math.max(amount, (tenantMax - usedByTenant + usedByVia) / 2)) return full();
    if (this.#count(ofPerson) + amount > perPerson) return tooMany('person', perPerson);
    const isAddressFull = holder.address !== '' && this.#count(ofAddress) + amount > perAddress;
    return isAddressFull ? tooMany('address', perAddress) : undefined;
  }

  #count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #subtract(name: string, amount: number): void {
    const left = this.#count(name) - amount;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}

const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);

/** Returns the names under which a holder's places are counted. */
const namesOf = ({ tenant, via, identity, address }: Holder) => ({
  all: nameOf(),
  ofTenant: nameOf(tenant),
  ofVia: nameOf(tenant, via),
  ofPerson: nameOf(tenant, via, 'person', via.startsWith(USER) ? '' : identity),
  ofAddress: nameOf(tenant, via, 'address', addressKey(address)),
});

const full = (): MeridianError => new MeridianError('OVERLOADED', 'the share in this node is used up for now');

const tooMany = (holder: string, max: number): MeridianError =>
  new MeridianError('QUOTA_EXCEEDED', `one ${holder} may have ${max} of these here: close some of them`);
