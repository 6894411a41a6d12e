// Folders of browsers, in the system's temporary folder, which a user without rights can enter. Their names depend on
// the recorder's spool, so only the next start of the same recorder finds and removes leftovers.
import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { captureFiles } from './core/capture-extension.ts';

export interface Profile {
  readonly folder: string;
  remove(): void;
}

export class Profiles {
  readonly #prefix: string;
  readonly #user: number | undefined;

  /** Removes leftovers of an earlier process with this spool. `user` runs the browsers. */
  constructor({ spoolDir, user }: { readonly spoolDir: string; readonly user: number | undefined }) {
    const spoolHash = createHash('sha256').update(resolve(spoolDir)).digest('hex').slice(0, 16);
    this.#prefix = `meridian-page-${spoolHash}-`;
    this.#user = user;
    for (const name of readdirSync(tmpdir()))
      if (name.startsWith(this.#prefix)) this.#removeLeftover(join(tmpdir(), name));
  }

  make(): Profile {
    const folder = mkdtempSync(join(tmpdir(), this.#prefix));
    const capture = join(folder, 'capture');
    mkdirSync(capture);
    for (const [name, text] of captureFiles) writeFileSync(join(capture, name), text);
    if (this.#user !== undefined) chownSync(folder, this.#user, this.#user);
    return { folder, remove: () => remove(folder) };
  }

  /** Removes only own folders, because other users write to the temporary folder too. */
  #removeLeftover(folder: string): void {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats?.isDirectory() && stats.uid === (this.#user ?? process.getuid?.())) remove(folder);
  }
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
