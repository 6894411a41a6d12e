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

/**
 * Makes SIGINT and SIGTERM close all resources and end the process with 130; a second signal ends it at once. Call it
 * once.
 */
export function closeResourcesOnSignal(say: (line: string) => void): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    say(`${signal}: ending what was started`);
    void closeResources(say).finally(() => process.exit(130));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
