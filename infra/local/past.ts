// What an earlier run left behind. A supervisor that was killed with -9 could end nothing; the next start does.
import { killGroup } from './child.ts';
import { processStart, readRun } from './state.ts';

const endDeadlineMs = 5000;

/** Ends the children that a dead supervisor left. Rejects when the recorded supervisor lives: two clouds in one folder are an error. */
export async function endPast(stateDir: string, say: (text: string) => void): Promise<void> {
  const past = readRun(stateDir);
  if (past === undefined) return;
  if (past.alive)
    throw new Error(
      `Meridian runs already from ${stateDir}; end it first (Ctrl-C there), or use -- --state-dir DIR --port-offset N`,
    );
  for (const left of past.leftovers) {
    say(`ending ${left.id} (pid ${left.pid}), left behind by an interrupted run`);
    killGroup(left.pid);
  }
  const deadline = performance.now() + endDeadlineMs;
  while (past.leftovers.some((left) => processStart(left.pid) !== undefined) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
}
