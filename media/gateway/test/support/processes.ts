import { readdirSync, readFileSync } from 'node:fs';

/** Returns the ids of this process's ffmpegs, filtered by a word of their command line. */
export function ffmpegs(word = ''): number[] {
  const tasks = readdirSync('/proc/self/task');
  const children = tasks.flatMap((task) => readText(`/proc/self/task/${task}/children`).split(' '));
  return children
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      const [program = '', ...words] = readText(`/proc/${pid}/cmdline`).split('\0');
      return program.endsWith('ffmpeg') && (word === '' || words.includes(word));
    });
}

/** Returns `''` for a process that has just gone. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
