// The link to the centre, and the centre's requests to this node.
import { isRoomKey, isSessionId, MeridianError, nodeKind, note, onNote, rpc, serve } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import type { Receipts } from './adapters/receipts.ts';
import type { ClientService } from './clients/client-service.ts';
import { bounds } from './limits.ts';
import { CentreClient } from './links/centre.ts';
import { RegionPlacing } from './links/region-placing.ts';
import type { OwnedRooms } from './owner/owned-rooms.ts';
import type { LateParts, LinkBase, PartsOptions } from './part-types.ts';

export function makeCentre(
  { context, shell, load, api, tokens, description }: PartsOptions,
  base: LinkBase,
  receipts: Receipts,
  lateParts: LateParts<'centre' | 'nodes' | 'peers' | 'openedSessions' | 'ownedRooms' | 'clients'>,
): CentreClient {
  const { config, log } = context;
  const clients = () => lateParts().clients;
  return new CentreClient({
    ...base,
    shell,
    regionPlacing: new RegionPlacing(shell.region, log),
    selfId: config.id,
    region: config.region,
    describe: () => description.node(),
    load: () => ({ ...load.read(), sessions: clients().sessionCount }),
    sessionsOf: (prefix) =>
      [...clients().context.sessions.values()].filter(({ room }) => room.roomKey.startsWith(prefix)).length,
    rooms: () => lateParts().ownedRooms.heldRooms(),
    onLink: (link) => {
      serveTimings(link, receipts, clients);
      serveMoves(link, lateParts().ownedRooms);
    },
    onRegionLink: (link) => serveTimings(link, receipts, clients),
    onFleet: () => {
      const { centre, nodes } = lateParts();
      nodes.onFleet();
      if ([...centre.fleet.values()].some(({ kind }) => kind === nodeKind.api)) tokens.keys.expectApi();
    },
    linkOf: (nodeId) => lateParts().nodes.linkOf(nodeId),
    onDrain: (on) => log.debug({ on }, 'drain: sockets stay, the centre sends no new clients here'),
    onReady: () => void lateParts().ownedRooms.renew(),
    onDenied: (ids) => {
      const { nodes, peers, openedSessions } = lateParts();
      for (const links of [nodes, peers, openedSessions, api]) links.cut(ids, 'shut out by the centre');
    },
    askOwners: (roomKey, claiming) => lateParts().peers.askAll(rpc.ownerOf, { roomKey, claiming }, bounds.ownerAskMs),
  });
}

/** Moves sessions of rooms that this instance owns, at the centre's request. */
function serveMoves(link: Link, owned: OwnedRooms): void {
  serve(link, rpc.moveSession, async ({ roomKey, sessionId, toNodeId, decisionId, reason, lease }) => {
    if (!isRoomKey(roomKey)) throw new MeridianError('REQUEST_INVALID', 'no such room key');
    if (!isSessionId(sessionId)) throw new MeridianError('REQUEST_INVALID', 'no such session id');
    await owned.move(roomKey, lease?.epoch ?? 0, { sessionId, toNodeId, decisionId, reason });
    return {};
  });
}

/** Takes the keys of receipts, and the centre's requests that clients measure signaling nodes. */
function serveTimings(link: Link, receipts: Receipts, clients: () => ClientService): void {
  onNote(link, note.echoKeys, ({ keys }) =>
    receipts.replaceKeys(keys.map(({ id, key }) => ({ id: id ?? 0, key: key ?? new Uint8Array() }))),
  );
  onNote(link, note.echoRequest, ({ roomKey, sessionId, signalingIds }) => {
    const { sessions, timings } = clients().context;
    const session = sessions.get(sessionId);
    if (session?.room.roomKey === roomKey) timings.requestEchoes(session, signalingIds);
  });
}
