// Joins the parts of a media node: identity, links, agent, media. No decisions about media here.
import { addressOf, NodeShell } from '@meridian/node-shell';
import {
  type ControlLink,
  call,
  isControlUrl,
  limits,
  type NodeAgent,
  nodeKind,
  note,
  onNote,
  post,
  rpc,
  type wire,
} from '@meridian/protocol';
import { type Link, type Logger, type ServiceContext, verifyCertificate, verifyWith } from '@meridian/runtime';
import { pathdBinOf, type SfuConfig } from './config.ts';
import { serveNode, serveSignaling } from './control.ts';
import { capacityDiffers, type SentReport } from './core/index.ts';
import type { EngineFactory } from './engine.ts';
import { LinkTable } from './links.ts';
import { LoadSampler } from './load-sampler.ts';
import { Downlinks } from './media/downlinks.ts';
import type { Certificates } from './media/grants.ts';
import { LinkBudgets } from './media/link-budgets.ts';
import { MediaNode } from './media/node.ts';
import type { RoomRef } from './media/shapes.ts';
import { registerMetrics } from './metrics.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { createNeighbours, createOutbox } from './outbox.ts';
import { PathHub } from './paths.ts';

export interface SfuContext extends ServiceContext<SfuConfig> {
  readonly engines: EngineFactory;
  /** Reports that the node cannot continue (its worker cannot be started): the process should end. */
  onFailed(reason: string): void;
}
export interface SfuApp {
  readonly node: MediaNode;
  readonly agent: NodeAgent;
  readonly load: LoadSampler;
  readonly sentReport: SentReport;
  /** Paths under the pipes; undefined when no forwarder is configured. */
  readonly paths: PathHub | undefined;
  readonly controlPort: number;
  linkedNodes(): string[];
  /** Cuts the link to a neighbour; the dialler restores it. For tests of broken links. */
  cutLink(nodeId: string, cause: string): void;
}

/** A changed capacity is reported at most this often. */
const capacityCheckMs = 30_000;

/** Starts a media node; everything it opens is on the close stack (docs/design/closures.md has the order). */
export async function startSfu(context: SfuContext): Promise<SfuApp> {
  const { config, log, closeStack } = context;
  const shell = await NodeShell.start({ kind: nodeKind.media, context });
  const parts = mediaParts(context, shell);
  const { node, signalingNodes, nodes, neighbourhood, load, paths } = parts;
  await paths?.start();
  closeStack.add('paths', () => paths?.close());
  await node.start();
  closeStack.add('engine', (cause) => node.close(cause)); // closes the engine if a later step of the start fails
  load.start();
  closeStack.add('load', () => load.close());
  const budgets = startBudgets(context, node);
  const { sentReport } = budgets;

  const server = await shell.listenLinks({
    listen: config.controlListen,
    onLink: parts.onLink,
    maxLinks: limits.nodesMax,
  });
  closeStack.add('links', async (cause) => {
    signalingNodes.close(cause);
    nodes.close(cause);
    await server.close(cause);
  });
  closeStack.add('neighbourhood', (cause) => neighbourhood.close(cause));
  // while the links are still open, so that signaling nodes learn which rooms are lost
  closeStack.add('media', (cause) => node.close(cause));

  const describe = descriptionOf(config, node, load, paths, server.port);
  closeStack.add('agent', (cause) => shell.close(cause));
  shell.join({
    describe,
    load: () => load.load(),
    leaderLoad: () => sentReport.takeReport(),
    rooms: () => node.rooms.heldRooms(),
    regionRooms: () => node.rooms.heldRooms(),
    onPlan: (plan) => {
      neighbourhood.applyPlan(plan);
      paths?.applyPlan(plan);
    },
    onDrain: (on) => {
      node.draining = on;
    },
    isEmpty: () => node.counts.sessions === 0,
    onState: (state) => {
      if (state !== 'disconnected') return;
      node.leaseVerifier.forget();
      sentReport.resend();
    },
    onLeaderLink: (link) => {
      learnLeases(link, node);
      onNote(link, note.routes, (routes) => {
        // routes of a replaced centre are ignored
        if (routes.centreEpoch >= shell.agent.epoch) paths?.applyRoutes(routes);
      });
    },
    onRegionLink: (link) => learnLeases(link, node),
  });
  const { agent } = shell;
  watchCapacity(context, agent, load);
  registerMetrics(context.metrics, { node, load, agent, budgets });
  log.info(
    { controlPort: server.port, workerPid: node.engine.workerPid, addresses: describe().addresses },
    'media node up',
  );
  return {
    node,
    agent,
    load,
    sentReport,
    paths,
    controlPort: server.port,
    linkedNodes: () => nodes.ids,
    cutLink: (nodeId, cause) => nodes.get(nodeId)?.close(cause),
  };
}

