// The parts of the service and how they know each other: links to the centre, to media nodes and to other instances;
// the rooms it owns; what serves the clients. Nothing here listens or dials yet.
import type { ApiLinks, NodeShell, OpenedTokens } from '@meridian/node-shell';
import {
  isSessionId,
  MeridianError,
  nodeKind,
  note,
  onNote,
  partsOf,
  rosterEventToWire,
  rpc,
  serve,
} from '@meridian/protocol';
import type { Link, ServiceContext } from '@meridian/runtime';
import type { ProcessLoad } from './adapters/process-load.ts';
import { Receipts } from './adapters/receipts.ts';
import { ClientService } from './clients/client-service.ts';
import type { ServiceCounters } from './clients/context.ts';
import { Explaining } from './clients/explaining.ts';
import { handleOwnerMessages } from './clients/owner-messages.ts';
import { SessionKeepAlive } from './clients/session-keep-alive.ts';
import { StayQualities } from './clients/stay-qualities.ts';
import { Timings } from './clients/timings.ts';
import type { Config } from './config.ts';
import { echoUrlOf, isAlike, urlWithTicket } from './core/index.ts';
import type { Description } from './describe.ts';
import { ignoringErrors } from './failures.ts';
import { bounds } from './limits.ts';
import { CentreClient } from './links/centre.ts';
import { NodeLinks } from './links/nodes.ts';
import { OpenedSessions } from './links/opened-sessions.ts';
import { PeerLinks } from './links/peers.ts';
import { RegionPlacing } from './links/region-placing.ts';
import { OfferIssuer } from './owner/grants.ts';
import { Journal } from './owner/journal.ts';
import { localPort } from './owner/local-port.ts';
import type { SignalingSink } from './owner/owned-room.ts';
import { OwnedRooms } from './owner/owned-rooms.ts';
import { remotePort } from './owner/remote-port.ts';
import { serveApi } from './owner/serve-api.ts';
import { serveSignalingNodes } from './owner/serve-signaling-nodes.ts';
import { orderToWire } from './wire/control-wire.ts';

export interface PartsOptions {
  context: ServiceContext<Config>;
  shell: NodeShell;
  load: ProcessLoad;
  api: ApiLinks;
  tokens: OpenedTokens;
  description: Description;
  counted: ServiceCounters;
}

export interface Parts {
  readonly centre: CentreClient;
  readonly nodes: NodeLinks;
  readonly peers: PeerLinks;
  /** The api's instances, which dial this node. */
  readonly api: ApiLinks;
  readonly tokens: OpenedTokens;
  /** Sessions that gateways and recorders open over their links. */
  readonly opened: OpenedSessions;
  readonly owned: OwnedRooms;
  /** What happened in its rooms and the api has not stored yet. */
  readonly journal: Journal;
  /** How sessions went, on its way to the api. */
  readonly stays: StayQualities;
  readonly clients: ClientService;
  readonly receipts: Receipts;
  readonly sessionKeepAlive: SessionKeepAlive;
}

