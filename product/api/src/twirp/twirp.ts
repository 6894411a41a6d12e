// LiveKit's server API over HTTP (Twirp v7), JSON or protobuf, for existing LiveKit back ends.
import {
  CreateRoomRequest,
  DeleteRoomRequest,
  ListEgressRequest,
  ListParticipantsRequest,
  ListRoomsRequest,
  MuteRoomTrackRequest,
  ParticipantEgressRequest,
  RoomCompositeEgressRequest,
  RoomParticipantIdentity,
  SendDataRequest,
  StopEgressRequest,
  UpdateLayoutRequest,
  UpdateParticipantRequest,
  UpdateRoomMetadataRequest,
  UpdateSubscriptionsRequest,
  WebEgressRequest,
} from '@livekit/protocol';
import type { Logger } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import type { AuditWriter, NewAuditEntry } from '../http/audit-entries.ts';
import { Problem } from '../http/problems.ts';
import type { RequestError } from '../http/server.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { type EgressDeps, EgressService } from './egress.ts';
import { TwirpError, twirpRefusalOf } from './errors.ts';
import { RoomService } from './room-service.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/protobuf';

/** LiveKit's SDKs for Python and Go sign API calls with tokens that are valid for six hours. */
export const TWIRP_TOKEN_S_MAX = 6 * 3600;

declare module 'fastify' {
  interface FastifyRequest {
    /** Targets of a call, set after its body was read. */
    targets?: NewAuditEntry['targets'];
  }
}

export interface TwirpOptions {
  readonly rooms: Rooms;
  readonly egress: EgressDeps;
  readonly log: Logger;
  /** Authenticates a bearer token of LiveKit's SDKs. Rejects with a Problem. */
  authenticate(request: FastifyRequest): Promise<Principal>;
  /** Throws RATE_LIMITED. */
  count(request: FastifyRequest, principal: Principal): void;
  readonly audit: Pick<AuditWriter, 'writeAfter' | 'writeRefused'>;
}

type Json = Parameters<typeof CreateRoomRequest.fromJson>[0];
interface Message {
  toBinary(): Uint8Array;
  toJson(options: { readonly emitDefaultValues: boolean; readonly useProtoFieldName: boolean }): Json;
}
interface MessageType<Q> {
  fromBinary(bytes: Uint8Array): Q;
  fromJson(json: Json, options: { readonly ignoreUnknownFields: boolean }): Q;
}
type Targets = NewAuditEntry['targets'];
interface Called {
  readonly service: string;
  readonly method: string;
}
/** Answers a request. Calls `isAbout` with the room and person when they are known. */
type Method = (
  principal: Principal,
  body: Buffer,
  o: { readonly isJson: boolean; isAbout(targets: Targets): void },
) => Promise<Message>;
/** Longer than any room name or identity. */
const TARGET_CHARACTERS_MAX = 256;
/** Methods that only read, or are traffic of rooms, and so are not audited. */
const UNAUDITED = new Set(['ListRooms', 'ListParticipants', 'GetParticipant', 'SendData', 'ListEgress']);

function method<Q>(type: MessageType<Q>, answer: (principal: Principal, request: Q) => Promise<Message>): Method {
  return (principal, body, { isJson, isAbout }) => {
    let request: Q;
    try {
      request = isJson
        ? type.fromJson(JSON.parse(body.toString('utf8')) as Json, { ignoreUnknownFields: true })
        : type.fromBinary(body);
    } catch (cause) {
      throw new TwirpError('malformed', 'the request could not be decoded', cause);
    }
    isAbout(targetsOf(request as About));
    return answer(principal, request);
  };
}

interface About {
  readonly room?: string;
  readonly roomName?: string;
  readonly name?: string;
  readonly identity?: string;
  readonly egressId?: string;
}

/** Returns the targets of a request. The room is in `room` or, in requests that are about a room only, in `name`. */
function targetsOf({ room, roomName, name, identity, egressId }: About): Targets {
  const targets: Record<string, string> = {};
  const add = (target: string, id: string | undefined): void => {
    if (id !== undefined) targets[target] = id.slice(0, TARGET_CHARACTERS_MAX);
  };
  add('room', room ?? roomName ?? name ?? (egressId === undefined ? '' : undefined));
  add('identity', identity);
  add('recording', egressId);
  return targets;
}

type Methods = ReadonlyMap<string, Method>;

