import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import { fileNameOf } from '../core/file-name.ts';
import type { SftpSettings } from './settings.ts';
import { openSession, type SftpSession, sessionError } from './sftp-session.ts';
import { ContentChanged, type FetchedFile, type Sink, SinkError, type Taken } from './sink.ts';
import { withLimit } from './target.ts';

/** Allows 10 MB/s at a round trip of 200 ms, as a batch is acknowledged before the next is sent. */
const BATCH_BYTES = 2 * 1_048_576;
const OPEN_MS_MAX = 30_000;
const MARK_DIGITS = 16;

export interface SftpSinkOptions {
  readonly settings: SftpSettings;
  readonly addresses: TargetAddresses;
  readonly clock: Clock;
  /** Smaller in tests. */
  readonly batchBytes?: number;
}

/**
 * Pushes files to PATH/ITEM/NAME. `.HASH.part` is renamed when complete; the hash identifies its bytes, so a later
 * attempt resumes at the last batch. `verify` reads files back; without it a present file is sent again, as only its
 * size is known. Rejects with TARGET_REFUSED, TARGET_UNREACHABLE, DISK_FULL (of the target) or HASH_MISMATCH.
 */
export class SftpSink implements Sink {
  readonly needsBytes = true;
  readonly #o: SftpSinkOptions;
  readonly #ending = new AbortController();
  #attempt = 0;

  constructor(o: SftpSinkOptions) {
    this.#o = o;
  }

  async take({ notice, path, signal: callerSignal }: FetchedFile): Promise<Taken> {
    const { settings, addresses, clock, batchBytes = BATCH_BYTES } = this.#o;
    const { bytes, sha256 } = notice;
    const signal = AbortSignal.any([callerSignal, this.#ending.signal]);
    signal.throwIfAborted();
    this.#attempt += 1;
    const attempt = this.#attempt;
    let session: SftpSession | undefined;
    let file: FileHandle | undefined;
    try {
      // The session keeps `within`, which still follows the caller's signal after the limit.
      session = await withLimit({ clock, signal, limitMs: OPEN_MS_MAX }, (within) =>
        openSession({ settings, addresses, attempt, signal: within }),
      );
      file = await open(path, 'r');
      const folder = `${settings.path.replace(/\/$/, '')}/${notice.item}`;
      const target = `${folder}/${fileNameOf(notice.name, notice.type)}`;
      await new Push(session, file, { folder, target, bytes, sha256, batchBytes, signal }).run(settings.verify);
      return { sha256, bytes, proof: settings.verify ? 'read' : 'size' };
    } catch (error) {
      signal.throwIfAborted();
      throw sessionError(error);
    } finally {
      await file?.close();
      await session?.close();
    }
  }

  close(): Promise<void> {
    this.#ending.abort();
    return Promise.resolve();
  }
}

interface PushOptions {
  readonly folder: string;
  readonly target: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly batchBytes: number;
  readonly signal: AbortSignal;
}

class Push {
  readonly #session: SftpSession;
  readonly #file: FileHandle;
  readonly #o: PushOptions;

  constructor(session: SftpSession, file: FileHandle, o: PushOptions) {
    this.#session = session;
    this.#file = file;
    this.#o = o;
  }

  async run(verify: boolean): Promise<void> {
    const { folder, target, bytes, sha256 } = this.#o;
    if (verify && (await this.#session.bytesOf(target)) === bytes && (await this.#hashOf(target)) === sha256) return;
    await this.#session.makeFolder(folder);
    const part = `${folder}/.${sha256.slice(0, MARK_DIGITS)}.part`;
    await this.#send(part);
    if ((await this.#session.bytesOf(part)) !== bytes) await this.#refuse(part, 'the server has another size');
    if (verify && (await this.#hashOf(part)) !== sha256) await this.#refuse(part, 'the server has other bytes');
    await this.#session.replace(part, target);
  }

  async #refuse(part: string, detail: string): Promise<never> {
    await this.#session.remove(part);
    throw new SinkError('HASH_MISMATCH', detail);
  }

  async #send(part: string): Promise<void> {
    const { bytes, batchBytes } = this.#o;
    const there = (await this.#session.bytesOf(part)) ?? 0;
    const isOurs = there > 0 && there <= bytes;
    // Every batch except the last was acknowledged as a whole.
    const from = isOurs ? (Math.ceil(there / batchBytes) - 1) * batchBytes : 0;
    const handle = await this.#session.open(part, isOurs ? 'r+' : 'w');
    for (let at = from; at < bytes; at += batchBytes)
      await this.#session.write(handle, await this.#batch(at, Math.min(batchBytes, bytes - at)), at);
    await this.#session.sync(handle);
    await this.#session.closeFile(handle);
  }

  async #batch(from: number, length: number): Promise<Buffer> {
    this.#o.signal.throwIfAborted();
    const batch = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await this.#file.read(batch, at, length - at, from + at);
      if (bytesRead === 0) throw new ContentChanged();
      at += bytesRead;
    }
    return batch;
  }

  async #hashOf(path: string): Promise<string> {
    const { bytes, batchBytes } = this.#o;
    const hash = createHash('sha256');
    const handle = await this.#session.open(path, 'r');
    for (let at = 0; at < bytes; at += batchBytes) {
      const batch = Buffer.allocUnsafe(Math.min(batchBytes, bytes - at));
      await this.#session.read(handle, batch, at);
      hash.update(batch);
    }
    await this.#session.closeFile(handle);
    return hash.digest('hex');
  }
}
