// The service: database, certificate, links to the nodes, HTTP.
import { NodeShell } from '@meridian/node-shell';
import { nodeKind } from '@meridian/protocol';
import type { ServiceContext } from '@meridian/runtime';
import { Authenticator } from './access/authenticate.ts';
import { ApiKeys } from './access/keys.ts';
import { tenantScopes } from './access/scopes.ts';
import { type ApiConfig, checkConfig } from './config.ts';
import { buildHttp } from './http/http.ts';
import { usualRates } from './http/rates.ts';
import { NodeLinks } from './nodes/node-links.ts';
import { openStore } from './store/store.ts';

export type ApiContext = ServiceContext<ApiConfig>;

/** Starts the api. Everything opened is on the close stack. */
export async function start(context: ApiContext) {
  const { config, log, clock, rng, closeStack } = context;
  const { trustedProxies } = checkConfig(config);
  const store = await openStore({ url: config.databaseUrl, dir: config.stateDir, log });
  closeStack.add('database', () => store.close());
  const keys = new ApiKeys({ db: store.db, sealSecret: config.sealSecret, clock });
  await keys.seed(config.tenants, tenantScopes);

  const shell = await NodeShell.start({ kind: nodeKind.api, context });
  const nodes = new NodeLinks({ shell, clock, rng, log, onLink: () => undefined });
  closeStack.add('links to nodes', (cause) => nodes.close(cause));

  const authenticator = new Authenticator({ keys, operatorKey: config.operatorKey, clock });
  const { sealSecret } = config;
  const { db } = store;
  const { app } = await buildHttp({
    trustedProxies,
    clock,
    rng,
    log,
    db,
    sealSecret,
    authenticator,
    rates: usualRates,
  });
  await app.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => app.close());

  shell.join({
    describe: () => ({ addresses: [], publicUrl: config.publicUrl }),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    onPlan: (plan) => nodes.follow(plan),
  });
  log.info({ httpPort: config.httpListen.port }, 'listening');
  return { app, store, nodes, keys };
}
