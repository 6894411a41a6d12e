// Redis and PostgreSQL as Debian's programs. A company provides its own beside our image and chart.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';

export interface StoreOptions {
  /** Words before a command that make it run in the network of the stores. */
  readonly prefix: readonly string[];
  readonly ip: string;
  /** Password of the database user and of Redis. */
  readonly password: string;
  readonly redis?: readonly string[];
}

export class Stores {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly #folder = mkdtempSync('/var/tmp/meridian-stores-');
  readonly #children: ChildProcess[] = [];
  readonly #unregister = registerResource('Redis and PostgreSQL', () => this.close());

  private constructor({ ip, password }: StoreOptions) {
    this.redisUrl = `redis://:${password}@${ip}:6379`;
    this.databaseUrl = `postgres://meridian:${password}@${ip}:5432/meridian`;
  }

  /** Resolves when both stores answer. Needs root. */
  static async start(o: StoreOptions): Promise<Stores> {
    const stores = new Stores(o);
    try {
      await stores.#start(o);
      return stores;
    } catch (error) {
      await stores.close();
      throw error;
    }
  }

  async #start({ prefix, ip, password, redis }: StoreOptions): Promise<void> {
    const redisCommand = ['redis-server', '--bind', ip, '--requirepass', password, '--save', '', '--dir', this.#folder];
    this.#spawn([...prefix, ...(redis ?? [...redisCommand, '--loglevel', 'warning'])]);
    const data = join(this.#folder, 'postgres');
    mkdirSync(data);
    chmodSync(this.#folder, 0o755);
    const id = (option: string): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
    chownSync(data, id('-u'), id('-g'));
    const asPostgres = ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups'];
    const program = (name: string): string => globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1) ?? name;
    const secret = join(this.#folder, 'password');
    writeFileSync(secret, password);
    const [file = '', ...words] = [...asPostgres, program('initdb'), '-D', data, '-A', 'scram-sha-256', '-E', 'UTF8'];
    execFileSync(file, [...words, '--no-sync', '-U', 'postgres', `--pwfile=${secret}`], { cwd: data, stdio: 'ignore' });
    appendFileSync(join(data, 'pg_hba.conf'), 'host all all 0.0.0.0/0 scram-sha-256\n');
    const settings = [`listen_addresses=${ip}`, `unix_socket_directories=${data}`, 'fsync=off'];
    this.#spawn([
      ...prefix,
      ...asPostgres,
      program('postgres'),
      '-D',
      data,
      ...settings.flatMap((each) => ['-c', each]),
    ]);
    const psql = (text: string): string =>
      execFileSync(
        'ip',
        [...prefix.slice(1), 'psql', `postgres://postgres:${password}@${ip}:5432/postgres`, '--command', text],
        { encoding: 'utf8', stdio: 'pipe' },
      );
    await until('PostgreSQL answers', () => psql('select 1') !== '');
    psql(`create role meridian login password '${password}'`);
    psql('create database meridian owner meridian');
  }

  #spawn([file = '', ...args]: readonly string[]): void {
    this.#children.push(spawn(file, args, { cwd: this.#folder, stdio: 'ignore' }));
  }

  async close(): Promise<void> {
    this.#unregister();
    for (const child of this.#children) await endStore(child);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Ends a store by SIGINT, at which PostgreSQL ends its sessions and itself. */
async function endStore(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await exited;
}
