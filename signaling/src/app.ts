// The whole service: its parts, its two listeners, and the order of shutdown.
import { ApiLinks, NodeShell, openTokens, proxyRanges, type Tokens, tokenEndWallMs } from '@meridian/node-shell';
import { type AddressRange, nodeKind } from '@meridian/protocol';
import { type ServiceContext, TlsFiles } from '@meridian/runtime';
import { WsClientSocket } from './adapters/clients/client-socket.ts';
import { ClientServer } from './adapters/clients/http.ts';
import { LiveKitSocket } from './adapters/clients/livekit-socket.ts';
import { echo } from './adapters/echo.ts';
import { openFilesLimit } from './adapters/open-files.ts';
import { ProcessLoad } from './adapters/process-load.ts';
import { LiveKitBridge } from './clients/livekit/bridge.ts';
import { ResumableSessions } from './clients/livekit/resumable-sessions.ts';
import { SharedRooms } from './clients/livekit/shared-rooms.ts';
import type { Config } from './config.ts';
import { type EntryCandidate, entryCandidates, isCityInOrder, ticketOf, urlWithTicket } from './core/index.ts';
import { Description } from './describe.ts';
import { bounds } from './limits.ts';
import { Locator } from './links/locator.ts';
import { serviceMetrics } from './metrics.ts';
import type { Parts } from './part-types.ts';
import { makeParts } from './parts.ts';

export interface Signaling extends Parts {
  readonly http: ClientServer;
  readonly linkPort: number;
}

/** Starts the service. `closeStack` closes clients first, then ownership, then the links that carry both. */
export async function startSignaling(context: ServiceContext<Config>): Promise<Signaling> {
  const { config, log, clock, closeStack } = context;
  const trustedProxies = proxyRanges(config.trustedProxies);
  const counters = serviceMetrics(context.metrics);
  const tls = TlsFiles.load(config, clock);
  const load = new ProcessLoad(clock);
  closeStack.add('load', () => load.close());
  // Closed after everything below: leases end with the link to the centre.
  const shell = await NodeShell.start({ kind: nodeKind.signaling, context });
  const api = new ApiLinks(() => clock.nowMs());
  const tokens = openTokens(context, api);
  const description = new Description(config, shell.incarnation);
  const parts = makeParts({
    context,
    shell,
    load,
    api,
    tokens,
    description,
    counters,
  });
  closeStack.add('media nodes', (cause) => parts.nodes.close(cause));
  closeStack.add('instances', (cause) => parts.peers.close(cause));
  const linkServer = await shell.listenLinks({
    listen: config.controlListen,
    onLink: (link) => {
      if (link.remote.kind === nodeKind.signaling) parts.peers.take(link);
      else if (link.remote.kind === nodeKind.api) parts.api.take(link);
      else parts.openedSessions.take(link);
    },
  });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  closeStack.add('journal', async () => {
    parts.qualityRounds.close();
    const { journal, stayQualities, qualityBatches } = parts;
    const all = [journal, stayQualities, qualityBatches];
    await Promise.all(all.map((one) => one.flush(bounds.journalStopMs)));
    for (const one of all) one.close();
  });
  closeStack.add('owned rooms', () => parts.ownedRooms.close());
  const http = await listenClients({
    context,
    parts,
    tokens: tokens.tokens,
    description,
    trustedProxies,
    tls,
    onRefused: counters.refused,
    onWithoutTicket: () => counters.timing('echoWithoutTicket'),
    onLiveKitDropped: counters.liveKitDropped,
  });
  closeStack.add('http', () => http.close());
  closeStack.add('clients', () => parts.clients.close());
  closeStack.add('session keep-alive', () => parts.sessionKeepAlive.close());
  description.ports = { http: http.port, link: linkServer.port };
  counters.watch({
    sockets: () => http.socketCount,
    unproven: () => http.unprovenCount,
    waiters: () => parts.clients.waiting.size,
    journalEntries: () => parts.journal.size,
    qualityRecordsWaiting: () => parts.qualityBatches.size,
    sessions: () => parts.clients.sessionCount,
    rooms: () => parts.clients.roomCount,
    ownedRooms: () => parts.ownedRooms.size,
    nodeLinks: () => parts.nodes.openCount,
    peerLinks: () => parts.peers.openCount,
  });
  parts.centre.start();
  log.info({ http: http.port, link: linkServer.port, publicUrl: description.publicUrl }, 'listening');
  return { ...parts, http, linkPort: linkServer.port };
}

