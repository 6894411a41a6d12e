// Answer to Join: all that the client needs for media at this moment.
import {
  emptyRoomInfo,
  limits,
  type Participant,
  participantToWire,
  roomInfoToWire,
  viewersToWire,
  wire,
} from '@meridian/protocol';
import { asShown, shownTrackId } from '../core/index.ts';
import { withShownTrack } from '../wire/shown-track.ts';
import type { ClientContext, LocalSession } from './context.ts';
import { iceServersFor } from './ice-servers.ts';
import type { JoinedSession } from './join.ts';

export function joinedFrame(session: LocalSession, joined: JoinedSession, startedMs: number): wire.Joined.$Properties {
  const { context, access } = session;
  const replica = joined.room.replica;
  const { sessionId, room, self } = joined;
  const receipt = joined.isCrowd
    ? undefined
    : context.receipts.sealStay({ roomKey: room.roomKey, sessionId, identity: self.identity });
  return {
    sessionId,
    // A viewer of the crowd cannot resume: it joins anew.
    resumeKey: joined.isCrowd ? '' : joined.resumeKey,
    isCrowd: joined.isCrowd,
    rejoinReceipt: receipt ?? new Uint8Array(),
    self: participantToWire(asShown(replica?.get(joined.sessionId) ?? joined.self)),
    $unknowns: encodedOthers(replica?.participants() ?? [], sessionId),
    sendTransport: joined.sendTransport ?? null,
    recvTransport: joined.recvTransport ?? null,
    iceServers: iceServersFor(session),
    canUpdateOwnMetadata: access?.rights.canUpdateOwnMetadata === true,
    subscriptions: joined.subscriptions.map((one) =>
      withShownTrack(one, shownTrackId(replica, one.trackId ?? ''), replica),
    ),
    placement: placementOf(context, joined),
    rosterSeq: replica?.seq ?? 0,
    pingIntervalMs: limits.pingIntervalMs,
    speakers: [...(replica?.speakers ?? [])],
    resumed: joined.resumed,
    isElsewhere: joined.isOnOtherHost,
    roomInfo: roomInfoToWire(replica?.info ?? emptyRoomInfo),
    viewers: viewersToWire(room.viewers),
    ...room.posts.shown,
    room: joined.room.roomKey.slice(joined.room.roomKey.indexOf('/') + 1),
    serverJoinMs: Math.round(context.clock.nowMs() - startedMs),
  };
}

/** Encoded entries of `Joined.participants`. A class that joins has the same ones in hundreds of answers. */
const encodedEntries = new WeakMap<Participant, Uint8Array>();

/** Returns the participants but the session's own, as entries of `Joined.participants` that need no encoding. */
export function encodedOthers(participants: readonly Participant[], sessionId: string): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (const participant of participants) {
    if (participant.hidden || participant.sessionId === sessionId) continue;
    let entry = encodedEntries.get(participant);
    if (entry === undefined) {
      // A slice would keep the encoder's whole buffer.
      entry = Uint8Array.from(wire.Joined.encode({ participants: [participantToWire(asShown(participant))] }).finish());
      encodedEntries.set(participant, entry);
    }
    entries.push(entry);
  }
  return entries;
}

function placementOf(context: ClientContext, joined: JoinedSession): wire.PlacementInfo.$Properties {
  const { placed, room, nodeId } = joined;
  const node = context.centre.fleet.get(nodeId);
  const { hostId = '', region = '', city = '', latitude = 0, longitude = 0 } = node ?? {};
  return {
    decisionId: placed?.decisionId ?? '',
    node: { nodeId, hostId, region, city, latitude, longitude },
    signalingId: context.selfId,
    signalingRegion: context.region,
    ownerId: room.ownerId,
    roomEpoch: room.epoch,
    locationSource: placed?.location.source ?? '',
    locationRadiusKm: placed?.location.radiusKm ?? 0,
    locationLabel: placed?.location.label ?? '',
    reasons: [...(placed?.reasons ?? [])],
    provisional: placed?.provisional ?? false,
    mode: placed?.mode ?? 'normal',
  };
}
