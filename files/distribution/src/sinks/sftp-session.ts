// SFTP session with a third party: checked address, known host key, bounded calls.
/// <reference path="./ssh2-sftp-client.d.ts" />
import { createHash } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import type { TargetAddresses } from '@meridian/node-shell';
import Ssh2SftpClient from 'ssh2-sftp-client';
import type { SftpSettings } from './settings.ts';
import { SinkError } from './sink.ts';
import { checkHost, isRefusedAddress, refusedAddress } from './target.ts';

/** A server that is silent for this long during a call counts as gone. */
const SILENT_MS_MAX = 60_000;
/** Every server accepts chunks of this size. */
const CHUNK_BYTES = 32_768;
const status = { noSuchFile: 2, permissionDenied: 3, unsupported: 8, noSpace: 14, quota: 15 } as const;

type Done<T> = (error: Error | null | undefined, value: T) => void;
/** Used methods of ssh2's `SFTP`; ssh2 has no types. */
interface RawSftp {
  stat(path: string, done: Done<{ readonly size: number }>): void;
  mkdir(path: string, done: Done<void>): void;
  unlink(path: string, done: Done<void>): void;
  rename(from: string, to: string, done: Done<void>): void;
  ext_openssh_rename(from: string, to: string, done: Done<void>): void;
  ext_openssh_fsync(handle: Buffer, done: Done<void>): void;
  open(path: string, flags: string, done: Done<Buffer>): void;
  close(handle: Buffer, done: Done<void>): void;
  write(handle: Buffer, bytes: Buffer, from: number, length: number, at: number, done: Done<number>): void;
  read(handle: Buffer, bytes: Buffer, from: number, length: number, at: number, done: Done<number>): void;
}
interface Client {
  connect(o: Readonly<Record<string, unknown>>): Promise<RawSftp>;
  on(event: 'error', listener: (error: Error & { readonly level?: string }) => void): void;
  end(): Promise<unknown>;
}

const SftpClient = Ssh2SftpClient as new (name: string, listeners: Readonly<Record<string, () => void>>) => Client;
/** Without listeners the client writes to standard output. Calls and the socket report all failures. */
const quiet = { error: () => undefined, end: () => undefined, close: () => undefined };

