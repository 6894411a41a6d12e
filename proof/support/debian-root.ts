// A bare Debian in a folder, and this machine's access to the network: mirror, names, certificates.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;

/** Names of the variables by which this machine reaches the network; only these are passed on. */
const SURROUNDINGS = /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_registry)$/i;

/** Returns the environment of a process that shall reach the network as this process does. */
export const networkEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => SURROUNDINGS.test(name)));

/**
 * Bootstraps debootstrap's smallest set of packages of this machine's own release, plus `include`. Needs root. Rejects
 * if the mirror cannot be reached.
 */
export async function bootstrapDebian(root: string, include: readonly string[]): Promise<void> {
  const { uri, codename } = machineMirror();
  await run('debootstrap', ['--variant=minbase', `--include=${include.join(',')}`, codename, root, uri], {
    maxBuffer: BUFFER_BYTES,
  });
}

export function copyNetworkFiles(root: string): void {
  rmSync(join(root, 'etc/apt/sources.list'), { force: true });
  const borrowed = [
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d',
    '/etc/resolv.conf',
    '/etc/hosts',
    '/etc/ssl/certs/ca-certificates.crt',
    '/root/.npmrc',
  ];
  for (const file of [...borrowed, process.env['NODE_EXTRA_CA_CERTS'] ?? '']) {
    if (!file || !existsSync(file)) continue;
    const to = join(root, file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to, { recursive: true, dereference: true });
  }
}

function machineMirror(): { uri: string; codename: string } {
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1];
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  for (const file of files.filter((name) => existsSync(name) && /\.(list|sources)$/.test(name))) {
    for (const stanza of readFileSync(file, 'utf8').split(/\n\s*\n/)) {
      const line = new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${codename}\\s`, 'm').exec(stanza);
      const suites = /^Suites:\s*(.*)$/m.exec(stanza)?.[1]?.split(/\s+/) ?? [];
      const uri =
        line?.[1] ?? (codename && suites.includes(codename) ? /^URIs:\s*(\S+)/m.exec(stanza)?.[1] : undefined);
      if (uri && codename) return { uri, codename };
    }
  }
  throw new Error('this machine names no Debian mirror for its own release');
}
