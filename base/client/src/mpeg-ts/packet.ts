/** What one packet of a transport stream adds to its table or unit. */
export interface PacketPayload {
  /** A table or unit begins in this packet. */
  readonly begins: boolean;
  /** Counts the packets of its PID, modulo 16. */
  readonly counter: number;
  /** The sender says that the count may jump here. */
  readonly mayJump: boolean;
  readonly bytes: Uint8Array;
}

/** Follows the counter of one PID. */
export class Continuity {
  #last: { readonly counter: number; readonly bytes: Uint8Array } | undefined;

  /** `lost`: packets before this one are missing. `repeated`: it is the one before once more, as senders may. */
  follow({ counter, mayJump, bytes }: PacketPayload): 'next' | 'repeated' | 'lost' {
    const last = this.#last;
    const isSame = last?.bytes.length === bytes.length && last.bytes.every((byte, at) => byte === bytes[at]);
    if (isSame && last.counter === counter) return 'repeated';
    this.#last = { counter, bytes: bytes.slice() };
    return last === undefined || mayJump || counter === ((last.counter + 1) & 15) ? 'next' : 'lost';
  }

  reset(): void {
    this.#last = undefined;
  }
}
