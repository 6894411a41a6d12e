export type LogLinesErrorCode = 'NO_LOGS' | 'LOGS_UNREADABLE' | 'OVERLOADED';

/** Why there are no lines: none are kept where this process knows, they cannot be read, or too many ask at once. */
export class LogLinesError extends Error {
  readonly code: LogLinesErrorCode;

  constructor(code: LogLinesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogLinesError';
    this.code = code;
  }
}
