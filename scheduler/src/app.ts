// Joins the parts of the scheduling service. `build` shows the order; each function below makes a single part.
import { assert, bracketed, limits, MeridianError, nodeKind } from '@meridian/protocol';
import {
  type Credentials,
  EnrolmentTokens,
  enrolmentHandler,
  type HttpHook,
  type KeyValue,
  OwnLogReader,
  renewalHandler,
} from '@meridian/runtime';
import type { ClusterAuthority } from './adapters/authority-file.ts';
import { buildHttp } from './adapters/http/http.ts';
import { InvitationBook } from './adapters/http/invitation-book.ts';
import { redeemHandler } from './adapters/http/invitations.ts';
import { publishAuthority } from './adapters/kubernetes/authority.ts';
import { type KubernetesClient, kubernetesClient } from './adapters/kubernetes/client.ts';
import { podTokens } from './adapters/kubernetes/pod-tokens.ts';
import { kubernetesDriver } from './adapters/kubernetes/scale-driver.ts';
import { Links } from './adapters/links/links.ts';
import { scaleDriver } from './adapters/scale/drivers.ts';
import type { NodeTrust } from './administration/authority-steps.ts';
import { type CentreMetrics, centreMetrics } from './base/metrics.ts';
import { inClusterApiServer, type SchedulerConfig } from './config.ts';
import type { Store } from './copying/store.ts';
import type { SchedulerDeps } from './deps.ts';
import { LEADER_KEY } from './leading/election.ts';
import { aloneTerms, leadingEpoch, type TermParts, type Terms } from './leading/terms.ts';
import { echoKeys } from './locating/echo-keys.ts';
import { Locator } from './locating/locate.ts';
import { type Location, openLocation } from './location.ts';
import { type Mover, noMover } from './moving/mover.ts';
import type { RoomModes } from './moving/room-modes.ts';
import { Admitting } from './placing/admitting.ts';
import { openRegions, type Regions } from './regions.ts';
import { Autoscaler } from './scaling/autoscaler.ts';
import { followSharedAuthority, isOneOfSeveral, openOwnAuthority, openStores } from './stores.ts';
import { startTimers } from './timers.ts';

/** Builds everything without opening ports; `listen` opens them. The close stack closes whatever was opened. */
export async function build(deps: SchedulerDeps) {
  const { config, clock, rng, log } = deps;
  const metrics = centreMetrics(deps.metrics);
  const { kv, store } = await openStores(deps);
  const authority = await openOwnAuthority(deps, kv);
  const location = await openLocation({ ...deps, metrics });

  // Regions, terms and links depend on each other. Regions are made first and get the terms lazily; `listen` opens the
  // links, and all parts get them lazily.
  let openedLinks: Links | undefined;
  const links = (): Links | undefined => openedLinks;
  const url = (): string =>
    config.linkUrl ?? `wss://${bracketed(config.linkHost)}:${openedLinks?.port ?? config.linkPort}`;
  const onChange = (): void => {
    regions.termChanged(terms);
    if (terms.mayDecide()) openedLinks?.announce();
    else openedLinks?.endAll('this centre leads no more');
  };
  const onOtherLeads = (): void => openedLinks?.announceLeader();
  const regions = openRegions({ ...deps, metrics, kv, url, terms: () => terms, links, onChange, onOtherLeads });
  const termParts = { clock, rng, log, metrics, ...placementPolicy(config, location), mover: moverOver(links) };
  const { terms, start } = await openTerms(termParts, { config, kv, store, url, regions });

  const admitting = makeAdmitting({ deps, metrics, terms });
  const kubernetes = kubernetesClient(config.kubernetes, inClusterApiServer());
  const newcomers = makeNewcomers({ deps, metrics, kv, authority, terms, kubernetes });
  const autoscale = makeAutoscaler({ deps, metrics, terms, links, kubernetes });
  const http = makeHttp({ deps, terms, newcomers, authority, location, autoscale, admitting, links, regions });

  /** Opens both ports and starts the timers; returns the real port numbers. */
  const listen = async (): Promise<{ linkPort: number; httpPort: number }> => {
    const { closeStack } = deps;
    const identity = { id: config.id, kind: nodeKind.centre, region: config.region };
    const ownCredentials = () => authority.issueCredentials(identity, limits.certificateLifetimeMs);
    const credentials = await ownCredentials();
    const { onHttp } = newcomers;
    openedLinks = await openLinks({ deps, metrics, credentials, authority, onHttp, terms, admitting, regions });
    autoscale.start();
    closeStack.add('leadership', (cause) => terms.close(cause));
    const ownUntilMs = credentials.notAfterMs;
    startTimers({ deps, terms, admitting, links: openedLinks, metrics, ownCredentials, ownUntilMs, regions });
    await regions.dial(ownCredentials);
    closeStack.add('regions', (cause) => regions.close(cause));
    authority.onChange(async () => openedLinks?.replaceCredentials(await ownCredentials()));
    if (isOneOfSeveral(config)) followSharedAuthority(deps, authority);
    await start();
    if (kubernetes !== undefined)
      closeStack.add('authority for pods', publishAuthority({ ...deps, kubernetes, authority }));
    const httpPort = await openHttp(http, config);
    const linkPort = openedLinks.port;
    log.info({ linkPort, httpPort, incarnation: terms.centre.incarnation, isLeading: terms.mayDecide() }, 'listening');
    return { linkPort, httpPort };
  };

  return {
    get centre() {
      return terms.centre;
    },
    terms,
    regions,
    authority,
    http,
    links(): Links {
      assert(openedLinks !== undefined, 'the centre does not listen yet');
      return openedLinks;
    },
    listen,
  };
}

