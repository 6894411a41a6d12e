import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../log.ts';
import { type Credentials, identityOf } from './identity.ts';

export class CredentialStore {
  readonly #file: string;
  readonly #log: Pick<Logger, 'warn'> | undefined;

  /** Without a log, `load` warns on stderr by a process warning. */
  constructor(file: string, log?: Pick<Logger, 'warn'>) {
    this.#file = file;
    this.#log = log;
  }

  /**
   * Loads the credentials. Returns undefined without a file, and with a warning for a damaged file: enrolling repairs
   * both, and a process that has a token must not die of a torn file. Does not check the validity. Throws when the file
   * cannot be read.
   */
  load(): Credentials | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const credentials = parse(text);
    if (credentials === undefined) this.#warn(`${basename(this.#file)} does not hold credentials; going on without`);
    return credentials;
  }

  #warn(text: string): void {
    if (this.#log === undefined) process.emitWarning(text, { code: 'PKI_BAD_CREDENTIALS' });
    else this.#log.warn({ code: 'PKI_BAD_CREDENTIALS' }, text);
  }

  /** Replaces the file atomically: a crash leaves the old or the new file. Makes the folder when it is missing. */
  save(credentials: Credentials): void {
    const folder = dirname(this.#file);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${basename(this.#file)}.${process.pid}.new`);
    // A draft left by a crash would keep its own mode; 'wx' makes sure that this file is ours and 0600.
    rmSync(draft, { force: true });
    const handle = openSync(draft, 'wx', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(credentials)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, this.#file);
  }
}

function parse(text: string): Credentials | undefined {
  let value: Partial<Record<keyof Credentials, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    // Invalid JSON is a form of damage; the caller reports all forms by the same error.
    return undefined;
  }
  const { keyPem, certPem, caPem, notAfterMs } = value ?? {};
  if (
    typeof keyPem !== 'string' ||
    typeof certPem !== 'string' ||
    typeof caPem !== 'string' ||
    typeof notAfterMs !== 'number'
  )
    return undefined;
  // The identity comes from the certificate, never from the text beside it.
  const identity = identityOf(certPem);
  return identity === undefined
    ? undefined
    : Object.freeze({ identity: Object.freeze(identity), keyPem, certPem, caPem, notAfterMs });
}
