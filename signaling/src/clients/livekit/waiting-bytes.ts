// What waits in data of LiveKit clients, at all sessions of a signaling node.
import { bounds } from '../../limits.ts';

export class WaitingBytes {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** False: there is no room. `spareBytes`: room beyond the bound that this may take. */
  take(bytes: number, spareBytes = 0): boolean {
    if (this.#bytes + bytes > bounds.liveKitWaitingBytesMax + spareBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** What a message of so many bytes costs that waits. */
export const waitingCostOf = (payloadBytes: number): number => payloadBytes + keepingBytes;

const keepingBytes = 256;
