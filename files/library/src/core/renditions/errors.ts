/** Error codes of rendition tasks: the meaning, and whether a retry may succeed. Codes are only ever added. */
export const renditionErrors = {
  TASK_INVALID: ['The payload of the task is none of its kind.', false],
  SOURCE_MISSING: ['The content is not in the store.', false],
  SOURCE_CHANGED: ['What came of the store is not what it says that it has.', true],
  MEDIA_BROKEN: ['The file cannot be read as media.', false],
  MEDIA_TOO_LONG: ['It is longer than renditions are made of.', false],
  NO_ROOM: ['The folder of sources has no room for it now.', true],
  FFMPEG_FAILED: ['ffmpeg was killed, hung, or could not be started.', true],
  CHUNKS_DIFFER: ['Chunks of one rung begin with different headers.', false],
  CHUNKS_MISSING: ['Not all chunks of the plan are there.', false],
  TASK_ABORTED: ['The task was left off before it was done.', true],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean]>;

export type RenditionErrorCode = keyof typeof renditionErrors;

export class RenditionError extends Error {
  readonly code: RenditionErrorCode;
  readonly retryable: boolean;

  constructor(code: RenditionErrorCode, message?: string, o: { cause?: unknown } = {}) {
    super(message ?? renditionErrors[code][0], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'RenditionError';
    this.code = code;
    this.retryable = renditionErrors[code][1];
  }
}
