// Makes the two images of the lab's Kubernetes: Meridian's, and the sandbox, whose process holds a pod's namespaces.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Say } from '../../support/case.ts';
import { buildImage, storageIn } from '../../support/container-image.ts';
import { registerResource } from '../../test/support/resources.ts';
import { sandboxImage } from './cluster.ts';
import { image, imageTag } from './values.ts';

const run = promisify(execFile);

export interface Images {
  /** Archives for `ctr images import`. */
  readonly meridian: string;
  readonly sandbox: string;
}

/**
 * Makes the images. `archive`: Meridian's image from `npm run image -- --tag localhost/meridian:lab --out FILE`; if
 * undefined, it is built.
 */
export async function makeImages(archive: string | undefined, release: string | undefined, say: Say): Promise<Images> {
  const folder = mkdtempSync('/var/tmp/meridian-images-');
  registerResource('images', () => rmSync(folder, { recursive: true, force: true }));
  const sandbox = await makeSandbox(folder);
  if (archive !== undefined) return { meridian: archive, sandbox };
  say('a bare Debian, and the image on it');
  const built = await buildImage({ folder, release, tag: `${image}:${imageTag}` });
  return { meridian: built.archive, sandbox };
}

async function makeSandbox(folder: string): Promise<string> {
  const root = join(folder, 'sandbox');
  const { stdout } = await run('ldd', ['/bin/sleep']);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, file = '']) => file);
  for (const file of ['/bin/sleep', ...libraries]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  const recipe = join(folder, 'Sandbox');
  writeFileSync(recipe, 'FROM scratch\nCOPY . /\nENTRYPOINT ["/bin/sleep", "infinity"]\n');
  const env = storageIn(folder);
  await run('buildah', ['build', '--format', 'docker', '--tag', sandboxImage, '--file', recipe, root], { env });
  const archive = join(folder, 'sandbox.tar');
  await run('buildah', ['push', sandboxImage, `docker-archive:${archive}:${sandboxImage}`], { env });
  return archive;
}
