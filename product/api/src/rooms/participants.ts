// REST operations for participants, and for acts of hosts in a running room.
import { identityFault, identityRule, isIdentity, limits, sourceToWire, type TrackSource } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { etagOf, expectedVersion } from '../http/etag.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { actorOf, ofRoom } from './operations.ts';
import type { Act, Rooms } from './rooms.ts';
import {
  attributesSchema,
  BAN_S_MAX,
  identity,
  participantSchema,
  publishSourcesSchema,
  roleSchema,
  roomName,
  shownParticipant,
  sourceSchema,
} from './schemas.ts';

const inRoom = operations({ ...ofRoom, tag: 'Participants', scope: 'rooms:admin' });
export const listParticipants = inRoom('listParticipants', 'GET /rooms/{room}/participants', {
  summary: 'List the participants of a room.',
  answers: { 200: Type.Object({ data: Type.Array(participantSchema) }, { title: 'Participants' }) },
});

const ofParticipant = operations({
  params: Type.Object({ room: roomName(), identity: identity() }),
  room: 'room',
  tag: 'Participants',
  scope: 'rooms:admin',
});
export const getParticipant = ofParticipant('getParticipant', 'GET /rooms/{room}/participants/{identity}', {
  summary: 'Get a participant of a room.',
  answers: { 200: participantSchema },
});

export const removeParticipant = ofParticipant('removeParticipant', 'DELETE /rooms/{room}/participants/{identity}', {
  summary: 'Remove a participant from the room.',
  description:
    'For the rest of the meeting it waits when it comes back, until a host lets it in (`admit`) or `unban`; with `mayReturn` it joins at once. With `banS` or `forever`, it cannot join for that time; this also works for an identity that is not in the room now.',
  query: Type.Object({
    banS: Type.Optional(Type.Integer({ minimum: 0, maximum: BAN_S_MAX })),
    forever: Type.Optional(Type.Boolean()),
    mayReturn: Type.Optional(Type.Boolean()),
    reason: Type.Optional(Type.String({ maxLength: 256, description: 'Shown to the person.' })),
  }),
  answers: { 204: Type.Null() },
});

export const muteParticipant = ofParticipant('muteParticipant', 'POST /rooms/{room}/participants/{identity}/mute', {
  summary: 'Mute one track, all tracks of a source, or all tracks.',
  description:
    '`muted: false` only asks the participant to unmute a source: a microphone or camera is never switched on against a person’s will.',
  body: Type.Object({
    trackId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    source: Type.Optional(sourceSchema()),
    muted: Type.Optional(Type.Boolean({ default: true })),
  }),
  answers: { 200: participantSchema },
});

export const updateParticipant = ofParticipant('updateParticipant', 'PATCH /rooms/{room}/participants/{identity}', {
  summary: 'Change a participant’s name, metadata, attributes, role and rights.',
  description:
    'Role and rights also apply to a participant that has not joined yet (204). `role: null` restores the role of the token. With If-Match (`version` of the room in quotation marks), only if the room has not changed since.',
  body: Type.Object(
    {
      name: Type.Optional(Type.String({ maxLength: limits.nameLengthMax })),
      metadata: Type.Optional(Type.String({ maxLength: limits.metadataBytesMax })),
      attributes: Type.Optional(attributesSchema()),
      role: Type.Optional(Type.Union([roleSchema(), Type.Null()])),
      permission: Type.Optional(
        Type.Object({
          canPublish: Type.Optional(Type.Boolean()),
          canPublishSources: Type.Optional(publishSourcesSchema()),
          canSubscribe: Type.Optional(Type.Boolean()),
          canPublishData: Type.Optional(Type.Boolean()),
        }),
      ),
    },
    { minProperties: 1 },
  ),
  answers: { 200: participantSchema, 204: Type.Null() },
  problems: ['VERSION_CONFLICT'],
});

const affected = Type.Object(
  { affected: Type.Integer({ minimum: 0, description: 'Number of people or tracks that changed.' }) },
  { title: 'Affected' },
);

