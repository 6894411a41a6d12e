import { SealedFile, TurnServers } from '@meridian/node-shell';
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
import { OfferIssuer } from './owner/grants.ts';
import { Journal } from './owner/journal.ts';
import { localPort } from './owner/local-port.ts';
import { OwnedRooms } from './owner/owned-rooms.ts';
import { remotePort } from './owner/remote-port.ts';
import { RoomGuards } from './owner/room-guards.ts';
import { serveApi } from './owner/serve-api.ts';
import { serveSignalingNodes } from './owner/serve-signaling-nodes.ts';
import type { Later, LinkBase, Parts, PartsOptions } from './part-types.ts';
import { signalingSink } from './peer-sink.ts';

export function makeParts(o: PartsOptions): Parts {
  const { api, tokens, counted } = o;
  const { clock, rng, log, closeStack } = o.context;
  const base = { credentials: o.shell.credentials, log, clock, rng, isClosing: () => closeStack.closed };
  const later = (): Parts => parts;
  const receipts = new Receipts(() => clock.wallMs());
  const centre = makeCentre(o, base, receipts, later);
  const nodes = makeNodes(base, later);
  const peers = makePeers(o, base, later);
  const journal = new Journal({
    clock,
    rng,
    log,
    call: (message) => api.call(rpc.journal, message, bounds.journalDeadlineMs),
    onSettled: counted.journalSettled,
  });
  const limitsOf = (roomKey: string) => tokens.keys.limitsOf(partsOfRoomKey(roomKey)?.tenant ?? '');
  const mayRecord = (roomKey: string): string => limitsOf(roomKey).recording;
  const owned = makeOwned(o, base, { centre, nodes, peers, journal, mayRecord }, later);
  const stays = new StayQualities({
    clock,
    log,
    call: (message) => api.call(rpc.stayQualities, message, bounds.journalDeadlineMs),
    onLost: counted.stayQualityLost,
  });
  const { qualities, qualityBatches } = makeQualities(o, nodes);
  const timings = makeTimings(o, centre, receipts);
  const joins = qualityBatches;
  const clients = makeClients(o, { centre, nodes, peers, owned, stays, qualities, joins, receipts, timings, limitsOf });
  const opened = new OpenedSessions({
    log,
    isFull: () => clients.isFull,
    open: (socket, from) => clients.open(socket, { ...from, prove: () => true }),
  });
  const sessions = () => clients.context.sessions;
  const sessionKeepAlive = new SessionKeepAlive({ clock, nodes, sessions, limitsOf });
  api.onLink((link) => {
    serveApi(link, owned);
    serveCrowd(link, clients);
    journal.wake();
    owned.onApiLink();
  });
  tokens.onEnded((isEnded) => clients.endRevoked(isEnded));
  tokens.keys.onLimits(() => sessionKeepAlive.renew());
  const parts: Parts = {
    centre,
    nodes,
    peers,
    api,
    tokens,
    opened,
    owned,
    journal,
    stays,
    qualities,
    qualityBatches,
    clients,
    receipts,
    sessionKeepAlive,
  };
  return parts;
}

function makeNodes(base: LinkBase, later: Later<'centre' | 'clients' | 'owned'>): NodeLinks {
  return new NodeLinks({
    ...base,
    fleet: () => later().centre.fleet,
    notes: () => later().clients.notes(later().owned),
    onLost: (nodeId) => later().clients.nodeLost(nodeId),
    onUp: (nodeId) => later().owned.nodeUp(nodeId),
    onBack: (nodeId) => void later().clients.nodeBack(nodeId),
  });
}

/** Links to other signaling nodes: each end serves the other as an owner and as a node with clients. */
function makePeers({ context }: PartsOptions, base: LinkBase, later: Later<'centre' | 'clients' | 'owned'>): PeerLinks {
  return new PeerLinks({
    ...base,
    selfId: context.config.id,
    fleet: () => later().centre.fleet,
    onLink: (link: Link) => {
      const { centre, clients, owned } = later();
      serveSignalingNodes(link, owned);
      handleOwnerMessages(link, clients, context.log);
      serve(
        link,
        rpc.ownerOf,
        ({ roomKey, claiming }) =>
          owned.ownerOf(roomKey) ??
          clients.ownerOf(roomKey) ??
          centre.provisionalOwner(roomKey, link.remote.id, claiming) ?? { ownerId: '' },
      );
    },
    onGone: (signalingId) => {
      const { clients, owned } = later();
      owned.signalingNodeGone(signalingId);
      clients.ownerGone((room) => room.ownerId === signalingId);
    },
    onLinkChange: (signalingId) => later().clients.announceAgainTo(signalingId),
  });
}

