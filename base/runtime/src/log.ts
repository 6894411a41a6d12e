import { pino } from 'pino';
import { redact, redactText } from './redact.ts';

export type Logger = import('pino').Logger;

/** Where lines go; production writes to stdout, tests collect. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * A logger of JSON lines. Secrets are replaced by name (token, secret, authorization, password, key, keyPem …) at any
 * depth, in bindings of children too, and by form (enrolment tokens, private keys, web tokens) inside texts.
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
    // `redact` has already made errors readable; pino's own serializer would do it a second time.
    serializers: { err: (value: unknown) => value },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: (...args: Parameters<Logger['info']>) => void) {
        method.apply(this, redactArguments(args) as typeof args);
      },
    },
  };
  // Synchronous, so that lines keep their order and the last one before an exit is not lost. The price: a reader of
  // stdout that stops reading stops us; nothing below `info` is written in production, so there is little to write.
  const logger: Logger = pino(options, o.destination ?? pino.destination({ fd: 1, sync: true }));
  redactBindings(logger);
  return logger;
}

/** pino does not pass the bindings of children through the `log` formatter; children inherit these two methods. */
function redactBindings(logger: Logger): void {
  const { child, setBindings } = logger;
  logger.child = function (this: Logger, bindings, options) {
    return child.call(this, redact(bindings) as typeof bindings, options);
  } as Logger['child'];
  logger.setBindings = function (this: Logger, bindings) {
    setBindings.call(this, redact(bindings) as typeof bindings);
  };
}

/**
 * Fields (the first argument, if an object) go through the `log` formatter; the message and what is put into it do not.
 */
function redactArguments(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  // Without a message pino would take the error's, unread.
  if (args.length === 1 && error instanceof Error) return [first, redactText(error.message)];
  return [typeof first === 'string' ? redactText(first) : first, ...rest.map((arg) => redact(arg))];
}
