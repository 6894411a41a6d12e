// What a lab case or a benchmark has opened outside of this process: clouds, namespaces, browsers, folders. Each thing
// is closed by the code that opened it; when the command is interrupted instead, all that is still open is closed here.
import process from 'node:process';

type Close = () => void | Promise<void>;

const open: { what: string; close: Close }[] = [];

/**
 * Remembers how `what` is closed if the command is interrupted. The answer forgets it again: call it once it is closed.
 */
export function owned(what: string, close: Close): () => void {
  const entry = { what, close };
  open.push(entry);
  return () => {
    const at = open.indexOf(entry);
    if (at >= 0) open.splice(at, 1);
  };
}

/** Closes all that is still open, last opened first. One that fails is said, the others are closed all the same. */
export async function closeOwned(say: (line: string) => void): Promise<void> {
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
 * From now on SIGINT and SIGTERM close what is open and end the process with 130; a second one ends it at once. Call it
 * once.
 */
export function closeOwnedOnSignal(say: (line: string) => void): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    say(`${signal}: ending what was started`);
    void closeOwned(say).finally(() => process.exit(130));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
