export interface PacketPayload {
  readonly begins: boolean;
  /** Counts the packets of its PID, modulo 16. */
  readonly counter: number;
  readonly mayJump: boolean;
  readonly bytes: Uint8Array;
}

export class Continuity {
  #last: { readonly counter: number; readonly bytes: Uint8Array } | undefined;

  /** `lost`: earlier packets are missing. `repeated`: the previous packet again, which is allowed. */
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
