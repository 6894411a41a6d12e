// Companies create, list and revoke links; browsers exchange them, and people in a room make more.
import {
  cleanDisplayName,
  displayNameRule,
  fenceOf,
  identityFault,
  identityRule,
  intersectFences,
  isBlank,
  isDisplayName,
  isIdentity,
  isRoomName,
  MeridianError,
  roomNameFault,
  roomNameRule,
} from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, type TSchema, Type } from 'typebox';
import type { Principal, Scope } from '../access/core/scopes.ts';
import { demandScopes } from '../access/demand-scopes.ts';
import type { ApiKeys } from '../access/keys.ts';
import type { Passwords } from '../access/password.ts';
import type { Revocations } from '../access/revocations.ts';
import type { ApiConfig } from '../config.ts';
import { operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem, type ProblemField } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { RoomPolicies } from '../rooms/room-policies.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { publishSourcesSchema } from '../rooms/schemas.ts';
import type { Database } from '../store/store.ts';
import { BrandingSchema } from '../tenant/branding.ts';
import { type JoinLink, LINK_MS_MAX, LINK_MS_USUAL } from './core/link.ts';
import { Exchange, type ExchangedToken, type LinkPreview } from './exchange.ts';
import { GuestInvitations } from './inviting.ts';
import { type JoinLinks, USES_MAX, USES_USUAL } from './join-links.ts';
import type { MeetingLinks } from './meeting-links.ts';

export interface JoinLinkDeps {
  readonly links: JoinLinks;
  readonly exchange: Exchange;
  readonly inviting: GuestInvitations;
  readonly passwords: Passwords;
  readonly clock: Clock;
  /** A link is `publicUrl` + /j/CODE. */
  readonly publicUrl: string;
  readonly entryUrls: readonly string[];
}

const flag = Type.Optional(Type.Boolean());
const text = (maxLength = 128) => Type.String({ minLength: 1, maxLength });
const Grants = Type.Object(
  {
    canPublish: flag,
    canPublishSources: Type.Optional(publishSourcesSchema()),
    canSubscribe: flag,
    canPublishData: flag,
    canUpdateOwnMetadata: flag,
    roomAdmin: flag,
    regions: Type.Optional(Type.Array(text(64), { minItems: 1, maxItems: 32 })),
  },
  {
    title: 'LinkGrants',
    additionalProperties: false,
    description: 'As in the claim `video` of a token; by default only publishing and subscribing.',
  },
);
const linkParts = {
  id: Type.String(),
  room: Type.String(),
  title: Type.String(),
  identity: Type.Optional(Type.String({ description: 'Identity of a personal link.' })),
  name: Type.Optional(Type.String()),
  grants: Grants,
  lobby: Type.Boolean(),
  canInvite: Type.Boolean(),
  hasPassword: Type.Boolean(),
  uses: Type.Integer({ description: 'Number of browsers that used the link.' }),
  maxUses: Type.Integer(),
  createdAt: Time,
  expiresAt: Time,
  revokedAt: Type.Optional(Time),
};
const LinkSchema = Type.Object(linkParts, { title: 'JoinLink' });
const NewLinkSchema = Type.Object(
  {
    ...linkParts,
    url: Type.String({
      format: 'uri',
      description: 'Shown only in this answer; the service stores only a hash of it.',
    }),
  },
  { title: 'NewJoinLink' },
);
const guest = {
  name: Type.Optional(Type.String({ maxLength: 128 })),
  password: Type.Optional(Type.String({ maxLength: 128 })),
  browserId: Type.String({ minLength: 22, maxLength: 64 }),
};
export const joinToken = Type.Object(
  {
    token: Type.String(),
    expiresAt: Time,
    room: Type.String(),
    title: Type.String(),
    identity: Type.String(),
    name: Type.String(),
    canInvite: Type.Boolean(),
    entryUrls: Type.Array(Type.String({ format: 'uri' })),
    meeting: Type.Optional(
      Type.Object(
        {
          number: Type.String(),
          startsAt: Time,
          endsAt: Time,
          muteOnEntry: Type.Boolean({ description: 'The page starts with the microphone muted.' }),
          url: Type.String({ format: 'uri', description: 'URL by which others join.' }),
        },
        { description: 'For a link to a meeting: the current or next occurrence.' },
      ),
    ),
  },
  { title: 'JoinToken' },
);
const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const LinkPreviewSchema = Type.Object(
  {
    title: orNull(Type.String(), 'Null for a number whose meeting has a password.'),
    startsAt: orNull(Time, 'Start of a meeting’s current or next occurrence; null for a room.'),
    endsAt: orNull(Time, 'As `startsAt`.'),
    timeZone: orNull(Type.String(), 'Time zone in which the meeting was booked.'),
    passwordNeeded: Type.Boolean({ description: 'True if this browser must give a password.' }),
    onlyWatches: Type.Boolean({ description: 'True if the person only watches, as most do in a show.' }),
    tenantName: Type.String(),
    branding: BrandingSchema,
    name: orNull(Type.String(), 'Name of a personal link’s person; null if people enter their own names.'),
  },
  { title: 'JoinLook' },
);
const lookingBrowser = Type.Optional({
  ...guest.browserId,
  description: 'Tells whether this browser has joined by the link before, which needs no password.',
});
const ofLink = Type.Object({ link: text(64) });