/** Starts what keeps the traffic to nodes, to clients and from publishers within its budgets. */
function startBudgets({ config, log, clock, closeStack }: SfuContext, node: MediaNode): LinkBudgets {
  const links = new LinkBudgets({ node, clock, log, budgetBps: config.linkBudgetBps });
  links.start();
  closeStack.add('link budgets', () => links.close());
  node.publishBudgets.start();
  closeStack.add('publish budgets', () => node.publishBudgets.close());
  if (config.downlinkControl) {
    const downlinks = new Downlinks({ clock, log, rooms: node.rooms, outbox: node.outbox });
    downlinks.start();
    closeStack.add('downlinks', () => downlinks.close());
  }
  return links;
}

interface Parts {
  readonly node: MediaNode;
  readonly signalingNodes: LinkTable;
  readonly nodes: LinkTable;
  readonly neighbourhood: Neighbourhood;
  readonly load: LoadSampler;
  readonly paths: PathHub | undefined;
  onLink(link: Link): void;
}

function mediaParts(context: SfuContext, shell: NodeShell): Parts {
  const { config, log, clock, rng } = context;
  const signalingNodes = new LinkTable({
    clock,
    onLost: (id) => {
      node.signalingNodes.linkLost(id);
      node.warm.signalingGone(id);
    },
  });
  const nodes = new LinkTable({ clock, onLost: (id, cause) => neighbourhood.linkLost(id, cause) });
  const paths = pathsOf(context, {
    centre: () => shell.agent.link,
    onGone: (pipes, reason) => {
      for (const { remoteId, fence } of pipes) node.pipes.drop(remoteId, fence, reason);
    },
  });
  const node: MediaNode = new MediaNode({
    nodeId: config.id,
    region: config.region,
    paths,
    clock,
    log,
    rng,
    engines: context.engines,
    outbox: createOutbox({ nodeId: config.id, signalingNodes, nodes }),
    neighbours: createNeighbours({ nodes, log, reach: (id, url) => neighbourhood.reach(id, url) }),
    certificates: certificatesOf(context, shell),
    signalingLinked: (id) => signalingNodes.get(id) !== undefined,
    signalingIncarnation: (id) => neighbourhood.incarnationOf(id),
    consumersMax: () => load.capacity().consumers,
    askLease: (roomKey) => askLease(shell, roomKey, log),
    centreTerm: () => shell.agent.epoch,
    onAttached: (decisionId) => shell.confirm(decisionId),
    regionEpoch: () => shell.regionEpoch,
    onWorkerDied: (reason) => nodes.closeLinks(`the media worker died: ${reason}`),
    onRestarted: () => registerAgain(shell, log),
    onFailed: (reason) => context.onFailed(reason),
  });
  const load = new LoadSampler({ node, clock, log, resources: config });
  const onLink = (link: Link): void => {
    if (link.remote.kind === nodeKind.signaling) {
      serveSignaling(link, node, log);
      signalingNodes.add(link);
      return;
    }
    serveNode(link, node, log);
    const verdict = neighbourhood.found(link, nodes.get(link.remote.id));
    if (verdict === 'spare') return;
    nodes.add(link, { keepsOlder: verdict === 'preferred' });
    node.neighbourLinked(link.remote.id).catch((error: unknown) => {
      log.warn({ neighbour: link.remote.id, err: error }, 'the pipe could not be confirmed');
    });
  };
  const neighbourhood: Neighbourhood = new Neighbourhood({
    nodeId: config.id,
    clock,
    log,
    rng,
    credentials: shell.credentials,
    onLink,
    linked: (id) => nodes.get(id) !== undefined,
    used: () => node.neighbourIds(),
    askAddress: (id) => askAddress(shell, id, log),
    onDoubtful: (id) => node.neighbourDoubtful(id),
    onLost: (id, reason) => node.neighbourLost(id, reason),
    onDenied: (ids) => {
      for (const id of ids) {
        signalingNodes.get(id)?.close('shut out by the centre');
        nodes.get(id)?.close('shut out by the centre');
      }
      // The pipes to a denied node end at once, without the grace of a lost link, even if there is no link to it.
      for (const id of node.neighbourIds()) if (ids.has(id)) node.neighbourLost(id, 'shut out by the centre');
    },
  });
  return { node, signalingNodes, nodes, neighbourhood, load, paths, onLink };
}

function registerAgain({ agent }: NodeShell, log: Logger): void {
  agent.register().catch((error: unknown) => log.warn({ err: error }, 'the centre did not take the registration'));
}

/** Certificates of nodes that the centre has not shut out. */
const certificatesOf = ({ clock }: SfuContext, shell: NodeShell): Certificates => ({
  identityOf: (pem) => {
    const found = verifyCertificate(pem, shell.credentials().caPem, clock.wallMs());
    return found === undefined || shell.isDenied(found.id) ? undefined : found;
  },
  verify: verifyWith,
});

