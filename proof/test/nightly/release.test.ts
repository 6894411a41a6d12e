// A release on a bare Debian, without Node and without the worker's libraries. Needs root: debootstrap, chroot.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRelease, type Release } from '../../../infra/ops/release/bundle.ts';
import { bootstrapDebian } from '../../support/debian-root.ts';

const repository = join(import.meta.dirname, '../../..');
const version = '7.8.9';
let base: string;
let root: string;
let release: Release;

function make(out: string): Promise<Release> {
  const names = ['MEDIASOUP_WORKER_BIN', 'MERIDIAN_PATHD_BIN', 'MERIDIAN_JAIL_BIN'];
  const [worker = '', pathd = '', jail = ''] = names.map((name) => process.env[name]);
  return makeRelease({ root: repository, version, out, worker, pathd, jail });
}

/** Starts a command in the bare Debian, in namespaces of its own, so that its children end with it. */
function start(command: readonly string[]): ChildProcess {
  const script = [
    'mount --make-rprivate /',
    'mount -t proc proc "$R/proc"',
    'mount --rbind /dev "$R/dev"',
    'exec chroot "$R" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"',
  ].join(' && ');
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...command];
  return spawn('unshare', args, { env: { PATH: process.env['PATH'], R: root }, stdio: ['ignore', 'pipe', 'pipe'] });
}

function run(...command: string[]): Promise<{ code: number | null; said: string }> {
  const child = start(command);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

beforeAll(async () => {
  // Not in /tmp, which is often a small tmpfs.
  base = mkdtempSync('/var/tmp/meridian-release-');
  root = join(base, 'root');
  release = await make(join(base, 'first'));
  await bootstrapDebian(root, ['libssl3']);
  execFileSync('tar', ['-xzf', release.file, '-C', join(root, 'root')]);
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

it('the same tree gives the same bytes', async () => {
  const secondArchive = await make(join(base, 'second'));
  expect(secondArchive.sha256).toBe(release.sha256);
  expect(readFileSync(`${secondArchive.file}.sha256`, 'utf8')).toBe(
    `${release.sha256}  meridian-${version}-linux-x64.tar.gz\n`,
  );
});

it('install.sh installs the release, and reports that ffmpeg is missing', async () => {
  const { code, said } = await run(`/root/meridian-${version}/install.sh`);
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`is in /opt/meridian/${version}`) });
  expect(said).toContain('apt-get install -y --no-install-recommends ffmpeg\n');
  expect(said).not.toContain('Media nodes do not run here');
});

it('meridian is the command line', async () => {
  expect(await run('meridian', '--version')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

it("meridian node runs the host's services", async () => {
  expect(await run('meridian', 'node', '--help')).toMatchObject({ code: 0, said: expect.stringContaining('Usage: ') });
});

it.each(['scheduler', 'sfu', 'signaling', 'gateway', 'api', 'edge-probe', 'web'])(
  'meridian %s finds all its modules, and requires its configuration',
  async (service) => {
    const { code, said } = await run('meridian', service);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('configuration is not valid') });
  },
);

it('the centre starts, with its databases of locations', async () => {
  const secret = (): string => randomBytes(32).toString('base64url');
  const config = { clusterToken: secret(), clusterSecret: secret(), httpPort: 0, linkPort: 0 };
  mkdirSync(join(root, 'etc/meridian'), { recursive: true });
  writeFileSync(
    join(root, 'etc/meridian/test.json'),
    JSON.stringify({ ...config, stateDir: '/var/lib/meridian/test' }),
  );
  const child = start(['meridian', 'scheduler', '--config', '/etc/meridian/test.json']);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    lines.push(line);
    if (line.includes('"msg":"started"')) child.kill('SIGKILL');
  }
  expect(lines.join('\n')).toContain('"msg":"started"');
  expect(lines.filter((line) => line.includes('IP location file taken'))).toHaveLength(4);
});

it('the media worker starts in an unprivileged process', async () => {
  const script = [
    "import { createWorker } from '/opt/meridian/current/dist/services/vendor/mediasoup.js';",
    "const worker = await createWorker({ workerBin: '/opt/meridian/current/bin/mediasoup-worker' });",
    "console.log(worker.pid > 0 ? 'it runs' : 'none');",
    'worker.close();',
  ].join('\n');
  const node = '/opt/meridian/current/bin/node';
  const command = ['chroot', '--userspec=meridian-sfu', '/', node, '--input-type=module', '--eval', script];
  expect(await run(...command)).toEqual({ code: 0, said: 'it runs\n' });
});

it('the forwarder runs', async () => {
  expect(await run('/opt/meridian/current/bin/pathd', '--siphash')).toEqual({ code: 0, said: 'a129ca6149be45e5\n' });
  expect(await run('/opt/meridian/current/bin/jail', '--check')).toEqual({ code: 0, said: '' });
});
