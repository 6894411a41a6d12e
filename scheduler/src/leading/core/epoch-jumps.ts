// Limits how far nodes' reports raise a centre's epoch. A store that has lost its memory begins again below the epochs
// that nodes have obeyed, so their reports raise it. But the number of terms with distinct room epochs is limited
// (base/protocol/src/room-epoch.ts), and a lying node must not use them up: 2^25 terms last most of a year at this
// rate.
import { limits } from '@meridian/protocol';

/** Limit of a single rise: the terms of eleven years with an election a day. */
export const EPOCH_JUMP_AT_ONCE = 4096;
const REFILL_MS = 3600_000;

export class EpochJumps {
  #stepsLeft = EPOCH_JUMP_AT_ONCE;
  #refilledAtMs = Number.NaN;

  /** Returns `reportedEpoch`, or as far as this hour's steps allow; `presentEpoch` itself for an impossible number. */
  raise(presentEpoch: number, reportedEpoch: number, nowMs: number): number {
    if (
      !Number.isSafeInteger(reportedEpoch) ||
      reportedEpoch <= presentEpoch ||
      reportedEpoch > presentEpoch + limits.epochJumpMax
    )
      return presentEpoch;
    const passedMs = Number.isNaN(this.#refilledAtMs) ? 0 : Math.max(0, nowMs - this.#refilledAtMs);
    this.#stepsLeft = Math.min(EPOCH_JUMP_AT_ONCE, this.#stepsLeft + (passedMs * EPOCH_JUMP_AT_ONCE) / REFILL_MS);
    this.#refilledAtMs = nowMs;
    const steps = Math.min(reportedEpoch - presentEpoch, Math.floor(this.#stepsLeft));
    this.#stepsLeft -= steps;
    return presentEpoch + steps;
  }
}
