// What a join link allows. Pure; the time is an argument.
import { isTrackSource, type TrackSource } from '@meridian/protocol';

/** LiveKit's names, as in the claim `video` of a token. What is absent has LiveKit's default there. */
export interface LinkGrants {
  readonly canPublish?: boolean;
  /** With `canPublish`: tracks of these alone; none: of all. */
  readonly canPublishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
  readonly canUpdateOwnMetadata?: boolean;
  readonly roomAdmin?: boolean;
  /** Regions that the media of the room may touch. */
  readonly regions?: readonly string[];
}

export interface JoinLink {
  readonly id: string;
  readonly tenant: string;
  readonly room: string;
  /** What people see as the name of the meeting; '': the room's. */
  readonly title: string;
  /** Of a personal link: the identity of its person. Undefined: every browser gets an identity of its own. */
  readonly identity: string | undefined;
  /** Of a personal link: how its person is called. Undefined: as it says when it comes. */
  readonly name: string | undefined;
  readonly grants: LinkGrants;
  /** Whoever comes waits for a host. */
  readonly lobby: boolean;
  /** Participants that came by it may hand out links of the same rights. */
  readonly canInvite: boolean;
  readonly hasPassword: boolean;
  /** Browsers that came by it. */
  readonly uses: number;
  readonly maxUses: number;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | undefined;
  /** Of a meeting: what else it says here is what the meeting says at the time of joining (`bookedLink`). */
  readonly meeting: string | undefined;
  /** Of one of its invitees; undefined: of its number. */
  readonly invitee: string | undefined;
  /** Id of the user that made it: it opens nothing while that is not active. */
  readonly madeBy: string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const LINK_MS_USUAL = DAY_MS;
export const LINK_MS_MAX = 90 * DAY_MS;
/** Then the page asks for another; a revoked link also ends sessions, but a token that was copied away ends here. */
export const TOKEN_MS_MAX = 12 * HOUR_MS;
/** A meeting of a day, the quarter of an hour before it, and the hour after it. */
export const MEETING_TOKEN_MS_MAX = 26 * HOUR_MS;

/** Whether anybody can come by it, now and later. */
export const isOpen = ({ revokedMs, expiresMs }: JoinLink, nowMs: number): boolean =>
  revokedMs === undefined && nowMs < expiresMs;

/** The end of a token that it gives now. */
export const tokenEndMs = ({ expiresMs, meeting }: JoinLink, nowMs: number): number =>
  Math.min(expiresMs, nowMs + (meeting === undefined ? TOKEN_MS_MAX : MEETING_TOKEN_MS_MAX));

/** Claims of a token for a browser that came by the link, but for issuer and times. */
export function claimsOf({ id, room, grants, lobby }: JoinLink, guest: { identity: string; name: string }): object {
  return {
    sub: guest.identity,
    name: guest.name,
    via: id,
    ...(lobby && { lobby: true }),
    video: { ...grants, room, roomJoin: true },
  };
}

/** Rights of a link that a participant hands out: its own, but to control the room. `fence`: of its token and key. */
export function invitedGrants(video: Readonly<Record<string, unknown>>, fence: string): LinkGrants {
  const granted = (name: string): boolean => video[name] === undefined || video[name] === true;
  const sources = video['canPublishSources'];
  return {
    canPublish: granted('canPublish'),
    ...(Array.isArray(sources) && { canPublishSources: sources.filter(isTrackSource) }),
    canSubscribe: granted('canSubscribe'),
    canPublishData: granted('canPublishData'),
    ...(video['canUpdateOwnMetadata'] === true && { canUpdateOwnMetadata: true }),
    ...(fence !== '' && { regions: fence.split(',') }),
  };
}
