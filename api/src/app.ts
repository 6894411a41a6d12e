// The service: database, certificate, links to the nodes, HTTP.
import { NodeShell, TargetAddresses } from '@meridian/node-shell';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import type { ServiceContext } from '@meridian/runtime';
import { Authenticator } from './access/authenticate.ts';
import { ApiKeys } from './access/keys.ts';
import { Revocations } from './access/revocations.ts';
import { tenantScopes } from './access/scopes.ts';
import { Tenants } from './access/tenants.ts';
import { CalendarFeeds } from './calendar/feeds.ts';
import { type ApiConfig, checkConfig } from './config.ts';
import { makeTelling } from './events/telling.ts';
import { buildHttp } from './http/http.ts';
import { usualRates } from './http/rates.ts';
import { JoinLinks } from './join-links/join-links.ts';
import { joinLinkDeps } from './join-links/operations.ts';
import { Mailer } from './mail/mailer.ts';
import { extendingOf, Meetings } from './meetings/meetings.ts';
import { serveKeys, tellRevoked } from './nodes/keys-for-nodes.ts';
import { NodeLinks } from './nodes/node-links.ts';
import { LinkedOwners, leasesAt } from './nodes/room-owners.ts';
import { RoomPolicies, tellSignaling } from './rooms/room-policies.ts';
import { Rooms } from './rooms/rooms.ts';
import { openStore } from './store/store.ts';
import { posting } from './webhooks/post.ts';

export type ApiContext = ServiceContext<ApiConfig>;

/** Starts the api. Everything opened is on the close stack. */
export async function start(context: ApiContext) {
  const { config, log, clock, rng, closeStack } = context;
  const { trustedProxies } = checkConfig(config);
  const store = await openStore({ url: config.databaseUrl, dir: config.stateDir, log });
  closeStack.add('database', () => store.close());
  const { db } = store;
  const { sealSecret } = config;
  const keys = new ApiKeys({ db, sealSecret, clock });
  await keys.seed(config.tenants, tenantScopes);
  const revocations = await Revocations.open({ db, clock, log, onNew: (list) => tellRevoked(nodes, list) });
  closeStack.add('revocations', () => revocations.close());

  const shell = await NodeShell.start({ kind: nodeKind.api, context });
  const nodes: NodeLinks = new NodeLinks({
    shell,
    clock,
    rng,
    log,
    onLink: (link, kind) => {
      serveKeys(link, { keys, revocations });
      if (kind !== nodeKind.signaling) return;
      policies.attach(link);
      serve(link, rpc.journal, (message) => telling.intake.take(message));
    },
  });
  closeStack.add('links to nodes', (cause) => nodes.close(cause));
  revocations.start();
  const policies = new RoomPolicies({ db, clock, log, tell: tellSignaling(nodes) });
  policies.start();
  closeStack.add('policies of rooms', () => policies.close());
  const owners = new LinkedOwners({ nodes, clock, rng, leaseOf: leasesAt(() => shell.centre.registered) });
  const rooms = new Rooms({ owners, policies, clock });
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: config.egressAllow, clock, log });
  const post = posting({ addresses, clock });
  const telling = makeTelling({ store, clock, rng, log, sealSecret, keys, owners, post });

  const links = new JoinLinks({ db, clock, log, revocations });
  links.start();
  closeStack.add('join links', () => links.close());
  const { mail, publicUrl } = config;
  const { jobs } = telling;
  const meetings: Meetings = new Meetings({ db, clock, rng, changed: async (db, change) => mailer?.plan(db, change) });
  const meetingOf = (tenant: string, id: string) => meetings.get(tenant, id);
  const mailer = mail && new Mailer({ config: mail, publicUrl, jobs, log, meetingOf });
  closeStack.add('mail', () => mailer?.close());
  jobs.register(extendingOf(meetings));
  jobs.start();
  closeStack.add('jobs', () => jobs.close());

  const { app } = await buildHttp({
    meetings,
    calendar: {
      meetings,
      feeds: new CalendarFeeds({ db, clock, rng, meetings }),
      publicUrl,
    },
    trustedProxies,
    clock,
    rng,
    log,
    db,
    sealSecret,
    rates: usualRates,
    authenticator: new Authenticator({ keys, revocations, operatorKey: config.operatorKey, clock }),
    joinLinks: joinLinkDeps({ links, keys, revocations, clock, config }),
    access: { keys, tenants: new Tenants({ db, clock }), revocations, clock },
    rooms,
    telling,
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
