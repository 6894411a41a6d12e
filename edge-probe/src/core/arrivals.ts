// Which requests of one peer have arrived: guards against replays, and is what answers tell the peer, so that it can
// tell its own direction's loss from that of the way back. A session is one life of the peer's prober; a newer one
// replaces the older, an older one is refused.
import { ARRIVED_BITS } from './datagram.ts';

const ALL = (1n << BigInt(ARRIVED_BITS)) - 1n;

export type Arrival = 'new' | 'replayed' | 'old_session';

export class Arrivals {
  #session = 0;
  #high = 0;
  #bits = 0n;
  /** How many sequences, from the highest down, are known: less than 64 just after the first. */
  #span = 0;

  /** Takes a request that is authentic. Everything older than the window counts as replayed. */
  accept(session: number, seq: number): Arrival {
    if (session < this.#session) return 'old_session';
    if (session > this.#session || this.#span === 0) {
      this.#session = session;
      this.#high = seq;
      this.#bits = 1n;
      this.#span = 1;
      return 'new';
    }
    const ahead = seq - this.#high;
    if (ahead > 0) {
      this.#bits = ahead >= ARRIVED_BITS ? 1n : ((this.#bits << BigInt(ahead)) | 1n) & ALL;
      this.#span = Math.min(ARRIVED_BITS, this.#span + ahead);
      this.#high = seq;
      return 'new';
    }
    const bit = 1n << BigInt(-ahead);
    if (-ahead >= ARRIVED_BITS || (this.#bits & bit) !== 0n) return 'replayed';
    this.#bits |= bit;
    this.#span = Math.max(this.#span, -ahead + 1);
    return 'new';
  }

  /** What an answer says of it. */
  get report(): { arrivedHigh: number; arrived: bigint; span: number; heldSession: number } {
    return { arrivedHigh: this.#high, arrived: this.#bits, span: this.#span, heldSession: this.#session };
  }
}