function roomMethods(rooms: Rooms): Methods {
  const service = new RoomService(rooms);
  return new Map([
    ['CreateRoom', method(CreateRoomRequest, (...o) => service.createRoom(...o))],
    ['ListRooms', method(ListRoomsRequest, (...o) => service.listRooms(...o))],
    ['DeleteRoom', method(DeleteRoomRequest, (...o) => service.deleteRoom(...o))],
    ['ListParticipants', method(ListParticipantsRequest, (...o) => service.listParticipants(...o))],
    ['GetParticipant', method(RoomParticipantIdentity, (...o) => service.getParticipant(...o))],
    ['RemoveParticipant', method(RoomParticipantIdentity, (...o) => service.removeParticipant(...o))],
    ['MutePublishedTrack', method(MuteRoomTrackRequest, (...o) => service.mutePublishedTrack(...o))],
    ['UpdateParticipant', method(UpdateParticipantRequest, (...o) => service.updateParticipant(...o))],
    ['UpdateSubscriptions', method(UpdateSubscriptionsRequest, (...o) => service.updateSubscriptions(...o))],
    ['SendData', method(SendDataRequest, (...o) => service.sendData(...o))],
    ['UpdateRoomMetadata', method(UpdateRoomMetadataRequest, (...o) => service.updateRoomMetadata(...o))],
  ]);
}

function egressMethods(o: EgressDeps): Methods {
  const service = new EgressService(o);
  return new Map([
    ['StartRoomCompositeEgress', method(RoomCompositeEgressRequest, (...o) => service.startRoomComposite(...o))],
    ['StartParticipantEgress', method(ParticipantEgressRequest, (...o) => service.startParticipant(...o))],
    ['StartWebEgress', method(WebEgressRequest, (...o) => service.startWeb(...o))],
    ['UpdateLayout', method(UpdateLayoutRequest, (...o) => service.updateLayout(...o))],
    ['ListEgress', method(ListEgressRequest, (...o) => service.list(...o))],
    ['StopEgress', method(StopEgressRequest, (...o) => service.stop(...o))],
  ]);
}

const PACKAGE = 'livekit.';

/** Answers unknown methods and services with `unimplemented`. */
export async function addTwirp(app: FastifyInstance, o: TwirpOptions): Promise<void> {
  const services = new Map([
    ['RoomService', roomMethods(o.rooms)],
    ['Egress', egressMethods(o.egress)],
  ]);
  const methodOf = ({ service = '', method: name = '' }: Partial<Called>): Method | undefined =>
    service.startsWith(PACKAGE) ? services.get(service.slice(PACKAGE.length))?.get(name) : undefined;
  await app.register(async (twirp) => {
    twirp.removeAllContentTypeParsers();
    twirp.addContentTypeParser([JSON_TYPE, PROTOBUF_TYPE], { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    twirp.decorateRequest('targets');
    twirp.setErrorHandler<TwirpError | RequestError>(async (error, request, reply) => {
      const { status } = twirpRefusalOf(error);
      const principal = request.principal ?? (error instanceof Problem ? error.principals[0] : undefined);
      const called = request.params as Partial<Called>;
      const isAudited = methodOf(called) !== undefined && !UNAUDITED.has(called.method ?? '');
      if ((status === 401 || status === 403) && principal !== undefined && isAudited)
        await o.audit.writeRefused(entryOf(request, principal, status));
      return refuse(o.log, error, request, reply);
    });
    twirp.post<{ Params: Called }>(
      '/twirp/:service/:method',
      {
        schema: { hide: true },
        onRequest: async (request) => {
          const principal = await o.authenticate(request);
          o.count(request, principal);
          request.principal = principal;
        },
      },
      async (request, reply) => {
        const { principal } = request;
        const { service, method: name } = request.params;
        const found = methodOf(request.params);
        if (found === undefined || principal === undefined)
          throw new TwirpError('unimplemented', `${service}/${name} is not supported here`);
        const isJson = request.headers['content-type']?.startsWith(JSON_TYPE) === true;
        // In protobuf, a request without fields is empty.
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const isAbout = (targets: Targets): void => {
          request.targets = targets;
        };
        const answer = await found(principal, body, { isJson, isAbout });
        if (!UNAUDITED.has(name)) await o.audit.writeAfter(entryOf(request, principal, 200));
        const bytes = isJson
          ? JSON.stringify(answer.toJson({ emitDefaultValues: true, useProtoFieldName: true }))
          : answer.toBinary();
        return reply.header('content-type', isJson ? JSON_TYPE : PROTOBUF_TYPE).send(Buffer.from(bytes));
      },
    );
  });
}

/** Operations are named as in LiveKit's documentation: RoomService.DeleteRoom. */
function entryOf(request: FastifyRequest, by: Principal, status: number): NewAuditEntry {
  const { ip: address, id: requestId, targets = {}, params } = request;
  const { service, method: name } = params as Called;
  const operation = `${service.slice(PACKAGE.length)}.${name}`;
  return { tenant: by.tenant, by, address, operation, targets, status, requestId };
}

function refuse(
  log: Logger,
  error: TwirpError | RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, retryAfterMs, document } = twirpRefusalOf(error);
  if (document.code === 'internal') log.error({ err: error, requestId: request.id }, 'a call of LiveKit’s API failed');
  if (retryAfterMs > 0) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  // LiveKit's SDKs read the document only with exactly this content type.
  return reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .send(Buffer.from(JSON.stringify(document)));
}
