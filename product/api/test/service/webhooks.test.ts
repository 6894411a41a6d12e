// Real sockets show that receivers which accept a connection and never answer do not block others.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { posting } from '../../src/webhooks/post.ts';
import { type TestApi, testApi } from '../support/test-api.ts';
import { entry, journal } from '../unit/events/journals.ts';

/** The clock stands still, so only an answer ends an attempt. */
const clock = new ManualClock();
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

async function urlOf(server: Server): Promise<string> {
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('four tenants with four silent receivers each keep no event of a fifth waiting', async () => {
  const egressAllow = ['127.0.0.0/8'];
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: egressAllow, clock, log });
  api = await testApi({ clock, egressAllow, post: posting({ addresses, clock }) });
  const { endpoints, intake } = api.telling;
  let silentRequests = 0;
  const silentUrl = await urlOf(createServer(() => silentRequests++));
  const arrived = new Set<string>();
  const answering = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text) => arrived.add(JSON.parse(text).room.sid));
    request.on('end', () => response.writeHead(204).end());
  });
  const crowd = ['t0', 't1', 't2', 't3'];
  for (const tenant of crowd) for (let at = 0; at < 4; at += 1) await endpoints.create(tenant, { url: silentUrl });
  await endpoints.create('fifth', { url: await urlOf(answering) });
  const meet = (tenant: string, at: number) =>
    intake.take(journal(1, 1, [entry.opened()], { roomKey: `${tenant}/r${at}`, sid: `RM_${tenant}${at}` }));
  for (let at = 0; at < 30; at += 1) for (const tenant of crowd) await meet(tenant, at);
  await until('two attempts of each of the four are under way', () => silentRequests === 8);
  for (let at = 0; at < 30; at += 1) await meet('fifth', at);
  await until('all have arrived', () => arrived.size === 30);
});
