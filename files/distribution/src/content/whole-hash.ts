// The SHA-256 of a file that fills up: taken from its beginning on while its blocks come, so that none is read again
// long after it came.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { withPiece } from './disk.ts';

export interface Filled {
  readonly path: string;
  readonly bytes: number;
  /** All before this are there. */
  filledTo(from: number): number;
}

export class WholeHash {
  readonly #file: Filled;
  readonly #hash = createHash('sha256');
  #doneBytes = 0;
  #advancing: Promise<void> | undefined;
  #hex: string | undefined;

  constructor(file: Filled) {
    this.#file = file;
  }

  /** Goes on to the first block that is missing, or until the signal of one that asked is aborted. */
  advance(signal: AbortSignal): Promise<void> {
    this.#advancing ??= this.#advance(signal).finally(() => {
      this.#advancing = undefined;
    });
    return this.#advancing;
  }

  /** Of the whole, of which all blocks are there. 64 digits. Rejects with the reason of the signal, or as the disk. */
  async of(signal: AbortSignal): Promise<string> {
    while (this.#doneBytes < this.#file.bytes) {
      signal.throwIfAborted();
      await this.advance(signal);
    }
    this.#hex ??= this.#hash.digest('hex');
    return this.#hex;
  }

  /** Resolves when the file is not read any more: after signals of all that asked. */
  async ended(): Promise<void> {
    await Promise.allSettled([this.#advancing]);
  }

  async #advance(signal: AbortSignal): Promise<void> {
    if (this.#file.filledTo(this.#doneBytes) === this.#doneBytes) return;
    const file = await open(this.#file.path, 'r');
    try {
      await withPiece(async (piece) => {
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
