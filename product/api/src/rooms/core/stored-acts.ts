// Applies acts to the stored policy of a room without an owner.
import {
  breakOutFromWire,
  identifiedBreakOuts,
  limits,
  type Member,
  MeridianError,
  mayHaveBreakOuts,
  memberFromWire,
  memberOnStage,
  type RoomPolicy,
  recordingFromWire,
  settingsFromWire,
  type wire,
  withBan,
  withLayout,
  withMember,
  withoutBan,
  withoutRecording,
  withRecording,
} from '@meridian/protocol';

const TOO_MANY = `a room can store roles and rights of at most ${limits.policyMembersMax} identities`;

export interface ActedRoom {
  readonly name: string;
  readonly nowWallMs: number;
  newBreakOutId(): string;
}

/**
 * Returns the policy after an act; the same object if it changes nothing. Throws PARTICIPANT_UNKNOWN, REQUEST_INVALID
 * or QUOTA_EXCEEDED.
 */
export function policyAfter(policy: RoomPolicy, act: wire.RoomAct.$Properties, room: ActedRoom): RoomPolicy {
  const { nowWallMs } = room;
  if (act.setRoom) return { ...policy, ...settingsFromWire(act.setRoom) };
  if (act.metadata) return { ...policy, metadata: act.metadata.metadata ?? '' };
  if (act.member) return withMemberOf(policy, memberFromWire(act.member), act.member.reset === true);
  if (act.stage) return withStageAct(policy, act.stage);
  if (act.breakOuts) return withBreakOuts(policy, act.breakOuts, room);
  if (act.unban) return withoutBan(policy, act.unban.identity ?? '');
  if (act.remove) {
    const { identity, banS, forever } = act.remove;
    if (!forever && !banS) throw new MeridianError('PARTICIPANT_UNKNOWN');
    const untilWallMs = forever ? 0 : nowWallMs + (banS ?? 0) * 1000;
    return { ...policy, bans: withBan(policy.bans, { identity: identity ?? '', untilWallMs }, nowWallMs) };
  }
  if (act.book) {
    const { room, members = [], removed = [], allMembers } = act.book;
    const changedIdentities = new Set([...(members ?? []).map(({ identity }) => identity), ...(removed ?? [])]);
    const otherMembers = allMembers ? [] : policy.members.filter(({ identity }) => !changedIdentities.has(identity));
    const newMembers = [...otherMembers, ...(members ?? []).map(memberFromWire)].slice(-limits.policyMembersMax);
    return { ...policy, ...settingsFromWire(room ?? {}), members: newMembers };
  }
  if (act.startRecording) {
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
  if (act.post || act.poll || act.question) throw isEmpty();
  const isAboutOne =
    act.update || act.askUnmute || act.subscribe || (act.mute && !act.mute.everybody) || act.hand?.identity;
  if (isAboutOne) throw new MeridianError('PARTICIPANT_UNKNOWN');
  return policy;
}

const isEmpty = (): MeridianError => new MeridianError('PARTICIPANT_UNKNOWN', 'the room is empty');

function withMemberOf(policy: RoomPolicy, member: Member, reset: boolean): RoomPolicy {
  const members = withMember(policy.members, member, reset);
  if (members.length > limits.policyMembersMax) throw new MeridianError('REQUEST_INVALID', TOO_MANY);
  return { ...policy, members };
}

/** Puts an identity on the stage of the next show, or takes it off. */
function withStageAct(policy: RoomPolicy, { identity, on }: wire.ActStage.$Properties): RoomPolicy {
  if (policy.kind !== 'show') throw new MeridianError('REQUEST_INVALID', 'the room is no show');
  const role = policy.members.find((member) => member.identity === identity)?.role;
  if (role === 'host' || role === 'cohost') throw new MeridianError('REQUEST_INVALID', 'a host has its place');
  return withMemberOf(policy, memberOnStage(identity ?? '', on === true), false);
}

function withBreakOuts(policy: RoomPolicy, act: wire.ActBreakOuts.$Properties, room: ActedRoom): RoomPolicy {
  if (!mayHaveBreakOuts(room.name, policy.kind))
    throw new MeridianError('REQUEST_INVALID', 'this room can have no break-out rooms');
  if (act.message) throw isEmpty();
  if (!act.set) return policy;
  const list = (act.breakOuts ?? []).map(breakOutFromWire);
  const ids = { nowWallMs: room.nowWallMs, idOf: () => room.newBreakOutId() };
  return { ...policy, breakOuts: identifiedBreakOuts(list, policy.breakOuts, ids) };
}