function makeOwned(
  { context, api, counted }: PartsOptions,
  base: LinkBase,
  {
    centre,
    nodes,
    peers,
    journal,
    mayRecord,
  }: Pick<Parts, 'centre' | 'nodes' | 'peers' | 'journal'> & { mayRecord(roomKey: string): string },
  later: Later<'clients'>,
): OwnedRooms {
  const { config, clock, log, rng, closeStack } = context;
  const selfId = config.id;
  const fileOf = (name: string): SealedFile => {
    const file = new SealedFile({ dir: config.stateDir, name, log });
    closeStack.add(name, () => file.close());
    return file;
  };
  const guards = new RoomGuards({ api, file: fileOf('room-guards.sealed'), clock, log });
  closeStack.add('guarded rooms', () => guards.close());
  return new OwnedRooms({
    journal,
    mayRecord,
    api,
    guards,
    policyFile: fileOf('policies.sealed'),
    selfId,
    centre,
    clock,
    log,
    rng,
    counted,
    nodes,
    offerIssuer: new OfferIssuer({ ...base, fleet: () => centre.fleet }),
    signalingNodes: signalingSink(
      selfId,
      () => later().clients,
      peers,
      ignoringErrors(log, 'a signaling node could not be greeted'),
    ),
    onLost: (lost) => later().clients.ownerGone((room) => room.roomKey === lost.roomKey && room.epoch <= lost.epoch),
  });
}

function makeQualities(
  { context, shell, api, counted }: PartsOptions,
  nodes: NodeLinks,
): Pick<Parts, 'qualities' | 'qualityBatches'> {
  const { config, clock, log } = context;
  const qualityBatches = new QualityBatches({
    clock,
    log,
    incarnation: shell.incarnation,
    call: (message) => api.call(rpc.qualityBatch, message, bounds.journalDeadlineMs),
    onSettled: counted.qualitySettled,
    onFactsLost: (sessionId) => qualities.factsLost(sessionId),
  });
  const qualities: QualityRounds = new QualityRounds({ clock, log, nodes, selfId: config.id, out: qualityBatches });
  return { qualities, qualityBatches };
}

/** Makes the part that collects clients' round trips to signaling nodes, with the tickets to measure more. */
function makeTimings({ context, counted }: PartsOptions, centre: CentreClient, receipts: Receipts): Timings {
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
    counted: counted.timing,
  });
}

type ForClients = Pick<Parts, 'centre' | 'nodes' | 'peers' | 'owned' | 'stays' | 'qualities' | 'receipts'> &
  Pick<ClientContext, 'timings' | 'joins' | 'limitsOf'>;

function makeClients({ context, tokens, counted }: PartsOptions, parts: ForClients): ClientService {
  const { config, clock, log, rng } = context;
  const { centre, nodes, peers, owned, stays, qualities, joins, receipts, timings, limitsOf } = parts;
  const clients: ClientService = new ClientService({
    selfId: config.id,
    region: config.region,
    development: config.development,
    clock,
    log,
    rng,
    centre,
    nodes,
    timings,
    explaining: new PlacementExplainer({ clock, centre }),
    checks: new CheckRooms({ clock, rng, checksMax: config.checksMax, roomKeys: () => clients.roomKeys() }),
    receipts,
    turn: new TurnServers(config.turn, clock),
    stays,
    qualities,
    joins,
    counted,
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
      if (room.ownerId === config.id) owned.lose(room.roomKey, 'a media node knows a newer owner');
      clients.epochRefused(room);
    },
    isReachable: (signalingId) => signalingId === config.id || peers.ensureLink(signalingId),
    portFor: async (lease) =>
      lease.ownerId === config.id ? localPort(await owned.ensure(lease), config.id) : remotePort(peers, lease),
  });
  return clients;
}
