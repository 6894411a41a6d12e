// LiveKit's RoomService, for its server SDKs. Features that do not exist here are refused with `unimplemented`, not
// ignored.
import {
  type CreateRoomRequest,
  DataPacket_Kind,
  DeleteRoomResponse,
  ListParticipantsResponse,
  type ListRoomsRequest,
  ListRoomsResponse,
  type Room as LiveKitRoom,
  type MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  type ParticipantInfo,
  type ParticipantPermission,
  RemoveParticipantResponse,
  type RoomParticipantIdentity,
  type SendDataRequest,
  SendDataResponse,
  type UpdateParticipantRequest,
  type UpdateSubscriptionsRequest,
  UpdateSubscriptionsResponse,
} from '@livekit/protocol';
import { isRoomName, sourceToWire, type wire } from '@meridian/protocol';
import type { Principal, Scope } from '../access/core/scopes.ts';
import { actorOf } from '../rooms/operations.ts';
import type { Act, Rooms } from '../rooms/rooms.ts';
import { refuseIf, TwirpError } from './errors.ts';
import { liveKitParticipant, liveKitRoom, liveKitTrack, sourceOf } from './messages.ts';

/** LiveKit's default for the time until the first person joins. */
const EMPTY_TIMEOUT_S_USUAL = 300;
/** Limit of rooms in an answer, which has no pages. */
const ROOMS_LISTED_MAX = 10_000;

