import { flushCompileCache } from 'node:module';
import type { Static, TObject } from 'typebox';
import { type Clock, systemClock } from './clock.ts';
import { CloseStack } from './close.ts';
import { describeIssue, refuseErrors } from './config/issues.ts';
import { type baseConfig, ConfigError, type ConfigIssue, findIssues, openConfig, processSource } from './config.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics, type ServicePhase } from './metrics.ts';
import { type Rng, secureRng } from './rng.ts';
import { SignalJudge } from './signals.ts';
import { Systemd } from './systemd.ts';

/** Arguments of a service's `start`, which adds everything that it opens to `closeStack` at once. */
export interface ServiceContext<C> {
  config: C;
  log: Logger;
  clock: Clock;
  rng: Rng;
  metrics: Metrics;
  closeStack: CloseStack;
  /** Delays the ready message until `wait` resolves, `READY_LIMIT_MS` at most; absent without a process. */
  readyAfter?(wait: Promise<void>): void;
}

/** An absent centre must not delay readiness: below the units' TimeoutStartSec, above two addresses in turn. */
const READY_LIMIT_MS = 15_000;

export type ServiceSchema = TObject<typeof baseConfig>;

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs the whole life of a service process. A parent that starts it with a Node channel (`stdio: 'ipc'`) binds it to
 * itself: the service closes when the channel closes, however the parent ended; it answers each `beat` with a `beat`,
 * and sends `started` after its start. Under systemd it reports its start and its end, and feeds the watchdog. SIGTERM
 * waits until the service has left (`CloseStack.onLeave`).
 * Exit codes:
 * - 0: ordered close, requested by SIGTERM, SIGINT or the end of the channel.
 * - 1: the start failed, an error was not caught, or closing outlasted `closeLimitMs`.
 * - 2: the configuration is wrong.
 * - 128 + signal number: the same signal, at least 500 ms later, cut the closing short.
 *
 * `check` returns issues that the schema cannot express, as far as this machine's files show. With `--check-config` the
 * process starts nothing and exits after the check, with 0 or 2.
 */
export function runService<T extends TObject>(o: {
  name: string;
  schema: T;
  check?(config: Readonly<Static<T>>): readonly ConfigIssue[];
  start(context: ServiceContext<Readonly<Static<T>>>): Promise<void>;
}): void {
  const { config, warnings, placed } = loadOrExit(o);
  const base = config as Readonly<Static<ServiceSchema>>;
  const log = createLogger({ name: o.name, level: base.logLevel });
  const clock = systemClock();
  const closeStack = new CloseStack({ log, clock, stepLimitMs: base.closeLimitMs });
  const metrics = createMetrics({ service: o.name });
  const systemd = new Systemd({ env: processSource().env, pid: process.pid, log, clock });
  const end = endOnce({ log, clock, closeStack, systemd, closeLimitMs: base.closeLimitMs, placed });
  for (const { key, allowed, where } of warnings) log.warn({ where }, `configuration: ${key}: ${allowed}`);
  let hasStarted = false;
  const phase = (): ServicePhase => (end.isLeaving ? 'leaving' : hasStarted ? 'serving' : 'starting');

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end.bySignal(signal));
  // False means that the channel has closed while this code was loaded, undefined that there was none.
  if (process.connected === false) end.byParentGone();
  else {
    process.once('disconnect', () => end.byParentGone());
    process.on('message', answerBeat);
  }
  process.on('uncaughtException', (error) => end.byFailure('uncaught exception', error));
  process.on('unhandledRejection', (reason) => end.byFailure('unhandled rejection', reason));

  const begin = async (): Promise<void> => {
    if (base.metricsPort !== 0) {
      const listener = await metrics.listen({ host: base.metricsHost, port: base.metricsPort, phase });
      closeStack.add('metrics', () => listener.close());
    }
    const waits: Promise<void>[] = [];
    const readyAfter = (wait: Promise<void>): void => void waits.push(wait);
    await o.start({ config, log, clock, rng: secureRng(), metrics, closeStack, readyAfter });
    hasStarted = true;
    log.info('started');
    notifyParent('started');
    const limit = clock.after(READY_LIMIT_MS, ready);
    Promise.all(waits).then(ready, end.byStartFailure);
    function ready(): void {
      limit.cancel();
      if (!end.isLeaving) systemd.ready();
    }
    // The compile cache is written now, not at the end, so that a killed process also starts faster next time. Does
    // nothing without NODE_COMPILE_CACHE.
    flushCompileCache();
  };
  begin().catch((error: unknown) => end.byStartFailure(error));
}

