// Sums delay × time of every pair of people in a room. Delays are constant between two changes, so the sum grows at
// each change.

/** Time within which a move back to the earlier city counts as undoing a move. */
const UNDONE_MS = 300_000;
const BIN_MS = 0.1;

export interface Weighted {
  readonly ms: number;
  readonly weight: number;
}

/** Sums for a room over the times at which it has two people or more. */
export interface RoomTally {
  /** Delay × time over all pairs, in ms². */
  readonly delayMs2: number;
  /** Delays (one-way) of pairs, weighted by time, in steps of a tenth of a ms. */
  readonly delays: readonly Weighted[];
  readonly personMs: number;
  readonly changes: number;
  readonly moves: number;
  /** Moves back to the person's earlier city. */
  readonly undone: number;
}

export class TallyCollector {
  readonly #bins = new Map<number, number>();
  readonly #lastMove = new Map<number, { readonly fromCity: number; readonly atMs: number }>();
  #sinceMs = 0;
  #onewayMs: readonly number[] = [];
  #pairsMs = 0;
  #delayMs2 = 0;
  #people = 0;
  #personMs = 0;
  #changes = 0;
  #moves = 0;
  #undone = 0;

  setDelays(nowMs: number, o: { people: number; onewayMs: readonly number[] }): void {
    this.#addElapsed(nowMs);
    this.#people = o.people;
    this.#onewayMs = o.onewayMs;
    this.#pairsMs = o.onewayMs.reduce((sum, ms) => sum + ms, 0);
  }

  changed(nowMs: number): void {
    this.#addElapsed(nowMs);
    this.#changes += 1;
  }

  moved(person: number, fromCity: number, toCity: number, nowMs: number): void {
    const last = this.#lastMove.get(person);
    this.#moves += 1;
    if (last?.fromCity === toCity && nowMs - last.atMs < UNDONE_MS) this.#undone += 1;
    this.#lastMove.set(person, { fromCity, atMs: nowMs });
  }

  end(nowMs: number): RoomTally {
    this.#addElapsed(nowMs);
    return {
      delayMs2: this.#delayMs2,
      delays: [...this.#bins].map(([bin, weight]) => ({ ms: bin * BIN_MS, weight })),
      personMs: this.#personMs,
      changes: this.#changes,
      moves: this.#moves,
      undone: this.#undone,
    };
  }

  #addElapsed(nowMs: number): void {
    const fromMs = this.#sinceMs;
    this.#sinceMs = nowMs;
    if (nowMs <= fromMs) return;
    if (this.#people < 2) return;
    this.#delayMs2 += (nowMs - fromMs) * this.#pairsMs;
    this.#personMs += (nowMs - fromMs) * this.#people;
    for (const ms of this.#onewayMs) {
      const bin = Math.round(ms / BIN_MS);
      this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + nowMs - fromMs);
    }
  }
}
