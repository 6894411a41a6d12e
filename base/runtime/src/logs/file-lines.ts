// A log file, and the older parts of it that were renamed, from its end to its beginning, in blocks.
import { type FileHandle, open } from 'node:fs/promises';
import { LineSplitter } from './core/line-splitter.ts';
import type { LineQuery } from './core/lines.ts';
import { type FoundLines, Gathered, type ReadBounds } from './gathered.ts';

/** A block's lines are looked at within a millisecond: nothing else of the process waits longer. */
const BLOCK_BYTES = 64 * 1024;
/** FILE.1 is the newest; packed ones (.gz) are not read. */
const PARTS_MAX = 9;

/**
 * The newest lines that are sought. A file that grows meanwhile is read as it was; one that is renamed, once; what is
 * emptied meanwhile ends there. Rejects when the file cannot be opened.
 */
export async function readFileLines(
  file: string,
  query: LineQuery,
  bounds: ReadBounds & { nowMs(): number },
): Promise<FoundLines> {
  const gathered = new Gathered(query);
  const untilMs = bounds.nowMs() + bounds.timeMs;
  const seen = new Set<string>();
  let bytes = 0;
  const mayRead = (): boolean => bytes < bounds.bytesMax && bounds.nowMs() < untilMs;
  for (let part = 0; part <= PARTS_MAX; part += 1) {
    const handle = await openPart(file, part);
    if (handle === undefined) return gathered.found(false);
    try {
      const { dev, ino, size } = await handle.stat({ bigint: true });
      const identity = `${dev} ${ino}`;
      // Renamed since it was read under its earlier name.
      if (seen.has(identity)) continue;
      seen.add(identity);
      const wants = await readBackwards(handle, Number(size), {
        mayRead,
        onLine: (line) => gathered.take(line),
        onRead: (count) => {
          bytes += count;
        },
      });
      if (!wants) return gathered.found(!mayRead());
    } finally {
      await handle.close();
    }
  }
  return gathered.found(false);
}

/** Undefined: there is no such part, which ends the reading. */
async function openPart(file: string, part: number): Promise<FileHandle | undefined> {
  try {
    return await open(part === 0 ? file : `${file}.${part}`, 'r');
  } catch (error) {
    if (part > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

interface Reading {
  mayRead(): boolean;
  onLine(line: Buffer): boolean;
  onRead(bytes: number): void;
}

/** False: no more is to be read, by a bound or because enough is found. */
async function readBackwards(handle: FileHandle, size: number, o: Reading): Promise<boolean> {
  const splitter = new LineSplitter();
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let end = size; end > 0; ) {
    if (!o.mayRead()) return false;
    const from = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, end - from, from);
    o.onRead(bytesRead);
    // It was emptied: what it had is gone.
    if (bytesRead < end - from) return true;
    for (const line of splitter.before(block.subarray(0, bytesRead))) if (!o.onLine(line)) return false;
    end = from;
  }
  const first = splitter.first();
  return first === undefined || o.onLine(first);
}
