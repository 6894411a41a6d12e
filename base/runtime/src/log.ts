import { pino } from 'pino';
import { redact, redactText } from './redact.ts';

export type Logger = import('pino').Logger;

export interface LogDestination {
  write(line: string): void;
}

/**
 * Returns a logger of JSON lines. Secrets are redacted by name (token, secret, authorization, password, key, keyPem …)
 * at any depth, also in bindings of children, and by form (enrolment tokens, private keys, web tokens) inside texts.
 */
export function createLogger(o: { name: string; level?: string; destination?: LogDestination }): Logger {
  const options = {
    name: o.name,
    level: o.level ?? 'info',
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redact(fields) as Record<string, unknown>,
    },
    // `redact` has already made errors readable, so pino's own serializer must not run again.
    serializers: { err: (value: unknown) => value },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void) {
        method.apply(this, redactArguments(args) as typeof args);
      },
    },
  };
  // Synchronous, so that lines keep their order and the last line before an exit is not lost. In return, a reader of
  // stdout that stops reading stops us; production writes nothing below `info`, so there is little to write.
  const logger: Logger = pino(options, o.destination ?? pino.destination({ fd: 1, sync: true }));
  redactBindings(logger);
  return logger;
}

/** Redacts the bindings of children, which pino does not pass through the `log` formatter; children inherit this. */
function redactBindings(logger: Logger): void {
  const { child, setBindings } = logger;
  logger.child = function (this: Logger, bindings, options) {
    return child.call(this, redact(bindings) as typeof bindings, options);
  } as Logger['child'];
  logger.setBindings = function (this: Logger, bindings) {
    setBindings.call(this, redact(bindings) as typeof bindings);
  };
}

/** Redacts the message and its arguments; only fields (a first argument that is an object) reach the formatter. */
function redactArguments(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  // Without a message pino would log the error's message unredacted.
  if (args.length === 1 && error instanceof Error) return [first, redactText(error.message)];
  return [typeof first === 'string' ? redactText(first) : first, ...rest.map((arg) => redact(arg))];
}
