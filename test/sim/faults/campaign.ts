// Many seeds: how many sessions and faults each had, which broke a rule, and how to see it again. What breaks is made smaller by leaving out
// faults while it still breaks.
import type { Metrics, Say } from '../../support/case.ts';
import type { Fault, FaultKind } from './faults.ts';
import { runSeed, type SeedRun } from './run-seed.ts';
import type { Size } from './size.ts';

export interface CampaignOptions {
  readonly kinds: readonly FaultKind[];
  /** As it was said, for the command that replays. */
  readonly kindsText: string;
  readonly size: Size;
  readonly firstSeed: number;
  readonly seeds: number;
  /** No new seed is begun after it. */
  readonly untilMs?: number;
  readonly nowMs: () => number;
  /** Stops at the first failure, and does not make it smaller. */
  readonly isFirstOnly?: boolean;
}

export interface Campaign {
  readonly metrics: Metrics;
  readonly failures: readonly SeedRun[];
}

/** Failures after which it is pointless to look for more. */
const FAILURES_MAX = 10;
const SESSIONS_MIN = 200;
const FAULTS_MIN = 5;

/** Runs the seeds in their order. */
export async function campaign(o: CampaignOptions, say: Say): Promise<Campaign> {
  const sessions = new Extent();
  const faults = new Extent();
  const failures: SeedRun[] = [];
  const { user, system } = process.cpuUsage();
  const beganMs = o.nowMs();
  let steps = 0;
  let moved = 0;
  let seeds = 0;
  for (let seed = o.firstSeed; seed < o.firstSeed + o.seeds; seed += 1) {
    if (failures.length >= FAILURES_MAX || o.nowMs() > (o.untilMs ?? Number.POSITIVE_INFINITY)) break;
    const run = await runSeed({ seed, size: o.size, kinds: o.kinds });
    seeds += 1;
    steps += run.steps;
    moved += run.moved;
    faults.add(run.faults.length);
    if (run.violation === undefined) sessions.add(run.sessions);
    else {
      failures.push(run);
      if (o.isFirstOnly) break;
      for (const line of await report(run, o)) say(line);
    }
  }
  const used = process.cpuUsage();
  const cpuMs = (used.user - user + used.system - system) / 1000;
  const metrics = {
    seeds,
    violations: failures.length,
    sessionsMin: sessions.min,
    sessionsMean: sessions.mean,
    faultsMin: faults.min,
    faultsMean: faults.mean,
    movedMean: moved / Math.max(1, seeds),
    stepsMean: steps / Math.max(1, seeds),
    msPerSeed: (o.nowMs() - beganMs) / Math.max(1, seeds),
    cpuMsPerSeed: cpuMs / Math.max(1, seeds),
  };
  return { metrics, failures };
}

/** What a campaign must show besides no violation. */
export function missedOf({ metrics, failures }: Campaign): string[] {
  const missed = failures.map(({ seed, violation }) => `seed ${seed}: ${violation?.rule}`);
  const { sessionsMin, faultsMin, seeds } = metrics;
  if (Number(seeds) > failures.length && Number(sessionsMin) < SESSIONS_MIN)
    missed.push(`a seed has ${String(sessionsMin)} sessions`);
  if (Number(faultsMin) < FAULTS_MIN) missed.push(`a seed has ${String(faultsMin)} faults`);
  return missed;
}

/** Lines that tell a failure: seed, rule, the faults that are needed for it, and the command that shows it again. */
export async function report(run: SeedRun, { size, kinds, kindsText }: CampaignOptions): Promise<string[]> {
  const { seed, violation } = run;
  if (violation === undefined) return [];
  const needed = await shrunk(run, { size, kinds });
  const command = `npm run sim -- --faults ${kindsText} --seed ${seed}${size.name === 'large' ? ' --large' : ''} --trace`;
  return [
    `seed ${seed}: ${violation.rule} after ${Math.round(violation.atMs)} ms: ${violation.text}`,
    `  needs ${needed.length} of ${run.faults.length} faults: ${needed.map(({ kind, atMs }) => `${kind}@${Math.round(atMs)}`).join(', ')}`,
    `  replay: ${command}`,
  ];
}

/** Leaves out one fault after the other as long as the same rule breaks; what is left is needed, each for itself. */
export async function shrunk(run: SeedRun, o: { size: Size; kinds: readonly FaultKind[] }): Promise<readonly Fault[]> {
  let { faults } = run;
  for (let index = faults.length - 1; index >= 0; index -= 1) {
    const without = faults.filter((_, at) => at !== index);
    const again = await runSeed({ seed: run.seed, ...o, faults: without });
    if (again.violation?.rule === run.violation?.rule) faults = without;
  }
  return faults;
}

class Extent {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get mean(): number {
    return this.#sum / Math.max(1, this.#count);
  }
}
