import process from 'node:process';

/** Shorter than npm takes to start, so that a command typed right after a kill finds this process ending already. */
const LOOK_EVERY_MS = 250;

/**
 * Sends this process SIGTERM when the npm that runs it is gone: npm forwards signals, but kill -9 reaches npm alone.
 * Without npm there is no watch, because the shell that starts the set-up may be closed (nohup, disown).
 * @param {string} name of the command in package.json
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
