// The service: database, certificate, links to the nodes, HTTP.
import type { Server } from 'node:https';
import { NodeShell, proxyRanges, TargetAddresses } from '@meridian/node-shell';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import { type Link, type ServiceContext, TlsFiles } from '@meridian/runtime';
import { Authenticator } from './access/authenticate.ts';
import { grantableScopes, tenantScopes } from './access/core/scopes.ts';
import { ApiKeys } from './access/keys.ts';
import { Passwords } from './access/password.ts';
import { recordingAllowed } from './access/recording-use.ts';
import { Revocations } from './access/revocations.ts';
import { type Tenant, Tenants } from './access/tenants.ts';
import { type Alarms, makeAlarms } from './alarms/alarms.ts';
import { RoomBookings, seatCentreOf } from './bookings/room-bookings.ts';
import { CalendarFeeds } from './calendar/feeds.ts';
import type { ApiConfig } from './config.ts';
import { CentreViews, consoleCentreOf } from './console/centre-views.ts';
import { WorldFeed } from './console/world-feed.ts';
import { oldDials } from './dial/results.ts';
import { type Distribution, makeDistribution } from './distribution/distribution.ts';
import { type EventServices, type EventServicesOptions, makeEventServices } from './event-services.ts';
import { makeHistory } from './history/history.ts';
import { usualRates } from './http/rates.ts';
import { buildHttp } from './http.ts';
import { Inspections } from './inspection/inspections.ts';
import { serveTasks } from './jobs/task-service.ts';
import { joinLinkDeps } from './join-links/operations.ts';
import { makeLive } from './live/live.ts';
import { LogSearch } from './logs/log-search.ts';
import { Mailer } from './mail/mailer.ts';
import { PasswordMails } from './mail/password-mails.ts';
import { type MailerNeeds, type MeetingParts, makeMeetingParts } from './meeting-parts.ts';
import { extendingOf } from './meetings/indexing.ts';
import { type ApiCounters, apiMetrics } from './metrics.ts';
import { type KeysForNodes, notifyLimits, notifyRevoked, serveKeys } from './nodes/keys-for-nodes.ts';
import { NodeLinks } from './nodes/node-links.ts';
import { LinkedOwners, leasesAt } from './nodes/room-owners.ts';
import { decisionCentreOf, makeQuality, type QualityParts } from './quality/quality.ts';
import { makeRecordKeeping } from './record-keeping.ts';
import { RoomGuards } from './rooms/room-guards.ts';
import { ApiAnswers } from './sla/api-answers.ts';
import { slaHours } from './sla/media-hours.ts';
import { freeAbandoned } from './store/abandoned.ts';
import { openStore, type Store } from './store/store.ts';
import { type UserDeps, userDeps } from './users/deps.ts';
import { makeWall, type Wall } from './wall/wall.ts';
import { posting } from './webhooks/post.ts';

export type ApiContext = ServiceContext<ApiConfig>;

interface ApiBase {
  readonly context: ApiContext;
  /** HTTPS certificate; undefined without HTTPS. */
  readonly tls: TlsFiles | undefined;
  readonly counters: ApiCounters;
  readonly store: Store;
  readonly keys: ApiKeys;
  readonly revocations: Revocations;
  readonly shell: NodeShell;
  readonly nodes: NodeLinks;
}

interface ApiParts extends MeetingParts {
  readonly eventServices: EventServices;
  readonly passwords: Passwords;
  readonly users: UserDeps;
  readonly bookings: RoomBookings;
  readonly live: ReturnType<typeof makeLive>;
  readonly recordKeeping: ReturnType<typeof makeRecordKeeping>;
  readonly console: { readonly views: CentreViews; readonly feed: WorldFeed; readonly owners: LinkedOwners };
  readonly quality: QualityParts;
  readonly alarms: Alarms;
  readonly inspections: Inspections;
  readonly wall: Wall;
  readonly answers: ApiAnswers;
  readonly logs: LogSearch;
  readonly distribution: Distribution;
}

