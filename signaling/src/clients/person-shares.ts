// Shares of one person in the places of this node: sockets, seats of crowds, and rooms of the person's tenant. A guest
// has another identity by each browser, so the guests of a link are counted by their network and all together too.
import { type Access, MeridianError } from '@meridian/protocol';
import { mayTakeAnother } from '../core/index.ts';
import { bounds } from '../limits.ts';

export interface Sharer extends Pick<Access, 'tenant' | 'identity' | 'via'> {
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  readonly network: string;
}

export class PersonShares {
  readonly #keysByClient = new Map<object, readonly string[]>();
  readonly #counts = new Map<string, number>();
  /** Returns the number of free places at this node. */
  readonly #free: () => number;

  constructor(free: () => number) {
    this.#free = free;
  }

  /**
   * Counts a client whose token came from a user or a link; tokens of API keys have no share. Idempotent. Throws
   * QUOTA_EXCEEDED beyond `bounds.clientsPerPersonMax` of an identity or `bounds.clientsPerNetworkMax` of a link from
   * one network; OVERLOADED beyond the link's share of the node, since other nodes may have places.
   */
  take(client: object, { tenant, identity, via, network }: Sharer): void {
    if (via === '' || this.#keysByClient.has(client)) return;
    const { clientsPerPersonMax, clientsPerNetworkMax, overloadRetryMs } = bounds;
    const [person, link] = [`person ${tenant} ${identity}`, `link ${tenant} ${via}`];
    const inNetwork = network === '' ? undefined : `network ${network} ${tenant} ${via}`;
    if (this.#count(person) >= clientsPerPersonMax)
      throw new MeridianError(
        'QUOTA_EXCEEDED',
        `one person may have ${clientsPerPersonMax} connections here: close some of them`,
      );
    if (inNetwork !== undefined && this.#count(inNetwork) >= clientsPerNetworkMax)
      throw new MeridianError(
        'QUOTA_EXCEEDED',
        `one link may have ${clientsPerNetworkMax} connections from one network here: close some of them`,
      );
    if (!mayTakeAnother({ own: this.#count(link), free: this.#free(), atLeast: clientsPerPersonMax }))
      throw new MeridianError('OVERLOADED', 'one link may have half of the free places of this node', {
        retryAfterMs: overloadRetryMs,
      });
    const keys = [person, link, ...(inNetwork === undefined ? [] : [inNetwork])];
    this.#keysByClient.set(client, keys);
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1);
  }

  /** Idempotent. */
  release(client: object): void {
    for (const key of this.#keysByClient.get(client) ?? []) {
      const left = this.#count(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
    this.#keysByClient.delete(client);
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }
}
