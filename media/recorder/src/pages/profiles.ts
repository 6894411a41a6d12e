// Folders of browsers. They lie in the system's folder for temporary files, which a user without rights can enter, and
// are named after the recorder's spool: what a killed recorder has left is found by its next start, and by no other.
import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { captureFiles } from './core/capture-extension.ts';

export interface Profile {
  readonly folder: string;
  /** Idempotent. */
  remove(): void;
}

export class Profiles {
  readonly #prefix: string;
  readonly #user: number | undefined;

  /** `user`: that the browsers run as; undefined: ours. What a former process of the same spool has left is removed. */
  constructor({ spoolDir, user }: { readonly spoolDir: string; readonly user: number | undefined }) {
    const own = createHash('sha256').update(resolve(spoolDir)).digest('hex').slice(0, 16);
    this.#prefix = `meridian-page-${own}-`;
    this.#user = user;
    for (const name of readdirSync(tmpdir())) if (name.startsWith(this.#prefix)) this.#removeLeft(join(tmpdir(), name));
  }

  /** A folder with the extension in it, for one browser. */
  make(): Profile {
    const folder = mkdtempSync(join(tmpdir(), this.#prefix));
    const capture = join(folder, 'capture');
    mkdirSync(capture);
    for (const [name, text] of captureFiles) writeFileSync(join(capture, name), text);
    if (this.#user !== undefined) chownSync(folder, this.#user, this.#user);
    return { folder, remove: () => remove(folder) };
  }

  /** Others may write there too: only what is ours. */
  #removeLeft(folder: string): void {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats?.isDirectory() && stats.uid === (this.#user ?? process.getuid?.())) remove(folder);
  }
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
