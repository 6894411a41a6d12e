// What every command has: folders, where the release is, words for people.
import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Folders } from './core/services.ts';

export interface Io {
  out(text: string): void;
  err(text: string): void;
}

export interface Context extends Io {
  readonly folders: Folders;
  /** The release or repository that this program is of. */
  readonly root: string;
  /** As configuration names it: by the link `current`, so that another version needs no other configuration. */
  readonly installed: string;
  /** A release has the forwarder below the media nodes. */
  readonly hasPathd: boolean;
}

/** `root`: above `infra/ops/`. */
export function contextOf(io: Io, folders: Folders, root: string): Context {
  const hasPathd = existsSync(join(root, 'bin/pathd'));
  return { out: io.out, err: io.err, folders, root, installed: installedAs(root), hasPathd };
}

/** `/opt/meridian/current` of `/opt/meridian/1.2.3`, if the link is there; else the folder itself. */
function installedAs(root: string): string {
  const current = join(dirname(root), 'current');
  if (!existsSync(current)) return root;
  try {
    readlinkSync(current);
  } catch {
    return root; // a folder that happens to have the name
  }
  return realpathSync(current) === realpathSync(root) ? current : root;
}
