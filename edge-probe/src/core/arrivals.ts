// Records which requests of a peer have arrived, to refuse replays. Answers report the record, so that the peer can
// tell loss in its own direction from loss on the way back. A session is one run of the peer's prober; a newer session
// replaces the record, and requests of an older session are refused.
import { ARRIVED_BITS } from './datagram.ts';

const ALL = (1n << BigInt(ARRIVED_BITS)) - 1n;

export type Arrival = 'new' | 'replayed' | 'old_session';

export class Arrivals {
  #session = 0;
  #highestSeq = 0;
  #arrivedBits = 0n;
  /** Number of sequences, up to the highest, whose arrival is recorded; below 64 shortly after the first request. */
  #span = 0;

  /** Records an authentic request. A request older than the 64 recorded sequences counts as replayed. */
  accept(session: number, seq: number): Arrival {
    if (session < this.#session) return 'old_session';
    if (session > this.#session || this.#span === 0) {
      this.#session = session;
      this.#highestSeq = seq;
      this.#arrivedBits = 1n;
      this.#span = 1;
      return 'new';
    }
    const distance = seq - this.#highestSeq;
    if (distance > 0) {
      this.#arrivedBits = distance >= ARRIVED_BITS ? 1n : ((this.#arrivedBits << BigInt(distance)) | 1n) & ALL;
      this.#span = Math.min(ARRIVED_BITS, this.#span + distance);
      this.#highestSeq = seq;
      return 'new';
    }
    const bit = 1n << BigInt(-distance);
    if (-distance >= ARRIVED_BITS || (this.#arrivedBits & bit) !== 0n) return 'replayed';
    this.#arrivedBits |= bit;
    this.#span = Math.max(this.#span, -distance + 1);
    return 'new';
  }

  get report(): { arrivedHigh: number; arrived: bigint; span: number; heldSession: number } {
    return { arrivedHigh: this.#highestSeq, arrived: this.#arrivedBits, span: this.#span, heldSession: this.#session };
  }
}
