// Nodes that an administrator has shut out: the certificate of a stolen or broken machine stays valid for up to a day,
// so its id is denied. No denial lapses by itself: only an administrator lifts it.
import { limits } from '@meridian/protocol';

export interface Denial {
  readonly nodeId: string;
  readonly reason: string;
  readonly sinceWallMs: number;
}

export class Denied {
  readonly #denials = new Map<string, Denial>();
  readonly #max: number;

  constructor(o: { max?: number } = {}) {
    this.#max = o.max ?? limits.nodesDeniedMax;
  }

  has(nodeId: string): boolean {
    return this.#denials.has(nodeId);
  }

  list(): Denial[] {
    return [...this.#denials.values()];
  }

  get ids(): string[] {
    return [...this.#denials.keys()];
  }

  /** Adds a denial; an earlier denial of the node keeps its start and gets the new reason. Undefined: too many. */
  add(denial: Denial): Denial | undefined {
    const earlierDenial = this.#denials.get(denial.nodeId);
    if (earlierDenial === undefined && this.#denials.size >= this.#max) return undefined;
    const storedDenial = { ...denial, sinceWallMs: earlierDenial?.sinceWallMs ?? denial.sinceWallMs };
    this.#denials.set(denial.nodeId, storedDenial);
    return storedDenial;
  }

  lift(nodeId: string): boolean {
    return this.#denials.delete(nodeId);
  }
}
