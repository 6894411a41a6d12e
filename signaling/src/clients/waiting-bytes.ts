// Counts and bounds the waiting data of all clients of a signaling node.
import { bounds } from '../limits.ts';

export class WaitingBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts bytes, or returns false if they exceed the bound. `spareBytes`: further bytes for this message. */
  take(bytes: number, spareBytes = 0): boolean {
    if (this.#bytes + bytes > bounds.waitingBytesMax + spareBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** Returns the bytes that a waiting message is counted with: its payload and the overhead of a queued object. */
export const waitingCostOf = (payloadBytes: number): number => payloadBytes + overheadBytes;

const overheadBytes = 256;
