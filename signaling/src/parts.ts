import { proxyRanges, SealedFile, TurnServers } from '@meridian/node-shell';
import { partsOfRoomKey, rpc, serve } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { Receipts } from './adapters/receipts.ts';
import { makeCentre } from './centre-part.ts';
import { CheckRooms } from './clients/check-rooms.ts';
import { ClientService } from './clients/client-service.ts';
import type { ClientContext } from './clients/context.ts';
import { handleOwnerMessages, serveCrowd } from './clients/owner-messages.ts';
import { PlacementExplainer } from './clients/placement-explainer.ts';
import { QualityBatches } from './clients/quality-batches.ts';
import { QualityRounds } from './clients/quality-rounds.ts';
import { SessionKeepAlive } from './clients/session-keep-alive.ts';
import { StayQualities } from './clients/stay-qualities.ts';
import { Timings } from './clients/timings.ts';
import { echoUrlOf, isSameScheme, urlWithTicket } from './core/index.ts';
import { ignoringErrors } from './failures.ts';
import { bounds } from './limits.ts';
import type { CentreClient } from './links/centre.ts';
import { NodeLinks } from './links/nodes.ts';
import { OpenedSessions } from './links/opened-sessions.ts';
import { PeerLinks } from './links/peers.ts';
import { Journal } from './owner/journal.ts';
import { localPort } from './owner/local-port.ts';
import { OfferIssuer } from './owner/offer-issuer.ts';
import { OwnedRooms } from './owner/owned-rooms.ts';
import { remotePort } from './owner/remote-port.ts';
import { RoomGuards } from './owner/room-guards.ts';
import { serveApi } from './owner/serve-api.ts';
import { serveSignalingNodes } from './owner/serve-signaling-nodes.ts';
import type { LateParts, LinkBase, Parts, PartsOptions } from './part-types.ts';
import { signalingSink } from './peer-sink.ts';

export function makeParts(o: PartsOptions): Parts {
  const { api, tokens, counters } = o;
  const { clock, rng, log, closeStack } = o.context;
  const base = { credentials: o.shell.credentials, log, clock, rng, isClosing: () => closeStack.closed };
  const lateParts = (): Parts => parts;
  const receipts = new Receipts(() => clock.wallMs());
  const centre = makeCentre(o, base, receipts, lateParts);
  const nodes = makeNodes(base, lateParts);
  const peers = makePeers(o, base, lateParts);
  const journal = new Journal({
    clock,
    rng,
    log,
    call: (message) => api.call(rpc.journal, message, bounds.journalDeadlineMs),
    onSettled: counters.journalSettled,
  });
  const limitsOf = (roomKey: string) => tokens.keys.limitsOf(partsOfRoomKey(roomKey)?.tenant ?? '');
  const mayRecord = (roomKey: string): string => limitsOf(roomKey).recording;
  const ownedRooms = makeOwned(o, base, { centre, nodes, peers, journal, mayRecord }, lateParts);
  const stayQualities = new StayQualities({
    clock,
    log,
    call: (message) => api.call(rpc.stayQualities, message, bounds.journalDeadlineMs),
    onLost: counters.stayQualityLost,
  });
  const { qualityRounds, qualityBatches } = makeQualities(o, nodes);
  const timings = makeTimings(o, centre, receipts);
  const joins = qualityBatches;
  const clients = makeClients(o, {
    centre,
    nodes,
    peers,
    ownedRooms,
    stayQualities,
    qualityRounds,
    joins,
    receipts,
    timings,
    limitsOf,
  });
  const openedSessions = new OpenedSessions({
    log,
    isFull: () => clients.isFull,
    open: (socket, from) => clients.open(socket, { ...from, prove: () => true }),
  });
  const sessions = () => clients.context.sessions;
  const sessionKeepAlive = new SessionKeepAlive({ clock, nodes, sessions, limitsOf });
  api.onLink((link) => {
    serveApi(link, ownedRooms);
    serveCrowd(link, clients);
    journal.wake();
    ownedRooms.onApiLink();
  });
  tokens.onEnded((isEnded) => clients.endRevoked(isEnded));
  tokens.keys.onLimits(() => sessionKeepAlive.renew());
  const parts: Parts = {
    centre,
    nodes,
    peers,
    api,
    tokens,
    openedSessions,
    ownedRooms,
    journal,
    stayQualities,
    qualityRounds,
    qualityBatches,
    clients,
    receipts,
    sessionKeepAlive,
  };
  return parts;
}

function makeNodes(base: LinkBase, lateParts: LateParts<'centre' | 'clients' | 'ownedRooms'>): NodeLinks {
  return new NodeLinks({
    ...base,
    fleet: () => lateParts().centre.fleet,
    notes: () => lateParts().clients.noteHandlers(lateParts().ownedRooms),
    onLost: (nodeId) => lateParts().clients.nodeLost(nodeId),
    onUp: (nodeId) => lateParts().ownedRooms.nodeUp(nodeId),
    onBack: (nodeId) => void lateParts().clients.nodeBack(nodeId),
  });
}

/** Links to other signaling nodes: each end serves the other as an owner and as a node with clients. */
function makePeers(
  { context }: PartsOptions,
  base: LinkBase,
  lateParts: LateParts<'centre' | 'clients' | 'ownedRooms'>,
): PeerLinks {
  return new PeerLinks({
    ...base,
    selfId: context.config.id,
    fleet: () => lateParts().centre.fleet,
    onLink: (link: Link) => {
      const { centre, clients, ownedRooms } = lateParts();
      serveSignalingNodes(link, ownedRooms);
      handleOwnerMessages(link, clients, context.log);
      serve(
        link,
        rpc.ownerOf,
        ({ roomKey, claiming }) =>
          ownedRooms.ownerOf(roomKey) ??
          clients.ownerOf(roomKey) ??
          centre.provisionalOwner(roomKey, link.remote.id, claiming) ?? { ownerId: '' },
      );
    },
    onGone: (signalingId) => {
      const { clients, ownedRooms } = lateParts();
      ownedRooms.signalingNodeGone(signalingId);
      clients.ownerGone((room) => room.ownerId === signalingId);
    },
    onLinkChange: (signalingId) => lateParts().clients.announceAgainTo(signalingId),
  });
}

