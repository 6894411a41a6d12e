// What an act changes of the policy of a room without an owner. A room with an owner is never changed here.
import {
  limits,
  MeridianError,
  memberFromWire,
  type RoomPolicy,
  recordingFromWire,
  settingsFromWire,
  type wire,
  withBan,
  withLayout,
  withMember,
  withoutRecording,
  withRecording,
} from '@meridian/protocol';

const TOO_MANY = `a room keeps roles and rights of ${limits.policyMembersMax} identities`;

/**
 * The policy after the act; the same object when the act leaves it as it is, because it would reach no participant.
 * Throws PARTICIPANT_UNKNOWN for an act on a participant that had to be in the room, and for posts; REQUEST_INVALID
 * beyond `limits.policyMembersMax`; QUOTA_EXCEEDED beyond `limits.recordingsPerRoomMax`.
 */
export function policyAfter(policy: RoomPolicy, act: wire.RoomAct.$Properties, nowWallMs: number): RoomPolicy {
  if (act.setRoom) return { ...policy, ...settingsFromWire(act.setRoom) };
  if (act.metadata) return { ...policy, metadata: act.metadata.metadata ?? '' };
  if (act.member) {
    const members = withMember(policy.members, memberFromWire(act.member), act.member.reset === true);
    if (members.length > limits.policyMembersMax) throw new MeridianError('REQUEST_INVALID', TOO_MANY);
    return { ...policy, members };
  }
  if (act.unban) {
    const { identity } = act.unban;
    return { ...policy, bans: policy.bans.filter((ban) => ban.identity !== identity) };
  }
  if (act.remove) {
    const { identity, banS, forever } = act.remove;
    if (!forever && !banS) throw new MeridianError('PARTICIPANT_UNKNOWN');
    const untilWallMs = forever ? 0 : nowWallMs + (banS ?? 0) * 1000;
    return { ...policy, bans: withBan(policy.bans, { identity: identity ?? '', untilWallMs }, nowWallMs) };
  }
  if (act.book) {
    const { room, members = [], removed = [], allMembers } = act.book;
    const named = new Set([...(members ?? []).map(({ identity }) => identity), ...(removed ?? [])]);
    const others = allMembers ? [] : policy.members.filter(({ identity }) => !named.has(identity));
    const all = [...others, ...(members ?? []).map(memberFromWire)].slice(-limits.policyMembersMax);
    return { ...policy, ...settingsFromWire(room ?? {}), members: all };
  }
  if (act.startRecording) {
    // Those of a life that is over are over.
    const waiting = policy.recordings.filter(({ roomSid }) => roomSid === '');
    const begun = recordingFromWire({ ...act.startRecording, sinceWallMs: nowWallMs });
    return { ...policy, recordings: withRecording(waiting, begun) };
  }
  if (act.recordingLayout) {
    const { recordingId, layout } = recordingFromWire(act.recordingLayout);
    return { ...policy, recordings: withLayout(policy.recordings, recordingId, layout) };
  }
  if (act.stopRecording)
    return { ...policy, recordings: withoutRecording(policy.recordings, act.stopRecording.recordingId ?? '') };
  if (act.post || act.poll || act.question) throw new MeridianError('PARTICIPANT_UNKNOWN', 'the room is empty');
  const isAboutOne = act.update || act.askUnmute || (act.mute && !act.mute.everybody) || act.hand?.identity;
  if (isAboutOne) throw new MeridianError('PARTICIPANT_UNKNOWN');
  return policy;
}