const writing = operations({ tag: 'Join links', scope: 'links:write' });
export const createJoinLink = writing('createJoinLink', 'POST /join-links', {
  summary: 'Create a link by which people join a room.',
  description:
    'Every browser that joins by the link gets its own identity, unless the link names one. The link expires after 24 hours by default, and at most after 90 days (`expiresAt`). A link with an identity also needs `rooms:join`; one with `roomAdmin` also needs `rooms:admin`.',
  body: Type.Object(
    {
      room: text(),
      title: Type.Optional(
        Type.String({ maxLength: 128, description: 'Title of the meeting; default: the room’s name.' }),
      ),
      identity: Type.Optional(text()),
      name: Type.Optional({ ...text(), description: 'Name of a personal link’s person.' }),
      grants: Type.Optional(Grants),
      lobby: Type.Optional(Type.Boolean({ description: 'People who join by the link wait for a host.' })),
      canInvite: Type.Optional(
        Type.Boolean({ description: 'People who join by the link may create links with the same rights.' }),
      ),
      password: Type.Optional(Type.String({ minLength: 6, maxLength: 128 })),
      maxUses: Type.Optional(Type.Integer({ minimum: 1, maximum: USES_MAX, default: USES_USUAL })),
      expiresAt: Type.Optional(Time),
    },
    { title: 'JoinLinkRequest', additionalProperties: false },
  ),
  answers: { 201: NewLinkSchema },
  idempotent: true,
});

export const listJoinLinks = writing('listJoinLinks', 'GET /join-links', {
  summary: 'List links, the newest first.',
  query: Type.Object({ ...pageQuery.properties, room: Type.Optional(text()) }),
  answers: { 200: pageOf(LinkSchema, 'JoinLinkPage') },
});

export const getJoinLink = writing('getJoinLink', 'GET /join-links/{link}', {
  summary: 'Get a link.',
  params: ofLink,
  answers: { 200: LinkSchema },
});

export const revokeJoinLink = writing('revokeJoinLink', 'DELETE /join-links/{link}', {
  summary: 'Revoke a link.',
  description: 'The link becomes invalid, and sessions of everybody who joined by it end.',
  params: ofLink,
  answers: { 204: Type.Null() },
});

const open = operations({ tag: 'Join links', scope: 'public' });
export const exchangeJoinLink = open('exchangeJoinLink', 'POST /join-links/exchange', {
  summary: 'Exchange the code of a link for a join token.',
  description:
    'The same browser (`browserId`, a secret that it chose) returns as the same person, without a password, and counts as one use. A code that is unknown, expired, revoked or used up gives LINK_INVALID in each case. A password that is wrong or missing gives PASSWORD_WRONG.',
  body: Type.Object(
    { code: Type.String({ minLength: 1, maxLength: 128 }), ...guest },
    { title: 'JoinLinkExchange', additionalProperties: false },
  ),
  answers: { 200: joinToken },
  problems: ['LINK_INVALID', 'PASSWORD_WRONG'],
});

export const exchangeMeeting = open('exchangeMeeting', 'POST /meetings/exchange', {
  summary: 'Exchange the number of a meeting for a join token.',
  description:
    'Like `exchangeJoinLink`. A number that is unknown, or of a meeting that is cancelled or over, gives NUMBER_INVALID in each case. Before the meeting opens, the bearer of the token waits. The token expires an hour after the occurrence.',
  body: Type.Object(
    { number: Type.String({ pattern: '^[1-9][0-9]{8}$' }), ...guest },
    { title: 'MeetingExchange', additionalProperties: false },
  ),
  answers: { 200: joinToken },
  problems: ['NUMBER_INVALID', 'PASSWORD_WRONG'],
});

export const lookAtJoinLink = open('lookAtJoinLink', 'POST /join-links/look', {
  summary: 'Show where the code of a link leads.',
  description:
    'Does not use the link up. Codes that `exchangeJoinLink` would refuse are refused with LINK_INVALID, too.',
  body: Type.Object(
    { code: Type.String({ minLength: 1, maxLength: 128 }), browserId: lookingBrowser },
    { title: 'JoinLinkLook', additionalProperties: false },
  ),
  answers: { 200: LinkPreviewSchema },
  problems: ['LINK_INVALID'],
});

