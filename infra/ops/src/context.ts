import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Folders } from './core/services.ts';

export interface Io {
  out(text: string): void;
  err(text: string): void;
}

export interface Context extends Io {
  readonly folders: Folders;
  /** Folder of the running release or repository. */
  readonly root: string;
  /** Folder of the release as configuration files name it: by the link `current`, which stays right after an update. */
  readonly releaseFolder: string;
  /** True for a release that contains pathd, the forwarder under the media nodes' pipes. */
  readonly hasPathd: boolean;
}

/** `root` is the parent of `infra/ops/`. */
export function contextOf(io: Io, folders: Folders, root: string): Context {
  const hasPathd = existsSync(join(root, 'bin/pathd'));
  return { out: io.out, err: io.err, folders, root, releaseFolder: releaseFolderOf(root), hasPathd };
}

/** Returns `/opt/meridian/current` for `/opt/meridian/1.2.3` if the link leads there, otherwise the folder itself. */
function releaseFolderOf(root: string): string {
  const current = join(dirname(root), 'current');
  if (!existsSync(current)) return root;
  try {
    readlinkSync(current);
  } catch {
    return root; // `current` is a folder, not a link
  }
  return realpathSync(current) === realpathSync(root) ? current : root;
}