/** Starts the service, and puts everything that it opens on the close stack. */
export async function start(context: ApiContext) {
  const { config, log, clock, closeStack } = context;
  const trustedProxies = proxyRanges(config.trustedProxies);
  const tls = TlsFiles.load(config, clock);
  const onSignalingLink = (link: Link): void => {
    serve(link, rpc.journal, (message) => parts.eventServices.intake.take(message));
    serve(link, rpc.stayQualities, (message) => parts.eventServices.qualities.take(message));
    serve(link, rpc.qualityBatch, (message) => parts.quality.batches.take(message, link.remote));
    parts.policies.attach(link);
    guards.attach(link);
  };
  const onLibraryLink = (link: Link): void => {
    parts.eventServices.library.attach(link);
    parts.distribution.attach(link);
    const { jobs, library } = parts.eventServices;
    serveTasks(link, jobs, (node) => library.nodes.storesOf(node));
  };
  const onRecorderLink = (link: Link): void => parts.eventServices.recordings.attach(link);
  const base: ApiBase = await openBase(context, tls, { onSignalingLink, onLibraryLink, onRecorderLink });
  const guards = new RoomGuards({ db: base.store.db, clock: context.clock, log });
  const parts = makeParts(base);
  // Tenants of dial testers have no users, so they are not people's tenants.
  const ofPeople = config.tenants.filter(({ dialTests }) => dialTests !== true);
  for (const tenant of await parts.users.setup.tenantsWithoutUsers(ofPeople))
    log.info({ tenant }, 'no user yet: `meridian node admin-link` prints the link of the first administrator');
  const { app } = await buildHttp({ ...httpParts(base, parts), trustedProxies, tls });
  await app.listen({ host: config.httpListen.ip, port: config.httpListen.port });
  closeStack.add('HTTP', () => app.close());
  if (tls !== undefined) {
    const watch = tls.watch([app.server as Server], log);
    closeStack.add('certificate', () => watch.close());
  }

  const { shell, nodes, store, keys } = base;
  shell.join({
    describe: () => ({ addresses: [], publicUrl: config.publicUrl }),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    onPlan: (plan) => {
      nodes.follow(plan);
      parts.live.gateways.follow(plan);
      parts.eventServices.recordings.recorders.follow(plan);
      parts.eventServices.library.nodes.follow(plan);
    },
  });
  log.info({ httpPort: config.httpListen.port }, 'listening');
  return { app, store, nodes, keys };
}

interface OnLinks {
  onSignalingLink(link: Link): void;
  onLibraryLink(link: Link): void;
  onRecorderLink(link: Link): void;
}

async function openBase(context: ApiContext, tls: TlsFiles | undefined, on: OnLinks): Promise<ApiBase> {
  const { config, log, clock, rng, closeStack } = context;
  const store = await openStore({ url: config.databaseUrl, dir: config.stateDir, log });
  closeStack.add('database', () => store.close());
  const { db } = store;
  await freeAbandoned(store);
  const keys = new ApiKeys({ db, sealSecret: config.sealSecret, clock });
  const { testers = [], others: ordinaryTenants = [] } = Object.groupBy(config.tenants, ({ dialTests }) =>
    dialTests ? 'testers' : 'others',
  );
  for (const revokedKey of [
    ...(await keys.seed(ordinaryTenants, tenantScopes)),
    ...(await keys.seed(testers, grantableScopes)),
  ])
    log.warn({ revokedKey }, 'a key of the configuration is revoked: give its tenant another key');
  const revocations = await Revocations.open({ db, clock, log, onNew: (list) => notifyRevoked(nodes, list) });
  closeStack.add('revocations', () => revocations.close());
  const shell = await NodeShell.start({ kind: nodeKind.api, context });
  const nodes: NodeLinks = new NodeLinks({
    shell,
    clock,
    rng,
    log,
    onLink: (link, kind) => {
      const recordingOf: KeysForNodes['recordingOf'] = (tenant, limits) =>
        recordingAllowed(db, tenant, { limits, nowMs: clock.wallMs() });
      serveKeys(link, kind, { keys, revocations, recordingOf });
      if (kind === nodeKind.signaling) on.onSignalingLink(link);
      if (kind === nodeKind.library) on.onLibraryLink(link);
      if (kind === nodeKind.recorder) on.onRecorderLink(link);
    },
  });
  closeStack.add('links to nodes', (cause) => nodes.close(cause));
  revocations.start();
  return { context, tls, counters: apiMetrics(context.metrics), store, keys, revocations, shell, nodes };
}

