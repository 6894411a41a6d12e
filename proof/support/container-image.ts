// Builds the image of a release without a registry, by buildah, on a bootstrapped Debian, in a storage of its own.
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { bootstrapDebian, copyNetworkFiles } from './debian-root.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;
const tree = join(import.meta.dirname, '../..');
const base = 'localhost/meridian-base:lab';

export interface ImageOptions {
  /** Folder for storage and archive, which the caller removes. Not in /tmp, which is often a small tmpfs. */
  readonly folder: string;
  readonly release: string | undefined;
  readonly tag: string;
}

export interface BuiltImage {
  /** File for `docker load`, `podman load` and `ctr images import`. */
  readonly archive: string;
  /** Size as the builder prints it, for example "1.07 GB". */
  readonly size: string;
  readonly archiveMb: number;
}

/** Returns the environment in which buildah and podman keep their images in `folder`. */
export function storageIn(folder: string): NodeJS.ProcessEnv {
  const storage = ['driver = "vfs"', `graphroot = "${folder}/images"`, `runroot = "${folder}/run"`];
  const file = join(folder, 'storage.conf');
  writeFileSync(file, `[storage]\n${storage.join('\n')}\n`);
  return Object.assign({}, process.env, { CONTAINERS_STORAGE_CONF: file, BUILDAH_ISOLATION: 'chroot' });
}

/** Runs `npm run image` on a bootstrapped Debian, without a registry. Takes minutes; needs root. */
export async function buildImage({ folder, release, tag }: ImageOptions): Promise<BuiltImage> {
  const env = storageIn(folder);
  const root = join(folder, 'root');
  await bootstrapDebian(root, ['netbase']);
  copyNetworkFiles(root);
  const file = join(folder, 'Base');
  writeFileSync(file, 'FROM scratch\nCOPY . /\n');
  const words = ['build', '--format', 'docker', '--tag', base, '--file', file, root];
  await run('buildah', words, { env, maxBuffer: BUFFER_BYTES });
  rmSync(root, { recursive: true });
  const archive = join(folder, 'image.tar');
  const asked = ['--base', base, '--tag', tag, '--builder', 'buildah', '--out', archive];
  const { stdout } = await run(
    'npm',
    ['run', '--silent', 'image', '--', ...asked, ...(release === undefined ? [] : ['--release', release])],
    { cwd: tree, env, maxBuffer: BUFFER_BYTES },
  );
  const [size = '', archiveMb = ''] = [...stdout.matchAll(/ {2}([\d.]+ [kMG]B)$/gm)].map(([, text]) => text);
  return { archive, size, archiveMb: Number.parseFloat(archiveMb) };
}
