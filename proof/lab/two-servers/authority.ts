// A certificate authority for the lab's public names. Machines and browsers of the lab trust it in place of a public
// one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerResource } from '../../test/support/resources.ts';

/** Validity of certificates in days, longer than the three days by which the lab moves clocks. */
const days = '90';
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', days];

export class Authority {
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-authority-'));
  readonly #unregister = registerResource('the authority', () => this.close());

  constructor() {
    this.#openssl('req', '-x509', ...newKey, '-subj', '/CN=Lab', '-keyout', 'ca.key', '-out', 'ca.pem');
  }

  get file(): string {
    return join(this.#dir, 'ca.pem');
  }

  get pem(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** Issues a certificate for a name, with its key, as PEM. */
  issue(name: string): { certPem: string; keyPem: string } {
    const extensions = join(this.#dir, 'extensions');
    writeFileSync(extensions, `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\n`);
    this.#openssl('req', '-new', ...newKey.slice(0, -2), '-subj', `/CN=${name}`, '-keyout', 'key', '-out', 'request');
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', days, '-extfile', extensions];
    this.#openssl('x509', '-req', '-in', 'request', ...by, '-out', 'certificate');
    const read = (file: string): string => readFileSync(join(this.#dir, file), 'utf8');
    return { certPem: read('certificate'), keyPem: read('key') };
  }

  close(): void {
    this.#unregister();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#dir, stdio: 'pipe' });
  }
}
