import { join } from 'node:path';
import { assert, limits, MeridianError, nodeKind } from '@meridian/protocol';
import {
  type Clock,
  type CloseStack,
  type Credentials,
  EnrolmentTokens,
  enrolmentHandler,
  type KeyValue,
  type Logger,
  type Metrics,
  memoryKeyValue,
  type Rng,
  redisKeyValue,
} from '@meridian/runtime';
import { keepShared, openAuthority } from './adapters/authority-file.ts';
import { fileStore } from './adapters/file-store.ts';
import { buildHttp } from './adapters/http/http.ts';
import { Links } from './adapters/links/links.ts';
import { scaleDriver } from './adapters/scale/drivers.ts';
import { updateGauges } from './administration/gauges.ts';
import { type CentreMetrics, centreMetrics } from './base/metrics.ts';
import type { SchedulerConfig } from './config.ts';
import { kvStore } from './copying/kv-store.ts';
import type { Store } from './copying/store.ts';
import { LEADER_KEY } from './leading/election.ts';
import { aloneTerms, leadingEpoch, type TermParts, type Terms } from './leading/terms.ts';
import { echoKeys } from './locating/echo-keys.ts';
import { Locator } from './locating/locate.ts';
import { openLocation } from './location.ts';
import { type Mover, noMover } from './moving/mover.ts';
import type { RoomModes } from './moving/room-modes.ts';
import { Admitting } from './placing/admitting.ts';
import { openRegions, type Regions } from './regions.ts';
import { Autoscaler } from './scaling/autoscaler.ts';

export interface SchedulerDeps {
  readonly config: SchedulerConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly metrics: Metrics;
  readonly closeStack: CloseStack;
}

/** Of liveness and lapsing charges; decisions look at the time themselves. */
const TICK_MS = 250;
const GAUGES_MS = 1000;
/** Keys of receipts change with the day; signaling nodes that missed them get them with the next. */
const ECHO_KEYS_MS = 300_000;
/** The centre renews its own certificate when a third of its life is left. */
const OWN_RENEWAL_MS = Math.floor((limits.certificateLifetimeMs * 2) / 3);
/** With a hash tag: in a cluster of Redis all our keys lie together, because a write and its fence must. */
const KEY_PREFIX = 'meridian:{centre}:';
/** How often a store that has lost its memory gets the certificate authority back. */
const KEEP_AUTHORITY_MS = 10_000;
/** Enrolment tokens in memory; each lives 15 minutes. */
const TOKENS_MAX = 10_000;