export const lookAtMeeting = open('lookAtMeeting', 'POST /meetings/look', {
  summary: 'Show where the number of a meeting leads.',
  description:
    'Like `lookAtJoinLink`; refuses with NUMBER_INVALID like `exchangeMeeting`. Requests with an invalid number count as its attempts.',
  body: Type.Object(
    { number: Type.String({ pattern: '^[1-9][0-9]{8}$' }), browserId: lookingBrowser },
    { title: 'MeetingLook', additionalProperties: false },
  ),
  answers: { 200: LinkPreviewSchema },
  problems: ['NUMBER_INVALID'],
});

export const inviteByJoinLink = open('inviteByJoinLink', 'POST /join-links/invite', {
  summary: 'Create a link to the room in which the caller is.',
  description:
    'For people in a room: the bearer token is the one with which they joined; it has `roomAdmin` or came from a link with `canInvite`. The new link gives the same rights except control of the room, and expires after 24 hours.',
  answers: { 201: NewLinkSchema },
  problems: [
    'TOKEN_MISSING',
    'TOKEN_INVALID',
    'TOKEN_EXPIRED',
    'TOKEN_NOT_YET_VALID',
    'TOKEN_REVOKED',
    'NOT_PERMITTED',
  ],
});

export const joinLinkDeps = (o: {
  readonly links: JoinLinks;
  readonly keys: ApiKeys;
  readonly revocations: Revocations;
  readonly meetings: Meetings;
  readonly meetingLinks: MeetingLinks;
  readonly policies: RoomPolicies;
  readonly rooms: Rooms;
  readonly db: Database;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly config: Pick<ApiConfig, 'publicUrl' | 'entryUrls'>;
}): JoinLinkDeps => ({
  links: o.links,
  exchange: new Exchange(o),
  inviting: new GuestInvitations(o),
  passwords: o.passwords,
  clock: o.clock,
  publicUrl: o.config.publicUrl,
  entryUrls: o.config.entryUrls,
});

export function addJoinLinkOperations(routes: Routes, o: JoinLinkDeps): void {
  const { links, clock } = o;
  const shownOnce = ({ link, code }: { link: JoinLink; code: string }) => ({
    ...shownLink(link),
    url: `${o.publicUrl}/j/${code}`,
  });

  routes.add(createJoinLink, async ({ principal, body, atomically }) => {
    const { expiresAt, password, ...given } = body;
    const rest = { ...given, ...(given.name !== undefined && { name: cleanDisplayName(given.name) }) };
    const nowMs = clock.wallMs();
    const expiresMs = expiresAt === undefined ? nowMs + LINK_MS_USUAL : timeMs(expiresAt);
    check(body, expiresMs, nowMs);
    if (!mayUseRoom(principal, body.room)) throw new Problem('NOT_FOUND');
    const grants = grantedBy(principal, body);
    const passwordHash = password === undefined ? {} : { password: await o.passwords.hash(password) };
    const { kind, id, tenant, via = '' } = principal;
    const createdBy = await links.makerOf(tenant, { userId: kind === 'user' ? id : '', via });
    const maker = { apiKey: kind === 'key' ? id : '', identity: '' };
    const link = { tenant, ...rest, ...passwordHash, grants, expiresMs, createdBy, maker };
    return await atomically(async (db) => ({ body: shownOnce(await links.create(db, link)) }));
  });

  routes.add(listJoinLinks, async ({ principal, query }) => {
    if (query.room !== undefined && !mayUseRoom(principal, query.room)) throw new Problem('NOT_FOUND');
    const { data, ...more } = await links.list(principal.tenant, { ...query, room: query.room ?? principal.room });
    return { body: { data: data.map(shownLink), ...more } };
  });

  const linkFor = async (principal: Principal, id: string): Promise<JoinLink> => {
    const link = await links.get(principal.tenant, id);
    if (link === undefined || !mayUseRoom(principal, link.room)) throw new Problem('NOT_FOUND');
    return link;
  };
  routes.add(getJoinLink, async ({ principal, params }) => ({
    body: shownLink(await linkFor(principal, params.link)),
  }));
  routes.add(revokeJoinLink, async ({ principal, params }) => links.revoke(await linkFor(principal, params.link)));

  const exchanged = ({ link, identity, name, token, expiresMs, booking }: ExchangedToken): Static<typeof joinToken> => {
    const { room, title, canInvite, grants } = link;
    return {
      token,
      expiresAt: timeText(expiresMs),
      room,
      title,
      identity,
      name,
      canInvite: canInvite || grants.roomAdmin === true,
      entryUrls: [...o.entryUrls],
      ...(booking !== undefined && {
        meeting: {
          number: booking.number,
          startsAt: timeText(booking.startsMs),
          endsAt: timeText(booking.endsMs),
          muteOnEntry: booking.muteOnEntry,
          url: `${o.publicUrl}/m/${booking.number}`,
        },
      }),
    };
  };
  routes.add(exchangeJoinLink, async ({ body, clientIp }) => ({
    body: exchanged(await o.exchange.exchange({ ...body, clientIp })),
  }));
  routes.add(exchangeMeeting, async ({ body, clientIp }) => ({
    body: exchanged(await o.exchange.exchangeNumber({ ...body, clientIp })),
  }));

  routes.add(lookAtJoinLink, async ({ body, clientIp }) => ({
    body: shownPreview(await o.exchange.previewOf({ ...body, clientIp })),
  }));
  routes.add(lookAtMeeting, async ({ body, clientIp }) => ({
    body: shownPreview(await o.exchange.lookNumber({ ...body, clientIp })),
  }));

  routes.add(inviteByJoinLink, async ({ request, atomically }) => {
    const invitation = await o.inviting.invitation(request);
    return await atomically(async (db) => ({ body: shownOnce(await links.create(db, invitation)) }));
  });
}

