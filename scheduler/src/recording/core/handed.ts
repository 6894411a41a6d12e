// Recordings that recorders were handed and do not report yet: charged at once, so that no slot is given twice.

/** A recorder reports every second; a recording that it has not reported for so long is not there. */
export const CHARGED_MS = 10_000;
/** More than all owners ask for in that time. */
export const HANDED_MAX = 10_000;

export interface HandedRecording {
  readonly key: string;
  readonly tenant: string;
  readonly recorderId: string;
  readonly slots: number;
}

interface Handed extends HandedRecording {
  readonly sinceMs: number;
  /** The recorder has taken it: its next report counts it. */
  takenMs: number | undefined;
}

const idOf = (key: string, recorderId: string): string => `${recorderId} ${key}`;

export class HandedRecordings {
  /** By recorder and recording: a silent recorder may have it as well as the next one. The oldest first. */
  readonly #handed = new Map<string, Handed>();

  get size(): number {
    return this.#handed.size;
  }

  /** Charges a recording to a recorder, in place of the same one there. False: too many are charged. */
  hand(recording: HandedRecording, nowMs: number): boolean {
    this.#expire(nowMs);
    const { key, tenant, recorderId, slots } = recording;
    const id = idOf(key, recorderId);
    this.#handed.delete(id);
    if (this.#handed.size >= HANDED_MAX) return false;
    this.#handed.set(id, { key, tenant, recorderId, slots, sinceMs: nowMs, takenMs: undefined });
    return true;
  }

  taken(key: string, recorderId: string, nowMs: number): void {
    const handed = this.#handed.get(idOf(key, recorderId));
    if (handed !== undefined) handed.takenMs = nowMs;
  }

  /** It is not recorded there. */
  drop(key: string, recorderId: string): void {
    this.#handed.delete(idOf(key, recorderId));
  }

  /** All within CHARGED_MS, the newest last: of a recording more than one, when a recorder was silent. */
  list(nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()];
  }

  /** Those that the last report of their recorder, heard at `heardAtMs(recorderId)`, does not contain yet. */
  charged(heardAtMs: (recorderId: string) => number, nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()].filter(
      ({ recorderId, takenMs }) => takenMs === undefined || heardAtMs(recorderId) <= takenMs,
    );
  }

  #expire(nowMs: number): void {
    for (const [id, { sinceMs }] of this.#handed) {
      if (nowMs - sinceMs < CHARGED_MS) return;
      this.#handed.delete(id);
    }
  }
}
