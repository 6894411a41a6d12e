// Signals and unexpected failures of the supervisor's process; its children end before it.
import type { Cloud } from './cloud.ts';
import type { Output } from './output.ts';

/** A terminal and npm both forward one Ctrl-C; only a signal after this time is a second one. */
const secondSignalMs = 500;

/**
 * Starts the cloud and runs it until a signal. Exit codes: 0 after SIGINT, SIGTERM or SIGHUP; 130 when a repeated
 * signal ended everything at once; 1 after an unexpected failure of the supervisor; 2 when the start failed. The end of
 * the parent process counts as a signal. No child survives any exit: after kill -9 children end by themselves
 * (`spawnChild`), and the next start ends a hanging one.
 */
export async function supervise(cloud: Pick<Cloud, 'start' | 'stop' | 'kill'>, output: Output): Promise<void> {
  const stopThenExit = (code: number): void => {
    cloud.stop().then(
      ({ ended, tookMs }) => {
        if (ended > 0) output.say(`all ${ended} processes ended after ${(tookMs / 1000).toFixed(1)} s`);
        process.exit(code);
      },
      (error: unknown) => {
        output.complain(`could not end in order: ${textOf(error)}`);
        process.exit(1);
      },
    );
  };
  const firstMs = new Map<NodeJS.Signals, number>();
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    const first = firstMs.get(signal);
    if (first !== undefined && nowMs - first >= secondSignalMs) process.exit(130);
    if (first === undefined) firstMs.set(signal, nowMs);
    if (firstMs.size > 1 || first !== undefined) return;
    output.say(`${signal}: ending all processes (again to force)`);
    stopThenExit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const onFailure = (what: string, error: unknown): void => {
    output.complain(`${what} in the supervisor, ending all processes: ${textOf(error)}`);
    stopThenExit(1);
  };
  process.on('uncaughtException', (error) => onFailure('uncaught exception', error));
  process.on('unhandledRejection', (reason) => onFailure('unhandled rejection', reason));
  process.on('exit', () => cloud.kill());
  // Only the set-up opens a channel, whose end is the one sign that the set-up was killed.
  process.once('disconnect', () => {
    output.say('the command that started this is gone: ending all processes');
    stopThenExit(0);
  });
  try {
    await cloud.start();
  } catch (error) {
    output.complain(error instanceof Error ? error.message : String(error));
    stopThenExit(2);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