/** Everything but open ports: `listen` opens them. What is opened is closed by the close stack. */
export async function build(deps: SchedulerDeps) {
  const { config, log, clock, rng, closeStack } = deps;
  const metrics = centreMetrics(deps.metrics);
  const { kv, store } = await openStores(deps);
  const { authority, sealed } = await openAuthority({
    stateDir: config.stateDir,
    secret: config.clusterSecret,
    clock,
    log,
    ...(isOneOfSeveral(config) ? { shared: kv } : {}),
  });
  const location = await openLocation({ ...deps, metrics });
  const { geo } = location;
  const locator = new Locator({ geo, developmentCities: config.developmentCities });
  const { relayBudgetShare, relayUsdPerGb, msPerUsdPerGb } = config;
  const relayPriceMs = (region: string): number => (relayUsdPerGb[region] ?? 0) * msPerUsdPerGb;
  const routing = { isPlacePretended: config.developmentCities, relayBudgetShare, relayPriceMs };
  let links: Links | undefined;
  const url = (): string => config.linkUrl ?? `wss://${config.linkHost}:${links?.port ?? config.linkPort}`;
  const onChange = (): void => {
    regions.termChanged(terms);
    if (terms.mayDecide()) links?.announce();
    else links?.endAll('this centre leads no more');
  };
  const regions = openRegions({
    config,
    kv,
    clock,
    rng,
    log,
    metrics,
    url,
    terms: () => terms,
    links: () => links,
    onChange,
    onOtherLeads: () => links?.tellLeader(),
  });
  const { terms, start } = await openTerms(
    { clock, rng, log, metrics, locator, routing, mover: moverOver(() => links), modes: modesOf(config) },
    { config, kv, store, url, regions },
  );
  const admitting = new Admitting({
    clock,
    rng,
    log,
    metrics,
    fleet: () => terms.centre.fleet,
    isExpected: (roomKey) => terms.centre.ownership.isOwned(roomKey) || terms.centre.reserved.has(roomKey),
    joinsPerCore: config.joinsPerCore,
  });
  const tokens = new EnrolmentTokens({ kv, rng, clock, fingerprint: authority.fingerprint });
  const enrol = enrolmentHandler({
    authority,
    tokens,
    ttlMs: limits.certificateLifetimeMs,
    log,
    isRefused: ({ id }) => terms.isDenied(id),
  });
  const identity = { id: config.id, kind: nodeKind.centre, region: config.region };
  const ownCredentials = (): Promise<Credentials> => authority.issueCredentials(identity, limits.certificateLifetimeMs);

  const sendDrain = async (nodeId: string, reason: string | undefined): Promise<void> => {
    if (!(await terms.centre.drain(nodeId, reason)))
      throw new MeridianError('NOT_REGISTERED', `there is no node ${nodeId}`);
    links?.planChanged();
    await links?.sendDrain(nodeId, reason !== undefined, reason ?? 'needed again');
  };
  const autoscale = new Autoscaler({
    config: config.autoscale,
    centre: () => terms.centre,
    epoch: () => leadingEpoch(terms),
    saveLoad: (hour) => terms.copy.saveLoad(hour),
    driver: scaleDriver(config.autoscale, {
      log,
      drain: sendDrain,
      // Not of our present term: under its own epoch nobody is refused.
      heardOf: (epoch) => terms.heardOf(epoch, ''),
    }),
    clock,
    log,
    metrics,
  });
  closeStack.add('autoscaler', () => autoscale.close());
  const http = buildHttp({
    terms,
    tokens,
    clusterToken: config.clusterToken,
    authorityFingerprint: authority.fingerprint,
    clock,
    log,
    locationView: () => location.view(),
    autoscale,
    admissionStates: () => admitting.states(),
    sendDrain: async (nodeId, on, reason) => {
      links?.planChanged();
      return (await links?.sendDrain(nodeId, on, reason)) ?? false;
    },
    cutLinks: (nodeId) => {
      links?.planChanged();
      return links?.cut(nodeId) ?? 0;
    },
    planChanged: () => links?.planChanged(),
    regions,
  });
  closeStack.add('admin HTTP', () => http.close());

  return {
    get centre() {
      return terms.centre;
    },
    terms,
    regions,
    authority,
    http,
    /** Open once it listens. */
    links(): Links {
      assert(links !== undefined, 'the centre does not listen yet');
      return links;
    },
    /** Opens both ports and starts the timers; port numbers of the answer are the real ones. */
    async listen(): Promise<{ linkPort: number; httpPort: number }> {
      const opened = await Links.listen({
        host: config.linkHost,
        port: config.linkPort,
        credentials: await ownCredentials(),
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
        echoKeys: () => echoKeys(config.clusterSecret, clock.wallMs()),
        onHttp: async (method, path, body) => {
          const answer = await enrol(method, path, body);
          if (answer?.status === 200) metrics.enrolled.inc({ how: 'enrolled' });
          return answer;
        },
      });
      links = opened;
      closeStack.add('warm-up', () => terms.centre.warmUp.end());
      closeStack.add('admission', () => admitting.close());
      closeStack.add('links', (cause) => opened.close(cause));
      autoscale.start();
      closeStack.add('leadership', (cause) => terms.close(cause));
      startTimers({ deps, terms, admitting, links: opened, metrics, ownCredentials, regions });
      await regions.dial(ownCredentials);
      closeStack.add('regions', (cause) => regions.close(cause));
      if (isOneOfSeveral(config)) keepAuthority({ deps, kv, sealed });
      await start();
      await http.listen({ host: config.httpHost, port: config.httpPort });
      const address = http.server.address();
      const httpPort = typeof address === 'object' && address !== null ? address.port : config.httpPort;
      const { incarnation } = terms.centre;
      log.info({ linkPort: opened.port, httpPort, incarnation, isLeading: terms.mayDecide() }, 'listening');
      return { linkPort: opened.port, httpPort };
    },
  };
}

const modesOf = ({ mode, tenantModes }: SchedulerConfig): RoomModes => ({ default: mode, tenants: tenantModes });

/** Links are opened after the first term has begun. */
function moverOver(links: () => Links | undefined): Mover {
  return {
    move: (ownerId, order, deadlineMs) => (links() ?? noMover).move(ownerId, order, deadlineMs),
    wantEchoes: (signalingId, o) => (links() ?? noMover).wantEchoes(signalingId, o),
  };
}

