// What the local cloud keeps between runs, in one folder that only its user can read: secrets, children's state, logs,
// and which processes run now.
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

const guestsMs = 12 * 3600_000; // a day's work; then the address in the terminal is worth nothing
const logBytesMax = 8 * 1024 * 1024; // then the file is renamed to .1 and begun anew

/**
 * Secrets of this machine's cloud, made at its first start; those that an older version did not know are added. A
 * damaged file is an error with the way out in it.
 */
export function loadSecrets(stateDir: string): Secrets {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, 'secrets.json');
  const kept = existsSync(file) ? readSecrets(file, stateDir) : {};
  const word = (): string => randomBytes(32).toString('base64url');
  const secrets: Secrets = {
    clusterToken: word(),
    clusterSecret: word(),
    devKey: { key: 'devkey', secret: word() },
    sealSecret: word(),
    operatorKey: { key: 'operator', secret: word() },
    dialKey: { key: 'dialkey', secret: word() },
    ...kept,
  };
  if (Object.keys(secrets).length > Object.keys(kept).length) writePrivate(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

/** A revoked `devKey` counts never again: another one takes its place, from the next start on. False: it was not it. */
export function replaceDevKey(stateDir: string, revokedKey: string): boolean {
  const secrets = loadSecrets(stateDir);
  if (secrets.devKey.key !== revokedKey) return false;
  const key = `devkey-${randomBytes(4).toString('hex')}`;
  const devKey = { key, secret: randomBytes(32).toString('base64url') };
  writePrivate(join(stateDir, 'secrets.json'), JSON.stringify({ ...secrets, devKey }, null, 2));
  return true;
}

/** What an earlier start wrote. */
function readSecrets(file: string, stateDir: string): Partial<Secrets> {
  const way = `delete the folder ${stateDir} to begin anew`;
  let secrets: Secrets;
  try {
    secrets = JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    throw new Error(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}); ${way}`);
  }
  const { clusterToken, clusterSecret, devKey, sealSecret, operatorKey, dialKey } = (secrets ?? {}) as Partial<Secrets>;
  const old = [clusterToken, clusterSecret, devKey?.secret];
  const added = [sealSecret, operatorKey?.secret, dialKey?.secret].filter((word) => word !== undefined);
  const isWhole = [...old, ...added].every((word) => typeof word === 'string' && word.length >= 32);
  if (!isWhole) throw new Error(`${file} is incomplete; ${way}`);
  return secrets;
}

/** Keys of the local network's guests, of one start. */
export function newGuests(nowMs: number): Guests {
  return {
    key: 'guests',
    secret: randomBytes(32).toString('base64url'),
    joinKey: randomBytes(16).toString('base64url'),
    expiresAtMs: nowMs + guestsMs,
  };
}

/** Writes a file that only the user can read, in one step. */
export function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Writes a child's configuration, unless the file says the same already: a start shall not need a disk with room.
 * A token that an earlier start has spent may stay in it.
 */
export function writeConfig(file: string, config: Readonly<Record<string, unknown>>, enrolmentToken?: string): void {
  const text = JSON.stringify({ ...config, enrolmentToken }, null, 2);
  if (text !== withoutToken(file)) writePrivate(file, text);
}

/** Undefined when there is nothing to read. */
function withoutToken(file: string): string | undefined {
  try {
    return JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), enrolmentToken: undefined }, null, 2);
  } catch (error) {
    // Not there yet, or damaged: it is written anew. Without the right to read it that fails too, and says more.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A child that ended by itself; `how`: the signal or the exit code. */
export interface Death {
  readonly id: string;
  readonly atMs: number;
  readonly how: string;
}

/** What runs now; read by tests and by the next start. */
export interface RunFile {
  readonly supervisorPid: number;
  readonly supervisorStart: string;
  /** It has been asked to end, and does. */
  readonly isEnding?: boolean;
  readonly children: Record<string, { pid: number; start: string }>;
  /** Of this run. */
  readonly deaths?: readonly Death[];
}

/**
 * Start time of a process in clock ticks since boot: with the pid it names one process for good. undefined when it is
 * gone, or has ended and only waits until its exit code is read (a zombie; in some containers it never is).
 */
export function processStart(pid: number): string | undefined {
  try {
    return startIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return undefined;
    throw error;
  }
}

/** Of /proc/PID/stat. While other threads still end, a process is called a zombie and holds its ports. Pure. */
export function startIn(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the state on, which proc(5) numbers 3
  const [state, threads, start] = [fields[0], fields[17], fields[19]];
  return state === 'Z' && threads === '1' ? undefined : start;
}

export interface PastRun {
  readonly pid: number;
  /** The supervisor runs. */
  readonly alive: boolean;
  readonly isEnding: boolean;
  /** Its children that run. */
  readonly leftovers: readonly { id: string; pid: number }[];
}

/** The run recorded in the folder. */
export function readRun(stateDir: string): PastRun | undefined {
  const file = join(stateDir, 'run.json');
  if (!existsSync(file)) return undefined;
  let run: RunFile;
  try {
    run = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined; // torn by a power cut: nothing to trust in it
  }
  const same = (pid: number, start: string): boolean => processStart(pid) === start;
  const leftovers = Object.entries(run.children ?? {}).flatMap(([id, child]) =>
    same(child.pid, child.start) ? [{ id, pid: child.pid }] : [],
  );
  const { supervisorPid: pid, isEnding = false } = run;
  return { pid, alive: same(pid, run.supervisorStart), isEnding, leftovers };
}

/** Records what runs now: the pid of each child, and those that have died. */
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

/** What shells of other terminals read (`shell-env.ts`); it has secrets. */
export const writeShellEnv = (stateDir: string, text: string): void => writePrivate(join(stateDir, ENV_FILE), text);

/** Forgets the run: the last thing an orderly stop does. */
export function removeRun(stateDir: string): void {
  rmSync(join(stateDir, 'run.json'), { force: true });
}

/** Enough to see why a start failed. */
const lastLinesMax = 12;

/** Of one child; rotated to FILE.1. */
export const logFileOf = (stateDir: string, id: string): string => join(stateDir, 'logs', `${id}.log`);

/** Appends raw lines to logs/<id>.log, at most 2 × 8 MiB per process. */
export class LogFile {
  readonly #file: string;
  readonly #onTrouble: (error: unknown) => void;
  #fd: number;
  #bytes: number;
  #closed = false;
  #lastLines: string[] = [];

  /** `onTrouble` hears of every line that could not be written. */
  constructor(stateDir: string, id: string, onTrouble: (error: unknown) => void) {
    mkdirSync(join(stateDir, 'logs'), { recursive: true, mode: 0o700 });
    this.#file = logFileOf(stateDir, id);
    this.#onTrouble = onTrouble;
    this.#bytes = existsSync(this.#file) ? statSync(this.#file).size : 0;
    this.#fd = openSync(this.#file, 'a', 0o600);
  }

  /**
   * Never throws: a line that the disk does not take is dropped, and the next one tried again. After `close` nothing is
   * written.
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

  /** The newest lines of this run, at most twelve. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  /** The old descriptor is kept until there is a new one, so a failure half-way can be tried again. */
  #rotate(): void {
    if (existsSync(this.#file)) renameSync(this.#file, `${this.#file}.1`);
    const fd = openSync(this.#file, 'a', 0o600);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#bytes = 0;
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }
}
