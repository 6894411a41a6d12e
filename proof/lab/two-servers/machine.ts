// A server of the lab: a bare Debian that systemd-nspawn boots in a network namespace, with systemd as its first
// process, as on a real machine.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { copyTree, type Roots, repositoryPath } from './debian-roots.ts';
import { type HostName, hostsFile, type TwoPlaces } from './network.ts';
import { runScript, type ScriptResult } from './run-script.ts';

/** Time limit of a boot, which takes 2 s. */
const BOOT_LIMIT_MS = 60_000;
/** Time limit of a power-off, for which systemd gives its units 90 s. */
const POWEROFF_LIMIT_MS = 150_000;

/** Script that moves its shell into a new cgroup in every hierarchy, so that machines do not see each other's units. */
const ownCgroup = `
for controllers in $(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs); do
  parent=$(dirname "$controllers")
  case $parent in */mer2-*) continue;; esac
  mkdir -p "$parent/$CGROUP"
  for inherited in cpuset.cpus cpuset.mems; do
    if [ -e "$parent/$CGROUP/$inherited" ]; then cat "$parent/$inherited" > "$parent/$CGROUP/$inherited" || true; fi
  done
  echo $$ > "$parent/$CGROUP/cgroup.procs"
done
`;

export type ServerName = Extract<HostName, `server-${number}`>;

export interface MachineOptions {
  readonly name: ServerName;
  readonly net: TwoPlaces;
  readonly roots: Roots;
}

export class Machine {
  readonly name: MachineOptions['name'];
  readonly #o: MachineOptions;
  /** Folder of the disk; not in /tmp, which is often a small tmpfs. */
  readonly #dir = mkdtempSync('/var/tmp/meridian-server-');
  readonly #cgroup: string;
  readonly #unregister: () => void;
  #container: ChildProcess | undefined;
  #initPid = 0;

  constructor(o: MachineOptions) {
    this.#o = o;
    this.name = o.name;
    this.#cgroup = `mer2-${process.pid}-${o.name}`;
    this.#unregister = registerResource(o.name, () => this.close());
  }