/** Base64 needs four characters for three bytes. */
const DATA_CHARACTERS_MAX = Math.ceil(limits.dataBytesMax / 3) * 4;

export const sendData = inRoom('sendData', 'POST /rooms/{room}/data', {
  summary: 'Send a message to all participants of a room, or to some.',
  audited: false,
  body: Type.Object({
    text: Type.Optional(Type.String({ maxLength: limits.dataBytesMax, description: 'UTF-8 text, instead of `data`.' })),
    data: Type.Optional(
      Type.String({
        maxLength: DATA_CHARACTERS_MAX,
        pattern: '^[A-Za-z0-9+/]*={0,2}$',
        description: 'Base64, instead of `text`.',
      }),
    ),
    topic: Type.Optional(Type.String({ maxLength: limits.topicLengthMax })),
    lossy: Type.Optional(Type.Boolean({ default: false })),
    identities: Type.Optional(
      Type.Array(identity(), {
        maxItems: limits.destinationsMax,
        description: 'Identities that receive the message; an empty list sends it to all.',
      }),
    ),
  }),
  answers: { 200: affected },
});

const waitIds = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100 });
const waiters = { waitIds: Type.Optional(waitIds), all: Type.Optional(Type.Boolean()) };

export const actInRoom = inRoom('actInRoom', 'POST /rooms/{room}/acts', {
  summary: 'Perform a host’s action in a running room.',
  body: Type.Union([
    Type.Object({ act: Type.Literal('muteEverybody'), source: Type.Optional(sourceSchema()) }),
    Type.Object({ act: Type.Literal('askUnmute'), identity: identity(), source: sourceSchema() }),
    Type.Object({ act: Type.Literal('admit'), ...waiters }),
    Type.Object({ act: Type.Literal('refuse'), ...waiters }),
    Type.Object(
      { act: Type.Literal('lowerHands'), identity: Type.Optional(identity()) },
      { description: 'Lowers the hand of one person, or all hands; also in the crowd of a show.' },
    ),
    Type.Object({
      act: Type.Literal('spotlight'),
      identities: Type.Array(identity(), { maxItems: limits.spotlightMax }),
    }),
    Type.Object({ act: Type.Literal('unban'), identity: identity() }),
    Type.Object(
      { act: Type.Literal('bringToStage'), identity: identity() },
      { description: 'Invites a viewer of a show onto the stage; who accepts becomes a speaker.' },
    ),
    Type.Object(
      { act: Type.Literal('takeOffStage'), identity: identity() },
      { description: 'Makes a speaker of a show a viewer again.' },
    ),
  ]),
  answers: { 200: affected },
  problems: ['QUOTA_EXCEEDED'],
});
export type ActBody = Static<(typeof actInRoom)['body']>;

const invalid = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

/** Throws REQUEST_INVALID for an act with missing, contradictory or invalid fields. */
export function actOf(body: ActBody): Act {
  switch (body.act) {
    case 'muteEverybody':
      return { mute: { everybody: true, ...whatToMute(undefined, body.source) } };
    case 'askUnmute':
      return { askUnmute: { identity: body.identity, source: sourceToWire(body.source) } };
    case 'admit':
    case 'refuse': {
      const { waitIds: admittedIds = [], all = false } = body;
      if (all === admittedIds.length > 0) throw invalid('/waitIds', 'give exactly one of waitIds and all');
      return { admit: { waitIds: admittedIds, all, refused: body.act === 'refuse' } };
    }
    case 'lowerHands':
      return { hand: { raised: false, identity: body.identity ?? '', everybody: body.identity === undefined } };
    case 'spotlight':
      return { setRoom: { setSpotlight: true, spotlight: body.identities } };
    case 'unban':
      return { unban: { identity: body.identity } };
    case 'bringToStage':
    case 'takeOffStage':
      // An identity may be put on the stage before it comes, so no lookup.
      if (!isIdentity(body.identity)) throw invalid('/identity', `${identityRule}; ${identityFault(body.identity)}`);
      return { stage: { identity: body.identity, on: body.act === 'bringToStage' } };
  }
}

