/** Error codes of rendition tasks: the meaning, and whether a retry may succeed. Codes are only ever added. */
export const renditionErrors = {
  TASK_INVALID: ['The payload does not fit the kind of the task.', false],
  SOURCE_MISSING: ['The content is not in the store.', false],
  SOURCE_CHANGED: ['The bytes from the store do not have the hash that it states.', true],
  MEDIA_BROKEN: ['The file cannot be read as media.', false],
  COLOUR_UNKNOWN: ['ffmpeg cannot show the colours of the file (Dolby Vision profile 5).', false],
  MEDIA_TOO_LONG: ['The file is too long for renditions.', false],
  NO_ROOM: ['The folder of sources has no room for the file now.', true],
  FFMPEG_FAILED: ['ffmpeg was killed, hung, or could not be started.', true],
  CHUNKS_DIFFER: ['Chunks of one rung begin with different headers.', false],
  CHUNKS_MISSING: ['Chunks of the plan are missing.', false],
  TASK_ABORTED: ['The task was aborted before its end.', true],
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