const shownPreview = ({
  title,
  booking,
  timeZone,
  name,
  passwordNeeded,
  onlyWatches,
  tenantName,
  branding,
}: LinkPreview): Static<typeof LinkPreviewSchema> => ({
  title: title ?? null,
  startsAt: booking === undefined ? null : timeText(booking.startsMs),
  endsAt: booking === undefined ? null : timeText(booking.endsMs),
  timeZone: timeZone ?? null,
  passwordNeeded,
  onlyWatches,
  tenantName,
  branding,
  name: name ?? null,
});

const mayUseRoom = ({ room }: Principal, namedRoom: string): boolean => room === undefined || room === namedRoom;

/** Requires the scopes for signing, since a link gives tokens later. Throws NOT_PERMITTED or FENCE_CONFLICT. */
function grantedBy(
  principal: Principal,
  { identity, grants = {} }: Static<typeof createJoinLink.body>,
): Static<typeof Grants> {
  const neededScopes: Scope[] = [];
  if (identity !== undefined) neededScopes.push('rooms:join');
  if (grants.roomAdmin === true) neededScopes.push('rooms:admin');
  demandScopes(principal, neededScopes);
  const { regions = [], ...rights } = grants;
  const fence = intersectFences(principal.fence ?? '', regions.length === 0 ? '' : (fenceOf(regions) ?? ''));
  if (fence === undefined) throw new MeridianError('FENCE_CONFLICT');
  return { ...rights, ...(fence !== '' && { regions: fence.split(',') }) };
}

function check(body: Static<typeof createJoinLink.body>, expiresMs: number, nowMs: number): void {
  const { room, title = '', identity, name = '', grants } = body;
  const fields: ProblemField[] = [];
  const refuse = (pointer: string, detail: string): void => void fields.push({ pointer, detail });
  if (!isRoomName(room)) refuse('/room', `${roomNameRule}; ${roomNameFault(room)}`);
  if (!isDisplayName(title)) refuse('/title', 'must have no control characters');
  if (title !== '' && isBlank(title)) refuse('/title', 'must not be blank');
  if (identity !== undefined && !isIdentity(identity))
    refuse('/identity', `${identityRule}; ${identityFault(identity)}`);
  if (!isDisplayName(cleanDisplayName(name))) refuse('/name', displayNameRule);
  if (name !== '' && identity === undefined)
    refuse('/name', 'needs an identity: with other links people enter their own names');
  if (grants?.regions !== undefined && fenceOf(grants.regions) === undefined)
    refuse('/grants/regions', 'must be names of regions');
  if (!(expiresMs > nowMs && expiresMs <= nowMs + LINK_MS_MAX))
    refuse('/expiresAt', 'must be later than now, within 90 days');
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

function shownLink(link: JoinLink): Static<typeof LinkSchema> {
  const { id, room, title, identity, name, lobby, canInvite, hasPassword, uses, maxUses } = link;
  const { regions, canPublishSources, ...grants } = link.grants;
  return {
    id,
    room,
    title: title === '' ? room : title,
    ...(identity !== undefined && { identity }),
    ...(name !== undefined && { name }),
    grants: {
      ...grants,
      ...(canPublishSources && { canPublishSources: [...canPublishSources] }),
      ...(regions !== undefined && { regions: [...regions] }),
    },
    lobby,
    canInvite,
    hasPassword,
    uses,
    maxUses,
    createdAt: timeText(link.createdMs),
    expiresAt: timeText(link.expiresMs),
    ...(link.revokedMs !== undefined && { revokedAt: timeText(link.revokedMs) }),
  };
}
