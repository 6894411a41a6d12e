// A PostgreSQL of our own: on a loopback address, in a folder of its own, keeping nothing that a crash would lose.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../../../base/runtime/test/support/until.ts';

const USER = 'meridian';
/** An address of this process alone: no outgoing connection of another test takes the port while it is away. */
const HOST = `127.79.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;
/**
 * Below those that the kernel gives out: a listener of another test on all addresses would keep it from starting again.
 */
const FIRST_PORT = 5432;
let started = 0;
const START_MS_MAX = 60_000;
/** Characters kept of what it says, for the error when it does not start. */
const SAID_MAX = 2000;

export interface Postgres {
  /** A new database: empty, or as one that no client has open now. */
  database(like?: string): Promise<string>;
  /** Freezes and thaws every process of it: it keeps its port and gives no answer. */
  pause(): void;
  resume(): void;
  /** Ends it as a power cut does, and starts it again on the same port. */
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
    const args = ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])];
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
  // Those that serve connections are its children, in sessions of their own; while it is frozen none of them goes away.
  const signalChildren = (name: NodeJS.Signals): number[] => {
    const text = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' });
    const pids = text.trim().split('\n').map(Number);
    for (const pid of pids) process.kill(pid, name);
    return pids;
  };
  /** All at once: a child alone may still answer a query before it sees that the first process is gone. */
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGSTOP'); // it must not make new ones
    const pids = signalChildren('SIGKILL');
    child.kill('SIGKILL');
    await exited;
    // One that has not ended yet still has the shared memory, and a new server refuses to start beside it.
    await until('its processes are gone', () => !pids.some(isRunning));
    guard?.kill();
  };
  return {
    async database(like) {
      databases += 1;
      const name = `test${databases}`;
      await ask(
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

/** Ends it and removes its folder when this process is gone, however that went: the pipe between them closes then. */
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'read _; pkill -KILL -P "$1"; kill -KILL "$1"; rm -rf "$2"';
  const args = ['-c', script, 'guard', String(pid), folder];
  // In a group of its own: what ends the run's group leaves it.
  const guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

/** A killed process that its parent has not waited for yet (Z, proc(5)) holds nothing any more. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

/** PostgreSQL refuses root: then it runs as the user that its package has made. */
function identity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps them beside each other by version, off the PATH. */
function program(name: string): string {
  return globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1) ?? name;
}

async function accepts(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_MAX);
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`postgres ended with ${code}: ${said}`)));
  });
  const deadlineMs = performance.now() + START_MS_MAX;
  const asked = async (): Promise<void> => {
    for (;;) {
      try {
        return await ask(url, 'select 1');
      } catch (error) {
        if (performance.now() > deadlineMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.race([failed, asked()]);
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}