/** Returns this cluster's policy for locating clients, relaying, and the default modes of rooms. */
function placementPolicy(config: SchedulerConfig, { geo }: Location) {
  const { developmentCities, relayBudgetShare, relayUsdPerGb, msPerUsdPerGb, mode, tenantModes } = config;
  const relayPriceMs = (region: string): number => (relayUsdPerGb[region] ?? 0) * msPerUsdPerGb;
  const modes: RoomModes = { default: mode, tenants: tenantModes };
  return {
    locator: new Locator({ geo, developmentCities }),
    routing: { isPlacePretended: developmentCities, relayBudgetShare, relayPriceMs },
    modes,
  };
}

function makeAdmitting(o: { deps: SchedulerDeps; metrics: CentreMetrics; terms: Terms }): Admitting {
  const { terms, metrics } = o;
  const { config, clock, rng, log } = o.deps;
  return new Admitting({
    clock,
    rng,
    log,
    metrics,
    fleet: () => terms.centre.fleet,
    isExpected: (roomKey) => terms.centre.ownership.isOwned(roomKey) || terms.centre.reserved.has(roomKey),
    joinsPerCore: config.joinsPerCore,
  });
}

function makeAutoscaler(o: {
  deps: SchedulerDeps;
  metrics: CentreMetrics;
  terms: Terms;
  links: () => Links | undefined;
  kubernetes: KubernetesClient | undefined;
}): Autoscaler {
  const { terms, links, metrics, kubernetes } = o;
  const { config, clock, log, closeStack } = o.deps;
  const drain = async (nodeId: string, reason: string | undefined): Promise<void> => {
    if (!(await terms.centre.drain(nodeId, reason)))
      throw new MeridianError('NOT_REGISTERED', `there is no node ${nodeId}`);
    links()?.planChanged();
    await links()?.sendDrain(nodeId, reason !== undefined, reason ?? 'needed again');
  };
  // The driver accepts the present epoch, so an epoch that it reports here is always above it.
  const raiseEpoch = (epoch: number): Promise<void> => terms.noteEpoch(epoch, '');
  const pods = kubernetes && kubernetesDriver({ client: kubernetes, drain, noteEpoch: raiseEpoch });
  const autoscale = new Autoscaler({
    config: config.autoscale,
    centre: () => terms.centre,
    epoch: () => leadingEpoch(terms),
    saveLoad: (hour) => terms.copy.saveLoad(hour),
    driver: scaleDriver(config.autoscale, { log, drain, noteEpoch: raiseEpoch, kubernetes: pods }),
    clock,
    log,
    metrics,
  });
  closeStack.add('autoscaler', () => autoscale.close());
  return autoscale;
}

/** Admission of processes without a certificate: enrolment tokens, invitations and their HTTP requests. */
interface Newcomers {
  readonly tokens: EnrolmentTokens;
  readonly invitations: InvitationBook;
  readonly onHttp: HttpHook;
}

function makeNewcomers(o: {
  deps: SchedulerDeps;
  metrics: CentreMetrics;
  kv: KeyValue;
  authority: ClusterAuthority;
  terms: Terms;
  kubernetes: KubernetesClient | undefined;
}): Newcomers {
  const { metrics, kv, authority, terms, kubernetes } = o;
  const { clock, rng, log } = o.deps;
  const made = { kv, rng, clock, fingerprint: () => authority.fingerprint };
  const tokens = new EnrolmentTokens(made);
  const invitations = new InvitationBook(made);
  const ttlMs = limits.certificateLifetimeMs;
  const isDenied = (nodeId: string) => terms.isDenied(nodeId);
  const redeemed = { redeem: podTokens(tokens, { kubernetes, clock, log }) };
  const enrol = enrolmentHandler({ authority, tokens: redeemed, ttlMs, log, isRefused: ({ id }) => isDenied(id) });
  const onCertificates = (count: number): void => metrics.enrolled.inc({ how: 'invited' }, count);
  const redeem = redeemHandler({ authority, invitations, isDenied, ttlMs, log, onCertificates });
  const renew = renewalHandler({
    authority,
    clock,
    log,
    ttlMs,
    lapsedMsMax: limits.lapsedRenewalMs,
    // A centre makes its own certificate.
    isRenewable: ({ kind }) => kind !== nodeKind.centre,
    isDenied,
    onRenewed: () => metrics.enrolled.inc({ how: 'renewed_lapsed' }),
  });
  const onHttp: HttpHook = async (method, path, body, remoteAddress) => {
    const answer = await enrol(method, path, body, remoteAddress);
    if (answer?.status === 200) metrics.enrolled.inc({ how: 'enrolled' });
    return answer ?? (await redeem(method, path, body, remoteAddress)) ?? renew(method, path, body, remoteAddress);
  };
  return { tokens, invitations, onHttp };
}

