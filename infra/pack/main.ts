import { rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { packPackages } from './pack.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log('npm run pack [-- --out FOLDER]   npm packages of SDK, clients and command line (dist/packages)');
} else {
  const root = join(import.meta.dirname, '../..');
  const out = resolve(root, values.out ?? 'dist/packages');
  if (values.out === undefined) rmSync(out, { recursive: true, force: true });
  for (const { tarball } of await packPackages({ root, out })) console.log(relative(process.cwd(), tarball));
}
