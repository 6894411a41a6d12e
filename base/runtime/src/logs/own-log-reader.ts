// Reads this process's own log from its file, or from the journal of its unit, as configured. Nothing else can be read:
// a query has words and times, never a path.
import { Type } from 'typebox';
import type { Clock } from '../clock.ts';
import type { LineQuery } from './core/lines.ts';
import { LogLinesError } from './errors.ts';
import { readFileLines } from './file-lines.ts';
import { readJournalLines } from './journal-lines.ts';
import { type FoundLines, readBounds } from './line-collector.ts';

/** Requests that may wait while another reads: the last waits 6 s. */
const WAITING_MAX = 2;

export const logSourceSchema = {
  logFile: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      examples: ['/var/log/meridian/sfu-1.log'],
      description:
        'File that holds what this process logs: operators search it from [the console](console.md#logs), with `FILE.1` … `FILE.9`.',
    }),
  ),
  logJournal: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9:_.@\\\\][A-Za-z0-9:_.@\\\\-]{0,254}$',
      examples: ['meridian-api.service'],
      description:
        'In place of `logFile`: the systemd unit of this process, whose journal is searched. Units of an installed host set it.',
    }),
  ),
};

export interface LogSources {
  readonly logFile?: string;
  readonly logJournal?: string;
}

export interface OwnLogLines extends FoundLines {
  readonly source: 'file' | 'journal';
}

export class OwnLogReader {
  readonly #sources: LogSources;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #openRequests = 0;

  constructor(places: LogSources, clock: Clock) {
    this.#sources = places;
    this.#clock = clock;
  }

  /**
   * Returns the newest matching lines, within 64 MiB and 2 s of reading. Reads for a single request at a time. Rejects
   * with OVERLOADED when too many requests wait, NO_LOGS when no place is configured, LOGS_UNREADABLE when the log
   * cannot be read.
   */
  async read(query: LineQuery): Promise<OwnLogLines> {
    if (this.#openRequests > WAITING_MAX) throw new LogLinesError('OVERLOADED', 'others read the log of this node now');
    this.#openRequests += 1;
    const reading = this.#last.then(() => this.#read(query));
    this.#last = reading.catch(() => undefined); // each request reports its own failure
    try {
      return await reading;
    } finally {
      this.#openRequests -= 1;
    }
  }

  async #read(query: LineQuery): Promise<OwnLogLines> {
    const { logFile, logJournal } = this.#sources;
    if (logJournal !== undefined)
      return { source: 'journal', ...(await readJournalLines(logJournal, query, readBounds)) };
    if (logFile === undefined)
      throw new LogLinesError('NO_LOGS', 'neither logFile nor logJournal is configured: this node reads no log');
    try {
      const nowMs = (): number => this.#clock.nowMs();
      return { source: 'file', ...(await readFileLines(logFile, query, { ...readBounds, nowMs })) };
    } catch (cause) {
      throw new LogLinesError('LOGS_UNREADABLE', 'the log file cannot be read', { cause });
    }
  }
}
