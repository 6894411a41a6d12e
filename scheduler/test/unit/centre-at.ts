// A centre without sockets and disk: its copy keeps nothing.
import { createLogger, createMetrics, type ManualClock, seededRng } from '@meridian/runtime';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Centre } from '../../src/centre/centre.ts';
import { Copy } from '../../src/copying/copy.ts';
import { Locator } from '../../src/locating/locate.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const done = (): Promise<void> => Promise.resolve();

export function centreAt(clock: ManualClock): Centre {
  const store = { load: async () => [], put: done, remove: done, close: done };
  return new Centre({
    clock,
    rng: seededRng('centre'),
    log,
    copy: new Copy({ store, clock, log, onFailure: () => undefined }),
    metrics: centreMetrics(createMetrics({ service: 'scheduler' })),
    locator: new Locator({ geo: { locate: () => undefined }, developmentCities: true }),
  });
}
