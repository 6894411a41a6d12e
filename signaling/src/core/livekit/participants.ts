// Translates our participants, their connection quality and speakers to LiveKit's.
import {
  ConnectionQuality,
  ConnectionQualityInfo,
  ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  ParticipantPermission,
  SpeakerInfo,
} from '@livekit/protocol';
import type { Participant, ParticipantKind, Quality, Speaker } from '@meridian/protocol';
import { disconnectReasonOf } from './leave.ts';
import { encodedOnce, memoize } from './memoize.ts';
import { liveKitSources, trackInfoOf } from './tracks.ts';

/**
 * `version` rises with every message about the participant, since clients drop lower ones. `canUpdateMetadata` is known
 * only for the client's own session. No SDK's capabilities are passed on, so that streams come without compression.
 */
export function participantInfoOf(
  participant: Participant,
  o: { readonly version: number; readonly canUpdateMetadata?: boolean },
): ParticipantInfo {
  const { canPublish, canSubscribe, canPublishData, hidden, joinedWallMs, kind } = participant;
  const tracks = participant.tracks.filter(({ derivedFrom }) => derivedFrom === undefined);
  return new ParticipantInfo({
    sid: participant.sessionId,
    identity: participant.identity,
    name: participant.name,
    state: ParticipantInfo_State.ACTIVE,
    metadata: participant.metadata,
    attributes: { ...participant.attributes },
    joinedAt: BigInt(Math.floor(joinedWallMs / 1000)),
    joinedAtMs: BigInt(Math.floor(joinedWallMs)),
    permission: new ParticipantPermission({
      canPublish,
      canSubscribe,
      canPublishData,
      hidden,
      canPublishSources: (participant.publishSources ?? []).map((source) => liveKitSources[source]),
      canUpdateMetadata: o.canUpdateMetadata ?? false,
      recorder: kind === 'recorder',
      agent: kind === 'agent',
    }),
    region: participant.region,
    isPublisher: tracks.length > 0,
    kind: kinds[kind],
    tracks: tracks.map((track) => trackInfoOf(track)),
    version: o.version,
    clientProtocol: participant.clientProtocol,
  });
}

/** Returns the last message about a participant that has left; `reason`: from its ParticipantLeft. */
export function departedParticipantInfo(
  participant: Participant,
  { version, reason }: { readonly version: number; readonly reason: string },
): ParticipantInfo {
  const info = participantInfoOf({ ...participant, tracks: [] }, { version });
  info.state = ParticipantInfo_State.DISCONNECTED;
  info.disconnectReason = disconnectReasonOf(reason);
  return info;
}

/** Returns undefined while the quality is unknown. */
export const connectionQualityOf = memoize(({ sessionId, quality }: Participant): ConnectionQualityInfo | undefined => {
  const known = qualities[quality];
  return known && encodedOnce(new ConnectionQualityInfo(Object.assign({ participantSid: sessionId }, known)));
});

/** Returns the difference between two lists of speakers: the present speakers, then those that have stopped. */
export function speakerChanges(
  before: readonly Pick<Speaker, 'sessionId'>[],
  after: readonly Speaker[],
): SpeakerInfo[] {
  const speaking = new Set(after.map(({ sessionId }) => sessionId));
  const stopped = before.filter(({ sessionId }) => !speaking.has(sessionId));
  return [
    ...after.map(
      ({ sessionId, levelDbov }) => new SpeakerInfo({ sid: sessionId, level: levelOf(levelDbov), active: true }),
    ),
    ...stopped.map(({ sessionId }) => new SpeakerInfo({ sid: sessionId, level: 0, active: false })),
  ];
}

const kinds: { readonly [kind in ParticipantKind]: ParticipantInfo_Kind } = {
  standard: ParticipantInfo_Kind.STANDARD,
  gateway: ParticipantInfo_Kind.INGRESS,
  recorder: ParticipantInfo_Kind.EGRESS,
  agent: ParticipantInfo_Kind.AGENT,
};
/** Scores from 0 to 5, near the middle of LiveKit's range for each quality (pkg/sfu/connectionquality). */
const qualities: {
  readonly [quality in Quality]: { readonly quality: ConnectionQuality; readonly score: number } | undefined;
} = {
  unknown: undefined,
  lost: { quality: ConnectionQuality.LOST, score: 1 },
  poor: { quality: ConnectionQuality.POOR, score: 2.5 },
  good: { quality: ConnectionQuality.GOOD, score: 3.7 },
  excellent: { quality: ConnectionQuality.EXCELLENT, score: 4.5 },
};

/** Returns the level as an amplitude, 1 loudest to 0 silence (LiveKit's pkg/sfu/audio/audiolevel.go). */
const levelOf = (levelDbov: number): number => 10 ** (Math.min(0, levelDbov) / 20);
