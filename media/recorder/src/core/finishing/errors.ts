/** Codes of finish jobs: meaning, and whether a retry may succeed. Codes are only ever added. */
export const finishErrorCodes = {
  MEDIA_MALFORMED: ['A recorded file differs from its description in the journal.', false],
  MEDIA_MISSING: ['A file of the recording is incomplete in the store.', true],
  FFMPEG_FAILED: ['ffmpeg ended with an error, or was killed.', true],
  NO_SANDBOX: ['ffmpeg has no sandbox on this recorder, so it does not run.', true],
  RECORDING_ERASED: ['The recording was erased meanwhile.', false],
  JOB_ABORTED: ['The job was ended before it was done.', true],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean]>;

export type FinishErrorCode = keyof typeof finishErrorCodes;

export class FinishError extends Error {
  readonly code: FinishErrorCode;
  /** True if the same job may succeed later, with the same files. */
  readonly retryable: boolean;

  constructor(code: FinishErrorCode, message?: string, o: { cause?: unknown } = {}) {
    super(message ?? finishErrorCodes[code][0], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'FinishError';
    this.code = code;
    this.retryable = finishErrorCodes[code][1];
  }
}