interface ClientListening {
  context: ServiceContext<Config>;
  parts: Parts;
  tokens: Tokens;
  description: Description;
  trustedProxies: readonly AddressRange[];
  tls: TlsFiles | undefined;
  onRefused(why: string): void;
  /** A client without a ticket measures its round trip to this node. */
  onWithoutTicket(): void;
  /** A part of a LiveKit client's messages was dropped. */
  onLiveKitDropped(why: string): void;
}

function listenClients({
  context,
  parts,
  tokens,
  description,
  trustedProxies,
  tls,
  onRefused,
  onWithoutTicket,
  onLiveKitDropped,
}: ClientListening): Promise<ClientServer> {
  const { config, log, clock, rng } = context;
  const { centre, clients } = parts;
  const resumable = new ResumableSessions();
  const rooms = new SharedRooms();
  const locator = new Locator({
    nowMs: () => clock.nowMs(),
    locate: (clientIp, fromCity) => centre.locate(clientIp, fromCity),
    fleet: () => centre.fleet,
    cachedMs: bounds.locateCachedMs,
    cachedMax: bounds.locatesCachedMax,
    inFlightMax: bounds.locatesInFlightMax,
  });
  return ClientServer.listen({
    host: config.httpHost,
    port: config.httpPort,
    tls,
    allowedOrigins: config.allowedOrigins,
    trustedProxies,
    log,
    clock,
    entry: async (clientIp, from) => {
      const fromCity = config.development ? from : '';
      return entry(context, parts, description, { clientIp, fromCity, order: await locator.order(clientIp, fromCity) });
    },
    development: config.development,
    missing: () => (centre.isRegistered || centre.fleet.size > 0 ? [] : ['the scheduling centre']),
    onClient: (webSocket, upgraded) => {
      const socket = new WsClientSocket(webSocket, upgraded.stream, clock);
      const client = clients.open(socket, upgraded);
      socket.listen(client);
    },
    onEcho: (webSocket, { clientIp, query, prove }) => {
      const binding = { signalingId: config.id, clientIp };
      const hasTicket = parts.receipts.isTicket(ticketOf(query), binding);
      if (!hasTicket) onWithoutTicket();
      echo(webSocket, {
        clock,
        rng,
        verify: async (token) => {
          // The echo socket enters no room, so any valid token is accepted.
          await tokens.verify(token, { allowExpired: false, forCheck: true });
          prove();
        },
        seal: (rttMs) => (hasTicket ? parts.receipts.seal(rttMs, binding) : undefined),
      });
    },
    // Same check as for a join or a resumed session.
    verify: (token, { reconnect }) => tokens.verify(token, { allowExpired: reconnect }),
    onLiveKit: (upgrade, { query, ...upgraded }) => {
      const socket = new LiveKitSocket(upgrade, clock, config);
      const bridge = new LiveKitBridge({
        socket,
        query,
        clock,
        rng,
        log,
        resumable,
        rooms,
        waitingBytes: clients.context.waitingBytes,
        tokens: {
          endWallMs: tokenEndWallMs,
          renew: (token, about) => tokens.renew(token, about, bounds.liveKitTokenMs),
        },
        isDraining: (nodeId) => centre.fleet.get(nodeId)?.state === 'draining',
        onDropped: onLiveKitDropped,
      });
      const client = clients.open(bridge, upgraded);
      socket.listen(bridge);
      bridge.begin(client);
    },
    isFull: () => clients.isFull,
    onRefused,
    openFilesMax: openFilesLimit(),
  });
}

function entry(
  { config }: ServiceContext<Config>,
  { centre, receipts }: Parts,
  description: Description,
  { clientIp, fromCity, order }: { clientIp: string; fromCity: string; order: readonly string[] },
): EntryCandidate[] {
  const fleet = centre.fleet.has(config.id)
    ? centre.fleet
    : new Map([...centre.fleet, [config.id, description.asFleetNode()]]);
  return entryCandidates(fleet, { order, selfId: config.id, region: config.region }).map((candidate) => {
    const { signalingId, echoUrl } = candidate;
    // With a pretended place (`fromCity`), a client could ask for tickets of any signaling node.
    const isAsked = fromCity === '' && isCityInOrder(candidate, fleet, order);
    const ticket = isAsked ? receipts.sealTicket({ signalingId, clientIp }) : undefined;
    return ticket === undefined ? candidate : { ...candidate, echoUrl: urlWithTicket(echoUrl, ticket) };
  });
}
