// Process of an edge probe's tester. It runs as long as its probe, which sends it everything that it needs.
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { toTesterOf } from './core/messages.ts';
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
  // Every process of ours that another watches answers beats (`base/runtime/src/child.ts`).
  if (message === 'beat') process.send?.('beat', undefined, undefined, () => undefined);
  const heard = toTesterOf(message);
  if (heard?.kind === 'targets') tester?.aim(heard.targets);
  if (heard?.kind !== 'settings' || tester !== undefined) return;
  const { settings } = heard;
  const log = createLogger({ name: 'dial-tester', level: settings.logLevel });
  tester = new Tester({ settings, clock, rng: secureRng(), log });
  tester.aim(heard.targets);
  tester.start();
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
process.once('disconnect', end);
if (!process.connected) end();