/** Redis when there is one; otherwise tokens in memory and the copy in a file of SQLite. */
async function openStores(deps: SchedulerDeps): Promise<{ kv: KeyValue; store: Store }> {
  const { config, log, clock, closeStack } = deps;
  if (config.redisUrl !== undefined) {
    const kv = await redisKeyValue({ url: config.redisUrl, keyPrefix: KEY_PREFIX, log });
    closeStack.add('key-value store', () => kv.close());
    return { kv, store: kvStore(kv) };
  }
  const kv = memoryKeyValue({ clock, maxEntries: TOKENS_MAX });
  closeStack.add('key-value store', () => kv.close());
  const store = fileStore({ file: join(config.stateDir, 'centre.db'), clock });
  closeStack.add('store', () => store.close());
  return { kv, store };
}

/** Whether other centres share the store, and with it the certificate authority. */
const isOneOfSeveral = ({ standby, placesRegion }: SchedulerConfig): boolean => standby || placesRegion !== undefined;

/** Alone by the operator's word, or one of several. `start` is called when nodes can reach this centre. */
async function openTerms(
  parts: TermParts,
  o: { config: SchedulerConfig; kv: KeyValue; store: Store; url(): string; regions: Regions },
): Promise<{ terms: Terms; start(): Promise<void> }> {
  const { config, kv, store, url, regions } = o;
  if (config.placesRegion === undefined && !config.standby) {
    const holder = config.redisUrl === undefined ? undefined : await kv.get(LEADER_KEY);
    if (holder !== undefined)
      throw new Error(`another centre leads over this Redis (${holder}): this one needs standby: true beside it`);
    const terms = await aloneTerms({ ...parts, store });
    return { terms, start: async () => terms.centre.listening() };
  }
  if (config.redisUrl === undefined)
    throw new Error('standby: true and placesRegion need redisUrl, through which the centres agree');
  const terms = regions.terms({ ...parts, kv, id: config.id, url });
  return { terms, start: () => terms.start() };
}

function keepAuthority(o: { deps: SchedulerDeps; kv: KeyValue; sealed: string }): void {
  const { clock, log, closeStack } = o.deps;
  const keep = (): void => {
    keepShared(o.kv, o.sealed).then(
      (wasLost) => wasLost && log.warn('the store had lost the certificate authority; it was written again'),
      (error: unknown) => log.debug({ err: error }, 'the certificate authority could not be read from the store'),
    );
  };
  const timer = clock.every(KEEP_AUTHORITY_MS, keep);
  closeStack.add('certificate authority', () => timer.cancel());
}

function startTimers(o: {
  deps: SchedulerDeps;
  terms: Terms;
  admitting: Admitting;
  links: Links;
  metrics: CentreMetrics;
  regions: Regions;
  ownCredentials: () => Promise<Credentials>;
}): void {
  const { clock, log, closeStack } = o.deps;
  const { terms } = o;
  let planVersion = terms.centre.fleet.planVersion;
  const timers = [
    clock.every(TICK_MS, () => {
      const { centre } = terms;
      centre.tick();
      // Who is moved is for the centre that leads.
      if (terms.mayDecide() && o.regions.instance === undefined) centre.tickMoves();
      centre.routing.fleetChanged();
      if (centre.fleet.planVersion !== planVersion) o.links.planChanged();
      planVersion = centre.fleet.planVersion;
    }),
    clock.every(GAUGES_MS, () => {
      terms.copy.retry();
      terms.centre.access.flush();
      o.admitting.update();
      o.metrics.leading.set(terms.mayDecide() ? 1 : 0);
      o.metrics.epoch.set(terms.epoch);
      o.regions.updateGauges();
      updateGauges(terms.centre, o.metrics, o.links.size, clock.nowMs());
    }),
    clock.every(ECHO_KEYS_MS, () => o.links.sendEchoKeys()),
    clock.every(OWN_RENEWAL_MS, () => {
      o.ownCredentials()
        .then((credentials) => o.links.replaceCredentials(credentials))
        .catch((error: unknown) => log.error({ err: error }, 'the own certificate could not be renewed'));
    }),
  ];
  closeStack.add('timers', () => {
    for (const timer of timers) timer.cancel();
  });
}
