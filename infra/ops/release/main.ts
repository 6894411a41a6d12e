// `npm run release`: puts everything that a host runs into one file.
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { makeRelease } from './bundle.ts';

const root = join(import.meta.dirname, '../../..');
const help = `npm run release [-- --version X] [--out FOLDER]
  one file with all that a host runs: dist/release/meridian-VERSION-PLATFORM.tar.gz, and its SHA-256 beside it
  --version X    its version (that of package.json)
  --out FOLDER   where it goes`;

function provided(name: string, remedy: string): string {
  const path = process.env[name] ?? '';
  if (path === '' || path === 'none') throw new Error(`a release is whole, and there is no ${name}: ${remedy}`);
  return path;
}

const { values } = parseArgs({
  options: { version: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
} else {
  const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { file, bytes, sha256 } = await makeRelease({
    root,
    version: values.version ?? ours.version,
    out: resolve(root, values.out ?? 'dist/release'),
    worker: provided('MEDIASOUP_WORKER_BIN', 'run npm run release'),
    pathd: provided('MERIDIAN_PATHD_BIN', 'install gcc'),
    jail: provided('MERIDIAN_JAIL_BIN', 'install gcc, on a Linux with Landlock'),
  });
  console.log(`${relative(process.cwd(), file)}  ${(bytes / 1e6).toFixed(1)} MB  SHA-256 ${sha256}`);
}
