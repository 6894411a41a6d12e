import { type ControlLink, call, limits, NodeAgent, routerConstant, rpc, type wire } from '@meridian/protocol';
import {
  type Clock,
  type CloseStack,
  type Credentials,
  type Link,
  LinkDialer,
  type Logger,
  type Metrics,
  type Rng,
} from '@meridian/runtime';
import { OwnCredentials } from './adapters/credentials.ts';
import { PeerLinks } from './adapters/peer-links.ts';
import type { ProbeConfig } from './config.ts';
import { type Estimate, isNews, lossOf, unknown, withSample } from './core/estimate.ts';
import { dialTargets, type PeerNode } from './core/peers.ts';

export interface ProbeDeps {
  readonly config: ProbeConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly metrics: Metrics;
  readonly closeStack: CloseStack;
}

const PROBE_EVERY_MS = 1000;
/** Longer than any round trip on Earth, shorter than the period: at most one probe per peer is under way. */
const PROBE_LIMIT_MS = 900;
const RENEWAL_CHECK_MS = 10 * 60_000;
/** Renewed when less than this is left. */
const RENEWAL_LEFT_MS = limits.certificateLifetimeMs / 3;

interface Peer {
  estimate: Estimate;
  toldMs: number | undefined;
}

/** Starts the probe: own certificate, listener, link to the centre, measuring. Everything opened is on the close stack. */
export async function start(deps: ProbeDeps): Promise<{ port: number; peers: ReadonlyMap<string, Peer> }> {
  const { config, log, clock, rng, closeStack } = deps;
  const own = await OwnCredentials.open(config, clock.wallMs(), log);
  const credentials = (): Credentials => own.current;
  const { ip, port } = config.probeListen;
  const links = await PeerLinks.listen({ host: ip, port, credentials, clock, rng, log });
  closeStack.add('peer links', (cause) => links.close(cause));

  const incarnation = Buffer.from(rng.bytes(12)).toString('base64url');
  const agent = new NodeAgent({
    describe: () => describeSelf(config, links.port, incarnation),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    rooms: () => [],
    onPlan: (plan) => {
      links.deny(plan.deniedIds);
      const denied = new Set(plan.deniedIds);
      const nodes = plan.nodes.map(peerNode).filter((node) => !denied.has(node.nodeId));
      links.dial(dialTargets(config.id, nodes));
    },
    onDrain(on, reason) {
      if (on) log.info({ reason }, 'drain command: a probe has nothing to drain');
    },
    onState: (state) => log.info({ state }, 'centre'),
    every: (periodMs, fn) => clock.every(periodMs, fn),
  });
  const centre = dialCentre({ deps, agent, credentials });
  const measuring = measureEvery(deps, links);
  const renewal = clock.every(RENEWAL_CHECK_MS, () => {
    if (own.current.notAfterMs - clock.wallMs() > RENEWAL_LEFT_MS || agent.link === undefined) return;
    const link = agent.link;
    own
      .renew((csrPem) => call(link, rpc.renewCertificate, { csrPem }), clock.wallMs())
      .then((renewed) => links.replaceCredentials(renewed))
      .catch((error: unknown) => log.warn({ err: error }, 'the certificate could not be renewed; trying again'));
  });
  closeStack.add('centre', (cause) => {
    renewal.cancel();
    measuring.timer.cancel();
    agent.lost();
    centre.close(cause);
  });
  log.info({ port: links.port }, 'listening');
  return { port: links.port, peers: measuring.peers };
}

function dialCentre(o: { deps: ProbeDeps; agent: NodeAgent; credentials: () => Credentials }): LinkDialer {
  const { config, log, clock, rng } = o.deps;
  return new LinkDialer({
    url: config.centreUrl,
    credentials: o.credentials,
    log: log.child({ to: 'centre' }),
    clock,
    rng,
    backoffMs: limits.centreBackoffMs,
    expect: (remote) => remote.kind === 'scheduler',
    onLink: (link: Link) => {
      o.agent.attach(link as ControlLink);
      o.agent.register().catch((error: unknown) => {
        log.warn({ err: error }, 'registration refused; dialling again');
        link.close('registration refused');
      });
    },
    onDown: () => o.agent.lost(),
  });
}

/** Probes every linked peer once a second, shows the estimates as metrics and tells of changes. */
function measureEvery(deps: ProbeDeps, links: PeerLinks) {
  const { config, log, clock, metrics } = deps;
  const labels = ['from', 'to'] as const;
  const rtt = metrics.gauge('rtt_ms', 'Smoothed round-trip time over the link between two probes.', labels);
  const deviation = metrics.gauge('rtt_deviation_ms', 'Mean deviation of it.', labels);
  const loss = metrics.gauge('loss', 'Share of the last 30 probes without an answer in time.', labels);
  const peers = new Map<string, Peer>();
  const probe = async (peerId: string, peer: Peer): Promise<void> => {
    peer.estimate = withSample(peer.estimate, await links.measure(peerId, PROBE_LIMIT_MS));
    const pair = { from: config.id, to: peerId };
    const { rttMs } = peer.estimate;
    if (rttMs !== undefined) rtt.set(pair, rttMs);
    deviation.set(pair, peer.estimate.deviationMs);
    loss.set(pair, lossOf(peer.estimate));
    if (rttMs === undefined || !isNews(peer.toldMs, peer.estimate)) return;
    log.debug(
      { ...pair, rttMs: Math.round(rttMs * 10) / 10, wasMs: Math.round((peer.toldMs ?? 0) * 10) / 10 },
      'round trip',
    );
    peer.toldMs = rttMs;
  };
  const timer = clock.every(PROBE_EVERY_MS, () => {
    const linked = new Set(links.peerIds);
    for (const id of peers.keys()) {
      if (linked.has(id)) continue;
      peers.delete(id);
      for (const gauge of [rtt, deviation, loss]) gauge.remove({ from: config.id, to: id });
      log.info({ from: config.id, to: id }, 'peer gone');
    }
    for (const id of linked) {
      const peer = peers.get(id) ?? { estimate: unknown, toldMs: undefined };
      peers.set(id, peer);
      void probe(id, peer);
    }
  });
  return { timer, peers };
}

function describeSelf(config: ProbeConfig, port: number, incarnation: string): wire.NodeDescription.$Properties {
  const { id, region, city, hostId, latitude, longitude, probeListen } = config;
  return {
    nodeId: id,
    kind: 'edge-probe',
    region,
    city,
    hostId,
    latitude,
    longitude,
    addresses: [
      { purpose: 'probe', protocol: 'tcp', ip: probeListen.ip, announced: probeListen.announcedAddress ?? '', port },
    ],
    versions: { software: 'edge-probe', protocol: limits.protocolVersion, router: routerConstant.version },
    incarnation,
  };
}

function peerNode(node: wire.NodeRef.$Properties): PeerNode {
  return {
    nodeId: node.nodeId ?? '',
    kind: node.kind ?? '',
    state: node.state ?? '',
    addresses: (node.addresses ?? []).map((address) => ({
      purpose: address.purpose ?? '',
      ip: address.ip ?? '',
      announced: address.announced ?? '',
      port: address.port ?? 0,
    })),
  };
}
