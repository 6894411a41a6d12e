// State of the local cloud between runs, in a folder that only its user can read: secrets, children's state, logs, and
// the running processes.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ENV_FILE } from './shell-env.ts';
import type { Guests, Secrets } from './spec.ts';

const guestsMs = 12 * 3600_000; // a day's work; later the URL in the terminal is useless
const logBytesMax = 8 * 1024 * 1024; // then the file is renamed to .1

/**
 * Loads the secrets of this machine's cloud, which the first start makes; secrets that an older version lacks are
 * added. A damaged file is an error with a remedy.
 */
export function loadSecrets(stateDir: string): Secrets {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, 'secrets.json');
  const storedSecrets = existsSync(file) ? readSecrets(file, stateDir) : {};
  const newSecret = (): string => randomBytes(32).toString('base64url');
  const secrets: Secrets = {
    clusterToken: newSecret(),
    clusterSecret: newSecret(),
    devKey: { key: 'devkey', secret: newSecret() },
    sealSecret: newSecret(),
    operatorKey: { key: 'operator', secret: newSecret() },
    dialKey: { key: 'dialkey', secret: newSecret() },
    ...storedSecrets,
  };
  if (Object.keys(secrets).length > Object.keys(storedSecrets).length)
    writePrivate(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

/** Replaces a revoked `devKey` from the next start on. Returns false if `revokedKey` is not the present key. */
export function replaceDevKey(stateDir: string, revokedKey: string): boolean {
  const secrets = loadSecrets(stateDir);
  if (secrets.devKey.key !== revokedKey) return false;
  const key = `devkey-${randomBytes(4).toString('hex')}`;
  const devKey = { key, secret: randomBytes(32).toString('base64url') };
  writePrivate(join(stateDir, 'secrets.json'), JSON.stringify({ ...secrets, devKey }, null, 2));
  return true;
}

function readSecrets(file: string, stateDir: string): Partial<Secrets> {
  const remedy = `delete the folder ${stateDir} to begin anew`;
  let secrets: Secrets;
  try {
    secrets = JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    throw new Error(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}); ${remedy}`);
  }
  const { clusterToken, clusterSecret, devKey, sealSecret, operatorKey, dialKey } = (secrets ?? {}) as Partial<Secrets>;
  const old = [clusterToken, clusterSecret, devKey?.secret];
  const added = [sealSecret, operatorKey?.secret, dialKey?.secret].filter((word) => word !== undefined);
  const isWhole = [...old, ...added].every((word) => typeof word === 'string' && word.length >= 32);
  if (!isWhole) throw new Error(`${file} is incomplete; ${remedy}`);
  return secrets;
}

export function newGuests(nowMs: number): Guests {
  return {
    key: 'guests',
    secret: randomBytes(32).toString('base64url'),
    joinKey: randomBytes(16).toString('base64url'),
    expiresAtMs: nowMs + guestsMs,
  };
}

/** Writes atomically, readable only by the user. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Writes a child's configuration unless the file has it already, so that a start needs no disk room. A used token of an
 * earlier start may remain.
 */
export function writeConfig(file: string, config: Readonly<Record<string, unknown>>, enrolmentToken?: string): void {
  const text = JSON.stringify({ ...config, enrolmentToken }, null, 2);
  if (text !== withoutToken(file)) writePrivate(file, text);
}

/** Returns undefined when the file is missing or damaged. */
function withoutToken(file: string): string | undefined {
  try {
    return JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), enrolmentToken: undefined }, null, 2);
  } catch (error) {
    // A missing or damaged file is rewritten. Without permission the write fails too, with a better error.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** `how` is the signal or exit code. */
export interface Death {
  readonly id: string;
  readonly atMs: number;
  readonly how: string;
}

/** Record of the running processes, read by tests and by the next start. */
export interface RunFile {
  readonly supervisorPid: number;
  readonly supervisorStart: string;
  readonly isEnding?: boolean;
  readonly children: Record<string, { pid: number; start: string }>;
  readonly deaths?: readonly Death[];
}

/**
 * Returns the start time of a process in clock ticks since boot, which with the pid identifies it. Undefined when it is
 * gone or a zombie (which some containers never reap).
 */
export function processStart(pid: number): string | undefined {
  try {
    return parseStartTime(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return undefined;
    throw error;
  }
}

/** Parses /proc/PID/stat. A process whose other threads still end is called a zombie too, but still holds its ports. */
export function parseStartTime(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the state on, which is field 3 in proc(5)
  const [state, threads, start] = [fields[0], fields[17], fields[19]];
  return state === 'Z' && threads === '1' ? undefined : start;
}

export interface PastRun {
  readonly pid: number;
  readonly alive: boolean;
  readonly isEnding: boolean;
  readonly leftovers: readonly { id: string; pid: number }[];
}

export function readRun(stateDir: string): PastRun | undefined {
  const file = join(stateDir, 'run.json');
  if (!existsSync(file)) return undefined;
  let run: RunFile;
  try {
    run = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined; // cut by a power failure, so not trustworthy
  }
  const isSameProcess = (pid: number, start: string): boolean => processStart(pid) === start;
  const leftovers = Object.entries(run.children ?? {}).flatMap(([id, child]) =>
    isSameProcess(child.pid, child.start) ? [{ id, pid: child.pid }] : [],
  );
  const { supervisorPid: pid, isEnding = false } = run;
  return { pid, alive: isSameProcess(pid, run.supervisorStart), isEnding, leftovers };
}

export function writeRun(
  stateDir: string,
  o: { pids: ReadonlyMap<string, number>; deaths: readonly Death[]; isEnding: boolean },
): void {
  const entries = [...o.pids].flatMap(([id, pid]) => {
    const start = processStart(pid);
    return start === undefined ? [] : [[id, { pid, start }] as const];
  });
  const run: RunFile = {
    supervisorPid: process.pid,
    supervisorStart: processStart(process.pid) ?? '',
    isEnding: o.isEnding,
    children: Object.fromEntries(entries),
    deaths: o.deaths,
  };
  writePrivate(join(stateDir, 'run.json'), JSON.stringify(run, null, 2));
}

/** Writes the variables for shells of other terminals (`shell-env.ts`); they include secrets. */
export const writeShellEnv = (stateDir: string, text: string): void => writePrivate(join(stateDir, ENV_FILE), text);

/** Removes the record, as the last step of an orderly stop. */
export function removeRun(stateDir: string): void {
  rmSync(join(stateDir, 'run.json'), { force: true });
}

/** Last lines of a child that are kept in memory: enough to see why a start failed. */
const lastLinesMax = 12;

/** Returns the log file of a child; a full one is renamed to FILE.1. */
export const logFileOf = (stateDir: string, id: string): string => join(stateDir, 'logs', `${id}.log`);

/** Appends raw lines to logs/<id>.log, at most 2 × 8 MiB per process. */
export class LogFile {
  readonly #file: string;
  readonly #onTrouble: (error: unknown) => void;
  #fd: number;
  #bytes: number;
  #closed = false;
  #lastLines: string[] = [];

  /** `onTrouble` is called for every line that could not be written. */
  constructor(stateDir: string, id: string, onTrouble: (error: unknown) => void) {
    mkdirSync(join(stateDir, 'logs'), { recursive: true, mode: 0o700 });
    this.#file = logFileOf(stateDir, id);
    this.#onTrouble = onTrouble;
    this.#bytes = existsSync(this.#file) ? statSync(this.#file).size : 0;
    this.#fd = openSync(this.#file, 'a', 0o600);
  }

  /**
   * Never throws: a line that cannot be written is dropped, and the next is tried. After `close` nothing is written.
   */
  write(line: string): void {
    if (this.#closed) return;
    this.#lastLines = [...this.#lastLines, line].slice(-lastLinesMax);
    try {
      if (this.#bytes > logBytesMax) this.#rotate();
      this.#bytes += writeSync(this.#fd, `${line}\n`);
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  /** Keeps the old descriptor until the new one is open, so that a failure can be retried. */
  #rotate(): void {
    if (existsSync(this.#file)) renameSync(this.#file, `${this.#file}.1`);
    const fd = openSync(this.#file, 'a', 0o600);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#bytes = 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }
}
