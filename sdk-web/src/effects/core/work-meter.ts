import type { SecondOfWork } from './speed.ts';

/** Number of frames whose times are kept: the last ten seconds at 30 frames a second. */
const timesMax = 300;

export class WorkMeter {
  readonly #times = new Float64Array(timesMax);
  #timedFrames = 0;
  #frameCount = 0;
  #droppedCount = 0;
  #workMs = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  frame(tookMs: number): void {
    this.#times[this.#timedFrames % timesMax] = tookMs;
    this.#timedFrames += 1;
    this.#frameCount += 1;
    this.#workMs += tookMs;
  }

  dropped(count = 1): void {
    this.#droppedCount += count;
  }

  takeSecond(nowMs: number): SecondOfWork {
    const elapsedMs = Math.max(1, nowMs - this.#sinceMs);
    const arrivedFrames = this.#frameCount + this.#droppedCount;
    const sorted = this.#times.slice(0, Math.min(this.#timedFrames, timesMax)).sort();
    const second = {
      frames: this.#frameCount,
      dropped: this.#droppedCount,
      p50Ms: quantile(sorted, 0.5),
      p95Ms: quantile(sorted, 0.95),
      intervalMs: arrivedFrames === 0 ? 0 : elapsedMs / arrivedFrames,
      busyShare: Math.min(1, this.#workMs / elapsedMs),
    };
    this.#frameCount = 0;
    this.#droppedCount = 0;
    this.#workMs = 0;
    this.#sinceMs = nowMs;
    return second;
  }
}

/** Returns a quantile of sorted values by nearest rank; 0 for an empty list. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
