// Starts a PostgreSQL of the tests, on a loopback address and in its own folder, without durability.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../../../base/runtime/test/support/until.ts';

const USER = 'meridian';
/** Address of this process alone: so no outgoing connection of another test takes the port while the server is down. */
const HOST = `127.79.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;
/** Below the kernel's ephemeral ports: a listener of another test on all addresses would block a restart. */
const FIRST_PORT = 5432;
let started = 0;
const START_MS_MAX = 60_000;
/** Characters of output kept for the error of a failed start. */
const SAID_MAX = 2000;

export interface Postgres {
  /** Returns the URL of a new database: empty, or a copy of `like`, which no client may have open. */
  database(templateUrl?: string): Promise<string>;
  /** Freezes or thaws all processes of the server: it keeps its port and does not answer. */
  pause(): void;
  resume(): void;
  /** Kills the server like a power cut; `restart` uses the same port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-postgres-'));
  const as = identity();
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'ignore' } as const;
  execFileSync(program('initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  started += 1;
  const port = FIRST_PORT + started;
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'autovacuum=off',
    `unix_socket_directories=${folder}`,
    `listen_addresses=${HOST}`,
  ];
  let guard: ChildProcess | undefined;
  const start = () => {
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(
      program('postgres'),
      args,
      Object.assign({}, options, { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    guard = guardOf(server, folder);
    return server;
  };
  const urlOf = (name: string) => `postgres://${USER}@${HOST}:${port}/${name}`;
  let child = start();
  let databases = 0;
  await accepts(urlOf('postgres'), child);
  // Processes that serve connections are its children, in sessions of their own; none of them ends while the server is
  // frozen.
  const signalChildren = (name: NodeJS.Signals): number[] => {
    const text = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' });
    const pids = text.trim().split('\n').map(Number);
    for (const pid of pids) process.kill(pid, name);
    return pids;
  };
  /** Kills all processes at once: a child alone could still answer a query before it sees that the server is gone. */
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGSTOP'); // it must not fork new children
    const pids = signalChildren('SIGKILL');
    child.kill('SIGKILL');
    await exited;
    // A child that has not ended still holds the shared memory, and a new server refuses to start beside it.
    await until('its processes are gone', () => !pids.some(isRunning));
    guard?.kill();
  };
  return {
    async database(like) {
      databases += 1;
      const name = `test${databases}`;
      await runQuery(
        urlOf('postgres'),
        `create database ${name}${like === undefined ? '' : ` template ${new URL(like).pathname.slice(1)}`}`,
      );
      return urlOf(name);
    },
    pause() {
      child.kill('SIGSTOP');
      signalChildren('SIGSTOP');
    },
    resume() {
      signalChildren('SIGCONT');
      child.kill('SIGCONT');
    },
    kill,
    async restart() {
      child = start();
      await accepts(urlOf('postgres'), child);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends the server and removes its folder when this process ends in any way, which closes the pipe between them. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'read _; pkill -KILL -P "$1"; kill -KILL "$1"; rm -rf "$2"';
  const args = ['-c', script, 'guard', String(pid), folder];
  // The guard has a group of its own, so a signal to the run's group does not end it.
  const guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

/** A zombie (Z, proc(5)), a killed process that its parent has not waited for, holds no resources any more. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

/** PostgreSQL refuses root; it then runs as the user of its package. */
function identity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps the programs of each version in a folder outside the PATH. */
function program(name: string): string {
  return globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1) ?? name;
}

async function accepts(url: string, child: ChildProcess): Promise<void> {
  let outputTail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    outputTail = (outputTail + text).slice(-SAID_MAX);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`postgres ended with ${code}: ${outputTail}`)));
  });
  const deadlineMs = performance.now() + START_MS_MAX;
  const queryUntilReady = async (): Promise<void> => {
    for (;;) {
      try {
        return await runQuery(url, 'select 1');
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.race([failed, queryUntilReady()]);
}

async function runQuery(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}
