// Shares of one person in the places of this node: sockets, seats of crowds, and rooms of the person's tenant.
import { type Access, MeridianError } from '@meridian/protocol';
import { bounds } from '../limits.ts';

export class PersonShares {
  readonly #personByClient = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  /**
   * Counts a client whose token came from a user or a link; tokens of API keys have no share. Idempotent. Throws
   * QUOTA_EXCEEDED beyond `bounds.clientsPerPersonMax`.
   */
  take(client: object, { tenant, identity, via }: Pick<Access, 'tenant' | 'identity' | 'via'>): void {
    if (via === '' || this.#personByClient.has(client)) return;
    const person = `${tenant} ${identity}`;
    const count = this.#counts.get(person) ?? 0;
    if (count >= bounds.clientsPerPersonMax)
      throw new MeridianError(
        'QUOTA_EXCEEDED',
        `one person may have ${bounds.clientsPerPersonMax} connections here: close some of them`,
      );
    this.#personByClient.set(client, person);
    this.#counts.set(person, count + 1);
  }

  /** Idempotent. */
  release(client: object): void {
    const person = this.#personByClient.get(client);
    if (person === undefined) return;
    this.#personByClient.delete(client);
    const left = (this.#counts.get(person) ?? 0) - 1;
    if (left > 0) this.#counts.set(person, left);
    else this.#counts.delete(person);
  }
}
