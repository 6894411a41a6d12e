// Reads how many files and sockets this process may have open.
import { readFileSync } from 'node:fs';

/** Returns the soft RLIMIT_NOFILE (Node raises it to the hard limit at its start); Infinity on systems without it. */
export function openFilesLimit(): number {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.POSITIVE_INFINITY; // not Linux
    throw error;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
