import { isTrackSource, type TrackSource } from '@meridian/protocol';

/** Grants with LiveKit's names, as in the claim `video` of a token. An absent grant has LiveKit's default. */
export interface LinkGrants {
  readonly canPublish?: boolean;
  /** Sources that may be published with `canPublish`; an empty list allows all. */
  readonly canPublishSources?: readonly TrackSource[];
  readonly canSubscribe?: boolean;
  readonly canPublishData?: boolean;
  readonly canUpdateOwnMetadata?: boolean;
  readonly roomAdmin?: boolean;
  /** Regions that the room's media may not leave. */
  readonly regions?: readonly string[];
}

export interface JoinLink {
  readonly id: string;
  readonly tenant: string;
  readonly room: string;
  /** Title of the link; '' for the room's title. */
  readonly title: string;
  /** Identity of a personal link; undefined if every browser gets another identity. */
  readonly identity: string | undefined;
  /** Name of a personal link's person; undefined if people enter their names when joining. */
  readonly name: string | undefined;
  readonly grants: LinkGrants;
  readonly lobby: boolean;
  /** Participants may make links with the same rights. */
  readonly canInvite: boolean;
  readonly hasPassword: boolean;
  readonly uses: number;
  readonly maxUses: number;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | undefined;
  /** Meeting of the link, from which `bookedLink` derives the other fields at the time of joining. */
  readonly meeting: string | undefined;
  /** Invitee of the link; undefined for the link of the meeting's number. */
  readonly invitee: string | undefined;
  /** Id of the user that made the link, which is invalid while this user is inactive. */
  readonly createdBy: string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const LINK_MS_USUAL = DAY_MS;
export const LINK_MS_MAX = 90 * DAY_MS;
/** After this time, the page requests another token. Revoking the link also ends sessions. */
export const TOKEN_MS_MAX = 12 * HOUR_MS;
/** A meeting of a whole day, with the quarter of an hour before it and the hour after it. */
export const MEETING_TOKEN_MS_MAX = 26 * HOUR_MS;

export const isOpen = ({ revokedMs, expiresMs }: JoinLink, nowMs: number): boolean =>
  revokedMs === undefined && nowMs < expiresMs;

export const tokenEndMs = ({ expiresMs, meeting }: JoinLink, nowMs: number): number =>
  Math.min(expiresMs, nowMs + (meeting === undefined ? TOKEN_MS_MAX : MEETING_TOKEN_MS_MAX));

/** Returns claims without issuer and times, which the caller adds. */
export function claimsOf({ id, room, grants, lobby }: JoinLink, guest: { identity: string; name: string }): object {
  return {
    sub: guest.identity,
    name: guest.name,
    via: id,
    ...(lobby && { lobby: true }),
    video: { ...grants, room, roomJoin: true },
  };
}

/** Returns the participant's own grants, without control of the room. `fence`: regions of token and key. */
export function invitedGrants(video: Readonly<Record<string, unknown>>, fence: string): LinkGrants {
  const granted = (name: string): boolean => (video[name] ?? true) === true;
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
