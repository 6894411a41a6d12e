// Tracks the address of a client's authentic datagrams. Another address replaces it only after a pause: a client that
// sends from two ports has one address, and no sender changes it often.

/** Longer than any gap of running media; short enough for a quick change of network. */
const QUIET_MS = 1000;

export interface NetAddress {
  readonly ip: string;
  readonly port: number;
}

export class ClientAddress {
  #present: NetAddress | undefined;
  #heardMs = 0;

  /** Undefined before the first authentic datagram. */
  get present(): NetAddress | undefined {
    return this.#present;
  }

  is({ ip, port }: NetAddress): boolean {
    return this.#present?.port === port && this.#present.ip === ip;
  }

  /** Notes an authentic, new datagram. Returns true when `from` has just become the client's address. */
  heard(from: NetAddress, nowMs: number): boolean {
    const isThere = this.is(from);
    if (!isThere && this.#present !== undefined && nowMs - this.#heardMs < QUIET_MS) return false;
    this.#heardMs = nowMs;
    if (isThere) return false;
    this.#present = { ip: from.ip, port: from.port };
    return true;
  }
}
