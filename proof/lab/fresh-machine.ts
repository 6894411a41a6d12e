import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Say } from '../support/case.ts';
import { bootstrapDebian, copyNetworkFiles, networkEnvironment } from '../support/debian-root.ts';
import { registerResource } from '../test/support/resources.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;

const END_LIMIT_MS = 20_000;

/**
 * A bare Debian 12 in a folder: debootstrap's smallest set of packages, Node 20 with npm 10, and a clone of the
 * repository. It shares with the real machine only the network and the settings for access to it (mirror, registry,
 * certificates).
 */
export class FreshMachine {
  readonly #base: string;
  readonly #root: string;
  readonly #unregister: () => void;
  /** Value in the environment of every process of this machine, by which `processes` finds them. */
  readonly #machineId = `fresh-${process.pid}-${Date.now()}`;

  private constructor(base: string) {
    this.#base = base;
    this.#root = join(base, 'root');
    this.#unregister = registerResource('a fresh machine', () => this.close());
  }

  /** Creates the machine. Rejects without root, or when the mirror or the registry cannot be reached. */
  static async create(o: { tree: string; workTree: boolean; say: Say }): Promise<FreshMachine> {
    if (process.getuid?.() !== 0) throw new Error('the lab case fresh needs root: debootstrap and chroot');
    // The folder is not in /tmp, which is often a small tmpfs.
    const machine = new FreshMachine(mkdtempSync('/var/tmp/meridian-fresh-'));
    try {
      o.say('debootstrap of Debian 12');
      await bootstrapDebian(machine.#root, ['ca-certificates']);
      copyNetworkFiles(machine.#root);
      o.say('Node 20 with npm 10');
      await machine.#installNode();
      o.say(o.workTree ? 'copy of the work tree' : 'clone of the last commit');
      await machine.#clone(o.tree, o.workTree);
      return machine;
    } catch (error) {
      await machine.close();
      throw error;
    }
  }

  spawn(command: string[]): ChildProcess {
    const script = [
      'mount --make-rprivate /',
      'mount -t proc proc "$R/proc"',
      'mount --rbind /sys "$R/sys"',
      'mount --rbind /dev "$R/dev"',
      'exec chroot "$R" /bin/sh -c \'cd /opt/meridian && exec "$@"\' sh "$@"',
    ].join(' && ');
    return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', ...command], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.#environment(), R: this.#root },
    });
  }

  processes(): number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => readEnvironment(pid).includes(this.#machineId));
  }

  async close(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      for (const pid of this.processes()) endProcess(pid, signal);
      const deadline = performance.now() + END_LIMIT_MS;
      while (this.processes().length > 0 && performance.now() < deadline) await sleep(100);
    }
    rmSync(this.#base, { recursive: true, force: true });
    this.#unregister();
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...networkEnvironment(),
      PATH: '/opt/node/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LANG: 'C.UTF-8',
      MERIDIAN_MACHINE: this.#machineId,
    };
  }

  /** Installs Node from the npm registry, since Debian 12 has Node 18 only. */
  async #installNode(): Promise<void> {
    const packed = join(this.#base, 'packed');
    mkdirSync(packed);
    const node = join(this.#root, 'opt/node');
    for (const [name, into] of [
      [`node-linux-${arch()}@20`, node],
      ['npm@10', join(node, 'lib/node_modules/npm')],
    ] as const) {
      const listed = await run('npm', ['view', name, 'version', '--json'], { cwd: packed });
      const versions = [JSON.parse(listed.stdout) as string | string[]].flat().sort((a, b) => compareVersions(a, b));
      const exact = `${name.slice(0, name.lastIndexOf('@'))}@${versions.at(-1)}`;
      const { stdout } = await run('npm', ['pack', '--json', exact], { cwd: packed, maxBuffer: BUFFER_BYTES });
      const file = (JSON.parse(stdout) as { filename: string }[])[0]?.filename;
      if (!file) throw new Error(`npm pack ${exact} named no file`);
      await run('tar', ['-xzf', file], { cwd: packed });
      mkdirSync(dirname(into), { recursive: true });
      renameSync(join(packed, 'package'), into);
    }
    for (const name of ['npm', 'npx']) {
      const script = `#!/bin/sh\nexec /opt/node/bin/node /opt/node/lib/node_modules/npm/bin/${name}-cli.js "$@"\n`;
      writeFileSync(join(node, 'bin', name), script, { mode: 0o755 });
    }
  }

  async #clone(tree: string, workTree: boolean): Promise<void> {
    const to = join(this.#root, 'opt/meridian');
    if (!workTree) {
      await run('git', ['clone', '--quiet', '--no-hardlinks', tree, to]);
      return;
    }
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: tree,
      maxBuffer: BUFFER_BYTES,
    });
    for (const path of stdout.split('\0').filter((name) => name !== '' && existsSync(join(tree, name)))) {
      mkdirSync(dirname(join(to, path)), { recursive: true });
      cpSync(join(tree, path), join(to, path));
    }
  }
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (x?.[index] ?? 0) - (y?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Returns the environment of a process; '' if it has ended, or if even root may not read it, in which case it does not
 * belong to this machine.
 */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    if (isCode(error, ['ENOENT', 'ESRCH', 'EACCES'])) return '';
    throw error;
  }
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isCode(error, ['ESRCH'])) throw error;
  }
}

function isCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
