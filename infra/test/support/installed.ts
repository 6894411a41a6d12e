// Our packages as they are after an installation, without a registry: unpacked from their tarballs, and of others only
// what their package.json asks for, from this repository's node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Name, packPackages } from '../../pack/pack.ts';

const root = join(import.meta.dirname, '../../..');

/** Packs `names` and installs them in `folder`. */
export async function installPacked(folder: string, names: readonly Name[]) {
  const packed = await packPackages({ root, out: join(folder, 'tarballs'), names });
  const modules = join(folder, 'node_modules');
  for (const { name, tarball, manifest } of packed) {
    const home = join(modules, '@meridian', name);
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['xzf', tarball, '-C', home, '--strip-components=1']);
    for (const needed of Object.keys(manifest.dependencies ?? {}))
      if (!needed.startsWith('@meridian/')) link(modules, needed);
  }
  return packed;
}

function link(modules: string, name: string): void {
  const place = join(modules, name);
  mkdirSync(dirname(place), { recursive: true });
  if (!existsSync(place)) symlinkSync(join(root, 'node_modules', name), place);
}
