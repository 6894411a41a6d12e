// What the processes of a cloud have written to their logs since it was last asked.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

interface Place {
  readonly inode: number;
  readonly bytes: number;
}

export class Logs {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();

  /** Begins at the end of what is written now. */
  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'logs');
    this.take();
  }

  /** Lines of each process since the last call. A file that was renamed to .1 meanwhile is read to its end. */
  take(): ReadonlyMap<string, readonly string[]> {
    const ids = readdirSync(this.#folder).filter((name) => name.endsWith('.log'));
    return new Map(ids.map((name) => [basename(name, '.log'), this.#linesOf(join(this.#folder, name))]));
  }

  #linesOf(file: string): string[] {
    const { ino } = statSync(file);
    const before = this.#places.get(file) ?? { inode: ino, bytes: 0 };
    const old = ino === before.inode || !existsSync(`${file}.1`) ? Buffer.alloc(0) : readFileSync(`${file}.1`);
    const now = readFileSync(file);
    this.#places.set(file, { inode: ino, bytes: now.length });
    const since = ino === before.inode ? now.subarray(before.bytes) : Buffer.concat([old.subarray(before.bytes), now]);
    return since.toString('utf8').split('\n').filter(Boolean);
  }
}

/** Of links that broke, and of nodes that the centre no longer hears. */
const CUT = /node suspect|node dead|link (?:down|failed|lost)|no answer to a ping/;

/** Words of the lines that say that a link was cut, with the process that wrote them. Pure. */
export function cutsIn(lines: ReadonlyMap<string, readonly string[]>): string[] {
  return [...lines].flatMap(([id, all]) =>
    all
      .filter((line) => CUT.test(line) && !line.includes('link down while closing'))
      .map((line) => `${id}: ${said(line)}`),
  );
}

function said(line: string): string {
  try {
    const { msg, nodeId, cause } = JSON.parse(line) as { msg?: string; nodeId?: string; cause?: string };
    return [msg, nodeId, cause].filter(Boolean).join(', ');
  } catch (error) {
    if (error instanceof SyntaxError) return line; // text of a program that is not ours
    throw error;
  }
}
