// A database file that is polled by name (`stat` follows links), because only polling sees every way in which people
// replace files: rename over it, a link pointed elsewhere, bytes written in place, a volume mounted over it; a kernel's
// notification would stay with the old file, or with a removed folder.
import { stat } from 'node:fs/promises';
import type { Logger } from '@meridian/runtime';
import type { ClientAddress } from '../../base/core/ip.ts';
import type { DatabaseStatus, Place } from '../../locating/geo.ts';
import { type OpenedDatabase, openChecked } from './check.ts';
import type { Parse } from './records.ts';
import { servesFamily } from './sample.ts';

export type ReloadOutcome = 'taken' | 'refused' | 'missing';

export interface WatchedFileOptions<T = Place> {
  readonly file: string;
  readonly source: string;
  readonly parse: Parse<T>;
  readonly allowOlder: boolean;
  readonly log: Logger;
  readonly wallMs: () => number;
  onReload(outcome: ReloadOutcome): void;
}

/** Age of builds that is reported: both packages and MaxMind's files come at least every month. */
export const STALE_AFTER_MS = 60 * 86_400_000;
const DAY_MS = 86_400_000;

export class WatchedFile<T = Place> {
  readonly file: string;
  readonly source: string;
  readonly #o: WatchedFileOptions<T>;
  #opened: OpenedDatabase | undefined;
  #loadedAtMs: number | undefined;
  #problem: string | undefined;
  #refusals = 0;
  /** Signature of the file last tried, accepted or not; it is not retried before it changes. */
  #triedSignature: string | undefined;
  /** Signature of a changed file seen once; a file still being copied has another at the next poll. */
  #settlingSignature: string | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(o: WatchedFileOptions<T>) {
    this.file = o.file;
    this.source = o.source;
    this.#o = o;
  }

  get opened(): OpenedDatabase | undefined {
    return this.#opened;
  }

  get parse(): Parse<T> {
    return this.#o.parse;
  }

  get allowOlder(): boolean {
    return this.#o.allowOlder;
  }

  /** Loads the file if it has changed, is no longer being written and passes the checks. Never rejects. */
  poll(): Promise<void> {
    return this.#enqueue(async () => {
      const signature = await signatureOf(this.file);
      if (signature === this.#triedSignature) this.#settlingSignature = undefined;
      else if (signature !== this.#settlingSignature) this.#settlingSignature = signature;
      else await this.#try(signature);
    });
  }

  /** Loads the file at once, after the centre itself has placed it. Never rejects. */
  reload(): Promise<void> {
    return this.#enqueue(async () => this.#try(await signatureOf(this.file)));
  }

  /** Loads the file at start, without a warning for its age: the caller warns once of all old files. */
  open(): Promise<void> {
    return this.#enqueue(async () => this.#try(await signatureOf(this.file), false));
  }

  lookup(address: ClientAddress): T | undefined {
    const { reader } = this.#opened ?? {};
    if (reader === undefined || !servesFamily(reader, address.family)) return undefined;
    try {
      return this.#o.parse(reader.get(address.text));
    } catch (error) {
      // The address is in a damaged part, which no sample met, so this file has no place for it.
      this.#o.log.warn({ source: this.source, file: this.file, err: error }, 'IP location lookup failed');
      return undefined;
    }
  }

  status(): DatabaseStatus {
    const ageMs = this.#opened === undefined ? undefined : this.#o.wallMs() - this.#opened.builtAtMs;
    return {
      source: this.source,
      file: this.file,
      isInUse: this.#opened !== undefined,
      builtAt: timeText(this.#opened?.builtAtMs),
      ageDays: ageMs === undefined ? null : Math.floor(ageMs / DAY_MS),
      isStale: ageMs !== undefined && ageMs > STALE_AFTER_MS,
      loadedAt: timeText(this.#loadedAtMs),
      problem: this.#problem ?? null,
      refusals: this.#refusals,
    };
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#busy = this.#busy.then(step);
    return this.#busy;
  }

  async #try(signature: string, warnsOfAge = true): Promise<void> {
    const { file, source, log } = this.#o;
    this.#settlingSignature = undefined;
    if (signature.startsWith('absent')) {
      this.#triedSignature = signature;
      this.#keepCurrent(signature.slice('absent: '.length), 'missing');
      return;
    }
    const { parse, allowOlder } = this.#o;
    const checked = await openChecked({ file, parse, allowOlder, current: this.#opened });
    // The file changed while it was read: old and new bytes may be mixed.
    if ((await signatureOf(file)) !== signature) {
      this.#triedSignature ??= 'changing';
      return;
    }
    this.#triedSignature = signature;
    if (!checked.ok) {
      this.#refusals += 1;
      this.#keepCurrent(checked.reason, 'refused');
      return;
    }
    this.#opened = checked.opened;
    this.#problem = undefined;
    this.#loadedAtMs = this.#o.wallMs();
    log.info({ source, file, builtAt: timeText(checked.opened.builtAtMs) }, 'IP location file taken');
    const { isStale, ageDays } = this.status();
    if (isStale && warnsOfAge) log.warn({ source, file, ageDays }, 'IP location file is old');
    this.#o.onReload('taken');
  }

  #keepCurrent(reason: string, outcome: ReloadOutcome): void {
    const { file, source, log } = this.#o;
    this.#problem = reason;
    const message =
      this.#opened === undefined ? 'IP location file left out' : 'IP location file not taken; the old one stays';
    log.warn({ source, file, reason }, message);
    this.#o.onReload(outcome);
  }
}

/** Returns a text that changes with the file. Nanoseconds and inode distinguish writes in a millisecond. */
async function signatureOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return `absent: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be looked at (${String(code)})`}`;
  }
}

function timeText(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
