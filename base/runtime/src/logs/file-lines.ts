import { type FileHandle, open } from 'node:fs/promises';
import { LineSplitter } from './core/line-splitter.ts';
import type { LineQuery } from './core/lines.ts';
import { type FoundLines, LineCollector, type ReadBounds } from './line-collector.ts';

/** Size of a block, whose lines take less than a millisecond, so the process's other work does not wait longer. */
const BLOCK_BYTES = 64 * 1024;
/** Most rotated parts; FILE.1 is the newest. Compressed parts (.gz) are not read. */
const PARTS_MAX = 9;

/**
 * Returns the newest matching lines. A file that grows during the reading is read up to its old end; a file that is
 * renamed, only once; the reading of a truncated file ends there. Rejects when the file cannot be opened.
 */
export async function readFileLines(
  file: string,
  query: LineQuery,
  bounds: ReadBounds & { nowMs(): number },
): Promise<FoundLines> {
  const collector = new LineCollector(query);
  const untilMs = bounds.nowMs() + bounds.timeMs;
  const seen = new Set<string>();
  let bytes = 0;
  const mayRead = (): boolean => bytes < bounds.bytesMax && bounds.nowMs() < untilMs;
  for (let part = 0; part <= PARTS_MAX; part += 1) {
    const handle = await openPart(file, part);
    if (handle === undefined) return collector.found(false);
    try {
      const { dev, ino, size } = await handle.stat({ bigint: true });
      const identity = `${dev} ${ino}`;
      if (seen.has(identity)) continue;
      seen.add(identity);
      const needsMore = await readBackwards(handle, Number(size), {
        mayRead,
        onLine: (line) => collector.add(line),
        onRead: (count) => {
          bytes += count;
        },
      });
      if (!needsMore) return collector.found(!mayRead());
    } finally {
      await handle.close();
    }
  }
  return collector.found(false);
}

/** Returns undefined when there is no such part, which ends the reading. */
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

/** Returns false when the reading must stop: at a bound, or with enough lines. */
async function readBackwards(handle: FileHandle, size: number, o: Reading): Promise<boolean> {
  const splitter = new LineSplitter();
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let end = size; end > 0; ) {
    if (!o.mayRead()) return false;
    const from = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, end - from, from);
    o.onRead(bytesRead);
    // The file was truncated: the earlier lines are gone.
    if (bytesRead < end - from) return true;
    for (const line of splitter.linesIn(block.subarray(0, bytesRead))) if (!o.onLine(line)) return false;
    end = from;
  }
  const first = splitter.first();
  return first === undefined || o.onLine(first);
}
