// Attaches a session to its media node, and ends it there.
import { createHash } from 'node:crypto';
import {
  type Access,
  endpointElsewhere,
  type Participant,
  participantToWire,
  rpc,
  type wire,
} from '@meridian/protocol';
import { ignoringErrors } from '../failures.ts';
import type { Opener, Placement } from '../ports.ts';
import type { ClientContext } from './context.ts';
import type { LocalRoom } from './local-room.ts';

interface Attaching {
  readonly self: Participant;
  readonly access: Access;
  readonly fence: string;
  readonly join: wire.Join.$Properties;
  readonly isOnOtherHost: boolean;
  readonly placed: Pick<Placement, 'nodeId' | 'decisionId'> & Partial<Pick<Placement, 'regionEpoch'>>;
  readonly subscriptions: readonly wire.TrackSubscription.$Properties[];
  readonly resumeKey: string;
  /** The session takes the transports of its `WarmUp`. */
  readonly warm?: boolean;
  /** Second home of a moving session, with its counts of moves and adoptions. */
  readonly second?: { readonly home: number; readonly adoption: number };
}

/** Returns whether the node may be on another host than the opener; it then gets the endpoints' address `elsewhere`. */
export function mayBeOnOtherHost(
  { centre: { fleet } }: ClientContext,
  opener: Opener | undefined,
  nodeId: string,
): boolean {
  const hostId = fleet.get(opener?.id ?? '')?.hostId;
  return opener !== undefined && (hostId === undefined || hostId !== fleet.get(nodeId)?.hostId);
}

/** Attaches a session to a media node. Throws the node's code. */
export function attach(context: ClientContext, room: LocalRoom, o: Attaching): Promise<wire.SessionAttached> {
  const { self, access, fence, join, placed, second } = o;
  return context.nodes.call(placed.nodeId, rpc.attachSession, {
    room: room.ref,
    session: {
      participant: participantToWire({ ...self, signalingId: context.selfId, tracks: [] }),
      signalingRegion: context.region,
      resumeKeyHash: resumeKeyHashOf(o.resumeKey),
      manualSubscribe: join.manualSubscribe === true,
      ...(second && { moving: true, ...second }),
      decisionId: placed.decisionId,
      regionEpoch: placed.regionEpoch ?? 0,
      tokenId: access.tokenId,
      tokenExpiresWallMs: access.expiresWallMs,
      fence,
      $unknowns: [context.abilities.encoded(join.recvRtpCapabilities)],
    },
    sendEndpoint: endpointFor(join.sendEndpoint, o.isOnOtherHost),
    recvEndpoint: endpointFor(join.recvEndpoint, o.isOnOtherHost),
    subscriptions: [...o.subscriptions],
    limits: context.limitsOf(room.roomKey),
    warm: o.warm === true,
  });
}

function endpointFor(
  endpoint: wire.Endpoint.$Properties | null | undefined,
  isOnOtherHost: boolean,
): wire.Endpoint.$Properties | null {
  if (endpoint == null) return null;
  return isOnOtherHost ? endpointElsewhere(endpoint) : { ...endpoint, elsewhere: null };
}

/** Ends a session at its media node, unless adopted since; a node that does not answer ends it as an orphan. */
export function detach(
  context: ClientContext,
  held: { readonly room: LocalRoom; readonly sessionId: string; readonly nodeId: string; readonly adoption: number },
  reason: string,
): void {
  const { room, sessionId, nodeId, adoption } = held;
  context.nodes
    .call(nodeId, rpc.detachSession, { room: room.ref, sessionId, reason, adoption })
    .catch(ignoringErrors(context.log, 'a session could not be ended at its media node; it ends as an orphan'));
}

/** Returns the key's SHA-256 (hexadecimal), which the media node keeps in place of the resume key. */
const resumeKeyHashOf = (resumeKey: string): string => createHash('sha256').update(resumeKey).digest('hex');
