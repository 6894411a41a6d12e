// Where a client is: the address that its authentic datagrams come from. Another one takes its place only when nothing
// came from it for a while: so a client that sends from two ports has one address, and no sender moves it often.

/** Long enough for every sender of media that runs; short enough that a change of the network is soon over. */
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

  /** An authentic, new datagram has come from there. True when it is now the client's address and was not before. */
  heard(from: NetAddress, nowMs: number): boolean {
    const isThere = this.is(from);
    if (!isThere && this.#present !== undefined && nowMs - this.#heardMs < QUIET_MS) return false;
    this.#heardMs = nowMs;
    if (isThere) return false;
    this.#present = { ip: from.ip, port: from.port };
    return true;
  }
}
