import process from 'node:process';

/** A start that follows at once finds the end begun: npm alone takes longer to begin. */
const LOOK_EVERY_MS = 250;

/**
 * Sends this process SIGTERM when the npm that runs it is gone: npm passes signals on, but kill -9 reaches npm alone.
 * Without npm nothing is watched: a shell that starts the set-up may be closed (nohup, disown).
 * @param {string} name of the command, as npm has it
 * @param {Record<string, string | undefined>} env
 */
export function endWithNpm(name, env) {
  if (env['npm_lifecycle_event'] !== name) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
