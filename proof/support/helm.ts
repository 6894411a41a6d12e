// Finds Helm for tests of the chart: the one on the machine, or one that Go builds once.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const VERSION = 'v3.16.4';

/** Returns the Helm executable. A first build takes minutes. Throws if there is neither Helm nor Go. */
export function helmHere(): string {
  const helmPath = spawnSync('sh', ['-c', 'command -v helm'], { encoding: 'utf8' }).stdout.trim();
  if (helmPath !== '') return helmPath;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'meridian/helm', VERSION);
  const file = join(folder, 'helm');
  if (existsSync(file)) return file;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new Error('there is no helm in PATH, and no Go to build it: install one of them');
  mkdirSync(folder, { recursive: true });
  const env = Object.assign({}, process.env, { GOBIN: folder });
  execFileSync('go', ['install', `helm.sh/helm/v3/cmd/helm@${VERSION}`], { env, stdio: ['ignore', 2, 2] });
  return file;
}
