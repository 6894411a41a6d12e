// Counts waiting data of LiveKit clients over all sessions of a signaling node.
import { bounds } from '../../limits.ts';

export class WaitingBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns false without room. `spareBytes`: room beyond the bound that this message may take. */
  take(bytes: number, spareBytes = 0): boolean {
    if (this.#bytes + bytes > bounds.liveKitWaitingBytesMax + spareBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** Returns the cost of a waiting message with so many bytes. */
export const waitingCostOf = (payloadBytes: number): number => payloadBytes + keepingBytes;

const keepingBytes = 256;
