// Process of an edge probe's tester. It ends with its probe, which sends it settings and targets.
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { testerMessageOf } from './core/tester-messages.ts';
import { Tester } from './tester.ts';

const CLOSE_MS = 2000;

const clock = systemClock();
let tester: Tester | undefined;
let isEnding = false;

function end(): void {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(1), CLOSE_MS).unref();
  const closed = tester?.close() ?? Promise.resolve();
  closed.then(
    () => process.exit(0),
    () => process.exit(1),
  );
}

process.on('message', (message) => {
  // The probe ends a child process that does not answer its beats (`base/runtime/src/child.ts`).
  if (message === 'beat') process.send?.('beat', undefined, undefined, () => undefined);
  const received = testerMessageOf(message);
  if (received?.kind === 'targets') tester?.setTargets(received.targets);
  if (received?.kind !== 'settings' || tester !== undefined) return;
  const { settings } = received;
  const log = createLogger({ name: 'dial-tester', level: settings.logLevel });
  tester = new Tester({ settings, clock, rng: secureRng(), log });
  tester.setTargets(received.targets);
  tester.start();
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
process.once('disconnect', end);
if (!process.connected) end();
