// Installs our packages without a registry: from their tarballs, with the dependencies of their package.json from this
// repository's node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folders, type Name, packPackages } from '../../pack/pack.ts';

const root = join(import.meta.dirname, '../../..');

export async function installPacked(folder: string, names: readonly Name[]) {
  const packed = await packPackages({ root, out: join(folder, 'tarballs'), names });
  const modules = join(folder, 'node_modules');
  for (const { name, tarball, manifest } of packed) {
    const home = join(modules, '@meridian', name);
    mkdirSync(home, { recursive: true });
    execFileSync('tar', ['xzf', tarball, '-C', home, '--strip-components=1']);
    for (const needed of Object.keys(manifest.dependencies ?? {}))
      if (!needed.startsWith('@meridian/')) link(modules, name, needed);
  }
  return packed;
}

/** npm puts a dependency inside the package when the root has another version of it. */
function link(modules: string, dependent: Name, needed: string): void {
  const place = join(modules, needed);
  mkdirSync(dirname(place), { recursive: true });
  const own = join(root, folders[dependent], 'node_modules', needed);
  if (!existsSync(place)) symlinkSync(existsSync(own) ? own : join(root, 'node_modules', needed), place);
}
