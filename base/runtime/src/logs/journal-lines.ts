import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseJson } from '../json-request.ts';
import type { LineQuery } from './core/lines.ts';
import { LogLinesError } from './errors.ts';
import { type FoundLines, LineCollector, type ReadBounds } from './line-collector.ts';

/** Slack around the time range: the journal stores a line some time after it was written, and takes whole seconds. */
const SLACK_S = 2;
const STDERR_CHARACTERS_MAX = 500;

export const journalArguments = (unit: string, { fromMs, toMs }: Pick<LineQuery, 'fromMs' | 'toMs'>): string[] => [
  '--quiet',
  '--no-pager',
  `--unit=${unit}`,
  '--output=json',
  '--output-fields=MESSAGE',
  // Without `--all`, fields above 4 KiB are left out.
  '--all',
  '--reverse',
  `--since=@${Math.max(0, Math.floor(fromMs / 1000))}`,
  `--until=@${Math.ceil(toMs / 1000) + SLACK_S}`,
];

/** Returns the message of an entry, which is bytes where the journal sees no text. */
export function messageOf(entry: string): Buffer | undefined {
  const message = (parseJson(entry) as { MESSAGE?: unknown } | null | undefined)?.MESSAGE;
  if (typeof message === 'string') return Buffer.from(message);
  return Array.isArray(message) ? Buffer.from(message as number[]) : undefined;
}

/**
 * Returns the newest matching lines. Rejects with LOGS_UNREADABLE when `journalctl` cannot be started or fails before
 * its first line. `program`: a substitute of tests.
 */
export function readJournalLines(
  unit: string,
  query: LineQuery,
  bounds: ReadBounds,
  program = 'journalctl',
): Promise<FoundLines> {
  const collector = new LineCollector(query);
  const child = spawn(program, journalArguments(unit, query), { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let isCut = false;
    let hasEntries = false;
    const cut = (): void => {
      isCut = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(cut, bounds.timeMs);
    const stderrText = collectStderr(child);
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bounds.bytesMax && !isCut) cut();
    });
    createInterface({ input: child.stdout }).on('line', (entry) => {
      hasEntries = true;
      const message = messageOf(entry);
      if (message !== undefined && !collector.add(message)) child.kill('SIGKILL');
    });
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(new LogLinesError('LOGS_UNREADABLE', `${program} cannot be started`, { cause }));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code !== null && code !== 0 && !hasEntries)
        reject(new LogLinesError('LOGS_UNREADABLE', `${program} ended with ${code}: ${stderrText()}`));
      else resolve(collector.found(isCut));
    });
  });
}

function collectStderr({ stderr }: ChildProcessByStdio<null, Readable, Readable>): () => string {
  let text = '';
  stderr.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(0, STDERR_CHARACTERS_MAX);
  });
  return () => text.trim();
}
