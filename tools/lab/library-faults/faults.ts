// Carries a plan of faults out: one after another, of several parts at once, never twice of one part at a time.
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import type { Say } from '../../support/case.ts';
import { DECKS_LEAST, type Fault, faultsOf } from './deck.ts';
import { DATABASE, type Stage, UPLOAD } from './stage.ts';

/** A part that was killed has a new process by then. */
const BACK_MS_MAX = 120_000;

export interface FaultsOptions {
  readonly stage: Stage;
  readonly seed: number;
  readonly say: Say;
  /** Cuts a client off; false: none is uploading. */
  cut(): boolean;
}

export class Faults {
  readonly #o: FaultsOptions;
  readonly #open = new Map<string, Promise<void>>();
  readonly #kills = new Map<string, number>();
  readonly #ending = new AbortController();
  /** By target: how often each kind was done. */
  readonly counts = new Map<string, Record<Fault['kind'], number>>();
  /** In words: what did not come back. */
  readonly findings: string[] = [];

  constructor(o: FaultsOptions) {
    this.#o = o;
  }

  /** Until `stop`, and for two decks at least. Resolves when all parts run again. */
  async run(): Promise<void> {
    const { stage, seed } = this.#o;
    const least = DECKS_LEAST * (stage.targets.length + 1);
    let done = 0;
    try {
      for (const fault of faultsOf(seed, stage.targets, [UPLOAD])) {
        if (this.#ending.signal.aborted && done >= least) return;
        await delay(fault.afterMs);
        await this.#open.get(fault.target);
        this.#begin(fault);
        done += 1;
      }
    } finally {
      await Promise.all(this.#open.values());
    }
  }

  /** How often it was killed, also in vain. */
  killed(target: string): number {
    return this.#kills.get(target) ?? 0;
  }

  stop(): void {
    this.#ending.abort();
  }

  #begin(fault: Fault): void {
    const { target, kind, lastsMs } = fault;
    const time = new Date().toISOString().slice(11, 23);
    this.#o.say(`${time} ${kind} ${target}${kind === 'cut' ? '' : `, ${(lastsMs / 1000).toFixed(1)} s`}`);
    const open = this.#do(fault).catch((error: Error) => {
      this.findings.push(`${target} is not back after ${kind}: ${error.message}`);
    });
    this.#open.set(target, open);
  }

  async #do({ target, kind, lastsMs }: Fault): Promise<void> {
    const isDone = await this.#fault(target, kind, lastsMs);
    if (!isDone) return;
    const counts = this.counts.get(target) ?? { kill: 0, freeze: 0, cut: 0 };
    counts[kind] += 1;
    this.counts.set(target, counts);
  }

  async #fault(target: string, kind: Fault['kind'], lastsMs: number): Promise<boolean> {
    if (target === UPLOAD) return this.#o.cut();
    const { cloud, postgres } = this.#o.stage;
    if (target === DATABASE && postgres !== undefined) {
      if (kind === 'kill') await postgres.kill();
      else postgres.pause();
      await delay(lastsMs);
      if (kind === 'kill') await postgres.restart();
      else postgres.resume();
      return true;
    }
    const before = await until(`${target} runs`, () => cloud.pidIfAny(target), BACK_MS_MAX);
    // A new process is held at its beginning for as long as the killed one is to be away.
    if (kind === 'kill') {
      cloud.kill(target);
      this.#kills.set(target, this.killed(target) + 1);
      const isNew = (): boolean => ![undefined, before].includes(cloud.pidIfAny(target));
      await until(`${target} runs again`, isNew, BACK_MS_MAX);
    }
    const thaw = cloud.freeze(target);
    await delay(lastsMs);
    thaw();
    return true;
  }
}