/** Creates the paths under the pipes if a forwarder is configured. Its path switches and samples go to the centre. */
function pathsOf(
  { config, log, clock, rng }: SfuContext,
  o: { centre(): ControlLink | undefined; onGone(pipes: { remoteId: string; fence: string }[], reason: string): void },
): PathHub | undefined {
  const { pipeListen } = config;
  const pathdBin = pathdBinOf(config);
  if (pathdBin === undefined || pathdBin === 'none') {
    log.info('no pathd: pipes go direct');
    return undefined;
  }
  const { ip, announcedAddress } = pipeListen;
  return new PathHub({
    bin: pathdBin,
    nodeId: config.id,
    listen: config.pathListen ?? { ip, announcedAddress, port: 0 },
    pipeIp: ip,
    clock,
    log,
    rng,
    onGone: o.onGone,
    onFlip: (flip) => {
      const link = o.centre();
      if (link !== undefined) post(link, note.pathReport, { flips: [flip] });
    },
    onLinks: (samples) => {
      const link = o.centre();
      if (link !== undefined) post(link, note.pathReport, { samples: [...samples] });
    },
  });
}

/** Deadline of the centre's answer about a room's owner, or an address: a join waits for it. */
const leaseAnswerMs = 1000;

const leaseFrom = (lease: wire.RoomLease.$Properties): RoomRef => ({
  roomKey: lease.roomKey ?? '',
  ownerId: lease.ownerId ?? '',
  epoch: lease.epoch ?? 0,
});

function learnLeases(link: Link, node: MediaNode): void {
  onNote(link, note.leases, ({ leases }) => {
    for (const lease of leases) node.leaseVerifier.learn(leaseFrom(lease));
  });
}

/** Asks the region's instance of the centre first, then the leader, which may know rooms that the instance does not. */
async function askLease(shell: NodeShell, roomKey: string, log: Logger): Promise<RoomRef | undefined> {
  const regionLink = shell.region.registered;
  const regionLease = regionLink === undefined ? undefined : await askLeaseAt(regionLink, roomKey, log);
  if (regionLease !== undefined && regionLease.epoch > 0) return regionLease;
  const { link } = shell.agent;
  return link === undefined ? undefined : askLeaseAt(link, roomKey, log);
}

async function askLeaseAt(link: ControlLink, roomKey: string, log: Logger): Promise<RoomRef | undefined> {
  try {
    return { ...leaseFrom(await call(link, rpc.leaseOf, { roomKey }, { deadlineMs: leaseAnswerMs })), roomKey };
  } catch (error) {
    log.info({ roomKey, err: error }, 'the centre did not name the owner of the room; the signaling node is believed');
    return undefined;
  }
}

/** Asks the leader where a media node takes links; undefined when it does not know, or does not answer. */
async function askAddress(shell: NodeShell, nodeId: string, log: Logger): Promise<string | undefined> {
  const { link } = shell.agent;
  if (link === undefined) return undefined;
  try {
    const { controlUrl } = await call(link, rpc.nodeAddress, { nodeId }, { deadlineMs: leaseAnswerMs });
    return isControlUrl(controlUrl) ? controlUrl : undefined;
  } catch (error) {
    log.info({ nodeId, err: error }, 'the centre did not name the address of a media node');
    return undefined;
  }
}

function descriptionOf(
  config: SfuConfig,
  node: MediaNode,
  load: LoadSampler,
  paths: PathHub | undefined,
  controlPort: number,
): () => wire.NodeDescription.$Properties {
  const { pipeListen, controlListen } = config;
  return () => {
    const client = node.hasWorker ? node.engine.clientAddresses : [];
    const addresses = [
      ...client.map((address) => addressOf('client', address.protocol, address, address.port)),
      addressOf('pipe', 'udp', pipeListen, pipeListen.portMin),
      ...(paths?.address === undefined ? [] : [{ purpose: 'path', protocol: 'udp', ...paths.address }]),
      addressOf('control', 'tcp', controlListen, controlPort),
    ];
    return {
      addresses,
      capacity: { bandwidthBps: config.bandwidthBps, cpuCores: config.cpuCores, ...load.capacity() },
      incarnation: node.incarnation,
      sparsePlan: true,
    };
  };
}

/** Registers again when the measured capacity has changed, because only a registration carries the capacity. */
function watchCapacity(context: SfuContext, agent: NodeAgent, load: LoadSampler): void {
  let registered = load.capacity();
  const timer = context.clock.every(capacityCheckMs, () => {
    const current = load.capacity();
    if (!capacityDiffers(registered, current) || agent.link === undefined) return;
    registered = current;
    context.log.info({ capacity: current, cost: load.cost }, 'measured capacity changed');
    agent
      .register()
      .catch((error: unknown) => context.log.warn({ err: error }, 'the changed capacity could not be registered'));
  });
  context.closeStack.add('capacity', () => timer.cancel());
}
