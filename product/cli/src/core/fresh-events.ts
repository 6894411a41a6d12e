// Which events of `GET /events` have not been seen yet. The list is newest first and is read again and again.

export interface SeenEvent {
  readonly id: string;
  /** RFC 3339. */
  readonly storedAt: string;
  readonly sequence: number;
  /** Absent: it is of a meeting. */
  readonly room?: { readonly sid: string };
  readonly meeting?: { readonly id: string };
}

/** Two instances of the api can store at the same time: an event may appear behind a newer one for so long. */
const LATE_MS = 30_000;

export class FreshEvents<E extends SeenEvent> {
  readonly #seen = new Map<string, number>();
  #newestMs = Number.NEGATIVE_INFINITY;

  /** Nothing was taken yet. */
  get isEmpty(): boolean {
    return this.#newestMs === Number.NEGATIVE_INFINITY;
  }

  /** How many events are kept in mind. */
  get remembered(): number {
    return this.#seen.size;
  }

  /** Whether what lies behind this event of the list can hold nothing new. */
  isOld = ({ storedAt }: E): boolean => Date.parse(storedAt) < this.#newestMs - LATE_MS;

  /** Those of `read` that are new, in the order in which they happened; of a room or meeting by their sequence. */
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

const ofWhat = ({ room, meeting }: SeenEvent): string => room?.sid ?? meeting?.id ?? '';

const inOrder = (a: SeenEvent, b: SeenEvent): number =>
  Date.parse(a.storedAt) - Date.parse(b.storedAt) ||
  (ofWhat(a) < ofWhat(b) ? -1 : ofWhat(a) > ofWhat(b) ? 1 : a.sequence - b.sequence);