const whatToMute = (trackId: string | undefined, source: TrackSource | undefined) =>
  trackId !== undefined ? { trackId } : source !== undefined ? { source: sourceToWire(source) } : { allSources: true };

function muteOf(of: string, body: Static<(typeof muteParticipant)['body']>): Act {
  const { trackId, source, muted = true } = body;
  if (trackId !== undefined && source !== undefined)
    throw invalid('/source', 'give either a track or a source, not both');
  if (muted) return { mute: { identity: of, ...whatToMute(trackId, source) } };
  if (source === undefined) throw invalid('/source', 'is needed to ask a participant to unmute');
  return { askUnmute: { identity: of, source: sourceToWire(source) } };
}

/** Detects an unknown participant before anything is changed. */
function updatesOf(participantId: string, body: Static<(typeof updateParticipant)['body']>): Act[] {
  const { name, metadata, attributes, role, permission } = body;
  const acts: Act[] = [];
  if (name !== undefined || metadata !== undefined || attributes !== undefined)
    acts.push({
      update: {
        identity: participantId,
        attributes: attributes ?? {},
        ...(name !== undefined && { name }),
        ...(metadata !== undefined && { metadata }),
      },
    });
  if (role === null) acts.push({ member: { identity: participantId, reset: true } });
  const { canPublishSources: sources, ...flags } = permission ?? {};
  const rights = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const publishSources = sources && { publishSources: { sources: sources.map(sourceToWire) } };
  const member = { identity: participantId, role: role ?? '', ...rights, ...publishSources };
  if (typeof role === 'string' || Object.keys(member).length > 2) acts.push({ member });
  return acts;
}

export function addParticipantOperations(routes: Routes, { rooms }: { readonly rooms: Rooms }): void {
  routes.add(listParticipants, async ({ principal, params }) => {
    const view = await rooms.view(principal.tenant, params.room);
    return { body: { data: (view?.roster.participants ?? []).map(shownParticipant) } };
  });

  routes.add(getParticipant, async ({ principal: { tenant }, params }) => ({
    body: shownParticipant(await rooms.participant(tenant, params.room, params.identity)),
  }));

  routes.add(removeParticipant, async ({ principal, params, query }) => {
    const { banS = 0, forever = false, mayReturn = false, reason = '' } = query;
    const act = { remove: { identity: params.identity, banS, forever, mayReturn, reason } };
    await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [act] });
  });

  routes.add(muteParticipant, async ({ principal, params, body }) => {
    const act = muteOf(params.identity, body);
    const { participant } = await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [act] });
    return {
      body: shownParticipant(participant ?? (await rooms.participant(principal.tenant, params.room, params.identity))),
    };
  });

  routes.add(updateParticipant, async ({ principal, params, body, request }) => {
    const { tenant } = principal;
    const [act, ...more] = updatesOf(params.identity, body);
    const expected = await expectedVersion(request.headers, () => rooms.version(tenant, params.room));
    if (act === undefined) return { status: 204, body: null };
    const { participant, policy } = await rooms.act(tenant, params.room, {
      actor: actorOf(principal),
      acts: [act, ...more],
      expectedVersion: expected,
    });
    const headers = { etag: etagOf(policy.version) };
    return participant === undefined
      ? { status: 204, body: null, headers }
      : { body: shownParticipant(participant), headers };
  });

  routes.add(sendData, async ({ principal, params, body }) => {
    const { text, data, topic = '', lossy = false, identities = [] } = body;
    if ((text === undefined) === (data === undefined)) throw invalid('/data', 'give exactly one of text and data');
    const payload = text === undefined ? Buffer.from(data ?? '', 'base64') : Buffer.from(text);
    const act = { data: { payload, topic, lossy, identities } };
    const done = await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [act] });
    return { body: { affected: done.affected } };
  });

  routes.add(actInRoom, async ({ principal, params, body }) => {
    const done = await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [actOf(body)] });
    return { body: { affected: done.affected } };
  });
}
