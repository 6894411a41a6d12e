// What a receiver does with a file that has come whole.
import type { FailureCode, Notice } from '../contract.ts';

export interface CameFile {
  readonly notice: Notice;
  /** Whole, checked, on the disk. It stays the content folder's: copy or link it. */
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface Sink {
  /** The file is needed: false for a target that pulls by itself. */
  readonly needsBytes: boolean;
  /**
   * Resolves when the target has the file durably under its name; a file that it has already is fine, so it may be
   * repeated after any failure. `undefined`: the target says later that it has it; the receipt comes by itself then.
   * Rejects with a `SinkError`.
   */
  take(file: CameFile): Promise<{ readonly sha256: string; readonly bytes: number } | undefined>;
  /** Idempotent. */
  close(): Promise<void>;
}

export class SinkError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
  }
}

/** The file of the content folder has other bytes than when it came. */
export class ContentChanged extends SinkError {
  constructor() {
    super('HASH_MISMATCH', 'the content has changed on the disk');
  }
}
