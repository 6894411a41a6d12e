// Keeps the resources that a lab case or benchmark has opened outside of this process: clouds, namespaces, browsers,
// folders. The code that opened a resource closes it; after an interrupt this file closes all that are still open.
import process from 'node:process';

type Close = () => void | Promise<void>;

const open: { what: string; close: Close }[] = [];

/** Registers how `what` is closed after an interrupt. The returned function unregisters it: call it after closing. */
export function registerResource(what: string, close: Close): () => void {
  const entry = { what, close };
  open.push(entry);
  return () => {
    const at = open.indexOf(entry);
    if (at >= 0) open.splice(at, 1);
  };
}

/** Closes all open resources, last opened first. A failure is reported, and the others are still closed. */
export async function closeResources(say: (line: string) => void): Promise<void> {
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    try {
      say(`closing ${entry.what}`);
      await entry.close();
    } catch (error) {
      say(`${entry.what} could not be closed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** `timeout`, npm and a terminal send a signal to the process and to its group; the second one is no impatience. */
const sameSignalMs = 1000;

/**
 * Makes SIGINT, SIGTERM and the end of a process that started this one with an IPC channel close all resources and end
 * the process with 130; a second signal, more than a second later, ends it at once. Call it once.
 */
export function closeResourcesOnSignal(say: (line: string) => void): void {
  let askedAtMs: number | undefined;
  const end = (why: string): void => {
    const nowMs = performance.now();
    if (askedAtMs !== undefined && nowMs - askedAtMs > sameSignalMs) process.exit(130);
    if (askedAtMs !== undefined) return;
    askedAtMs = nowMs;
    say(`${why}: ending what was started`);
    void closeResources(say).finally(() => process.exit(130));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', () => end('the process that started this one is gone'));
  process.channel?.unref();
}
