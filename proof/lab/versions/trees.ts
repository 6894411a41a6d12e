// The folder of a version, with its sources, packages and pages, which its own set-up has made.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChildSpec, TopologyOptions, topology } from '../../../infra/local/topology.ts';
import type { Say } from '../../support/case.ts';

const repository = join(import.meta.dirname, '../../..');

/** `before`: the old version; `after`: this version. */
export type Version = 'before' | 'after';

export interface Tree {
  readonly version: Version;
  readonly dir: string;
  /** Returns the configuration of every process as this version writes it. */
  specs(o: Omit<TopologyOptions, 'pageDir'>, secrets: Parameters<typeof topology>[1]): ChildSpec[];
}

export const presentTree = (): Promise<Tree> => treeAt('after', repository);

/** Returns the tree of a commit in `folder`, which an earlier run may have made. */
export async function treeOf(ref: string, folder: string, say: Say): Promise<Tree> {
  const commit = git('rev-parse', '--verify', `${ref}^{commit}`).trim();
  const dir = join(folder, commit.slice(0, 8));
  const markFile = join(dir, '.is-made');
  if (!existsSync(markFile)) {
    say(`making ${ref} in ${dir}`);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    const archive = execFileSync('git', ['archive', commit], { cwd: repository, maxBuffer: 1 << 30 });
    execFileSync('tar', ['--extract', '--directory', dir], { input: archive });
    await setUp(dir);
    writeFileSync(markFile, '');
  }
  const changed = git('diff', '--stat', commit, '--', 'infra/mediasoup-worker', 'sfu/pathd').trim();
  if (changed !== '') say('media worker or forwarder differ; both versions run those of the new version');
  return treeAt('before', dir);
}

/** Runs `npm run pack`, which installs all packages and builds all pages first. */
function setUp(dir: string): Promise<void> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  const child = spawn('npm', ['run', 'pack'], {
    cwd: dir,
    env: { PATH, HOME, LANG },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${dir} cannot be made: exit ${code}`))));
  });
}

async function treeAt(version: Version, dir: string): Promise<Tree> {
  const file = pathToFileURL(join(dir, 'infra/local/topology.ts')).href;
  const { topology: make } = (await import(file)) as { topology: typeof topology };
  // Before ADR 0041, the pages were in the folder `web`.
  const pageDir = ['product/web/dist', 'web/dist'].map((path) => join(dir, path)).find(existsSync) ?? '';
  return { version, dir, specs: (o, secrets) => make(Object.assign({ pageDir }, o), secrets) };
}

const git = (...args: string[]): string => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
