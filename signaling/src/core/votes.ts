// Votes, each identity once for each question or poll. Owner and copies hold the same: 54 bytes a vote, 16 MB with all
// that a room takes (`limits.questionVotesMax`, `limits.pollVotesMax`).

/** How one has voted. `id`: of a question or poll. */
export interface Voted {
  readonly id: string;
  /** A number of 53 bits for an identity (`voterOf`). */
  readonly voter: number;
  /** Of a poll: its options, the first is the lowest bit; 0: none, or a question. */
  readonly choice: number;
}

export class Votes {
  readonly #max: number;
  readonly #items = new Map<string, Map<number, number>>();
  #size = 0;

  /** Of at most so many votes. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** Undefined: it has not voted. */
  choiceOf(id: string, voter: number): number | undefined {
    return this.#items.get(id)?.get(voter);
  }

  /** In place of the one before. False: another voter is one too many, and is not kept. */
  put({ id, voter, choice }: Voted): boolean {
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

  all(): Voted[] {
    return [...this.#items].flatMap(([id, item]) => Array.from(item, ([voter, choice]) => ({ id, voter, choice })));
  }
}
