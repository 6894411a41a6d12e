// Runs one seed from beginning to end. Equal arguments always give equal steps.
import type { Say } from '../../support/case.ts';
import { beginFault, drawFaults, type Fault, type FaultKind } from './faults.ts';
import { SCAN_MS, type Violation } from './judge.ts';
import type { Size } from './size.ts';
import { World } from './world.ts';

export interface SeedRun {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly faults: readonly Fault[];
  readonly sessions: number;
  readonly decisions: number;
  /** Numbers of decisions that name a node, and of those among them whose capacity rule was judged. */
  readonly placed: { readonly count: number; readonly judged: number };
  readonly moved: number;
  readonly movedForDelay: number;
  readonly rejoined: number;
  readonly steps: number;
  readonly hash: string;
  /**
   * Times from a node's death to its detection by the centre (`detectedMs`), and to the new session of each of its
   * people (`seatedMs`; `seatedAmidDeathsMs` if another node died meanwhile).
   */
  readonly detectedMs: readonly number[];
  readonly seatedMs: readonly number[];
  readonly seatedAmidDeathsMs: readonly number[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly size: Size;
  readonly kinds: readonly FaultKind[];
  readonly faults?: readonly Fault[];
}

const STEPS_PER_TURN = 1000;

/**
 * Runs a seed. A repetition needs the same `kinds`, since the faults are drawn from them. `faults` replaces the drawn
 * faults and changes nothing else. `onLine` gets every step as it happens.
 */
export async function runSeed({ seed, size, kinds, faults: givenFaults }: SeedOptions, onLine?: Say): Promise<SeedRun> {
  // The rest always runs as a microtask. If a callback such as that of a message to a thread calls, Node would
  // otherwise run the first tick before the microtasks that make the world.
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
  const faults = givenFaults ?? drawn;
  for (const fault of faults) clock.after(fault.atMs, () => beginFault(world, fault));
  clock.every(SCAN_MS, () => judge.scan());
  await runUntil(world, size.endMs);
  if (judge.violation === undefined) judge.atEnd();
  await settleMicrotasks();
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

/** Steps until this time, the first violation, or `isOver`. Promises of a step settle before it is judged. */
export async function runUntil({ clock, judge }: World, untilMs: number, isOver = (): boolean => false): Promise<void> {
  await settleMicrotasks();
  for (let step = 1; judge.violation === undefined && !isOver() && clock.step(untilMs); step += 1) {
    await (step % STEPS_PER_TURN === 0 ? turnEventLoop() : settleMicrotasks());
    judge.afterStep();
  }
}

function turnEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Resolves when all microtasks have run, since Node empties their queue before the next tick callback. Their order is
 * fixed, so waiting does not change the run. No code here waits for I/O, so the event loop need not turn, which would
 * take a sixth of a seed's time.
 */
function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
