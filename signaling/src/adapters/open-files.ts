// How many files and sockets this process may have open.
import { readFileSync } from 'node:fs';

/** The soft RLIMIT_NOFILE (Node raises it to the hard one when it starts); Infinity where the system does not say. */
export function openFilesLimit(): number {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.POSITIVE_INFINITY; // no Linux
    throw error;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