type Http = ReturnType<typeof buildHttp>;

function makeHttp(o: {
  deps: SchedulerDeps;
  terms: Terms;
  newcomers: Newcomers;
  authority: ClusterAuthority;
  location: Location;
  autoscale: Autoscaler;
  admitting: Admitting;
  links: () => Links | undefined;
  regions: Regions;
}): Http {
  const { terms, newcomers, authority, location, autoscale, admitting, links, regions } = o;
  const { config, clock, log, closeStack } = o.deps;
  const planChanged = (): void => links()?.planChanged();
  const http = buildHttp({
    terms,
    tokens: newcomers.tokens,
    invitations: newcomers.invitations,
    clusterTokens: [config.clusterToken, config.clusterTokenBefore ?? config.clusterToken],
    authority,
    nodeTrusts: () => nodeTrusts(terms.centre.fleet, links()),
    clock,
    log,
    locationView: () => location.view(),
    autoscale,
    admissionStates: () => admitting.states(),
    sendDrain: async (nodeId, on, reason) => {
      planChanged();
      return (await links()?.sendDrain(nodeId, on, reason)) ?? false;
    },
    cutLinks: (nodeId) => {
      planChanged();
      return links()?.cut(nodeId) ?? 0;
    },
    planChanged,
    regions,
  });
  closeStack.add('admin HTTP', () => http.close());
  return http;
}

async function openHttp(http: Http, { httpHost: host, httpPort: port }: SchedulerConfig): Promise<number> {
  await http.listen({ host, port });
  const address = http.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Opens the port that nodes reach: newcomers enrol there by HTTP, and enrolled nodes open their links. */
async function openLinks(o: {
  deps: SchedulerDeps;
  metrics: CentreMetrics;
  credentials: Credentials;
  authority: ClusterAuthority;
  onHttp: HttpHook;
  terms: Terms;
  admitting: Admitting;
  regions: Regions;
}): Promise<Links> {
  const { metrics, credentials, authority, onHttp, terms, admitting, regions } = o;
  const { config, clock, log, closeStack } = o.deps;
  const links = await Links.listen({
    host: config.linkHost,
    port: config.linkPort,
    id: config.id,
    logReader: new OwnLogReader(config, clock),
    credentials,
    authority,
    clusterSecret: config.clusterSecret,
    terms,
    clock,
    log,
    metrics,
    admitting,
    elections: regions.elections,
    placesRegion: config.placesRegion,
    onRegistered: (nodeId) => regions.instance?.registered(nodeId),
    echoKeys: () => echoKeys(config, clock.wallMs()),
    onHttp,
  });
  closeStack.add('warm-up', () => terms.centre.warmUp.end());
  closeStack.add('admission', () => admitting.close());
  closeStack.add('links', (cause) => links.close(cause));
  return links;
}

/** Returns living nodes' trusted authorities; an absent node, or one of an older release, has reported none. */
function nodeTrusts(fleet: Terms['centre']['fleet'], links: Links | undefined): NodeTrust[] {
  const living = fleet.list().filter(({ liveness }) => liveness !== 'dead');
  return living.map(({ description: { nodeId } }) => {
    const { authorities, heldMs } = links?.trustOf(nodeId) ?? { authorities: [], heldMs: 0 };
    return { nodeId, authorities, heldMs };
  });
}

/** Returns a mover that looks the links up at each call, because they open after the first term has begun. */
function moverOver(links: () => Links | undefined): Mover {
  return {
    move: (ownerId, order, deadlineMs) => (links() ?? noMover).move(ownerId, order, deadlineMs),
    requestEchoes: (signalingId, o) => (links() ?? noMover).requestEchoes(signalingId, o),
  };
}

/** Opens the terms of a lone centre, or of one of several, by configuration. Call `start` when nodes can reach it. */
async function openTerms(
  termParts: TermParts,
  o: { config: SchedulerConfig; kv: KeyValue; store: Store; url(): string; regions: Regions },
): Promise<{ terms: Terms; start(): Promise<void> }> {
  const { config, kv, store, url, regions } = o;
  if (config.placesRegion === undefined && !config.standby) {
    const holder = config.redisUrl === undefined ? undefined : await kv.get(LEADER_KEY);
    if (holder !== undefined)
      throw new Error(`another centre leads over this Redis (${holder}): this one needs standby: true beside it`);
    const terms = await aloneTerms({ ...termParts, store });
    return { terms, start: async () => terms.centre.listening() };
  }
  if (config.redisUrl === undefined)
    throw new Error('standby: true and placesRegion need redisUrl, through which the centres agree');
  const terms = regions.terms({ ...termParts, kv, id: config.id, url });
  return { terms, start: () => terms.start() };
}
