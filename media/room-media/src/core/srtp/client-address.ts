// Tracks the address of a client's authentic datagrams. Another address replaces it only after a pause: a client that
// sends from two ports has one address, and no sender changes it often.

/** Silence of the present address after which another replaces it: longer than any gap of running media. */
const QUIET_MS = 1000;

export interface NetAddress {
  readonly ip: string;
  readonly port: number;
}

export class ClientAddress {
  #present: NetAddress | undefined;
  #lastDatagramMs = 0;

  /** Undefined before the first authentic datagram. */
  get present(): NetAddress | undefined {
    return this.#present;
  }

  equals({ ip, port }: NetAddress): boolean {
    return this.#present?.port === port && this.#present.ip === ip;
  }

  /** Notes an authentic, new datagram. Returns true when `from` has just become the client's address. */
  note(from: NetAddress, nowMs: number): boolean {
    const isPresent = this.equals(from);
    if (!isPresent && this.#present !== undefined && nowMs - this.#lastDatagramMs < QUIET_MS) return false;
    this.#lastDatagramMs = nowMs;
    if (isPresent) return false;
    this.#present = { ip: from.ip, port: from.port };
    return true;
  }
}
