// Receivers on real sockets: those that take a connection and never answer keep none from others.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../../runtime/test/support/until.ts';
import { posting } from '../../src/webhooks/post.ts';
import { type TestApi, testApi } from '../support/test-api.ts';
import { entry, journal } from '../unit/events/journals.ts';

/** As promised for every event of a receiver that answers; measured 20 ms. */
const ARRIVES_MS = 2000;
const clock = systemClock();
const log = createLogger({ name: 'api', level: 'fatal' });
const servers: Server[] = [];
let api: TestApi;

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await api.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('four tenants with four silent receivers each keep no event of a fifth waiting', async () => {
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: ['127.0.0.0/8'], clock, log });
  api = await testApi({ clock, post: posting({ addresses, clock }) });
  const { endpoints, intake } = api.telling;
  let silences = 0;
  const silent = await listening(createServer(() => silences++));
  const arrivedMs = new Map<string, number>();
  const answering = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text) => arrivedMs.set(JSON.parse(text).room.sid, clock.nowMs()));
    request.on('end', () => response.writeHead(204).end());
  });
  const crowd = ['t0', 't1', 't2', 't3'];
  for (const tenant of crowd) for (let at = 0; at < 4; at += 1) await endpoints.create(tenant, { url: silent });
  await endpoints.create('fifth', { url: await listening(answering) });
  const takenMs = new Map<string, number>();
  for (let at = 0; at < 30; at += 1)
    for (const tenant of [...crowd, 'fifth']) {
      const sid = `RM_${tenant}${at}`;
      await intake.take(journal(1, 1, [entry.opened()], { roomKey: `${tenant}/r${at}`, sid }));
      if (tenant === 'fifth') takenMs.set(sid, clock.nowMs());
    }
  await until('all have arrived', () => arrivedMs.size === 30);
  for (const [sid, ms] of takenMs) expect((arrivedMs.get(sid) ?? Number.NaN) - ms).toBeLessThan(ARRIVES_MS);
  expect(silences).toBeGreaterThan(0);
});
