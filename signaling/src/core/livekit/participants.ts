import { type ConnectionQualityInfo, ParticipantInfo, type SpeakerInfo } from '@livekit/protocol';
import type { Participant, Quality, Speaker } from '@meridian/protocol';

/** `version`: rises with every message about the participant; `canUpdateMetadata`: known of the own session only. */
export function participantInfoOf(
  _participant: Participant,
  _o: { readonly version: number; readonly canUpdateMetadata?: boolean },
): ParticipantInfo {
  return new ParticipantInfo();
}
/** The last one about a participant that has left, with the reason of ours. */
export function participantGone(
  _participant: Participant,
  _o: { readonly version: number; readonly reason: string },
): ParticipantInfo {
  return new ParticipantInfo();
}
/** Undefined: it is not known. */
export function connectionQualityOf(_sid: string, _quality: Quality): ConnectionQualityInfo | undefined {
  return undefined;
}
/** What has changed between two lists of speakers: LiveKit is told of those that stopped too. */
export function speakerChanges(_before: readonly Speaker[], _after: readonly Speaker[]): SpeakerInfo[] {
  return [];
}
