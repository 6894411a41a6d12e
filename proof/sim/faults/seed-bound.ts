// Limits the real time of a seed. An endless seed (a loop in the code under test) cannot be stopped from inside its
// thread, and would block the campaign. So its thread is terminated, the seed fails, and the next seed gets a new
// thread.
import type { SeedOptions, SeedRun } from './run-seed.ts';
import type { RunSeed, SeedThread } from './seed-threads.ts';
import type { Size } from './size.ts';

/**
 * Real time that a seed may take, including the start of its thread. It is some hundred times the time on a quiet
 * machine, so that no seed fails on a busy one.
 */
export const SEED_MS_MAX: Readonly<Record<Size['name'], number>> = { small: 60_000, large: 1_800_000 };

/** Name of the rule that an endless seed breaks. */
const OVERDUE_RULE = 'ends-in-time';

export interface BoundOptions {
  readonly open: () => SeedThread;
  readonly boundMs: number;
}

export class BoundedThread {
  readonly #o: BoundOptions;
  #thread: SeedThread | undefined;
  #isClosed = false;

  constructor(o: BoundOptions) {
    this.#o = o;
  }

  /**
   * Runs a seed. Resolves within `boundMs`, with an overdue run for an endless seed. Rejects when the thread ends by
   * itself or is closed.
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

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.close();
  }
}

/** Returns whether a run was terminated, so that its sessions, faults and steps are unknown. */
export const isOverdue = ({ violation }: Pick<SeedRun, 'violation'>): boolean => violation?.rule === OVERDUE_RULE;

function overdueRun({ seed }: SeedOptions, boundMs: number): SeedRun {
  const text = `it did not end within ${boundMs / 1000} s, so its thread was terminated`;
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
