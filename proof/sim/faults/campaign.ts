// Runs many seeds, counts sessions, faults and broken rules, and prints how to replay a failure. It minimizes a failure
// by leaving out faults while the same rule still breaks.
import type { Metrics, Say } from '../../support/case.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { SeedRun } from './run-seed.ts';
import { BoundedThread, isOverdue, SEED_MS_MAX } from './seed-bound.ts';
import { type RunSeed, SeedThread } from './seed-threads.ts';
import type { Size } from './size.ts';
import { Tally, type TallyOptions } from './tally.ts';

export interface CampaignOptions extends TallyOptions {
  readonly kinds: readonly FaultKind[];
  /** Kinds as typed, for the replay command. */
  readonly kindsText: string;
  readonly size: Size;
  readonly isFirstOnly?: boolean;
  /** Number of threads (default 1). Seeds never run in the caller's thread, which could not end a seed that loops. */
  readonly threads?: number;
  readonly openThread?: () => SeedThread;
  readonly seedMsMax?: number;
  readonly progress?: Say;
}

export interface Campaign {
  readonly metrics: Metrics;
  readonly failures: readonly SeedRun[];
}

const SESSIONS_MIN = 200;
const FAULTS_MIN = 5;
/** Number of seeds in which at least one person must be moved for a room's delay; otherwise that code did not run. */
const MOVING_SEEDS = 20;
const PROGRESS_MS = 4000;

/**
 * Runs seeds. Whatever the number of threads, they count in order, so equal seeds give equal numbers (except times). A
 * failure is printed when a thread finds it, also if its seed is beyond the last that counts. A seed that does not end
 * within `seedMsMax` fails, and the others go on. Rejects when a seed cannot be run.
 */
export async function campaign(o: CampaignOptions, say: Say): Promise<Campaign> {
  const { user, system } = process.cpuUsage();
  const beganMs = o.nowMs();
  const count = new Tally(o);
  const {
    threads: wanted = 1,
    openThread: open = () => new SeedThread(),
    seedMsMax: boundMs = SEED_MS_MAX[o.size.name],
  } = o;
  const threads = Array.from({ length: wanted }, () => new BoundedThread({ open, boundMs }));
  const ticking = setInterval(() => o.progress?.(count.progress(o.nowMs() - beganMs)), PROGRESS_MS);
  try {
    await Promise.all(threads.map(({ run }) => runLane(run, count, o, say)));
  } finally {
    clearInterval(ticking);
    await Promise.all(threads.map((thread) => thread.close()));
  }
  const used = process.cpuUsage();
  const cpuMs = (used.user - user + used.system - system) / 1000;
  const metrics = {
    ...count.metrics(),
    msPerSeed: (o.nowMs() - beganMs) / Math.max(1, count.doneCount),
    cpuMsPerSeed: cpuMs / Math.max(1, count.doneCount),
  };
  return { metrics, failures: count.failures };
}

async function runLane(run: RunSeed, count: Tally, o: CampaignOptions, say: Say): Promise<void> {
  const { size, kinds, isFirstOnly = false } = o;
  for (let seed = count.next(); seed !== undefined; seed = count.next()) {
    const seedRun = await run({ seed, size, kinds });
    count.add(seedRun);
    if (seedRun.violation === undefined || (isFirstOnly && !isOverdue(seedRun))) continue;
    for (const line of failureLines(seedRun, o)) say(line);
    // Minimizing an overdue seed would cost the whole bound again for each fault.
    if (isOverdue(seedRun)) continue;
    say(neededLine(seedRun, await minimizedFaults(seedRun, o, run)));
  }
}

export function missedOf({ metrics, failures }: Campaign): string[] {
  const missed = failures.map(({ seed, violation }) => `seed ${seed}: ${violation?.rule}`);
  const { sessionsMin, faultsMin, movedForDelayMean, seeds } = metrics;
  const endedCount = Number(seeds) - failures.filter(isOverdue).length;
  if (Number(seeds) > failures.length && Number(sessionsMin) < SESSIONS_MIN)
    missed.push(`a seed has ${String(sessionsMin)} sessions`);
  if (endedCount > 0 && Number(faultsMin) < FAULTS_MIN) missed.push(`a seed has ${String(faultsMin)} faults`);
  if (endedCount >= MOVING_SEEDS && movedForDelayMean === 0) missed.push("no person is moved for a room's delay");
  return missed;
}

function failureLines({ seed, violation }: SeedRun, { size, kindsText }: CampaignOptions): string[] {
  if (violation === undefined) return [];
  const command = `npm run sim -- --faults ${kindsText} --seed ${seed}${size.name === 'large' ? ' --large' : ''} --trace`;
  if (isOverdue({ violation })) {
    return [
      `seed ${seed}: ${violation.rule}: ${violation.text}`,
      `  replay: ${command} (end it by hand; the last line of the trace shows where it loops)`,
    ];
  }
  return [
    `seed ${seed}: ${violation.rule} after ${Math.round(violation.atMs)} ms: ${violation.text}`,
    `  replay: ${command}`,
  ];
}

/** Returns a line with the faults that the failure needs. It names the seed, since other lines may come in between. */
function neededLine({ seed, faults }: SeedRun, needed: readonly Fault[]): string {
  const names = needed.map(({ kind, atMs }) => `${kind}@${Math.round(atMs)}`).join(', ');
  return `  seed ${seed} needs ${needed.length} of ${faults.length} faults: ${names}`;
}

/** Returns the faults that remain when each fault is left out without which the same rule still breaks. */
async function minimizedFaults(
  run: SeedRun,
  { size, kinds }: { size: Size; kinds: readonly FaultKind[] },
  runAgain: RunSeed,
): Promise<readonly Fault[]> {
  let { faults } = run;
  for (let index = faults.length - 1; index >= 0; index -= 1) {
    const without = faults.filter((_, at) => at !== index);
    const again = await runAgain({ seed: run.seed, size, kinds, faults: without });
    if (again.violation?.rule === run.violation?.rule) faults = without;
  }
  return faults;
}
