import type { FailureCode, Notice, Proof } from '../contract.ts';

export interface FetchedFile {
  readonly notice: Notice;
  /** Complete, verified file on the disk. The content folder owns it: copy or link it. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** File at the target. */
export interface Taken {
  readonly sha256: string;
  readonly bytes: number;
  readonly proof: Proof;
}

export interface Sink {
  /** False for a target that pulls by itself. */
  readonly needsBytes: boolean;
  /**
   * Resolves when the target durably has the file under its name; repeatable after any failure. `undefined`: the target
   * confirms later, by its own receipt. Rejects with a `SinkError`.
   */
  take(file: FetchedFile): Promise<Taken | undefined>;
  close(): Promise<void>;
}

export class SinkError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
  }
}

/** The content folder's file differs from its verified bytes. */
export class ContentChanged extends SinkError {
  constructor() {
    super('HASH_MISMATCH', 'the content has changed on the disk');
  }
}
