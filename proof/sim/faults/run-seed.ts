// One seed from beginning to end: the same arguments give the same steps, always.
import type { Say } from '../../support/case.ts';
import { begin, drawFaults, type Fault, type FaultKind } from './faults.ts';
import { SCAN_MS, type Violation } from './judge.ts';
import type { Size } from './size.ts';
import { World } from './world.ts';

export interface SeedRun {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly faults: readonly Fault[];
  readonly sessions: number;
  readonly decisions: number;
  /** Those that name a node, and of how many of these it is judged whether it has room. */
  readonly placed: { readonly count: number; readonly judged: number };
  /** Sessions that have changed their node. */
  readonly moved: number;
  /** Of these, for their room's delay. */
  readonly movedForDelay: number;
  /** Stays that were begun anew by people with a seat. */
  readonly rejoined: number;
  readonly steps: number;
  readonly hash: string;
  /**
   * From a node's death to the centre's word, and to each of its people's new seat; of those whose wait met another
   * death, apart.
   */
  readonly detectedMs: readonly number[];
  readonly seatedMs: readonly number[];
  readonly seatedAmidDeathsMs: readonly number[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly size: Size;
  readonly kinds: readonly FaultKind[];
  /** Instead of those that the seed draws. */
  readonly faults?: readonly Fault[];
}

/** Steps between two turns of the event loop. */
const STEPS_PER_TURN = 1000;

/**
 * The kinds that a seed draws from have to be known for it to be repeated; `faults` replaces what is drawn and leaves
 * all else as it is. The same steps wherever it runs. `onLine`: gets every step, as it happens.
 */
export async function runSeed({ seed, size, kinds, faults: given }: SeedOptions, onLine?: Say): Promise<SeedRun> {
  // Called by a callback (a message to a thread) rather than by a promise, Node would run the first tick before the
  // microtasks of the world's making: from here on it is a promise that calls, always.
  await Promise.resolve();
  const world = new World({ seed: `${size.name} ${seed}`, size, onLine });
  const { clock, judge } = world;
  const drawn = drawFaults(world.rng('faults'), {
    kinds,
    fromMs: 4000,
    untilMs: size.faultsUntilMs,
    countMin: size.faultsMin,
    longestMs: size.faultMsMax,
  });
  const faults = given ?? drawn;
  for (const fault of faults) clock.after(fault.atMs, () => begin(world, fault));
  clock.every(SCAN_MS, () => judge.scan());
  await pass(world, size.endMs);
  if (judge.violation === undefined) judge.atEnd();
  await settled();
  const { hash, steps } = world.trace;
  const { decisions, placed, violation } = judge;
  const { detectedMs, seatedMs, seatedAmidDeathsMs } = world.timing;
  return {
    seed,
    violation,
    faults,
    sessions: world.crowd.stays,
    decisions,
    placed,
    moved: world.moved,
    movedForDelay: judge.moves.made,
    rejoined: world.rejoined,
    steps,
    hash,
    detectedMs,
    seatedMs,
    seatedAmidDeathsMs,
  };
}

/**
 * Steps until this time, the first violation, or when `isOver` says so; whatever a step leaves to promises is done
 * before the next one, and judged.
 */
export async function pass({ clock, judge }: World, untilMs: number, isOver = (): boolean => false): Promise<void> {
  await settled();
  for (let step = 1; judge.violation === undefined && !isOver() && clock.step(untilMs); step += 1) {
    await (step % STEPS_PER_TURN === 0 ? turned() : settled());
    judge.afterStep();
  }
}

/** The process that runs seeds has timers and messages of its own. */
function turned(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * All microtasks have run: Node empties their queue before the next tick callback. They have an order, so this changes
 * nothing about what happens. Nothing here waits for the outside, so the event loop need not turn, which would cost a
 * sixth of a seed.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