export interface SessionOptions {
  readonly settings: SftpSettings;
  readonly addresses: TargetAddresses;
  /** Selects among several addresses of the host. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/**
 * Rejects with TARGET_REFUSED for a forbidden address, another host key or a failed login, otherwise with
 * TARGET_UNREACHABLE. The signal ends the session.
 */
export async function openSession(o: SessionOptions): Promise<SftpSession> {
  const { settings, signal } = o;
  const socket = connect({ host: await addressOf(o), port: settings.port, noDelay: true });
  const cut = (): void => void socket.destroy();
  signal.addEventListener('abort', cut, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', cut));
  if (signal.aborted) cut();
  socket.setTimeout(SILENT_MS_MAX, () => socket.destroy(new Error('the server is silent')));
  const client = new SftpClient('meridian', quiet);
  let refusal: string | undefined;
  client.on('error', ({ level }) => {
    if (level === 'client-authentication') refusal ??= 'the server does not let the user in';
  });
  const hostVerifier = (key: Buffer): boolean => {
    const isKnown =
      `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}` === settings.hostKey;
    if (!isKnown) refusal = 'the server has another host key';
    return isKnown;
  };
  const { username, password, privateKey } = settings;
  // A socket that fails while the client is made would end the process without this listener.
  socket.on('error', () => undefined);
  try {
    const raw = await client.connect({ sock: socket, hostVerifier, username, password, privateKey });
    return new SftpSession(client, raw, socket);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    if (/privateKey/.test(message)) refusal ??= 'the private key cannot be read';
    if (refusal !== undefined) throw new SinkError('TARGET_REFUSED', refusal, error);
    throw new SinkError('TARGET_UNREACHABLE', `${settings.host} opens no session: ${message}`, error);
  }
}

async function addressOf({ settings: { host }, addresses, attempt }: SessionOptions): Promise<string> {
  checkHost(addresses, host);
  if (isIP(host) !== 0) return host;
  try {
    return await addresses.resolve(host, attempt);
  } catch (error) {
    throw isRefusedAddress(error) ? refusedAddress(error) : error;
  }
}

/** Calls reject with the server's error, and when the connection ends. */
export class SftpSession {
  readonly #client: Client;
  readonly #raw: RawSftp;
  readonly #socket: Socket;

  constructor(client: Client, raw: RawSftp, socket: Socket) {
    this.#client = client;
    this.#raw = raw;
    this.#socket = socket;
  }

  async bytesOf(path: string): Promise<number | undefined> {
    try {
      return (await this.#ask<{ readonly size: number }>((done) => this.#raw.stat(path, done))).size;
    } catch (error) {
      if (codeOf(error) === status.noSuchFile) return undefined;
      throw error;
    }
  }

  async makeFolder(path: string): Promise<void> {
    if (path === '' || (await this.bytesOf(path)) !== undefined) return;
    await this.makeFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    await this.#ask<void>((done) => this.#raw.mkdir(path, done));
  }

  open(path: string, flags: 'r' | 'r+' | 'w'): Promise<Buffer> {
    return this.#ask((done) => this.#raw.open(path, flags, done));
  }

  closeFile(handle: Buffer): Promise<void> {
    return this.#ask((done) => this.#raw.close(handle, done));
  }

  async write(handle: Buffer, bytes: Buffer, at: number): Promise<void> {
    await Promise.all(
      chunksOf(bytes.length).map(({ from, length }) =>
        this.#ask<number>((done) => this.#raw.write(handle, bytes, from, length, at + from, done)),
      ),
    );
  }

  /** Fills `bytes`. Rejects when the file is shorter. */
  async read(handle: Buffer, bytes: Buffer, at: number): Promise<void> {
    await Promise.all(
      chunksOf(bytes.length).map(async ({ from, length }) => {
        for (let got = 0; got < length; ) {
          const [start, rest, place] = [from + got, length - got, at + from + got];
          const more = await this.#ask<number>((done) => this.#raw.read(handle, bytes, start, rest, place, done));
          if (more === 0) throw new SinkError('TARGET_UNREACHABLE', 'the file of the server ends too soon');
          got += more;
        }
      }),
    );
  }

  /** Flushes a file to the server's disk, if the server supports it. */
  async sync(handle: Buffer): Promise<void> {
    await this.#extended((done) => this.#raw.ext_openssh_fsync(handle, done));
  }

  /** Renames over an existing file; atomically if the server supports it. */
  async replace(from: string, to: string): Promise<void> {
    if (await this.#extended((done) => this.#raw.ext_openssh_rename(from, to, done))) return;
    if ((await this.bytesOf(to)) !== undefined) await this.remove(to);
    await this.#ask<void>((done) => this.#raw.rename(from, to, done));
  }

  remove(path: string): Promise<void> {
    return this.#ask((done) => this.#raw.unlink(path, done));
  }

  async close(): Promise<void> {
    const ended = this.#client.end();
    this.#socket.destroySoon();
    await Promise.allSettled([ended]);
  }

  /** Returns false when the server lacks the call; ssh2 then throws synchronously. */
  async #extended(call: (done: Done<void>) => void): Promise<boolean> {
    try {
      await this.#ask<void>(call);
      return true;
    } catch (error) {
      if (codeOf(error) === status.unsupported || (error instanceof Error && /does not support/.test(error.message)))
        return false;
      throw error;
    }
  }

  /** ssh2 rejects pending calls when the connection ends, but never settles later calls. */
  #ask<T>(call: (done: Done<T>) => void): Promise<T> {
    if (this.#socket.destroyed) return Promise.reject(new SinkError('TARGET_UNREACHABLE', 'the connection has ended'));
    return new Promise<T>((resolve, reject) => {
      call((error, value) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  }
}

export function sessionError(error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  const code = codeOf(error);
  const detail = `the server answers: ${error instanceof Error ? error.message : String(error)}`;
  if (code === status.noSpace || code === status.quota) return new SinkError('DISK_FULL', detail, error);
  const isRefused = code === status.permissionDenied || code === status.unsupported;
  return new SinkError(isRefused ? 'TARGET_REFUSED' : 'TARGET_UNREACHABLE', detail, error);
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

function chunksOf(bytes: number): { readonly from: number; readonly length: number }[] {
  return Array.from({ length: Math.ceil(bytes / CHUNK_BYTES) }, (_, index) => {
    const from = index * CHUNK_BYTES;
    return { from, length: Math.min(CHUNK_BYTES, bytes - from) };
  });
}
