// The api's HTTP on a database in memory, without a cloud; and tokens for it.

import { TargetAddresses } from '@meridian/node-shell';
import { type Clock, createLogger, type Logger, ManualClock, OwnLogReader, seededRng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { Authenticator } from '../../src/access/authenticate.ts';
import type { TenantLimits } from '../../src/access/core/limits.ts';
import { grantableScopes } from '../../src/access/core/scopes.ts';
import { ApiKeys } from '../../src/access/keys.ts';
import { Passwords } from '../../src/access/password.ts';
import { type RecordingAllowed, recordingAllowed } from '../../src/access/recording-use.ts';
import { type RevocationList, Revocations } from '../../src/access/revocations.ts';
import { type Tenant, Tenants } from '../../src/access/tenants.ts';
import type { AlarmMetrics } from '../../src/alarms/alarm-metrics.ts';
import { makeAlarms } from '../../src/alarms/alarms.ts';
import { RoomBookings } from '../../src/bookings/room-bookings.ts';
import { CalendarFeeds } from '../../src/calendar/feeds.ts';
import { CentreViews } from '../../src/console/centre-views.ts';
import { WorldFeed } from '../../src/console/world-feed.ts';
import { makeDistribution } from '../../src/distribution/distribution.ts';
import { makeEventServices } from '../../src/event-services.ts';
import { makeHistory } from '../../src/history/history.ts';
import type { RateLimits } from '../../src/http/rates.ts';
import type { Routes } from '../../src/http/routes.ts';
import { buildHttp } from '../../src/http.ts';
import { Inspections } from '../../src/inspection/inspections.ts';
import type { Jobs } from '../../src/jobs/jobs.ts';
import { joinLinkDeps } from '../../src/join-links/operations.ts';
import { makeLive } from '../../src/live/live.ts';
import { LogSearch, type LogSearchOptions } from '../../src/logs/log-search.ts';
import type { MailConfig } from '../../src/mail/delivery.ts';
import { type MailerNeeds, makeMeetingParts } from '../../src/meeting-parts.ts';
import type { MeetingFollower } from '../../src/meetings/meetings.ts';
import type { DailyLimits } from '../../src/meetings/quotas.ts';
import { makeQuality } from '../../src/quality/quality.ts';
import { makeRecordKeeping } from '../../src/record-keeping.ts';
import type { Store } from '../../src/store/store.ts';
import { userDeps } from '../../src/users/deps.ts';
import type { OidcConfig } from '../../src/users/oidc.ts';
import type { PasswordMailer } from '../../src/users/password-mail.ts';
import { makeWall } from '../../src/wall/wall.ts';
import type { Post } from '../../src/webhooks/post.ts';
import { testStore } from './database.ts';
import { keptApp } from './kept-app.ts';
import { ScriptedNoticePort } from './notice-port.ts';
import { ScriptedCentre } from './scripted-centre.ts';
import { ScriptedConsole } from './scripted-fleet.ts';
import { ScriptedGateways } from './scripted-gateways.ts';
import { ScriptedLibraries } from './scripted-libraries.ts';
import { ScriptedOwners } from './scripted-owners.ts';
import { ScriptedRecorders } from './scripted-recorders.ts';
import { userMaker } from './test-users.ts';

export const tenants = [
  { id: 'acme', name: 'Acme', key: 'acmekey', secret: 'acme-secret-acme-secret-acme-secret' },
  { id: 'globex', name: 'Globex', key: 'globexkey', secret: 'globex-secret-globex-secret-globex' },
] as const;
export const operatorKey = { key: 'operator', secret: 'operator-secret-operator-secret-op' };

const sealSecret = 's'.repeat(32);
/** Lowest cost of argon2: the service's cost is 20 ms of a core for each check of a password. */
export const cheap = { memory: 8, passes: 1, parallelism: 1 };
/** The clock stands still in most tests, so no bucket is filled again. */
const ampleRate = { perSecond: 10_000, burst: 1_000_000 };

const ampleCount = 1_000_000;
const manyADay = {
  meetingsOfUser: ampleCount,
  meetingsOfTenant: ampleCount,
  mailsOfUser: ampleCount,
  mailsOfTenant: ampleCount,
};

const nothing = (): void => undefined;
const uncounted: AlarmMetrics = { lookEnded: nothing, open: nothing, sent: nothing };

export interface TestApiOptions {
  /** Database of the api; a new one of `testStore` by default. */
  readonly url?: string;
  /** Rates of requests; by default, higher than a test needs. */
  readonly rates?: RateLimits;
  readonly post?: Post;
  readonly egressAllow?: readonly string[];
  /** Clock that stands still by default. Programs that sign tokens by their own clock need the machine's. */
  readonly clock?: Clock;
  mail?(o: MailerNeeds & { store: Store; clock: ManualClock; log: Logger; jobs: Jobs }): MeetingFollower;
  passwordMail?(o: { store: Store; clock: ManualClock; log: Logger; jobs: Jobs; sealSecret: string }): PasswordMailer;
  /** Daily limits; by default, higher than a test needs. */
  readonly dailyLimits?: DailyLimits;
  readonly alarmMail?: MailConfig;
  readonly isWithoutChannels?: boolean;
  readonly alarmCounted?: AlarmMetrics;
  readonly oidc?: readonly OidcConfig[];
  readonly checkTenant?: string;
  readonly operatorTenant?: string;
  /** Default: cheap hashes. */
  readonly passwords?: Passwords;
  /** Sources of log searches; by default the scripted fleet, without own lines. */
  readonly logs?: Partial<Pick<LogSearchOptions, 'ownLogReader' | 'loki' | 'request'>>;
  onAnswered?(operation: string, status: number, tenant: string): void;
  onTenant?(tenant: Tenant): void;
  add?(routes: Routes, o: { readonly store: Store }): void;
}

export interface Ask {
  readonly scope?: string;
  readonly signer?: { readonly key: string; readonly secret: string };
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Session of a user (`user()`), in place of a token. */
  readonly as?: { readonly headers: Readonly<Record<string, string>> };
}

export type TestApi = Awaited<ReturnType<typeof testApi>>;

/** Starts an api with two tenants, with a key each that may also report dial tests, and an operator. */
export async function testApi(o: TestApiOptions = {}) {
  const manual = new ManualClock();
  const clock = o.clock ?? manual;
  const log = createLogger({ name: 'api', level: 'fatal' });
  const store = await testStore(o.url);
  const keys = new ApiKeys({ db: store.db, sealSecret, clock });
  await keys.seed(tenants, grantableScopes);
  /** Lists of revocations that nodes would have received. */
  const revoked: RevocationList[] = [];
  const revocations = await Revocations.open({ db: store.db, clock, log, onNew: (list) => revoked.push(list) });
  const config = { publicUrl: 'https://meet.example.org', entryUrls: ['https://sig.example.org'] };
  const { publicUrl } = config;
  const passwords = o.passwords ?? new Passwords(cheap);
  const operators = o.operatorTenant === undefined ? {} : { operatorTenant: o.operatorTenant };
  const ofUsers = { ...config, sealSecret, tenants: [...tenants], oidc: [...(o.oidc ?? [])], ...operators };
  const owners = new ScriptedOwners();
  const centre = new ScriptedCentre();
  const bookings = new RoomBookings({ db: store.db, clock, log, region: 'frankfurt', centre: () => centre.reachable });
  const post: Post = o.post ?? (async () => ({ status: 0, error: 'ECONNREFUSED', tookMs: 1, retryAfterMs: 0 }));
  const rng = seededRng('telling');
  const addresses = new TargetAddresses({ key: 'egressAllow', allowed: o.egressAllow ?? [], clock, log });
  /** Messages to nodes about which tenants may record. */
  const recordingNotices: [tenant: string, recording: RecordingAllowed][] = [];
  const recorders = new ScriptedRecorders();
  const libraries = new ScriptedLibraries();
  const ofTelling = { store, clock, rng, log, sealSecret, keys, revocations, owners, post, addresses };
  const eventServices = makeEventServices({
    ...ofTelling,
    region: 'frankfurt',
    nodes: libraries.withLibraries(recorders),
    tellLimits: (tenant, recording) => void recordingNotices.push([tenant.id, recording]),
  });
  recorders.onPlan = (plan) => eventServices.recordings.recorders.follow(plan);
  for (const recorder of recorders.planned) eventServices.recordings.attach(recorder.toApi);
  libraries.follow(eventServices.library);
  const { jobs } = eventServices;
  const parts = makeMeetingParts({
    db: store.db,
    clock,
    rng: seededRng('meetings'),
    log,
    sealSecret,
    publicUrl: 'https://meet.example',
    dailyLimits: o.dailyLimits ?? manyADay,
    owners,
    revocations,
    eventServices,
    makeMailer: (needs) => o.mail?.({ ...needs, store, clock: manual, log, jobs }),
  });
  const { policies, rooms, links, meetingLinks, quotas, meetings, roomFollower: following } = parts;
  const feeds = new CalendarFeeds({ db: store.db, clock, rng: seededRng('feeds'), meetings });
  const { erasing: recordings } = eventServices.recordings;
  const { keeping: library } = eventServices.library;
  const { contents, items, watching } = eventServices.library;
  const recordKeeping = makeRecordKeeping({
    store,
    clock,
    rng,
    log,
    jobs,
    keys,
    revocations,
    policies,
    recordings,
    library,
    items,
  });
  const { audit } = recordKeeping;
  const mailer = o.passwordMail?.({ store, clock: manual, log, jobs, sealSecret });
  const nodes = new ScriptedGateways();
  const live = makeLive({ store, nodes, keys, revocations, clock, rng: seededRng('live'), log, sealSecret, jobs });
  nodes.onPlan = (plan) => live.gateways.follow(plan);
  const users = userDeps({
    db: store.db,
    clock,
    log,
    jobs,
    audit,
    mailer,
    quotas,
    revocations,
    streams: live.roomStreams,
    passwords,
    config: ofUsers,
  });
  const authenticator = new Authenticator({
    keys,
    revocations,
    sessions: users.sessions,
    operatorKey,
    ...operators,
    publicUrl,
    clock,
  });
  const quality = makeQuality({ store, clock, rng: seededRng('quality'), log, jobs, centre: () => centre.reachable });
  const cuts: string[] = [];
  const fleet = new ScriptedConsole();
  const views = new CentreViews({ clock, log, centre: () => (centre.state === 'down' ? undefined : fleet) });
  const feed = new WorldFeed({ clock, log, views, live: quality.live, onCut: (cause) => cuts.push(cause) });
  const history = makeHistory({ store, clock, jobs, views });
  const wall = makeWall({
    db: store.db,
    clock,
    rng: seededRng('wall'),
    log,
    recorders: eventServices.recordings.recorders,
    views,
    audit,
    onCut: (cause) => cuts.push(`wall ${cause}`),
  });
  const ownLogReader = new OwnLogReader({}, clock);
  const logs = new LogSearch({ db: store.db, log, views, ownId: 'api-1', ownLogReader, loki: undefined, ...o.logs });
  const noticePort = new ScriptedNoticePort();
  const channels = o.isWithoutChannels === true ? undefined : noticePort;
  const alarms = makeAlarms({
    channels,
    watched: () => wall.keptWatch.watch(),
    store,
    clock,
    rng: seededRng('alarms'),
    log,
    jobs,
    post,
    sealSecret,
    addresses,
    views,
    live: quality.live,
    history,
    counters: o.alarmCounted ?? uncounted,
    mail: o.alarmMail,
  });
  const inspections = new Inspections({
    channels,
    store,
    clock,
    log,
    jobs,
    views,
    history,
    silences: () => alarms.settings.silences(),
    httpsEndsMs: () => undefined,
    dailyLimits: o.dailyLimits ?? manyADay,
    mail: o.alarmMail,
    publicUrl: 'https://meet.example.org',
  });
  const distribution = makeDistribution({
    store,
    clock,
    rng: seededRng('distribution'),
    log,
    sealSecret,
    addresses,
    keys,
    revocations,
    library: eventServices.library,
    deliveries: eventServices.deliveries,
    counters: { ended: nothing, open: nothing },
    id: 'api-1',
    channels: undefined,
    port: channels,
  });
  const { app, routes } = await buildHttp({
    distribution,
    alarms,
    inspections,
    wall,
    logs,
    console: { views, feed, owners },
    quality,
    library: { items, contents, watching },
    meetings,
    bookings,
    meetingLinks,
    calendar: { meetings, meetingLinks, feeds, publicUrl: 'https://meet.example' },
    trustedProxies: [],
    ...(o.onAnswered && { onAnswered: o.onAnswered }),
    clock,
    rng: seededRng('api'),
    log,
    db: store.db,
    sealSecret,
    rates: o.rates ?? { caller: ampleRate, visitor: ampleRate, refused: ampleRate },
    authenticator,
    users,
    passwords,
    joinLinks: joinLinkDeps({
      links,
      keys,
      revocations,
      meetings,
      meetingLinks,
      policies,
      rooms,
      db: store.db,
      passwords,
      clock,
      config,
    }),
    access: {
      keys,
      tenants: new Tenants({ db: store.db, clock, onChanged: o.onTenant ?? (() => undefined) }),
      revocations,
      clock,
      streams: live.roomStreams,
      links,
    },
    rooms,
    eventServices,
    recordKeeping,
    live,
    checkTenant: o.checkTenant,
    add: (routes) => o.add?.(routes, { store }),
    makeApp: keptApp,
  });
  const close = async (): Promise<void> => {
    await app.close();
    await eventServices.jobs.close();
    alarms.close();
    inspections.close();
    await quality.stories.close();
    await revocations.close();
    await store.close();
  };
  /** Signs a token of a tenant's key, valid five minutes unless `claims` say otherwise. */
  const token = (claims: object, signer: { readonly key: string; readonly secret: string } = tenants[0]) => {
    const nowS = Math.floor(clock.wallMs() / 1000);
    return new SignJWT({ iat: nowS, exp: nowS + 300, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(signer.key)
      .sign(Buffer.from(signer.secret));
  };
  /** Sends a request with a token of these scopes (separated by blanks); `signer` is another tenant or the operator. */
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    { scope = grantableScopes.join(' '), signer = tenants[0], body, headers = {}, as }: Ask = {},
  ) =>
    app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...(as?.headers ?? { authorization: `Bearer ${await token({ scope }, signer)}` }), ...headers },
      ...(body !== undefined && { payload: body }),
    });
  const state = {
    store,
    keys,
    revocations,
    revoked,
    clock: manual,
    meetings,
    quotas,
    bookings,
    centre,
    fleet,
    feed,
    cuts,
    owners,
    policies,
    telling: eventServices,
    items,
    quality,
    alarms,
    inspections,
    history,
    views,
    wall,
    following,
    keeping: recordKeeping,
    live,
    nodes,
    recorders,
    libraries,
    told: recordingNotices,
    recordingOf: (tenant: string, limits: TenantLimits) =>
      recordingAllowed(store.db, tenant, { limits, nowMs: clock.wallMs() }),
  };
  return {
    app,
    routes,
    token,
    ask,
    user: userMaker(store.db, users),
    users,
    close,
    distribution,
    noticePort,
    ...state,
  };
}
