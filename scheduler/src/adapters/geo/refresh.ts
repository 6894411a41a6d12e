// Refreshes a database file by a schedule: fetches a new file beside it, checks it, renames it over the old, loads it.
// After any failure the old file stays.
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock, ConfigIssue, Logger, Rng, Timer } from '@meridian/runtime';
import cron from 'node-cron';
import type { RefreshStatus } from '../../locating/geo.ts';
import { openChecked } from './check.ts';
import { type CacheValidators, isAllowedUrl } from './download.ts';
import { fetchSource, type RefreshSource } from './fetch-source.ts';
import type { WatchedFile } from './watched-file.ts';

export type RefreshOutcome = 'updated' | 'unchanged' | 'failed';

export interface RefreshOptions {
  readonly source: RefreshSource;
  readonly file: WatchedFile<unknown>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  onEnd(outcome: RefreshOutcome): void;
}

/** Checks that each source has one kind, a known file of its own, a valid cron expression and safe URLs. */
export function sourceIssues(sources: readonly RefreshSource[], files: readonly string[]): ConfigIssue[] {
  return sources.flatMap((source, at) => {
    const { file, url, checksumUrl, command } = source;
    const issue = (key: string, value: unknown, allowed: string, example?: string): ConfigIssue[] => [
      { key: `geoRefresh[${at}].${key}`, value, allowed, example },
    ];
    return [
      ...((url === undefined) === (command === undefined) ? issue('url', url, 'either url or command') : []),
      ...(files.includes(file) ? [] : issue('file', file, 'one of maxmindFile, geoCityFiles, geoCountryFiles')),
      ...(sources.findIndex((other) => other.file === file) === at ? [] : issue('file', file, 'one source per file')),
      ...(cron.validate(source.cron)
        ? []
        : issue('cron', source.cron, 'a cron expression of five or six fields', '15 3 * * 2')),
      ...(url === undefined || isAllowedUrl(url) ? [] : issue('url', '(given)', 'an https address without a password')),
      ...(checksumUrl === undefined || isAllowedUrl(checksumUrl)
        ? []
        : issue('checksumUrl', '(given)', 'an https address without a password')),
    ];
  });
}

export class GeoRefresh {
  readonly #o: RefreshOptions;
  readonly #task: { destroy(): unknown };
  #delay: Timer | undefined;
  #running: Promise<RefreshOutcome> | undefined;
  #isClosed = false;
  #problem: string | undefined;
  #lastSuccessMs: number | undefined;

  /** Schedules at once, in UTC: a machine's own time zone would move the hour. */
  constructor(o: RefreshOptions) {
    this.#o = o;
    this.#task = cron.schedule(o.source.cron, () => this.#startDelayed(), {
      timezone: 'Etc/UTC',
      logger: cronLog(o.log),
    });
  }

  /** Refreshes now; a second call during a run waits for that run. Never rejects. */
  run(): Promise<RefreshOutcome> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  status(): RefreshStatus {
    const { file, cron: expression } = this.#o.source;
    const at = this.#lastSuccessMs;
    return {
      file,
      cron: expression,
      lastSuccessAt: at === undefined ? null : new Date(at).toISOString(),
      problem: this.#problem ?? null,
    };
  }

  /** Idempotent; a running download ends by its time limit, and its file is discarded. */
  close(): void {
    this.#isClosed = true;
    this.#delay?.cancel();
    this.#task.destroy();
  }

  /** Delays by chance: many centres with the same schedule would all fetch at the same second. */
  #startDelayed(): void {
    const { clock, rng, source } = this.#o;
    this.#delay?.cancel();
    this.#delay = clock.after(Math.floor(rng.next() * source.jitterMs), () => void this.run());
  }

  async #run(): Promise<RefreshOutcome> {
    const { source, log } = this.#o;
    const temporary = join(dirname(source.file), `.${basename(source.file)}.refresh`);
    let outcome: RefreshOutcome;
    try {
      await rm(temporary, { force: true }); // left by a killed process
      outcome = await this.#fetchAndPlace(temporary);
      this.#problem = undefined;
      this.#lastSuccessMs = this.#o.clock.wallMs();
      log.info({ file: source.file, outcome }, 'IP location file refreshed');
    } catch (error) {
      outcome = 'failed';
      this.#problem = error instanceof Error ? error.message : String(error);
      log.warn({ file: source.file, err: error }, 'IP location file could not be refreshed; the old one stays');
    }
    await rm(temporary, { force: true }).catch((error: unknown) =>
      log.warn({ temporary, err: error }, 'a temporary file could not be deleted'),
    );
    this.#o.onEnd(outcome);
    return outcome;
  }

  async #fetchAndPlace(temporary: string): Promise<RefreshOutcome> {
    const { source, file } = this.#o;
    const fetched = await fetchSource(source, temporary, await readValidators(source));
    if (fetched.outcome === 'unchanged') return 'unchanged';
    const { parse, opened, allowOlder } = file;
    const checked = await openChecked({ file: temporary, parse, current: opened, allowOlder });
    if (!checked.ok) throw new Error(`what was fetched is not good: ${checked.reason}`);
    if (this.#isClosed) throw new Error('the centre is closing');
    await toDisk(temporary);
    await rename(temporary, source.file);
    await saveValidators(source, fetched);
    await file.reload();
    return 'updated';
  }
}

/** Flushes a file, because a file renamed before its bytes are on disk may be empty after a power cut. */
async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
}

const validatorsPath = (source: RefreshSource): string => `${source.file}.source.json`;

/** Returns what the server said of the file in use, if that is unchanged, so that only a newer file is fetched. */
async function readValidators(source: RefreshSource): Promise<CacheValidators | undefined> {
  try {
    const note = JSON.parse(await readFile(validatorsPath(source), 'utf8')) as Record<string, unknown>;
    const { size, mtimeMs } = await stat(source.file);
    if (note['url'] !== source.url || note['size'] !== size || note['mtimeMs'] !== mtimeMs) return undefined;
    const { etag, lastModified } = note;
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    return { etag: text(etag), lastModified: text(lastModified) };
  } catch {
    return undefined; // no readable note: the whole file is fetched
  }
}

async function saveValidators(source: RefreshSource, { etag, lastModified }: CacheValidators): Promise<void> {
  if (source.url === undefined || (etag === undefined && lastModified === undefined)) return;
  const { size, mtimeMs } = await stat(source.file);
  await writeFile(validatorsPath(source), JSON.stringify({ url: source.url, etag, lastModified, size, mtimeMs }));
}

function cronLog(log: Logger) {
  return {
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.warn(message),
    error: (message: string | Error) => log.error({ err: message }, 'the schedule of refreshes'),
    debug: (message: string | Error) => log.debug({ err: message }, 'the schedule of refreshes'),
  };
}
