// One seed from beginning to end: the same arguments give the same steps, always.
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
  readonly steps: number;
  readonly hash: string;
  readonly lines: readonly string[];
  /** From a node's death to the centre's word, and to each of its people's new seat. */
  readonly detectedMs: readonly number[];
  readonly seatedMs: readonly number[];
}

export interface SeedOptions {
  readonly seed: number;
  readonly size: Size;
  readonly kinds: readonly FaultKind[];
  /** Instead of those that the seed draws. */
  readonly faults?: readonly Fault[];
  readonly isTraced?: boolean;
}

/** The kinds that a seed draws from have to be known for it to be repeated; `faults` replaces what is drawn and leaves all else as it is. */
export async function runSeed({ seed, size, kinds, faults: given, isTraced = false }: SeedOptions): Promise<SeedRun> {
  const world = new World({ seed: `${size.name} ${seed}`, size, isTraced });
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
  await turns(world);
  if (judge.violation === undefined) judge.atEnd();
  await settled();
  const { lines, hash, steps } = world.trace;
  const { decisions, violation } = judge;
  const { detectedMs, seatedMs } = world.timing;
  return { seed, violation, faults, sessions: world.crowd.stays, decisions, steps, hash, lines, detectedMs, seatedMs };
}

/** Steps until the end or the first violation; whatever a step leaves to promises is done before the next one. */
async function turns({ clock, size, judge }: World): Promise<void> {
  await settled();
  while (judge.violation === undefined && clock.step(size.endMs)) await settled();
}

/** All microtasks have run. They have an order, so this changes nothing about what happens. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
