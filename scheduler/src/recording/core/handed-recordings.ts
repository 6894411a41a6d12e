// Recordings handed to recorders within the last seconds. Until its recorder reports it, a recording is charged here,
// so that no slot is given twice.

/** Time for which a handed recording is remembered: recorders report every second, so by then it runs, or failed. */
export const CHARGED_MS = 10_000;
/** Limit of charges: more recordings than all owners request within CHARGED_MS. */
export const HANDED_MAX = 10_000;

export interface HandedRecording {
  readonly key: string;
  readonly tenant: string;
  readonly recorderId: string;
  readonly slots: number;
}

interface Handed extends HandedRecording {
  readonly sinceMs: number;
  /** Time at which the recorder accepted it; the recorder's next report includes it. */
  acceptedAtMs: number | undefined;
}

const idOf = (key: string, recorderId: string): string => `${recorderId} ${key}`;

export class HandedRecordings {
  /** By recorder and recording, because a silent recorder and its successor may both have accepted it; oldest first. */
  readonly #handed = new Map<string, Handed>();

  get size(): number {
    return this.#handed.size;
  }

  /** Records a recording as handed to a recorder, in place of an earlier hand-over. False: too many are remembered. */
  hand(recording: HandedRecording, nowMs: number): boolean {
    this.#expire(nowMs);
    const { key, tenant, recorderId, slots } = recording;
    const id = idOf(key, recorderId);
    this.#handed.delete(id);
    if (this.#handed.size >= HANDED_MAX) return false;
    this.#handed.set(id, { key, tenant, recorderId, slots, sinceMs: nowMs, acceptedAtMs: undefined });
    return true;
  }

  accepted(key: string, recorderId: string, nowMs: number): void {
    const handed = this.#handed.get(idOf(key, recorderId));
    if (handed !== undefined) handed.acceptedAtMs = nowMs;
  }

  drop(key: string, recorderId: string): void {
    this.#handed.delete(idOf(key, recorderId));
  }

  /** Returns all recordings handed within CHARGED_MS, reported or not, newest last; one may be at several recorders. */
  list(nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()];
  }

  /** Returns those that their recorder's last report, received at `heardAtMs(recorderId)`, cannot contain yet. */
  charged(heardAtMs: (recorderId: string) => number, nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()].filter(
      ({ recorderId, acceptedAtMs: takenMs }) => takenMs === undefined || heardAtMs(recorderId) <= takenMs,
    );
  }

  #expire(nowMs: number): void {
    for (const [id, { sinceMs }] of this.#handed) {
      if (nowMs - sinceMs < CHARGED_MS) return;
      this.#handed.delete(id);
    }
  }
}
