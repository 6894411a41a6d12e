// The api's HTTP in a process of its own, which a test may kill: `api-process.ts URL` with the URL of a database. It
// says where it listens and with which token it is asked, and ends with its parent.
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { systemClock } from '@meridian/runtime';
import { tenantScopes } from '../../src/access/core/scopes.ts';
import { freeAbandoned } from '../../src/store/abandoned.ts';
import type { Listening } from './start-api.ts';
import { testApi } from './test-api.ts';

const [url = ''] = process.argv.slice(2);
process.once('disconnect', () => process.exit(0));
const { app, token, store } = await testApi({ url, clock: systemClock() });
await freeAbandoned(store);
await app.listen({ host: '127.0.0.1', port: 0 });
const listening: Listening = {
  port: (app.server.address() as AddressInfo).port,
  token: await token({ scope: tenantScopes.join(' ') }),
};
process.send?.(listening);