export function makeParts(o: PartsOptions): Parts {
  const { config, log, clock, rng, closeStack } = o.context;
  const { api } = o;
  const { keys } = o.tokens;
  const limitsOf = (roomKey: string) => keys.limitsOf(partsOf(roomKey)?.tenant ?? '');
  const receipts = new Receipts(() => clock.wallMs());
  const base = { credentials: o.shell.credentials, log, clock, rng, isClosing: () => closeStack.closed };
  const centre: CentreClient = new CentreClient({
    ...base,
    shell: o.shell,
    near: new RegionPlacing(o.shell.region, log),
    selfId: config.id,
    region: config.region,
    describe: () => o.description.node(),
    load: () => ({ ...o.load.read(), sessions: clients.sessionCount }),
    sessionsOf: (prefix) =>
      [...clients.context.sessions.values()].filter(({ room }) => room.roomKey.startsWith(prefix)).length,
    rooms: () => owned.held(),
    onLink: (link) => {
      hearTimings(link, receipts, () => clients);
      serveMoves(link, owned);
    },
    onRegionLink: (link) => hearTimings(link, receipts, () => clients),
    onFleet: () => {
      nodes.planned();
      if ([...centre.fleet.values()].some(({ kind }) => kind === nodeKind.api)) keys.expectApi();
    },
    linkOf: (nodeId) => nodes.linkOf(nodeId),
    onDrain: (on) => log.debug({ on }, 'drain: sockets stay, the centre sends no new clients here'),
    onReady: () => void owned.renew(),
    onDenied: (ids) => {
      nodes.cut(ids, 'shut out by the centre');
      peers.cut(ids, 'shut out by the centre');
      opened.cut(ids, 'shut out by the centre');
      api.cut(ids, 'shut out by the centre');
    },
    askOwners: (roomKey, claiming) => peers.askAll(rpc.ownerOf, { roomKey, claiming }, bounds.ownerAskMs),
  });
  const fleet = () => centre.fleet;
  const timings = new Timings({
    receipts,
    clock,
    send: (times) => centre.sendTimes(times),
    echoUrlOf: (signalingId, clientIp) => {
      const node = centre.fleet.get(signalingId);
      if (node === undefined || node.publicUrl === '' || !isAlike(node.publicUrl, config.publicUrl)) return undefined;
      const ticket = receipts.sealTicket({ signalingId, clientIp });
      return ticket === undefined ? undefined : urlWithTicket(echoUrlOf(node.publicUrl), ticket);
    },
    counted: o.counted.timing,
  });
  const nodes: NodeLinks = new NodeLinks({
    ...base,
    fleet,
    notes: () => clients.notes(owned),
    onLost: (nodeId) => clients.nodeLost(nodeId),
    onUp: (nodeId) => owned.nodeUp(nodeId),
    onBack: (nodeId) => void clients.nodeBack(nodeId),
  });
  const peers: PeerLinks = new PeerLinks({
    ...base,
    selfId: config.id,
    fleet,
    onLink: (link: Link) => {
      serveSignalingNodes(link, owned);
      handleOwnerMessages(link, clients, log);
      serve(
        link,
        rpc.ownerOf,
        ({ roomKey, claiming }) =>
          owned.ownerOf(roomKey) ??
          clients.ownerOf(roomKey) ??
          centre.takenHere(roomKey, link.remote.id, claiming) ?? { ownerId: '' },
      );
    },
    onGone: (signalingId) => {
      owned.signalingNodeGone(signalingId);
      clients.ownerGone((room) => room.ownerId === signalingId);
    },
    onUnsure: (signalingId) => clients.ownerUnsure(signalingId),
  });
  const journal = new Journal({
    clock,
    rng,
    log,
    call: (message) => api.call(rpc.journal, message, bounds.journalDeadlineMs),
    onSettled: o.counted.journalSettled,
  });
  const owned: OwnedRooms = new OwnedRooms({
    journal,
    api,
    selfId: config.id,
    centre,
    clock,
    log,
    rng,
    counted: o.counted,
    nodes,
    offerIssuer: new OfferIssuer({ ...base, fleet }),
    signalingNodes: signalingSink(
      config.id,
      () => clients,
      peers,
      ignoringErrors(log, 'a signaling node could not be greeted'),
    ),
    onLost: (lost) => clients.ownerGone((room) => room.roomKey === lost.roomKey && room.epoch <= lost.epoch),
  });
  const stays = new StayQualities({
    clock,
    log,
    call: (message) => api.call(rpc.stayQualities, message, bounds.journalDeadlineMs),
    onLost: o.counted.stayQualityLost,
  });
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
    explaining: new Explaining({ clock, centre }),
    receipts,
    stays,
    counted: o.counted,
    verifyToken: (token, options) => o.tokens.tokens.verify(token, options),
    limitsOf,
    staleEpoch: (room) => {
      centre.forgetLease(room.roomKey);
      if (room.ownerId === config.id) owned.lose(room.roomKey, 'a media node knows a newer owner');
      clients.epochRefused(room);
    },
    isReachable: (signalingId) => signalingId === config.id || peers.reach(signalingId),
    portFor: async (lease) =>
      lease.ownerId === config.id ? localPort(await owned.ensure(lease), config.id) : remotePort(peers, lease),
  });
  api.onLink((link) => {
    serveApi(link, owned);
    journal.wake();
    owned.apiCame();
  });
  o.tokens.onEnded((isEnded) => clients.endRevoked(isEnded));
  const opened = new OpenedSessions({
    log,
    isFull: () => clients.isFull,
    open: (socket, from) => clients.open(socket, { ...from, onAuthenticated: () => undefined }),
  });
  const sessions = () => clients.context.sessions;
  const sessionKeepAlive = new SessionKeepAlive({ clock, nodes, sessions, limitsOf });
  keys.onLimits(() => sessionKeepAlive.tell());
  return {
    centre,
    nodes,
    peers,
    api,
    tokens: o.tokens,
    opened,
    owned,
    journal,
    stays,
    clients,
    receipts,
    sessionKeepAlive,
  };
}