function makeOwned(
  { context, api, counters }: PartsOptions,
  base: LinkBase,
  {
    centre,
    nodes,
    peers,
    journal,
    mayRecord,
  }: Pick<Parts, 'centre' | 'nodes' | 'peers' | 'journal'> & { mayRecord(roomKey: string): string },
  lateParts: LateParts<'clients'>,
): OwnedRooms {
  const { config, clock, log, rng, closeStack } = context;
  const selfId = config.id;
  const fileOf = (name: string): SealedFile => {
    const file = new SealedFile({ dir: config.stateDir, name, log });
    closeStack.add(name, () => file.close());
    return file;
  };
  const roomGuards = new RoomGuards({ api, file: fileOf('room-guards.sealed'), clock, log });
  closeStack.add('guarded rooms', () => roomGuards.close());
  return new OwnedRooms({
    journal,
    mayRecord,
    api,
    roomGuards,
    policyFile: fileOf('policies.sealed'),
    selfId,
    centre,
    clock,
    log,
    rng,
    counters,
    nodes,
    offerIssuer: new OfferIssuer({ ...base, fleet: () => centre.fleet }),
    signalingNodes: signalingSink(
      selfId,
      () => lateParts().clients,
      peers,
      ignoringErrors(log, 'a signaling node could not be greeted'),
    ),
    removeFromBreakOut: (...removal) => lateParts().clients.removeFromBreakOut(...removal),
    onLost: (lost) =>
      lateParts().clients.ownerGone((room) => room.roomKey === lost.roomKey && room.epoch <= lost.epoch),
  });
}

function makeQualities(
  { context, shell, api, counters }: PartsOptions,
  nodes: NodeLinks,
): Pick<Parts, 'qualityRounds' | 'qualityBatches'> {
  const { config, clock, log } = context;
  const qualityBatches = new QualityBatches({
    clock,
    log,
    incarnation: shell.incarnation,
    call: (message) => api.call(rpc.qualityBatch, message, bounds.journalDeadlineMs),
    onSettled: counters.qualitySettled,
    onFactsLost: (sessionId) => qualityRounds.factsLost(sessionId),
  });
  const qualityRounds: QualityRounds = new QualityRounds({ clock, log, nodes, selfId: config.id, out: qualityBatches });
  return { qualityRounds, qualityBatches };
}

/** Makes the part that collects clients' round trips to signaling nodes, with the tickets to measure more. */
function makeTimings({ context, counters }: PartsOptions, centre: CentreClient, receipts: Receipts): Timings {
  return new Timings({
    receipts,
    clock: context.clock,
    send: (times) => centre.sendTimes(times),
    echoUrlOf: (signalingId, clientIp) => {
      const node = centre.fleet.get(signalingId);
      if (node === undefined || node.publicUrl === '' || !isSameScheme(node.publicUrl, context.config.publicUrl))
        return undefined;
      const ticket = receipts.sealTicket({ signalingId, clientIp });
      return ticket === undefined ? undefined : urlWithTicket(echoUrlOf(node.publicUrl), ticket);
    },
    countTime: counters.timing,
  });
}

type ForClients = Pick<
  Parts,
  'centre' | 'nodes' | 'peers' | 'ownedRooms' | 'stayQualities' | 'qualityRounds' | 'receipts'
> &
  Pick<ClientContext, 'timings' | 'joins' | 'limitsOf'>;

function makeClients({ context, tokens, counters }: PartsOptions, parts: ForClients): ClientService {
  const { config, clock, log, rng } = context;
  const { centre, nodes, peers, ownedRooms, stayQualities, qualityRounds, joins, receipts, timings, limitsOf } = parts;
  const clients: ClientService = new ClientService({
    selfId: config.id,
    region: config.region,
    development: config.development,
    trustedProxies: proxyRanges(config.trustedProxies),
    clock,
    log,
    rng,
    centre,
    nodes,
    timings,
    placementExplainer: new PlacementExplainer({ clock, centre }),
    checkRooms: new CheckRooms({ clock, rng, checksMax: config.checksMax, roomKeys: () => clients.roomKeys() }),
    receipts,
    turn: new TurnServers(config.turn, clock),
    stayQualities,
    qualityRounds,
    joins,
    counters,
    verifyToken: (token, options) => tokens.tokens.verify(token, options),
    mintToken: async ({ apiKey }, claims) => {
      const { scopes } = await tokens.keys.get(apiKey);
      const admin = claims.admin === true && scopes.includes('rooms:admin');
      return tokens.tokens.mint(apiKey, Object.assign({}, claims, { admin }));
    },
    limitsOf,
    crowdAt: (signalingId, roomKey, page) =>
      peers.call(signalingId, rpc.crowdOf, { roomKey, page }, bounds.crowdPageMs),
    staleEpoch: (room) => {
      centre.forgetLease(room.roomKey);
      if (room.ownerId === config.id) ownedRooms.lose(room.roomKey, 'a media node knows a newer owner');
      clients.epochRefused(room);
    },
    isReachable: (signalingId) => signalingId === config.id || peers.ensureLink(signalingId),
    portFor: async (lease) =>
      lease.ownerId === config.id ? localPort(await ownedRooms.ensure(lease), config.id) : remotePort(peers, lease),
  });
  return clients;
}
