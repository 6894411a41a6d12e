export type LogLinesErrorCode = 'NO_LOGS' | 'LOGS_UNREADABLE' | 'OVERLOADED';

/** Reason for an answer without lines: this process keeps none, they cannot be read, or too many requests wait. */
export class LogLinesError extends Error {
  readonly code: LogLinesErrorCode;

  constructor(code: LogLinesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogLinesError';
    this.code = code;
  }
}
