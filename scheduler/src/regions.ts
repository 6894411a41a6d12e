// Chooses the role of a centre for regions by its configuration. A lone centre has none. A centre among several that
// may lead runs the elections that decide which process places for a region. A centre with `placesRegion` is the
// instance of that region, with a link to the leader.
import { newId } from '@meridian/protocol';
import {
  type Clock,
  type Credentials,
  type KeyValue,
  type Link,
  type Logger,
  prefixedKeyValue,
  type Rng,
} from '@meridian/runtime';
import { LeaderLink } from './adapters/links/leader-link.ts';
import type { Links } from './adapters/links/links.ts';
import type { CentreMetrics } from './base/metrics.ts';
import type { SchedulerConfig } from './config.ts';
import { RegionInstance } from './leading/regions/instance.ts';
import { RegionElections, regionPrefix } from './leading/regions/region-elections.ts';
import { RegionTerms } from './leading/regions/terms.ts';
import { ElectedTerms, type TermParts, type Terms } from './leading/terms.ts';

export interface RegionsOptions {
  readonly config: SchedulerConfig;
  readonly kv: KeyValue;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  url(): string;
  terms(): Terms;
  links(): Links | undefined;
  onChange(): void;
  onOtherLeads(): void;
}

export interface StartedTerms extends Terms {
  start(): Promise<void>;
}

export interface Regions {
  readonly elections: RegionElections | undefined;
  readonly instance: RegionInstance | undefined;
  terms(o: TermParts & { kv: KeyValue; id: string; url(): string }): StartedTerms;
  termChanged(terms: Terms): void;
  dial(credentials: () => Promise<Credentials>): Promise<void>;
  updateGauges(): void;
  /** Asks the instance that made the decision; undefined: it does not know it. */
  decisionAt(link: Link, decisionId: string): Promise<unknown>;
  close(cause: string): Promise<void>;
}

export function openRegions(o: RegionsOptions): Regions {
  const { config } = o;
  if (config.placesRegion === undefined) return leaderRegions(o);
  if (config.centreUrl === undefined) throw new Error('placesRegion needs centreUrl: where the centres that lead are');
  if (config.autoscale !== undefined) throw new Error('placesRegion and autoscale: nodes are started by the leader');
  return instanceRegions(o, config.placesRegion, config.centreUrl);
}

function leaderRegions(o: RegionsOptions): Regions {
  const { config, log } = o;
  const elections = config.standby
    ? new RegionElections({
        ...o,
        id: config.id,
        centre: () => o.terms().centre,
        chargeAt: async (link, record) =>
          (await o.links()?.regions.chargeAt(link, record)) ?? { ok: false, why: 'nobody', reason: 'this centre ends' },
        onChange: (placer) => {
          log.warn(placer, 'another process places for the region now');
          o.links()?.placerChanged(placer);
        },
      })
    : undefined;
  return {
    elections,
    instance: undefined,
    terms: (parts) =>
      new ElectedTerms({
        ...parts,
        ...(elections === undefined ? {} : { regions: elections }),
        onChange: o.onChange,
        onOtherLeads: o.onOtherLeads,
      }),
    termChanged: (terms) => {
      if (terms.mayDecide()) elections?.begin();
      else
        elections
          ?.end('this centre leads no more')
          .catch((error: unknown) =>
            log.info({ err: error }, 'the leases of regions could not be given back; they lapse'),
          );
    },
    dial: () => Promise.resolve(),
    updateGauges: () => undefined,
    decisionAt: async (link, decisionId) => o.links()?.regions.decisionAt(link, decisionId),
    close: async (cause) => elections?.end(cause),
  };
}

function instanceRegions(o: RegionsOptions, region: string, centreUrl: string): Regions {
  const { config, kv, clock, rng, log, metrics } = o;
  let leader: LeaderLink | undefined;
  let terms: RegionTerms | undefined;
  const instance = new RegionInstance({
    region,
    clock,
    log,
    epoch: () => o.terms().epoch,
    centre: () => o.terms().centre,
    cut: (nodeId) => o.links()?.cut(nodeId),
    chargeByLeader: async (record) =>
      (await leader?.charge(record)) ?? { ok: false, why: 'unanswered', reason: 'this instance begins' },
  });
  return {
    elections: undefined,
    instance,
    terms: (parts) => {
      const elected = new ElectedTerms({
        ...parts,
        kv: prefixedKeyValue(kv, regionPrefix(region)),
        regions: instance,
        leaderData: instance,
        // A new term gets the leader's feed at once; `terms` then decides whether this instance places.
        onChange: () => {
          instance.fill(elected.centre);
          terms?.leaderChanged();
        },
        onOtherLeads: o.onOtherLeads,
      });
      terms = new RegionTerms({ ...o, elected, yieldingTerm: () => leader?.yieldingTerm });
      return terms;
    },
    termChanged: () => undefined,
    dial: async (own) => {
      let credentials = await own();
      leader = new LeaderLink({
        ...o,
        id: config.id,
        region: config.region,
        centreUrl,
        incarnation: newId('DE_', (count) => rng.bytes(count)).replace('DE_', 'CE_'),
        credentials: () => {
          // Each dial issues the certificate of the next dial, which is cheap and keeps it from expiring.
          own().then(
            (fresh) => {
              credentials = fresh;
            },
            (error: unknown) => log.warn({ err: error }, 'the own certificate was not renewed'),
          );
          return credentials;
        },
        instance,
        onLeases: (roomKeys) => sendLeasesToHolders(o, instance, roomKeys),
        onChange: () => terms?.leaderChanged(),
      });
      leader.start();
    },
    updateGauges: () => metrics.feedAge.set(Math.min(instance.feedAgeMs, FEED_AGE_MS_MAX) / 1000),
    decisionAt: () => Promise.resolve(undefined),
    close: async (cause) => leader?.close(cause),
  };
}

/** Age shown by an instance that never got the feed. */
const FEED_AGE_MS_MAX = 86_400_000;

/** Sends leases to media nodes that were charged for a room before its owner was known here. */
function sendLeasesToHolders(o: RegionsOptions, instance: RegionInstance, roomKeys: readonly string[]): void {
  const { centre } = o.terms();
  for (const roomKey of roomKeys) {
    const seats = centre.ledger.seatsOf(roomKey);
    const knownLease = seats === undefined ? undefined : instance.knownLease(roomKey);
    if (knownLease !== undefined && seats !== undefined)
      o.links()?.sendLeaseToHolders({ ...knownLease, nodeIds: seats.map(({ nodeId }) => nodeId) });
  }
}