/** Starts the jobs last, after all kinds are registered. */
function makeParts(base: ApiBase): ApiParts {
  const { context, store, keys, revocations, shell, nodes } = base;
  const { config, log, clock, rng, closeStack } = context;
  const { db } = store;
  const { sealSecret, mail } = config;
  const owners = new LinkedOwners({ nodes, clock, rng, leaseOf: leasesAt(() => shell.centre.registered) });
  const posting = postOf(base);
  const eventServices = makeEvents(base, owners, posting);
  const { jobs } = eventServices;
  const makeMailer = mailerMaker(base, jobs);
  const ofMeetings = makeMeetingParts({
    ...config,
    db,
    clock,
    rng,
    log,
    owners,
    revocations,
    eventServices,
    makeMailer,
  });
  const { policies, links, meetings, quotas } = ofMeetings;
  policies.start();
  closeStack.add('policies of rooms', () => policies.close());
  links.start();
  closeStack.add('join links', () => links.close());
  const passwords = new Passwords();
  const { erasing: recordings } = eventServices.recordings;
  const { keeping: library, items } = eventServices.library;
  const ofKeeping = { recordings, library, items };
  const recordKeeping = makeRecordKeeping({ store, clock, rng, log, jobs, keys, revocations, policies, ...ofKeeping });
  const mailer = mail && new PasswordMails({ db, clock, log, jobs, sealSecret, config: mail });
  if (mailer !== undefined) closeStack.add('mails of passwords', () => mailer.close());
  const { audit } = recordKeeping;
  const live = makeLive({ store, nodes, keys, revocations, clock, rng, log, sealSecret, jobs });
  const { roomStreams: streams } = live;
  const users = userDeps({ db, clock, log, jobs, audit, mailer, quotas, revocations, streams, passwords, config });
  users.sessions.start();
  closeStack.add('sessions of users', () => users.sessions.close());
  const atCentre =
    <T>(of: (link: Link) => T) =>
    (): T | undefined => {
      const link = shell.centre.registered;
      return link && of(link);
    };
  const bookings = new RoomBookings({ db, clock, log, region: config.region, centre: atCentre(seatCentreOf) });
  const quality = makeQuality({ store, clock, rng, log, jobs, centre: atCentre(decisionCentreOf) });
  closeStack.add('decision stories', () => quality.stories.close());
  const kinds = [extendingOf(meetings), quotas.job, bookings.job, oldDials({ db, clock }), slaHours({ store, clock })];
  for (const kind of kinds) jobs.register(kind);
  const console = { ...makeConsole(base, quality), owners };
  const distribution = distributionOf(base, eventServices, posting);
  const watch = makeWatch(base, { eventServices, quality, views: console.views, audit, posting, distribution });
  jobs.start();
  closeStack.add('jobs', () => jobs.close());
  distribution.start(closeStack);
  const answers = new ApiAnswers({ store, clock, log, region: config.region });
  answers.start();
  closeStack.add('counted answers', () => answers.close());
  return {
    answers,
    ...ofMeetings,
    eventServices,
    passwords,
    users,
    bookings,
    live,
    recordKeeping,
    console,
    quality,
    distribution,
    ...watch,
  };
}

/** Returns a function that makes the mailer, or returns undefined where no mail server is configured. */
function mailerMaker({ context: { config, log, closeStack }, store }: ApiBase, jobs: EventServices['jobs']) {
  const { mail } = config;
  return (needs: MailerNeeds): Mailer | undefined => {
    if (mail === undefined) return undefined;
    const mailer = new Mailer({ ...needs, db: store.db, config: mail, jobs, log });
    closeStack.add('mail', () => mailer.close());
    return mailer;
  };
}

function distributionOf(
  base: ApiBase,
  eventServices: EventServices,
  { addresses }: ReturnType<typeof postOf>,
): Distribution {
  const { config, log, clock, rng } = base.context;
  return makeDistribution({
    ...base,
    ...eventServices,
    clock,
    rng,
    log,
    sealSecret: config.sealSecret,
    addresses,
    counters: base.counters.distribution,
    id: config.id,
    channels: config.distribution,
  });
}

/** Does not start the jobs; the caller does. */
function makeEvents(base: ApiBase, owners: LinkedOwners, posting: ReturnType<typeof postOf>): EventServices {
  const { context, nodes } = base;
  const { config, log, clock, rng, closeStack } = context;
  const { sealSecret } = config;
  const eventServices = makeEventServices({
    ...base,
    clock,
    rng,
    log,
    sealSecret,
    region: config.region,
    owners,
    ...posting,
    tellLimits: (tenant, recording) => notifyLimits(nodes, tenant, recording),
  });
  const { nodes: libraries } = eventServices.library;
  libraries.start();
  closeStack.add('facts of library nodes', () => libraries.close());
  return eventServices;
}

