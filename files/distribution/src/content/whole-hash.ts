// Computes the SHA-256 of a file while its blocks arrive, so that they are read from the cache of the kernel.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { withBuffer } from './disk.ts';

export interface ArrivingFile {
  readonly path: string;
  readonly bytes: number;
  /** Offset of the first missing byte from `from` on. */
  filledTo(from: number): number;
}

export class WholeHash {
  readonly #file: ArrivingFile;
  readonly #hash = createHash('sha256');
  #doneBytes = 0;
  #advancing: Promise<void> | undefined;
  #hex: string | undefined;

  constructor(file: ArrivingFile) {
    this.#file = file;
  }

  /** Hashes up to the first missing block, or until the starting caller's signal fires. */
  advance(signal: AbortSignal): Promise<void> {
    this.#advancing ??= this.#advance(signal).finally(() => {
      this.#advancing = undefined;
    });
    return this.#advancing;
  }

  /** Returns 64 hex digits; all blocks must be present. Rejects with the reason of the signal, or as the disk does. */
  async digest(signal: AbortSignal): Promise<string> {
    while (this.#doneBytes < this.#file.bytes) {
      signal.throwIfAborted();
      await this.advance(signal);
    }
    this.#hex ??= this.#hash.digest('hex');
    return this.#hex;
  }

  /** Resolves when the file is no longer read. All callers' signals must have fired. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#advancing]);
  }

  async #advance(signal: AbortSignal): Promise<void> {
    if (this.#file.filledTo(this.#doneBytes) === this.#doneBytes) return;
    const file = await open(this.#file.path, 'r');
    try {
      await withBuffer(async (piece) => {
        for (;;) {
          const bytes = Math.min(piece.length, this.#file.filledTo(this.#doneBytes) - this.#doneBytes);
          if (bytes === 0 || signal.aborted) return;
          const { bytesRead } = await file.read(piece, 0, bytes, this.#doneBytes);
          if (bytesRead === 0) throw new Error('the file is shorter than its content');
          this.#hash.update(piece.subarray(0, bytesRead));
          this.#doneBytes += bytesRead;
        }
      });
    } finally {
      await file.close();
    }
  }
}
