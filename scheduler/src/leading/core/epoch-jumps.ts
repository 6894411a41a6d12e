// How far the words of nodes lift a centre's epoch. A store that has lost its memory begins again below what nodes have
// obeyed: their word lifts it. But there are only so many terms whose room epochs stay apart
// (base/protocol/src/room-epoch.ts), and one node that lies must not use them up: 2^25 of them last most of a year at
// this rate. No clock: times are arguments.
import { limits } from '@meridian/protocol';

/** At once: more terms than a deployment sees in years of an election a day. */
export const EPOCH_JUMP_AT_ONCE = 4096;
const REFILL_MS = 3600_000;

export class EpochJumps {
  #left = EPOCH_JUMP_AT_ONCE;
  #atMs = Number.NaN;

  /**
   * How high a word that names `heard` lifts what is known to be `known`: all the way, or as far as is left of this
   * hour's steps; not at all when the number is none that could be.
   */
  lifted(known: number, heard: number, nowMs: number): number {
    if (!Number.isSafeInteger(heard) || heard <= known || heard > known + limits.epochJumpMax) return known;
    const passedMs = Number.isNaN(this.#atMs) ? 0 : Math.max(0, nowMs - this.#atMs);
    this.#left = Math.min(EPOCH_JUMP_AT_ONCE, this.#left + (passedMs * EPOCH_JUMP_AT_ONCE) / REFILL_MS);
    this.#atMs = nowMs;
    const steps = Math.min(heard - known, Math.floor(this.#left));
    this.#left -= steps;
    return known + steps;
  }
}
