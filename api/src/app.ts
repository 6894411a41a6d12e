// The service: database, certificate, links to the nodes, HTTP.
import { NodeShell, TargetAddresses } from '@meridian/node-shell';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import type { ServiceContext } from '@meridian/runtime';
import { Authenticator } from './access/authenticate.ts';
import { tenantScopes } from './access/core/scopes.ts';
import { ApiKeys } from './access/keys.ts';
import { Passwords } from './access/password.ts';
import { Revocations } from './access/revocations.ts';
import { Tenants } from './access/tenants.ts';
import { RoomBookings, seatCentreOf } from './bookings/room-bookings.ts';
import { CalendarFeeds } from './calendar/feeds.ts';
import { type ApiConfig, checkConfig } from './config.ts';
import { usualRates } from './http/rates.ts';
import { buildHttp } from './http.ts';
import { JoinLinks } from './join-links/join-links.ts';
import { MeetingLinks } from './join-links/meeting-links.ts';
import { joinLinkDeps } from './join-links/operations.ts';
import { makeKeeping } from './keeping.ts';
import { makeLive } from './live/live.ts';
import { Mailer } from './mail/mailer.ts';
import { RoomsFollow } from './meetings/following.ts';
import { extendingOf } from './meetings/indexing.ts';
import { Meetings } from './meetings/meetings.ts';
import { Quotas } from './meetings/quotas.ts';
import { apiMetrics } from './metrics.ts';
import { serveKeys, tellLimits, tellRevoked } from './nodes/keys-for-nodes.ts';
import { NodeLinks } from './nodes/node-links.ts';
import { LinkedOwners, leasesAt } from './nodes/room-owners.ts';
import { RoomPolicies } from './rooms/room-policies.ts';
import { Rooms } from './rooms/rooms.ts';
import { freeAbandoned } from './store/abandoned.ts';
import { openStore } from './store/store.ts';
import { makeTelling } from './telling.ts';
import { userDeps } from './users/deps.ts';
import { type Post, posting } from './webhooks/post.ts';

export type ApiContext = ServiceContext<ApiConfig>;

/** Starts the api. Everything opened is on the close stack. */
export async function start(context: ApiContext) {
  const { config, log, clock, rng, closeStack } = context;
  const { trustedProxies } = checkConfig(config);
  const store = await openStore({ url: config.databaseUrl, dir: config.stateDir, log });
  closeStack.add('database', () => store.close());
  const { db } = store;
  await freeAbandoned(store);
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
      serve(link, rpc.stayQualities, (message) => telling.qualities.take(message));
    },
  });
  closeStack.add('links to nodes', (cause) => nodes.close(cause));
  revocations.start();
  const tenants = new Tenants({ db, clock, onChanged: (tenant) => tellLimits(nodes, tenant) });
  const bookedOf = (tenant: string, room: string) => meetings.policyOf(tenant, room);
  const endMoved: Meetings['endMoved'] = (...moved) => meetings.endMoved(...moved);
  const owners = new LinkedOwners({ nodes, clock, rng, leaseOf: leasesAt(() => shell.centre.registered) });
  const policies = new RoomPolicies({ db, clock, log, owners, bookedOf, endMoved });
  policies.start();
  closeStack.add('policies of rooms', () => policies.close());
  const rooms = new Rooms({ owners, policies });
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: config.egressAllow, clock, log });
  const counted = apiMetrics(context.metrics);
  const send = posting({ addresses, clock });
  const post: Post = async (message) => {
    const outcome = await send(message);
    counted.delivered(outcome.status);
    return outcome;
  };
  const telling = makeTelling({ onRan: counted.ran, store, clock, rng, log, sealSecret, keys, owners, post });

  const links = new JoinLinks({ db, clock, log, revocations });
  links.start();
  closeStack.add('join links', () => links.close());
  const { mail, publicUrl } = config;
  const passwords = new Passwords();
  const users = userDeps({ db, clock, log, revocations, passwords, config });
  users.sessions.start();
  await users.setup.offerFirst(config.tenants, log);
  closeStack.add('sessions of users', () => users.sessions.close());
  const meetingLinks = new MeetingLinks({ db, links, sealSecret, clock, publicUrl });
  const { jobs } = telling;
  const quotas = new Quotas({ db, clock, limits: config.dailyLimits });
  const meetings: Meetings = new Meetings({
    db,
    clock,
    rng,
    changed: async (db, change) => {
      await meetingLinks.changed(db, change);
      await quotas.meeting(db, change);
      await mailer?.plan(db, change);
      await following.changed(db, change);
      await telling.meetingEvents.changed(db, change);
    },
  });
  const following = new RoomsFollow({ jobs, log, policies, db, clock });
  const meetingOf = (tenant: string, id: string) => meetings.get(tenant, id);
  const mailer = mail && new Mailer({ config: mail, links: meetingLinks, jobs, log, quotas, meetingOf });
  closeStack.add('mail', () => mailer?.close());
  jobs.register(extendingOf(meetings));
  jobs.register(quotas.job);
  const centre = () => {
    const link = shell.centre.registered;
    return link && seatCentreOf(link);
  };
  const bookings = new RoomBookings({ db, clock, log, region: config.region, centre });
  jobs.register(bookings.job);
  const live = makeLive({ store, nodes, keys, revocations, clock, rng, log, sealSecret, jobs });
  const keeping = makeKeeping({ store, clock, rng, log, jobs, revocations, policies });
  jobs.start();
  closeStack.add('jobs', () => jobs.close());

  const { app } = await buildHttp({
    meetings,
    bookings,
    meetingLinks,
    calendar: {
      meetings,
      meetingLinks,
      feeds: new CalendarFeeds({ db, clock, rng, meetings }),
      publicUrl,
    },
    trustedProxies,
    onAnswered: counted.answered,
    clock,
    rng,
    log,
    db,
    sealSecret,
    rates: usualRates,
    authenticator: new Authenticator({
      keys,
      revocations,
      sessions: users.sessions,
      operatorKey: config.operatorKey,
      publicUrl,
      clock,
    }),
    users,
    passwords,
    joinLinks: joinLinkDeps({ links, keys, revocations, meetings, meetingLinks, passwords, clock, config }),
    access: { keys, tenants, revocations, clock },
    rooms,
    telling,
    keeping,
    live,
  });
  await app.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => app.close());

  shell.join({
    describe: () => ({ addresses: [], publicUrl: config.publicUrl }),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    onPlan: (plan) => {
      nodes.follow(plan);
      live.gateways.follow(plan);
    },
  });
  log.info({ httpPort: config.httpListen.port }, 'listening');
  return { app, store, nodes, keys };
}