function makeWatch(
  { context, tls, counters, store, shell }: ApiBase,
  o: {
    readonly eventServices: EventServices;
    readonly quality: QualityParts;
    readonly views: CentreViews;
    readonly audit: ReturnType<typeof makeRecordKeeping>['audit'];
    readonly posting: ReturnType<typeof postOf>;
    readonly distribution: Pick<Distribution, 'port'>;
  },
): Pick<ApiParts, 'alarms' | 'inspections' | 'logs' | 'wall'> {
  const { config, log, clock, rng, closeStack } = context;
  const { views, quality, audit, distribution } = o;
  const { port: channels } = distribution;
  const { jobs, recordings } = o.eventServices;
  const { db } = store;
  const history = makeHistory({ store, clock, jobs, views });
  const { recorders } = recordings;
  const wall = makeWall({ db, clock, rng, log, recorders, views, audit, onCut: counters.wallStreamCut });
  const alarms = makeAlarms({
    store,
    clock,
    rng,
    log,
    jobs,
    sealSecret: config.sealSecret,
    mail: config.mail,
    views,
    live: quality.live,
    history,
    channels,
    watched: () => wall.keptWatch.watch(),
    counters: counters.alarms,
    ...o.posting,
  });
  closeStack.add('mails of alarms', () => alarms.close());
  const inspections = new Inspections({
    store,
    clock,
    log,
    jobs,
    views,
    history,
    channels,
    silences: () => alarms.settings.silences(),
    httpsEndsMs: () => tls?.notAfterMs,
    dailyLimits: config.dailyLimits,
    mail: config.mail,
    publicUrl: config.publicUrl,
  });
  closeStack.add('mails of inspections', () => inspections.close());
  const logs = new LogSearch({ db, log, views, ownId: config.id, ownLogReader: shell.logLines, loki: config.loki });
  return { alarms, inspections, logs, wall };
}

function makeConsole(
  { context: { clock, log, closeStack }, counters, shell }: ApiBase,
  { live }: Pick<QualityParts, 'live'>,
) {
  const centre = () => {
    const link = shell.centre.registered;
    return link && consoleCentreOf(link);
  };
  const views = new CentreViews({ clock, log, centre });
  const feed = new WorldFeed({
    clock,
    log,
    views,
    live,
    onCut: counters.worldStreamCut,
    onStreams: counters.worldStreams,
  });
  closeStack.add('world map', () => feed.close());
  return { views, feed };
}

function postOf({
  context: { config, clock, log },
  counters,
}: ApiBase): Pick<EventServicesOptions, 'post' | 'addresses' | 'onRan'> {
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: config.egressAllow, clock, log });
  const send = posting({ addresses, clock });
  return {
    onRan: counters.ran,
    addresses,
    post: async (message) => {
      const outcome = await send(message);
      counters.delivered(outcome.status);
      return outcome;
    },
  };
}

function httpParts({ context, counters, store, keys, revocations }: ApiBase, parts: ApiParts) {
  const { config, log, clock, rng } = context;
  const { db } = store;
  const { sealSecret, publicUrl, operatorKey, operatorTenant, checkTenant } = config;
  const { links, meetings, meetingLinks, policies, rooms, passwords, users } = parts;
  const { sessions } = users;
  const { limits } = parts.eventServices.recordings;
  const onChanged = (tenant: Tenant): void => {
    limits
      .notifyNodes(tenant)
      .catch((err: unknown) => log.warn({ err, tenant: tenant.id }, 'nodes were not informed of changed limits'));
  };
  const tenants = new Tenants({ db, clock, onChanged });
  const feeds = new CalendarFeeds({ db, clock, rng, meetings });
  return {
    ...parts,
    library: parts.eventServices.library,
    clock,
    rng,
    log,
    db,
    sealSecret,
    checkTenant,
    onAnswered: (operation: string, status: number, tenant: string): void => {
      counters.answered(operation, status);
      if (operation !== '') parts.answers.answered(tenant, status);
    },
    rates: usualRates,
    authenticator: new Authenticator({ keys, revocations, sessions, operatorKey, operatorTenant, publicUrl, clock }),
    access: { keys, tenants, revocations, clock, streams: parts.live.roomStreams, links },
    calendar: { meetings, meetingLinks, feeds, publicUrl },
    joinLinks: joinLinkDeps({
      links,
      keys,
      revocations,
      meetings,
      meetingLinks,
      policies,
      rooms,
      db,
      passwords,
      clock,
      config,
    }),
  };
}
