// What an act changes of the policy of a room that nobody is in. A room with an owner is never changed here.
import {
  type Ban,
  limits,
  type Member,
  MeridianError,
  memberFromWire,
  type RoomPolicy,
  type wire,
} from '@meridian/protocol';

/**
 * The policy after the act; the same object when the act leaves it as it is, because there is nobody whom it would
 * reach. Throws PARTICIPANT_UNKNOWN for an act on somebody who had to be in the room; REQUEST_INVALID beyond
 * `limits.policyMembersMax`.
 */
export function policyAfter(policy: RoomPolicy, act: wire.RoomAct.$Properties, nowWallMs: number): RoomPolicy {
  if (act.setRoom) return { ...policy, ...settingsOf(act.setRoom) };
  if (act.metadata) return { ...policy, metadata: act.metadata.metadata ?? '' };
  if (act.member) return { ...policy, members: withMember(policy.members, act.member) };
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
  const isAboutOne = act.update || act.askUnmute || (act.mute && !act.mute.everybody) || act.hand?.identity;
  if (isAboutOne) throw new MeridianError('PARTICIPANT_UNKNOWN');
  return policy;
}

function settingsOf(set: wire.ActSetRoom.$Properties): Partial<RoomPolicy> {
  const { lobby, locked, capacity, endsWallMs, emptyTimeoutMs, hardEnd } = set;
  return {
    ...(lobby != null && { lobby }),
    ...(locked != null && { locked }),
    ...(capacity != null && { capacity }),
    ...(endsWallMs != null && { endsWallMs }),
    ...(emptyTimeoutMs != null && { emptyTimeoutMs }),
    ...(hardEnd != null && { hardEnd }),
    ...(set.setSpotlight && { spotlight: [...(set.spotlight ?? [])] }),
  };
}

/** A new role begins without single rights; single rights are added to those there are. */
function withMember(members: readonly Member[], change: wire.Member.$Properties): Member[] {
  const member = memberFromWire(change);
  const before = members.find(({ identity }) => identity === member.identity);
  const others = members.filter(({ identity }) => identity !== member.identity);
  const hasNewRole = member.role !== '' && member.role !== before?.role;
  const after: Member = hasNewRole ? member : { ...before, ...member, role: before?.role ?? '' };
  if (change.reset || (Object.keys(after).length === 2 && after.role === '')) return others;
  if (others.length >= limits.policyMembersMax)
    throw new MeridianError(
      'REQUEST_INVALID',
      `a room keeps roles and rights of ${limits.policyMembersMax} identities`,
    );
  return [...others, after];
}

/** Of more bans than are kept, the first that ends by itself goes; without such a one, the oldest. */
function withBan(bans: readonly Ban[], ban: Ban, nowWallMs: number): Ban[] {
  const isOver = ({ untilWallMs }: Ban): boolean => untilWallMs > 0 && untilWallMs <= nowWallMs;
  const kept = bans.filter((each) => each.identity !== ban.identity && !isOver(each));
  if (kept.length >= limits.policyBansMax)
    kept.splice(
      Math.max(
        0,
        kept.findIndex(({ untilWallMs }) => untilWallMs > 0),
      ),
      1,
    );
  return [...kept, ban];
}
