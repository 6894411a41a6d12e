// A bound on the real time of a seed. One that never ends (a loop in the code under test) cannot be stopped from inside
// its thread, and would hold the campaign for ever without a word: it is ended with its thread, counts as a failure,
// and the next seed has a new thread.
import type { SeedOptions, SeedRun } from './run-seed.ts';
import type { RunSeed, SeedThread } from './seed-threads.ts';
import type { Size } from './size.ts';

/**
 * Real time that a seed may take, the start of its thread included: some hundred times of what a quiet machine needs,
 * so that a loaded one fails none.
 */
export const SEED_MS_MAX: Readonly<Record<Size['name'], number>> = { small: 60_000, large: 1_800_000 };

/** What a seed breaks that does not end; it stands where other failures have their rule. */
const OVERDUE_RULE = 'ends-in-time';

export interface BoundOptions {
  readonly open: () => SeedThread;
  /** Of each seed. */
  readonly boundMs: number;
}

/** Runs one seed at a time, in one thread after the other. */
export class BoundedThread {
  readonly #o: BoundOptions;
  #thread: SeedThread | undefined;
  #isClosed = false;

  constructor(o: BoundOptions) {
    this.#o = o;
  }

  /**
   * Answers after the bound at the latest, for a seed that has not ended by then with an overdue run. Rejects when the
   * thread ends by itself, or is closed.
   */
  readonly run: RunSeed = async (options) => {
    if (this.#isClosed) throw new Error('the campaign is over');
    const { open, boundMs } = this.#o;
    this.#thread ??= open();
    const thread = this.#thread;
    const bound = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => bound.resolve(undefined), boundMs);
    try {
      const ran = await Promise.race([thread.run(options), bound.promise]);
      if (ran !== undefined) return ran;
    } finally {
      clearTimeout(timer);
    }
    this.#thread = undefined;
    await thread.close();
    return overdueRun(options, boundMs);
  };

  /** Ends the thread, whatever it does; nothing can be run afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.close();
  }
}

/** Whether a run was ended from outside: of its sessions, faults and steps nothing is known. */
export const isOverdue = ({ violation }: Pick<SeedRun, 'violation'>): boolean => violation?.rule === OVERDUE_RULE;

function overdueRun({ seed }: SeedOptions, boundMs: number): SeedRun {
  const text = `it did not end within ${boundMs / 1000} s and was ended with its thread`;
  const times = { detectedMs: [], seatedMs: [], seatedAmidDeathsMs: [] };
  const nothing = {
    faults: [],
    sessions: 0,
    decisions: 0,
    placed: { count: 0, judged: 0 },
    moved: 0,
    movedForDelay: 0,
    rejoined: 0,
    steps: 0,
    hash: '0',
  };
  return { ...nothing, ...times, seed, violation: { rule: OVERDUE_RULE, text, atMs: 0 } };
}
