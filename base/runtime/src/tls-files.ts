// Reads a server's certificate and key from two files, again when they change: a renewed certificate needs no restart,
// and a bad certificate never replaces the certificate in use.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from './clock.ts';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';

/** Interval of the checks for a change. */
const CHECK_INTERVAL_MS = 2000;

export interface TlsFileNames {
  readonly tlsCertFile?: string | undefined;
  readonly tlsKeyFile?: string | undefined;
}

/** Server that accepts a new certificate while it runs: `https.Server`. */
export interface TlsServer {
  setSecureContext(options: SecureContextOptions): void;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly notAfterMs: number;
}

export class TlsFiles {
  readonly #names: { readonly cert: string; readonly key: string };
  readonly #clock: Clock;
  #inUse: Pair;
  /** Last logged complaint about unusable files. */
  #loggedProblem = '';

  /**
   * Reads the configured files; returns undefined when none is configured. Throws ConfigError for a certificate without
   * a key or the reverse, for an unreadable file, for a key that is not the certificate's, and for a certificate that
   * is not valid now.
   */
  static load(names: TlsFileNames, clock: Clock): TlsFiles | undefined {
    const { tlsCertFile: cert, tlsKeyFile: key } = names;
    if (cert === undefined && key === undefined) return undefined;
    if (cert === undefined || key === undefined)
      throw problem(cert === undefined ? 'tlsCertFile' : 'tlsKeyFile', undefined, 'both files, or neither');
    return new TlsFiles({ cert, key }, clock);
  }

  private constructor(names: { cert: string; key: string }, clock: Clock) {
    this.#names = names;
    this.#clock = clock;
    this.#inUse = this.#read();
  }

  get cert(): string {
    return this.#inUse.cert;
  }
  get key(): string {
    return this.#inUse.key;
  }
  get notAfterMs(): number {
    return this.#inUse.notAfterMs;
  }

  /**
   * Gives `servers` the new certificate whenever the files change and are usable; otherwise logs the reason once. Call
   * it once, for all servers of these files. `close` ends the watch.
   */
  watch(servers: readonly TlsServer[], log: Logger): { close(): void } {
    const timer = this.#clock.every(CHECK_INTERVAL_MS, () => this.#check(servers, log));
    return { close: () => timer.cancel() };
  }

  #check(servers: readonly TlsServer[], log: Logger): void {
    try {
      const current = this.#read();
      this.#loggedProblem = '';
      if (current.cert === this.#inUse.cert) return;
      for (const server of servers) server.setSecureContext({ cert: current.cert, key: current.key });
      this.#inUse = current;
      log.info({ notAfter: new Date(current.notAfterMs).toISOString() }, 'the certificate was renewed');
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text === this.#loggedProblem) return;
      this.#loggedProblem = text;
      log.warn({ err: error }, 'the certificate’s files cannot be used; the one in use stays');
    }
  }

  #read(): Pair {
    const cert = textOf('tlsCertFile', this.#names.cert);
    const key = textOf('tlsKeyFile', this.#names.key);
    const certificate = parseOrThrow(
      'tlsCertFile',
      this.#names.cert,
      'a certificate (PEM)',
      () => new X509Certificate(cert),
    );
    const privateKey = parseOrThrow('tlsKeyFile', this.#names.key, 'a private key (PEM)', () => createPrivateKey(key));
    if (!certificate.checkPrivateKey(privateKey))
      throw problem('tlsKeyFile', this.#names.key, 'the key of the certificate in tlsCertFile');
    const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    const nowMs = this.#clock.wallMs();
    if (nowMs < fromMs || nowMs >= toMs)
      throw problem(
        'tlsCertFile',
        this.#names.cert,
        `a certificate that is valid now, not from ${certificate.validFrom} to ${certificate.validTo}`,
      );
    return { cert, key, notAfterMs: toMs };
  }
}

function textOf(key: string, file: string): string {
  return parseOrThrow(key, file, 'a file that can be read', () => readFileSync(file, 'utf8'));
}

function parseOrThrow<T>(key: string, file: string, allowed: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw problem(key, file, `${allowed} (${error instanceof Error ? error.message : String(error)})`);
  }
}

const problem = (key: string, value: string | undefined, allowed: string): ConfigError =>
  new ConfigError([{ key, value, allowed }]);
