import { join } from 'node:path';
import { limits, MeridianError } from '@meridian/protocol';
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
import { openAuthority } from './adapters/authority-file.ts';
import { buildHttp } from './adapters/http.ts';
import { journalStore } from './adapters/journal-store.ts';
import { kvStore } from './adapters/kv-store.ts';
import { Links } from './adapters/links/links.ts';
import { scaleDriver } from './adapters/scale/drivers.ts';
import { Autoscaler } from './autoscaler.ts';
import { Centre } from './centre.ts';
import type { SchedulerConfig } from './config.ts';
import { Copy } from './copy.ts';
import { updateGauges } from './gauges.ts';
import { Locator } from './locate.ts';
import { openLocation } from './location.ts';
import { type CentreMetrics, centreMetrics } from './metrics.ts';
import type { Store } from './ports.ts';

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
/** The centre renews its own certificate when a third of its life is left. */
const OWN_RENEWAL_MS = Math.floor((limits.certificateLifetimeMs * 2) / 3);
/** Enrolment tokens in memory; each lives 15 minutes. */
const TOKENS_MAX = 10_000;

/** Everything but open ports: `listen` opens them. What is opened is closed by the close stack. */
export async function build(deps: SchedulerDeps) {
  const { config, log, clock, rng, closeStack } = deps;
  const metrics = centreMetrics(deps.metrics);
  const authority = await openAuthority({ stateDir: config.stateDir, secret: config.clusterSecret, clock, log });
  const { kv, store } = await openStores(deps);
  const copy = new Copy({ store, clock, log, onFailure: () => metrics.copyFailures.inc() });
  const location = await openLocation({ ...deps, metrics });
  const { geo } = location;
  const locator = new Locator({ geo, developmentCities: config.developmentCities });
  const routing = { isPlacePretended: config.developmentCities, relayBudgetShare: config.relayBudgetShare };
  const centre = new Centre({ clock, rng, log, metrics, copy, locator, routing });
  closeStack.add('routing', () => centre.routing.close());
  await centre.restore();
  const tokens = new EnrolmentTokens({ kv, rng, clock, fingerprint: authority.fingerprint });
  const enrol = enrolmentHandler({
    authority,
    tokens,
    ttlMs: limits.certificateLifetimeMs,
    log,
    isRefused: ({ id }) => centre.denied.has(id),
  });
  const identity = { id: config.id, kind: 'scheduler', region: config.region };
  const ownCredentials = (): Promise<Credentials> => authority.issueCredentials(identity, limits.certificateLifetimeMs);

  let links: Links | undefined;
  const sendDrain = async (nodeId: string, reason: string | undefined): Promise<void> => {
    if (!(await centre.drain(nodeId, reason))) throw new MeridianError('NOT_REGISTERED', `there is no node ${nodeId}`);
    links?.planChanged();
    await links?.sendDrain(nodeId, reason !== undefined, reason ?? 'needed again');
  };
  const autoscale = new Autoscaler({
    config: config.autoscale,
    board: centre.board,
    unserved: centre.unserved,
    driver: scaleDriver(config.autoscale, {
      log,
      drain: sendDrain,
    }),
    clock,
    log,
    metrics,
  });
  closeStack.add('autoscaler', () => autoscale.close());
  const http = buildHttp({
    centre,
    tokens,
    clusterToken: config.clusterToken,
    authorityFingerprint: authority.fingerprint,
    clock,
    log,
    locationView: () => location.view(),
    autoscale,
    sendDrain: async (nodeId, on, reason) => {
      links?.planChanged();
      return (await links?.sendDrain(nodeId, on, reason)) ?? false;
    },
    cutLinks: (nodeId) => {
      links?.planChanged();
      return links?.cut(nodeId) ?? 0;
    },
    planChanged: () => links?.planChanged(),
  });
  closeStack.add('admin HTTP', () => http.close());

  return {
    centre,
    authority,
    http,
    /** Opens both ports and starts the timers; port numbers of the answer are the real ones. */
    async listen(): Promise<{ linkPort: number; httpPort: number }> {
      const opened = await Links.listen({
        host: config.linkHost,
        port: config.linkPort,
        credentials: await ownCredentials(),
        authority,
        clusterSecret: config.clusterSecret,
        centre,
        clock,
        log,
        metrics,
        onHttp: async (method, path, body) => {
          const answer = await enrol(method, path, body);
          if (answer?.status === 200) metrics.enrolled.inc({ how: 'enrolled' });
          return answer;
        },
      });
      links = opened;
      centre.listening();
      closeStack.add('warm-up', () => centre.warmUp.end());
      closeStack.add('links', (cause) => opened.close(cause));
      autoscale.start();
      startTimers({ deps, centre, copy, links: opened, metrics, ownCredentials });
      await http.listen({ host: config.httpHost, port: config.httpPort });
      const address = http.server.address();
      const httpPort = typeof address === 'object' && address !== null ? address.port : config.httpPort;
      log.info({ linkPort: opened.port, httpPort, incarnation: centre.incarnation }, 'listening');
      return { linkPort: opened.port, httpPort };
    },
  };
}

/** Redis when there is one; otherwise tokens in memory and the copy in a journal file. */
async function openStores(deps: SchedulerDeps): Promise<{ kv: KeyValue; store: Store }> {
  const { config, log, clock, closeStack } = deps;
  if (config.redisUrl !== undefined) {
    const kv = await redisKeyValue({ url: config.redisUrl, keyPrefix: 'meridian:', log });
    closeStack.add('key-value store', () => kv.close());
    return { kv, store: kvStore(kv) };
  }
  const kv = memoryKeyValue({ clock, maxEntries: TOKENS_MAX });
  closeStack.add('key-value store', () => kv.close());
  const store = await journalStore({ file: join(config.stateDir, 'centre.journal'), log });
  closeStack.add('journal', () => store.close());
  return { kv, store };
}

function startTimers(o: {
  deps: SchedulerDeps;
  centre: Centre;
  copy: Copy;
  links: Links;
  metrics: CentreMetrics;
  ownCredentials: () => Promise<Credentials>;
}): void {
  const { clock, log, closeStack } = o.deps;
  let planVersion = o.centre.fleet.planVersion;
  const timers = [
    clock.every(TICK_MS, () => {
      o.centre.tick();
      o.centre.routing.fleetChanged();
      if (o.centre.fleet.planVersion !== planVersion) o.links.planChanged();
      planVersion = o.centre.fleet.planVersion;
    }),
    clock.every(GAUGES_MS, () => {
      o.copy.retry();
      o.centre.access.flush();
      updateGauges(o.centre, o.metrics, o.links.size, clock.nowMs());
    }),
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