/** The centre moves sessions of rooms that this instance owns. */
function serveMoves(link: Link, owned: OwnedRooms): void {
  serve(link, rpc.moveSession, async ({ roomKey, sessionId, toNodeId, decisionId, reason, lease }) => {
    if (partsOf(roomKey) === undefined) throw new MeridianError('REQUEST_INVALID', 'no such room key');
    if (!isSessionId(sessionId)) throw new MeridianError('REQUEST_INVALID', 'no such session id');
    await owned.move(roomKey, lease?.epoch ?? 0, { sessionId, toNodeId, decisionId, reason });
    return {};
  });
}

/** The centre hands out the keys of receipts, and asks for sites to be timed. */
function hearTimings(link: Link, receipts: Receipts, clients: () => ClientService): void {
  onNote(link, note.echoKeys, ({ keys }) =>
    receipts.replaceKeys(keys.map(({ id, key }) => ({ id: id ?? 0, key: key ?? new Uint8Array() }))),
  );
  onNote(link, note.echoWanted, ({ roomKey, sessionId, signalingIds }) => {
    const { sessions, timings } = clients().context;
    const session = sessions.get(sessionId);
    if (session?.room.roomKey === roomKey) timings.wanted(session, signalingIds);
  });
}

/**
 * To the own clients directly, to others over their link. A message without a link is lost: the signaling node sees the
 * gap, or that its owner is gone.
 */
function signalingSink(
  selfId: string,
  clients: () => ClientService,
  peers: PeerLinks,
  onError: (error: unknown) => void,
): SignalingSink {
  return {
    events: (signalingId, room, events) => {
      if (signalingId === selfId) clients().onEvents(room, events);
      else if (events.length > 0)
        peers.post(signalingId, note.signalingEvents, { room, events: events.map(rosterEventToWire) });
      else peers.postSoon(signalingId, note.signalingEvents, { room, events: [] }).catch(onError);
    },
    data: (signalingId, room, data, sessionIds) => {
      if (signalingId === selfId) clients().onServiceData(room, data, sessionIds);
      else peers.post(signalingId, note.signalingData, { room, data, sessionIds: [...sessionIds] });
    },
    knocked: (signalingId, room, { waitIds, code, waiting }) => {
      if (signalingId === selfId) clients().waiting.onAnswer(room, { waitIds, code, waiting });
      else
        peers.post(signalingId, note.signalingKnock, { room, waitIds: [...waitIds], code, waiting: waiting ?? null });
    },
    lobby: (signalingId, room, lobby) => {
      if (signalingId === selfId) clients().onLobby(room, lobby);
      else peers.post(signalingId, note.signalingLobby, { room, lobby });
    },
    order: (signalingId, room, sessionId, order) => {
      if (signalingId === selfId) clients().onOrder(room, sessionId, order);
      else peers.post(signalingId, note.signalingCommand, { room, sessionId, ...orderToWire(order) });
    },
    move: async (signalingId, room, order) => {
      if (signalingId === selfId) await clients().move(room, order);
      else await peers.call(signalingId, rpc.signalingMove, { room, ...order }, bounds.moveMs);
    },
  };
}
