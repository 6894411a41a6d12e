// The HTTP interface as a whole: every folder of the service adds its operations here.
import type { AddressRange } from '@meridian/protocol';
import type { Logger, Rng } from '@meridian/runtime';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../access/authenticate.ts';
import { addCallerOperations } from '../access/operations.ts';
import { addOpenApi, openApiOf } from './openapi.ts';
import { BASE, Routes } from './routes.ts';
import { buildServer } from './server.ts';

export interface HttpOptions {
  readonly trustedProxies: readonly AddressRange[];
  readonly rng: Rng;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  /** Adds more operations: of tests. */
  add?(routes: Routes): void;
}

/** All routes; it does not listen. */
export async function buildHttp(o: HttpOptions): Promise<{ app: FastifyInstance; routes: Routes }> {
  const app = buildServer(o);
  await addOpenApi(app);
  const routes = new Routes({
    app,
    authenticate: (request) => o.authenticator.authenticate(request),
    count: async () => undefined,
    once: ({ run }) => run(),
  });
  addCallerOperations(routes);
  o.add?.(routes);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, async () => openApiOf(app, routes.operations));
  await app.ready();
  return { app, routes };
}
