// Finds the events of `GET /events` that were not seen yet. The list is newest first and is polled.

export interface SeenEvent {
  readonly id: string;
  readonly storedAt: string;
  readonly sequence: number;
  /** Absent for the event of a meeting. */
  readonly room?: { readonly sid: string };
  readonly meeting?: { readonly id: string };
}

/**
 * Two instances of the api can store events at the same time, so an event may appear behind a newer one for this long.
 */
const LATE_MS = 30_000;

export class FreshEvents<E extends SeenEvent> {
  readonly #seen = new Map<string, number>();
  #newestMs = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.#newestMs === Number.NEGATIVE_INFINITY;
  }

  get remembered(): number {
    return this.#seen.size;
  }

  /** Returns whether the list holds nothing new behind this event. */
  isOld = ({ storedAt }: E): boolean => Date.parse(storedAt) < this.#newestMs - LATE_MS;

  /**
   * Returns the new events of `read` in the order in which they happened; those of a room or meeting by their sequence.
   */
  take(read: readonly E[]): E[] {
    const fresh = read.filter((event) => !this.#seen.has(event.id) && !this.isOld(event)).sort(inOrder);
    for (const { id, storedAt } of fresh) {
      const storedMs = Date.parse(storedAt);
      this.#seen.set(id, storedMs);
      this.#newestMs = Math.max(this.#newestMs, storedMs);
    }
    for (const [id, storedMs] of this.#seen) if (storedMs < this.#newestMs - LATE_MS) this.#seen.delete(id);
    return fresh;
  }
}

const sequenceScope = ({ room, meeting }: SeenEvent): string => room?.sid ?? meeting?.id ?? '';

const inOrder = (a: SeenEvent, b: SeenEvent): number =>
  Date.parse(a.storedAt) - Date.parse(b.storedAt) ||
  (sequenceScope(a) < sequenceScope(b) ? -1 : sequenceScope(a) > sequenceScope(b) ? 1 : a.sequence - b.sequence);
