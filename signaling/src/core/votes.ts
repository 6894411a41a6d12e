// Votes of each identity for questions and polls, at the owner and in copies: 54 bytes a vote, 16 MB for all that a
// room takes (`limits.questionVotesMax`, `limits.pollVotesMax`).

/** Vote of an identity. `id`: the question or poll. */
export interface CastVote {
  readonly id: string;
  /** 53-bit number of an identity (`voterOf`). */
  readonly voter: number;
  /** Poll options as bits, the first lowest; 0: withdrawn, or a question. */
  readonly choice: number;
}

export class Votes {
  readonly #max: number;
  readonly #items = new Map<string, Map<number, number>>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns undefined without a vote. */
  choiceOf(id: string, voter: number): number | undefined {
    return this.#items.get(id)?.get(voter);
  }

  /** Replaces the earlier vote. Returns false when a new voter exceeds the bound. */
  put({ id, voter, choice }: CastVote): boolean {
    const item = this.#items.get(id) ?? new Map<number, number>();
    const isNew = !item.has(voter);
    if (isNew && this.#size >= this.#max) return false;
    this.#size += Number(isNew);
    this.#items.set(id, item.set(voter, choice));
    return true;
  }

  forget(id: string): void {
    this.#size -= this.#items.get(id)?.size ?? 0;
    this.#items.delete(id);
  }

  clear(): void {
    this.#items.clear();
    this.#size = 0;
  }

  all(): CastVote[] {
    return [...this.#items].flatMap(([id, item]) => Array.from(item, ([voter, choice]) => ({ id, voter, choice })));
  }
}