export class RoomService {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  async createRoom(principal: Principal, request: CreateRoomRequest): Promise<LiveKitRoom> {
    demandScope(principal, 'rooms:create');
    const { name, emptyTimeout, departureTimeout, maxParticipants, metadata } = request;
    if (!isRoomName(name)) throw new TwirpError('invalid_argument', 'name is not a valid room name');
    refuseIf(request.egress !== undefined, 'egress');
    refuseIf(request.agents.length > 0, 'agents');
    refuseIf(request.roomPreset !== '', 'room_preset');
    refuseIf(request.replayEnabled, 'replay_enabled');
    const { room } = await this.#rooms.create(principal.tenant, name, {
      actor: actorOf(principal),
      idleMsMax: (emptyTimeout || EMPTY_TIMEOUT_S_USUAL) * 1000,
      settings: {
        ...(departureTimeout > 0 && { emptyTimeoutMs: departureTimeout * 1000 }),
        ...(maxParticipants > 0 && { capacity: maxParticipants }),
        ...(metadata !== '' && { metadata }),
      },
    });
    return liveKitRoom(room);
  }

  async listRooms(principal: Principal, { names }: ListRoomsRequest): Promise<ListRoomsResponse> {
    demandScope(principal, 'rooms:list');
    if (names.length > ROOMS_LISTED_MAX) throw new TwirpError('invalid_argument', 'too many names');
    const { rooms } =
      names.length > 0
        ? await this.#rooms.byNames(principal.tenant, names)
        : await this.#rooms.list(principal.tenant, { rows: ROOMS_LISTED_MAX + 1 });
    if (rooms.length > ROOMS_LISTED_MAX)
      throw new TwirpError('resource_exhausted', `more than ${ROOMS_LISTED_MAX} rooms: list them by /api/v1/rooms`);
    return new ListRoomsResponse({ rooms: rooms.map(liveKitRoom) });
  }

  async deleteRoom(principal: Principal, { room }: { readonly room: string }): Promise<DeleteRoomResponse> {
    demandScope(principal, 'rooms:create');
    await this.#rooms.end(principal.tenant, room, actorOf(principal));
    return new DeleteRoomResponse();
  }

  async listParticipants(principal: Principal, { room }: { readonly room: string }): Promise<ListParticipantsResponse> {
    needRoom(principal, room);
    const view = await this.#rooms.view(principal.tenant, room);
    return new ListParticipantsResponse({ participants: (view?.roster.participants ?? []).map(liveKitParticipant) });
  }

  async getParticipant(principal: Principal, { room, identity }: RoomParticipantIdentity): Promise<ParticipantInfo> {
    needRoom(principal, room);
    return liveKitParticipant(await this.#rooms.participant(principal.tenant, room, identity));
  }

  /** Like in LiveKit, a participant with a valid token may join again. */
  async removeParticipant(principal: Principal, request: RoomParticipantIdentity): Promise<RemoveParticipantResponse> {
    const { room, identity, revokeTokenTs } = request;
    needRoom(principal, room);
    refuseIf(revokeTokenTs > 0n, 'revoke_token_ts');
    await this.#act(principal, room, { remove: { identity, mayReturn: true } });
    return new RemoveParticipantResponse();
  }

  async mutePublishedTrack(principal: Principal, request: MuteRoomTrackRequest): Promise<MuteRoomTrackResponse> {
    const { room, identity, trackSid, muted } = request;
    needRoom(principal, room);
    if (!muted) throw new TwirpError('failed_precondition', 'remote unmute not enabled');
    await this.#act(principal, room, { mute: { identity, trackId: trackSid } });
    const { tracks } = await this.#rooms.participant(principal.tenant, room, identity);
    const track = tracks.find(({ trackId }) => trackId === trackSid);
    if (track === undefined) throw new TwirpError('not_found', 'track is not published');
    return new MuteRoomTrackResponse({ track: liveKitTrack({ ...track, muted: true }) });
  }

  /** Like in LiveKit, empty texts keep the old values, but permissions are all replaced. */
  async updateParticipant(principal: Principal, request: UpdateParticipantRequest): Promise<ParticipantInfo> {
    const { room, identity, name, metadata, attributes, permission } = request;
    needRoom(principal, room);
    let changed = await this.#rooms.participant(principal.tenant, room, identity);
    const texts = { ...(name !== '' && { name }), ...(metadata !== '' && { metadata }) };
    const acts: Act[] = [];
    if (Object.keys({ ...texts, ...attributes }).length > 0) acts.push({ update: { identity, attributes, ...texts } });
    if (permission !== undefined) {
      refuseIf(permission.hidden !== changed.hidden, 'permission.hidden');
      acts.push({ member: memberOf(identity, permission) });
    }
    for (const act of acts) changed = (await this.#act(principal, room, act)).participant ?? changed;
    return liveKitParticipant(changed);
  }

  async updateSubscriptions(
    principal: Principal,
    { room, identity, trackSids, participantTracks, subscribe: subscribed }: UpdateSubscriptionsRequest,
  ): Promise<UpdateSubscriptionsResponse> {
    needRoom(principal, room);
    const trackIds = [...new Set([...trackSids, ...participantTracks.flatMap((one) => one.trackSids)])];
    if (trackIds.length > 0) await this.#act(principal, room, { subscribe: { identity, trackIds, subscribed } });
    return new UpdateSubscriptionsResponse();
  }

  async sendData(principal: Principal, request: SendDataRequest): Promise<SendDataResponse> {
    const { room, data: payload, kind, destinationIdentities, destinationSids, topic = '' } = request;
    needRoom(principal, room);
    const view = await this.#rooms.view(principal.tenant, room);
    const bySid = (view?.roster.participants ?? []).filter(({ sessionId }) => destinationSids.includes(sessionId));
    const identities = [...new Set([...destinationIdentities, ...bySid.map(({ identity }) => identity)])];
    if (identities.length === 0 && destinationSids.length > 0)
      throw new TwirpError('not_found', 'none of the participants is in the room');
    await this.#act(principal, room, { data: { payload, topic, lossy: kind === DataPacket_Kind.LOSSY, identities } });
    return new SendDataResponse();
  }

  async updateRoomMetadata(
    principal: Principal,
    { room, metadata }: { readonly room: string; readonly metadata: string },
  ): Promise<LiveKitRoom> {
    needRoom(principal, room);
    const settings = { metadata };
    return liveKitRoom(await this.#rooms.update(principal.tenant, room, { actor: actorOf(principal), settings }));
  }

  #act(principal: Principal, room: string, act: Act): ReturnType<Rooms['act']> {
    return this.#rooms.act(principal.tenant, room, { actor: actorOf(principal), acts: [act] });
  }
}

/** Replaces all permissions; an empty list of sources allows all. Refuses permissions that exist only in tokens. */
function memberOf(identity: string, permission: ParticipantPermission): wire.Member.$Properties {
  const { canPublish, canPublishSources, canSubscribe, canPublishData } = permission;
  for (const name of unchangeable) refuseIf(permission[name], `permission.${snakeCase(name)}`);
  const sources = canPublishSources.map((source) => {
    const ours = sourceOf(source);
    if (ours === undefined) throw new TwirpError('invalid_argument', 'permission.can_publish_sources: not a source');
    return sourceToWire(ours);
  });
  return { identity, canPublish, canSubscribe, canPublishData, publishSources: { sources } };
}
const unchangeable = [
  'canUpdateMetadata',
  'recorder',
  'agent',
  'canSubscribeMetrics',
  'canManageAgentSession',
] as const;
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function demandScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) throw new TwirpError('permission_denied', 'permissions denied');
}

/** Requires that the token names the room, since LiveKit's roomAdmin is valid only there. */
function needRoom(principal: Principal, room: string): void {
  demandScope(principal, 'rooms:admin');
  if (principal.room !== room) throw new TwirpError('permission_denied', 'permissions denied');
}
