// Recordings that wait for slots. An entry lives as long as its owner asks again. No clock: times are arguments.
import type { RecordingAsk } from './types.ts';

/** Owners ask every few seconds; one that has not for so long has ended its recording, or is gone. */
export const WAITING_MS = 10_000;
export const WAITING_MAX = 10_000;

export interface WaitingEntry {
  readonly ask: RecordingAsk;
  readonly sinceMs: number;
}

export class Waiting {
  /** By recording; the one that was renewed longest ago first. */
  readonly #entries = new Map<string, { readonly entry: WaitingEntry; readonly renewedMs: number }>();

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an entry, or renews it: its age stays, the rest is as it says now. False: too many wait. */
  put(ask: RecordingAsk, nowMs: number): boolean {
    this.lapse(nowMs);
    const before = this.#entries.get(ask.key);
    if (before === undefined && this.#entries.size >= WAITING_MAX) return false;
    this.#entries.delete(ask.key);
    this.#entries.set(ask.key, { entry: { ask, sinceMs: before?.entry.sinceMs ?? nowMs }, renewedMs: nowMs });
    return true;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  list(nowMs: number): readonly WaitingEntry[] {
    this.lapse(nowMs);
    return [...this.#entries.values()].map(({ entry }) => entry);
  }

  lapse(nowMs: number): void {
    for (const [key, { renewedMs }] of this.#entries) {
      if (nowMs - renewedMs < WAITING_MS) return;
      this.#entries.delete(key);
    }
  }
}
