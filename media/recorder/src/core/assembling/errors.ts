/** Codes of tasks that assemble or compose, with meaning, and whether the task may succeed later; only added to. */
export const assembleErrorCodes = {
  TASK_INVALID: ['The payload does not fit the kind of the task.', false],
  MEDIA_MALFORMED: ['A recorded file differs from its description in the journal.', false],
  STINT_UNREADABLE: ['A stint of the task is not at its place, or the recorder that has it is away.', false],
  NO_SCENES: ['The stint has no scenes, so it cannot be composed.', false],
  COMPOSING_FAILED: ['The picture or the sound could not be made without a gap.', true],
  STORE_REFUSED: ['The store of this recorder refuses what was composed.', true],
  RECORDING_ERASED: ['The recording was erased meanwhile.', false],
  TASK_ABORTED: ['The task was ended before it was done.', true],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean]>;

export type AssembleErrorCode = keyof typeof assembleErrorCodes;

export class AssembleError extends Error {
  readonly code: AssembleErrorCode;
  readonly retryable: boolean;

  constructor(code: AssembleErrorCode, message?: string, o: { cause?: unknown } = {}) {
    super(message ?? assembleErrorCodes[code][0], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'AssembleError';
    this.code = code;
    this.retryable = assembleErrorCodes[code][1];
  }
}
