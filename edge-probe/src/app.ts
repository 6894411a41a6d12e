import { addressOf, NodeShell } from '@meridian/node-shell';
import { type ControlLink, type NodeAgent, nodeKind, note, onNote, type wire } from '@meridian/protocol';
import type { Link, Logger, ServiceContext } from '@meridian/runtime';
import { PeerLinks } from './adapters/peer-links.ts';
import type { ProbeConfig } from './config.ts';
import { dialTargets, type PeerNode } from './core/dial-targets.ts';
import { familyOf, udpTargets } from './core/udp-targets.ts';
import { Dialer } from './dial/dialer.ts';
import { LinkProber } from './link-prober.ts';
import { Prober } from './prober.ts';

export type ProbeDeps = ServiceContext<ProbeConfig>;

/** Starts the probe: certificate, listeners, link to the centre, measurements. The close stack closes all of them. */
export async function start(deps: ProbeDeps) {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const shell = await NodeShell.start({ kind: nodeKind.edgeProbe, context: deps });
  const links = await PeerLinks.listen({ shell, listen: config.probeListen, clock, rng, log });
  closeStack.add('peer links', (cause) => links.close(cause));
  const prober = await openProber(deps, () => shell.agent.link);
  const hosts = new Map<string, string>(); // host by probe of the plan
  const linkProber = new LinkProber({
    ownId: config.id,
    links,
    clock,
    log,
    metrics,
    centre: () => shell.agent.link,
    hostOf: (peerId) => hosts.get(peerId),
  });

  const dialer = config.dial === undefined ? undefined : new Dialer({ config, dial: config.dial, log });
  closeStack.add('dial tests', () => dialer?.close());

  closeStack.add('centre', (cause) => {
    linkProber.close();
    shell.close(cause);
  });
  const ports = { tcp: links.port, udp: prober?.port };
  shell.join({
    describe: () => ({ addresses: addressesOf(config, ports) }),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    onPlan: (plan) => {
      links.closeLinks(shell.denied);
      dialer?.applyPlan(plan);
      const nodes = plan.nodes.map(peerNode).filter((node) => !shell.isDenied(node.nodeId));
      hosts.clear();
      for (const { nodeId, hostId } of nodes) hosts.set(nodeId, hostId);
      const targets = prober === undefined ? new Map() : udpTargets(config.hostId, prober.family, nodes);
      prober?.setUdpTargets(targets);
      links.dial(dialTargets(config.id, withoutDatagrams(nodes, prober?.family)));
    },
    onDrain(on, reason) {
      if (on) log.info({ reason }, 'drain command: a probe has nothing to drain');
    },
    onLeaderLink: (link) => onRoutes(link, shell.agent, { prober, log }),
  });
  log.info({ port: links.port, udpPort: ports.udp }, 'listening');
  return { port: links.port, udpPort: ports.udp, peers: linkProber.peers, prober };
}

/** Opens the socket for datagrams, on the port number of the links; undefined when the configuration disables it. */
async function openProber(deps: ProbeDeps, centre: () => ControlLink | undefined): Promise<Prober | undefined> {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const { ip, port } = config.probeListen;
  if (!config.probeUdp) return undefined;
  const ids = { ownId: config.id, ownHostId: config.hostId };
  const prober = await Prober.listen({ ...ids, listen: { ip, port }, clock, rng, log, metrics, centre });
  closeStack.add('prober', () => prober.close());
  return prober;
}

/** Returns the probes that datagrams of this address family cannot reach; links measure them instead. */
function withoutDatagrams(nodes: readonly PeerNode[], family: 4 | 6 | undefined): readonly PeerNode[] {
  if (family === undefined) return nodes;
  return nodes.filter(({ addresses }) => {
    return !addresses.some(({ purpose, protocol, ip, announced }) => {
      return purpose === 'probe' && protocol === 'udp' && familyOf(announced === '' ? ip : announced) === family;
    });
  });
}

function onRoutes(link: Link, agent: NodeAgent, { prober, log }: { prober: Prober | undefined; log: Logger }): void {
  onNote(link, note.routes, (routes) => {
    if (routes.centreEpoch < agent.epoch || prober?.applyRoutes(routes) !== false) return;
    agent.register().catch((error: unknown) => {
      log.warn({ err: error }, 'registration refused; dialling again');
      link.close('registration refused');
    });
  });
}

function addressesOf(
  { probeListen }: ProbeConfig,
  { tcp, udp }: { tcp: number; udp: number | undefined },
): wire.Address.$Properties[] {
  const datagrams = udp === undefined ? [] : [addressOf('probe', 'udp', probeListen, udp)];
  return [...datagrams, addressOf('probe', 'tcp', probeListen, tcp)];
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
