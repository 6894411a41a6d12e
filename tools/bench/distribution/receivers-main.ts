// Several receivers in one process, each with its own ledger, folders, session, server and metrics, as in a process of
// its own: a machine with few cores has not the time to start sixty of those. `--config FILE`; it ends with its
// starter.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CloseStack, createLogger, createMetrics, openConfig, secureRng, systemClock } from '@meridian/runtime';
import { start } from '../../../receiver/src/app.ts';
import { receiverConfig } from '../../../receiver/src/config.ts';
import { parts } from '../../../receiver/src/parts.ts';

const { config: file = '' } = parseArgs({ options: { config: { type: 'string' } } }).values;
const { receivers } = JSON.parse(readFileSync(file, 'utf8')) as { readonly receivers: readonly object[] };
const log = createLogger({ name: 'receiver', level: 'info' });
const clock = systemClock();
const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
const end = (cause: string): void => {
  closeStack.close(cause).then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ err: error }, 'not closed');
      process.exit(1);
    },
  );
};
process.once('SIGTERM', end);
process.once('disconnect', () => end('the starter is gone'));
for (const [at, given] of receivers.entries()) {
  const own = join(dirname(file), `receiver-${at}.json`);
  writeFileSync(own, JSON.stringify(given), { mode: 0o600 });
  const { config } = openConfig(receiverConfig, { argv: ['--config', own], env: {} });
  const metrics = createMetrics({ service: 'receiver' });
  const where = { host: config.metricsHost, port: config.metricsPort, phase: () => 'serving' as const };
  const listener = await metrics.listen(where);
  closeStack.add('metrics of a receiver', () => listener.close());
  await start({ config, log, clock, rng: secureRng(), metrics, closeStack }, parts);
}
