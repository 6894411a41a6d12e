// Cleans up an earlier run. Children end with their supervisor; a hanging child is ended by the next start.
import { killGroup } from '@meridian/runtime/child';
import { type PastRun, processStart, readRun } from './state.ts';

const endDeadlineMs = 5000;
/** An orderly stop gives the nodes 8 s, then the centres, then Redis. */
const endingLimitMs = 30_000;
const pollIntervalMs = 50;

/**
 * Ends the children of a dead supervisor, and waits for an ending one. Rejects when the recorded supervisor is running,
 * since two clouds cannot share a folder.
 */
export async function endEarlierRun(stateDir: string, say: (text: string) => void): Promise<void> {
  const past = await waitForEndingRun(stateDir, say);
  if (past === undefined) return;
  if (past.alive)
    throw new Error(
      `Meridian runs already from ${stateDir} (pid ${past.pid}); end it first (Ctrl-C there), or use -- --state-dir DIR --port-offset N`,
    );
  for (const leftover of past.leftovers) {
    say(`ending ${leftover.id} (pid ${leftover.pid}), left behind by an interrupted run`);
    killGroup(leftover.pid);
  }
  const deadline = performance.now() + endDeadlineMs;
  while (past.leftovers.some((left) => processStart(left.pid) !== undefined) && performance.now() < deadline)
    await pause(pollIntervalMs);
}

async function waitForEndingRun(stateDir: string, say: (text: string) => void): Promise<PastRun | undefined> {
  let past = readRun(stateDir);
  if (past?.alive === true && past.isEnding) say(`waiting for an earlier run to end (pid ${past.pid})`);
  const deadline = performance.now() + endingLimitMs;
  while (past?.alive === true && past.isEnding && performance.now() < deadline) {
    await pause(pollIntervalMs);
    past = readRun(stateDir);
  }
  return past;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
