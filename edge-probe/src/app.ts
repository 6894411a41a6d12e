import { NodeIdentity } from '@meridian/node-shell';
import {
  CentreSearch,
  type ControlLink,
  limits,
  NodeAgent,
  nodeKind,
  note,
  onNote,
  routerConstant,
  softwareVersion,
  type wire,
} from '@meridian/protocol';
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
import { PeerLinks } from './adapters/peer-links.ts';
import type { ProbeConfig } from './config.ts';
import { dialTargets, type PeerNode } from './core/peers.ts';
import { familyOf, udpTargets } from './core/udp-targets.ts';
import { LinkProber } from './link-prober.ts';
import { Prober } from './prober.ts';

export interface ProbeDeps {
  readonly config: ProbeConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly metrics: Metrics;
  readonly closeStack: CloseStack;
}

/** Starts the probe: own certificate, listeners, link to the centre, measuring. Everything opened is on the close stack. */
export async function start(deps: ProbeDeps) {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const identity = await NodeIdentity.open({ kind: nodeKind.edgeProbe, config, clock, log });
  const credentials = (): Credentials => identity.credentials;
  const { ip, port } = config.probeListen;
  const links = await PeerLinks.listen({ host: ip, port, credentials, clock, rng, log });
  closeStack.add('peer links', (cause) => links.close(cause));
  const prober = await openProber(deps, () => agent.link);
  const hosts = new Map<string, string>(); // of the probes in the plan
  const linkProber = new LinkProber({
    ...{ ownId: config.id, links, clock, log, metrics },
    centre: () => agent.link,
    hostOf: (peerId) => hosts.get(peerId),
  });

  const incarnation = Buffer.from(rng.bytes(12)).toString('base64url');
  const ports = { tcp: links.port, udp: prober?.port };
  const centres = new CentreSearch(config.centreUrl, () => clock.nowMs());
  const agent = new NodeAgent({
    centres,
    describe: () => describeSelf(config, ports, incarnation),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    rooms: () => [],
    onPlan: (plan) => {
      links.deny(plan.deniedIds);
      const denied = new Set(plan.deniedIds);
      const nodes = plan.nodes.map(peerNode).filter((node) => !denied.has(node.nodeId));
      hosts.clear();
      for (const { nodeId, hostId } of nodes) hosts.set(nodeId, hostId);
      const targets = prober === undefined ? new Map() : udpTargets(config.hostId, prober.family, nodes);
      prober?.retarget(targets);
      links.dial(dialTargets(config.id, withoutDatagrams(nodes, prober?.family)));
    },
    onDrain(on, reason) {
      if (on) log.info({ reason }, 'drain command: a probe has nothing to drain');
    },
    onState: (state) => log.info({ state }, 'centre'),
    every: (periodMs, fn) => clock.every(periodMs, fn),
  });
  const centre = dialCentre({ deps, agent, credentials, prober, centres });
  identity.onRenewed((renewed) => links.replaceCredentials(renewed));
  identity.watch(() => agent.link);
  closeStack.add('centre', (cause) => {
    identity.close();
    linkProber.close();
    agent.lost();
    centre.close(cause);
  });
  log.info({ port: links.port, udpPort: ports.udp }, 'listening');
  return { port: links.port, udpPort: ports.udp, peers: linkProber.peers, prober };
}

/** The socket for datagrams, on the same number as the links; none where the configuration says so. */
async function openProber(deps: ProbeDeps, centre: () => ControlLink | undefined): Promise<Prober | undefined> {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const { ip, port } = config.probeListen;
  if (!config.probeUdp) return undefined;
  const own = { ownId: config.id, ownHostId: config.hostId };
  const prober = await Prober.listen({ ...own, listen: { ip, port }, clock, rng, log, metrics, centre });
  closeStack.add('prober', () => prober.close());
  return prober;
}

/** The probes that datagrams of this family do not reach: measured over links. */
function withoutDatagrams(nodes: readonly PeerNode[], family: 4 | 6 | undefined): readonly PeerNode[] {
  if (family === undefined) return nodes;
  return nodes.filter(({ addresses }) => {
    return !addresses.some(({ purpose, protocol, ip, announced }) => {
      return purpose === 'probe' && protocol === 'udp' && familyOf(announced === '' ? ip : announced) === family;
    });
  });
}

function dialCentre(o: {
  deps: ProbeDeps;
  agent: NodeAgent;
  credentials: () => Credentials;
  prober: Prober | undefined;
  centres: CentreSearch;
}): LinkDialer {
  const { log, clock, rng } = o.deps;
  return new LinkDialer({
    url: () => o.centres.next(),
    limits: limits.centreLink,
    credentials: o.credentials,
    log: log.child({ to: 'centre' }),
    clock,
    rng,
    backoffMs: () => o.centres.backoffMs,
    expect: (remote) => remote.kind === 'scheduler',
    onLink: (link: Link) => {
      const register = (): void => {
        o.agent.register().catch((error: unknown) => {
          log.warn({ err: error }, 'registration refused; dialling again');
          link.close('registration refused');
        });
      };
      onNote(link as ControlLink, note.routes, (routes) => {
        if (routes.centreEpoch < o.agent.epoch) return;
        // Registering again brings everything.
        if (o.prober?.routes(routes) === false) register();
      });
      o.agent.attach(link as ControlLink);
      register();
    },
    onDown: () => o.agent.lost(),
  });
}

function describeSelf(
  config: ProbeConfig,
  ports: { tcp: number; udp: number | undefined },
  incarnation: string,
): wire.NodeDescription.$Properties {
  const { id, region, city, hostId, latitude, longitude, probeListen } = config;
  const { ip, announcedAddress: announced = '' } = probeListen;
  const udp = ports.udp === undefined ? [] : [{ purpose: 'probe', protocol: 'udp', ip, announced, port: ports.udp }];
  return {
    nodeId: id,
    kind: 'edge-probe',
    region,
    city,
    hostId,
    latitude,
    longitude,
    addresses: [...udp, { purpose: 'probe', protocol: 'tcp', ip, announced, port: ports.tcp }],
    versions: { software: softwareVersion, protocol: limits.protocolVersion, router: routerConstant.version },
    incarnation,
  };
}

function peerNode(node: wire.NodeRef.$Properties): PeerNode {
  return {
    nodeId: node.nodeId ?? '',
    kind: node.kind ?? '',
    hostId: node.hostId ?? '',
    state: node.state ?? '',
    addresses: (node.addresses ?? []).map((address) => ({
      purpose: address.purpose ?? '',
      protocol: address.protocol ?? '',
      ip: address.ip ?? '',
      announced: address.announced ?? '',
      port: address.port ?? 0,
    })),
  };
}
