// Recordings handed to recorders lately. While its recorder's reports do not contain it yet, a recording is charged
// here, so that no slot is given twice.

/** Time after which a handed recording is forgotten. Recorders report every second, so a report contains it by then. */
export const CHARGED_MS = 10_000;
/** Limit of charges: more recordings than all owners request within CHARGED_MS. */
export const HANDED_MAX = 10_000;

export interface HandedRecording {
  readonly key: string;
  readonly tenant: string;
  readonly recorderId: string;
  readonly slots: number;
  /** True if its recorder keeps tracks, to be composed after the end. */
  readonly later: boolean;
}

interface Handed extends Omit<HandedRecording, 'later'> {
  later: boolean;
  readonly sinceMs: number;
  /** Time at which the recorder accepted it; the recorder's next report includes it. */
  acceptedAtMs: number | undefined;
}

const idOf = (key: string, recorderId: string): string => `${recorderId} ${key}`;

export class HandedRecordings {
  /**
   * By recorder and recording, the oldest first. A recording has an entry for each recorder to which it was handed: a
   * silent recorder and the next one may both have accepted it.
   */
  readonly #handed = new Map<string, Handed>();

  get size(): number {
    return this.#handed.size;
  }

  /** Records a recording as handed to a recorder, in place of an earlier hand-over. False: too many are remembered. */
  recordHanded(recording: HandedRecording, nowMs: number): boolean {
    this.#expire(nowMs);
    const { key, tenant, recorderId, slots, later } = recording;
    const id = idOf(key, recorderId);
    this.#handed.delete(id);
    if (this.#handed.size >= HANDED_MAX) return false;
    this.#handed.set(id, { key, tenant, recorderId, slots, later, sinceMs: nowMs, acceptedAtMs: undefined });
    return true;
  }

  accepted(key: string, recorderId: string, later: boolean, nowMs: number): void {
    const handed = this.#handed.get(idOf(key, recorderId));
    if (handed !== undefined) Object.assign(handed, { later, acceptedAtMs: nowMs });
  }

  /** Returns whether this recorder keeps tracks of the recording, to be composed later; false if that is not known. */
  isLater(key: string, recorderId: string): boolean {
    return this.#handed.get(idOf(key, recorderId))?.later ?? false;
  }

  isAccepted(key: string, recorderId: string): boolean {
    return this.#handed.get(idOf(key, recorderId))?.acceptedAtMs !== undefined;
  }

  drop(key: string, recorderId: string): void {
    this.#handed.delete(idOf(key, recorderId));
  }

  /** Returns all handed within CHARGED_MS, reported or not, the newest last; a recording once for each recorder. */
  list(nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()];
  }

  /** Returns those that their recorder's last report, heard at `heardAtMs(recorderId)`, does not contain yet. */
  unreported(heardAtMs: (recorderId: string) => number, nowMs: number): readonly HandedRecording[] {
    this.#expire(nowMs);
    return [...this.#handed.values()].filter(
      ({ recorderId, acceptedAtMs: acceptedMs }) => acceptedMs === undefined || heardAtMs(recorderId) <= acceptedMs,
    );
  }

  #expire(nowMs: number): void {
    for (const [id, { sinceMs }] of this.#handed) {
      if (nowMs - sinceMs < CHARGED_MS) return;
      this.#handed.delete(id);
    }
  }
}