interface Checked<T extends TObject> {
  readonly config: Readonly<Static<T>>;
  readonly warnings: readonly ConfigIssue[];
  placed(issue: ConfigIssue): ConfigIssue;
}

function loadOrExit<T extends TObject>(o: {
  name: string;
  schema: T;
  check?(config: Readonly<Static<T>>): readonly ConfigIssue[];
}): Checked<T> {
  try {
    const loaded = openConfig(o.schema, processSource());
    const { config, files, checkOnly, placed } = loaded;
    const foundIssues = findIssues(loaded, o.check);
    const warnings = foundIssues.filter(({ isWarning }) => isWarning === true);
    if (checkOnly) for (const warning of warnings) process.stderr.write(`warning:\n${describeIssue(warning)}\n`);
    refuseErrors(foundIssues);
    if (!checkOnly) return { config, warnings, placed };
    process.stdout.write(`OK ${o.name}: ${files.map(({ path }) => path).join(', ') || 'no file'}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** Answers a beat when the event loop gets to it, which is what the parent measures (`base/runtime/src/child.ts`). */
function answerBeat(message: unknown): void {
  if (message === 'beat') notifyParent('beat');
}

/** A closed channel is reported by `disconnect`. */
function notifyParent(message: 'beat' | 'started'): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

interface ProcessEnd {
  readonly isLeaving: boolean;
  bySignal(signal: keyof typeof SIGNAL_NUMBERS): void;
  byParentGone(): void;
  byStartFailure(error: unknown): void;
  byFailure(what: string, error: unknown): void;
}

/** Returns the ways to end the process; the first wins. An unexpected error closes nothing. */
function endOnce(o: {
  log: Logger;
  clock: Clock;
  closeStack: CloseStack;
  systemd: Systemd;
  closeLimitMs: number;
  placed(issue: ConfigIssue): ConfigIssue;
}): ProcessEnd {
  let leaving = false;
  let ending = false;
  const signals = new SignalJudge();
  const closeThenExit = (cause: string, code: number): void => {
    ending = true;
    o.systemd.stopping('closing');
    o.clock.after(o.closeLimitMs, () => {
      o.log.fatal({ cause, limitMs: o.closeLimitMs }, 'closing took too long');
      process.exit(1);
    });
    const exitAfterClose = (): never => {
      o.log.info({ cause }, 'closed');
      process.exit(code);
    };
    // `close` never rejects; if it did, the error must not keep the process alive.
    o.closeStack.close(cause).then(exitAfterClose, (error: unknown) => {
      o.log.fatal({ cause, err: error }, 'closing failed');
      process.exit(1);
    });
  };
  return {
    get isLeaving() {
      return leaving || ending;
    },
    bySignal(signal) {
      const verdict = signals.judge(signal, o.clock.nowMs());
      if (verdict === 'force') process.exit(128 + SIGNAL_NUMBERS[signal]);
      if (verdict === 'echo' || ending) return;
      const close = (): void => {
        if (ending) return;
        o.log.info({ signal }, 'closing');
        closeThenExit(signal, 0);
      };
      if (signal === 'SIGTERM' && o.closeStack.canLeave) {
        leaving = true;
        o.systemd.stopping('leaving: sessions go elsewhere');
        o.closeStack.leave().then(close, close);
      } else close();
    },
    byParentGone() {
      if (ending) return;
      o.log.info('closing: the process that started this one is gone');
      closeThenExit('starter gone', 0);
    },
    byStartFailure(error) {
      if (ending) return;
      if (error instanceof ConfigError) {
        process.stderr.write(`${new ConfigError(error.issues.map(o.placed)).message}\n`);
        closeThenExit('configuration is not valid', 2);
        return;
      }
      o.log.fatal({ err: error }, 'start failed');
      closeThenExit('start failed', 1);
    },
    byFailure(what, error) {
      o.log.fatal({ err: error }, what);
      process.exit(1);
    },
  };
}
