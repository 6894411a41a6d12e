// What is done to which part, and when: from the seed alone. Pure.
import { type Rng, seededRng } from '@meridian/runtime';

const PAUSE_MS = { least: 1000, most: 3000 } as const;
const AWAY_MS_MAX = 3000;
const FROZEN_MS = { least: 1000, most: 8000 } as const;

/** `kill`: at once, as a power cut does; `freeze`: it keeps its ports and answers nothing; `cut`: of a client. */
export type FaultKind = 'kill' | 'freeze' | 'cut';

export interface Fault {
  readonly target: string;
  readonly kind: FaultKind;
  /** Since the fault before it. */
  readonly afterMs: number;
  /** Until it runs again. */
  readonly lastsMs: number;
}

/** Each target is killed in one of two decks that follow each other, and frozen in the other one. */
export const DECKS_LEAST = 2;

/**
 * Deck by deck, without an end: in each deck every target has its turn once, in a new order. The same seed and targets
 * give the same faults. `clients`: targets whose connections are cut.
 */
export function* faultsOf(seed: number, targets: readonly string[], clients: readonly string[]): Generator<Fault> {
  const rng = seededRng(`library faults ${seed}`);
  for (;;) {
    const isFirstKilled = new Map(targets.map((target) => [target, rng.int(2) === 0]));
    for (const isFirstDeck of [true, false])
      for (const target of shuffled([...targets, ...clients], rng)) {
        const isKilled = isFirstKilled.get(target) === isFirstDeck;
        const afterMs = between(PAUSE_MS, rng);
        if (clients.includes(target)) yield { target, kind: 'cut', afterMs, lastsMs: 0 };
        else if (isKilled) yield { target, kind: 'kill', afterMs, lastsMs: rng.int(AWAY_MS_MAX) };
        else yield { target, kind: 'freeze', afterMs, lastsMs: between(FROZEN_MS, rng) };
      }
  }
}

const between = ({ least, most }: { readonly least: number; readonly most: number }, rng: Rng): number =>
  least + rng.int(most - least);

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], rng: Rng): T[] {
  const left = [...list];
  return Array.from(list, () => left.splice(rng.int(left.length), 1)).flat();
}
