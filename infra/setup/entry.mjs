import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { SetupError } from './error.mjs';

/** Ctrl-C arrives from the terminal and again from npm, but a second signal makes the program end at once. */
const SAME_SIGNAL_MS = 1_000;

/** Signals by which a person or service manager ends everything. */
const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs the program of the command on Node 24 until it ends. Its own process group ensures that a terminal's Ctrl-C
 * reaches it once, through this process. It has an IPC channel without messages: a program that must not outlive this
 * process sees the channel close. Its MERIDIAN_STILL_COMES names what is still being installed, which ends with it.
 * @param {{
 *   root: string, node: string, entry: string, args: string[], env: Record<string, string | undefined>,
 *   later?: import('./steps.mjs').Later | undefined, }} options
 * @returns {Promise<number>} its exit code; 128 + n when a signal ended it, as shells count
 * @throws {SetupError} ENTRY_MISSING
 */
export async function runEntry({ root, node, entry, args, env, later }) {
  const file = join(root, entry);
  if (!existsSync(file)) {
    throw new SetupError('ENTRY_MISSING', `This clone has no ${entry}`, {
      remedy: 'check out the whole repository again',
    });
  }
  const child = spawn(node, [file, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: { ...env, PATH: `${dirname(node)}:${env['PATH'] ?? ''}`, MERIDIAN_STILL_COMES: later?.names },
  });
  /** @type {Map<string, number>} */
  const lastMs = new Map();
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    const nowMs = performance.now();
    if (nowMs - (lastMs.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS) return;
    lastMs.set(signal, nowMs);
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    /** @type {number} */
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        // A killed program printed nothing itself, and its children may still run.
        if (signal === 'SIGKILL')
          process.stderr.write(`${entry} was killed; what it had started ends now, or with the next start\n`);
        resolve(signal ? 128 + signalNumber(signal) : (code ?? 1));
      });
    });
    // Signal handlers are still installed, so signals do not end this process.
    await later?.stop();
    return code;
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** @param {NodeJS.Signals} signal */
function signalNumber(signal) {
  return constants.signals[signal] ?? 0;
}