  get root(): string {
    return join(this.#dir, 'root');
  }

  get isUp(): boolean {
    const container = this.#container;
    return container !== undefined && container.exitCode === null && container.signalCode === null;
  }

  async install(): Promise<void> {
    rmSync(this.root, { recursive: true, force: true });
    mkdirSync(this.root, { mode: 0o755 });
    await copyTree(this.#o.roots.root, this.root);
    writeFileSync(join(this.root, 'etc/hostname'), `${this.name}\n`);
    writeFileSync(join(this.root, 'etc/hosts'), hostsFile(this.name, this.#o.net.names));
    // systemd makes an id at the first boot, since two machines must not share one.
    writeFileSync(join(this.root, 'etc/machine-id'), '');
  }

  learnNames(): void {
    writeFileSync(join(this.root, 'etc/hosts'), hostsFile(this.name, this.#o.net.names));
  }

  write(path: string, text: string | Buffer, mode = 0o644): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  }

  /** Boots. Resolves when systemd has started all units. Rejects with "cannot boot: …" where containers cannot boot. */
  async boot(): Promise<void> {
    const { net, roots } = this.#o;
    const log = openSync(this.#log, 'a');
    const nspawn = [
      ...['--boot', '--register=no', '--keep-unit', '--quiet', '--console=pipe', '--resolv-conf=off', '--timezone=off'],
      ...['-D', this.root, '-M', this.name, `--network-namespace-path=/run/netns/${net.namespace(this.name)}`],
      `--bind-ro=${roots.repository}:${repositoryPath}`,
      // A real server allows these calls, by which ffmpeg's sandbox closes files.
      '--system-call-filter=landlock_create_ruleset landlock_add_rule landlock_restrict_self',
    ];
    // If this process is killed, the machine shuts down by TERM; KILL would leave the systemd inside running.
    const script = `set -e\n${ownCgroup}\nexec setpriv --pdeathsig TERM systemd-nspawn "$@"`;
    const container = spawn('sh', ['-c', script, 'sh', ...nspawn], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'], CGROUP: this.#cgroup },
    });
    closeSync(log);
    this.#container = container;
    this.#initPid = 0;
    try {
      this.#initPid = await until(
        'the container has a first process',
        () => {
          if (!this.isUp) throw new Error('systemd-nspawn ended');
          return firstProcessOf(container.pid ?? 0);
        },
        BOOT_LIMIT_MS,
      );
      await until('systemd is up', () => this.#isBooted(), BOOT_LIMIT_MS);
    } catch (error) {
      const log = readFileSync(this.#log, 'utf8').split('\n').slice(-20).join('\n');
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot boot: systemd-nspawn does not boot ${this.name} on this machine: ${why}\n${log}`);
    }
  }

  /** Runs a bash script to its end, as root in /root; `isOk` is false when it failed or took too long. */
  run(
    script: string,
    o: { limitMs: number; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void },
  ): Promise<ScriptResult> {
    const env = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LANG: 'C.UTF-8',
    };
    return runScript(script, {
      prefix: this.#enter,
      env: Object.assign(env, o.env),
      cwd: '/',
      limitMs: o.limitMs,
      ...(o.onLine !== undefined && { onLine: o.onLine }),
    });
  }

  get enterLine(): string {
    return `${this.#enter.join(' ')} bash`;
  }

  /** Powers off as by the power button: systemd ends its units first. */
  async powerOff(): Promise<void> {
    if (!this.isUp) return;
    execFileSync(this.#enter[0] ?? '', [...this.#enter.slice(1), 'systemctl', 'poweroff']);
    await until(`${this.name} is off`, () => !this.isUp, POWEROFF_LIMIT_MS);
  }

  /** Cuts the power: no unit is ended and nothing more is written. */
  async cutPower(): Promise<void> {
    if (!this.isUp) return;
    // With the first process all processes of the namespace end, and so does systemd-nspawn. Before the first process
    // exists, only systemd-nspawn must end.
    if (this.#initPid > 0) process.kill(this.#initPid, 'SIGKILL');
    else this.#container?.kill('SIGKILL');
    await until(`${this.name} is dead`, () => !this.isUp, BOOT_LIMIT_MS);
  }

  async close(): Promise<void> {
    await this.cutPower();
    this.#unregister();
    // The kernel removes the processes of ended cgroups with a delay.
    await until(`the groups of ${this.name} are gone`, () => removeCgroups(this.#cgroup), BOOT_LIMIT_MS);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #log(): string {
    return join(this.#dir, 'console.log');
  }

  get #enter(): string[] {
    return ['nsenter', '-t', String(this.#initPid), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--'];
  }

  #isBooted(): boolean {
    if (!this.isUp) throw new Error('systemd-nspawn ended');
    const [command = '', ...args] = this.#enter;
    const state = execFileSync(
      'sh',
      ['-c', '"$@" 2>&1 || true', 'sh', command, ...args, 'systemctl', 'is-system-running'],
      {
        encoding: 'utf8',
      },
    );
    // A machine with failed units counts as booted, since checks of the guide find these.
    return ['running', 'degraded'].includes(state.trim());
  }
}

/** Returns the child that is the first process of a pid namespace; undefined while it does not exist yet. */
function firstProcessOf(pid: number): number | undefined {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/);
  const first = children.find((child) => /^NSpid:.*\t1$/m.test(readOrEmpty(`/proc/${child}/status`)));
  return first === undefined ? undefined : Number(first);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return '';
    throw error;
  }
}

/** Removes cgroups, deepest first; returns true when none is left. */
function removeCgroups(name: string): boolean {
  const find = 'find /sys/fs/cgroup -depth -type d -path "*/$0*" -exec rmdir {} + 2>/dev/null';
  const left = 'find /sys/fs/cgroup -type d -name "$0"';
  return execFileSync('sh', ['-c', `${find}; ${left}`, name], { encoding: 'utf8' }) === '';
}
