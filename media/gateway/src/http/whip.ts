// WHIP (RFC 9725): POST /whip with an offer makes a session at /whip/ID; PATCH trickles candidates or restarts ICE,
// DELETE ends it. Every request carries a bearer; the session's own bearer stays valid for its duration.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TurnServers } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import {
  FRAGMENT_TYPE,
  type IceCredentials,
  readFragment,
  readOffer,
  readSdp,
  restartedFragment,
  writeSdp,
} from '@meridian/sdp';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { iceLinks } from '../core/whip/ice-links.ts';
import type { Callers } from '../whip/callers.ts';
import type { WhipSession } from '../whip/session.ts';
import type { WhipSessions } from '../whip/sessions.ts';
import { refuse } from './server.ts';

const SDP_TYPE = 'application/sdp';
const OFFER_BYTES_MAX = 64 * 1024;
/** Candidates of a machine with many addresses. */
const FRAGMENT_BYTES_MAX = 16 * 1024;
const STATUSES: Readonly<Record<string, number>> = {
  SESSION_UNKNOWN: 404,
  CODEC_UNSUPPORTED: 422,
  TRACK_LIMIT: 422,
  RTP_PARAMETERS_INVALID: 422,
  CONNECTION_CLOSED: 503,
  NOT_CONNECTED: 503,
};
const CORS = {
  methods: ['POST', 'PATCH', 'DELETE'],
  exposedHeaders: ['Location', 'Link', 'ETag', 'Accept-Patch'],
  strictPreflight: false,
};
const config = { cors: CORS };

export interface WhipOptions {
  readonly callers: Callers;
  readonly sessions: WhipSessions;
  /** URL of this gateway, because later requests must reach the same one. */
  readonly publicUrl: string;
  readonly turn: Pick<TurnServers, 'serversFor'>;
}
type OfSession = FastifyRequest<{ Params: { id: string } }>;

export function addWhip(app: FastifyInstance, o: WhipOptions): void {
  const bearers = new WeakMap<WhipSession, Buffer>();
  void app.register(async (scope) => {
    answerErrors(scope);
    acceptOnly(scope, SDP_TYPE, OFFER_BYTES_MAX);
    scope.options('/whip', { config, onSend: addHeaders({ 'accept-post': SDP_TYPE }) }, (_request, reply) =>
      reply.send(),
    );
    scope.post('/whip', { config: { ...config, opens: true } }, async (request, reply) => {
      const bearer = bearerOf(request);
      const caller = await o.callers.open(bearer);
      const offer = readOffer(readSdp(bodyOf(request)));
      const { id, session } = await o.sessions.open({ caller, offer, clientIp: clientIpOf(request) });
      bearers.set(session, digestOf(bearer));
      const links = iceLinks(o.turn.serversFor(session.sessionId));
      if (links.length > 0) reply.header('link', links);
      return reply
        .code(201)
        .type(SDP_TYPE)
        .headers({
          location: `${o.publicUrl}/whip/${id}`,
          etag: entityTagOf(session.ice),
          'accept-patch': FRAGMENT_TYPE,
        })
        .header('cache-control', 'no-store')
        .send(writeSdp(session.answer));
    });
    refuseMethods(scope, '/whip', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'OPTIONS, POST');
  });
  void app.register(async (scope) => {
    answerErrors(scope);
    acceptOnly(scope, FRAGMENT_TYPE, FRAGMENT_BYTES_MAX);
    /** Rejects with SESSION_UNKNOWN, as `Callers.open` does, and with NOT_PERMITTED for another participant. */
    const sessionOf = async (request: OfSession): Promise<WhipSession> => {
      const session = o.sessions.get(request.params.id);
      const bearer = bearerOf(request);
      const known = bearers.get(session);
      if (known !== undefined && timingSafeEqual(known, digestOf(bearer))) return session;
      const { participant } = await o.callers.open(bearer);
      if (participant !== session.participant)
        throw new MeridianError('NOT_PERMITTED', 'the session of another participant');
      return session;
    };
    const head = addHeaders({ 'accept-patch': FRAGMENT_TYPE });
    scope.options('/whip/:id', { config, onSend: head }, (_request, reply) => reply.send());
    scope.patch('/whip/:id', { config }, async (request: OfSession, reply) =>
      patch(await sessionOf(request), request, reply),
    );
    scope.delete('/whip/:id', { config }, async (request: OfSession, reply) => {
      (await sessionOf(request)).close('DELETE');
      return reply.header('cache-control', 'no-store').send();
    });
    refuseMethods(scope, '/whip/:id', ['GET', 'HEAD', 'PUT', 'POST'], 'OPTIONS, PATCH, DELETE');
  });
}

/**
 * Trickles (4.3.2) or restarts ICE (4.3.3). The media node is ICE-lite and learns the client's candidates from its
 * checks, so the request's candidates are ignored.
 */
async function patch(session: WhipSession, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const match = request.headers['if-match'];
  const ufrag = readFragment(readSdp(bodyOf(request)));
  const isSame = ufrag === undefined || ufrag === session.ufrag;
  if (match === undefined) return refuse(reply, 428, 'REQUEST_INVALID', 'If-Match is required');
  const isAny = match === '*' || match === '"*"';
  if (!isAny && match !== entityTagOf(session.ice))
    return refuse(reply, 412, 'OUT_OF_ORDER', 'the ETag is of another ICE session');
  reply.header('cache-control', 'no-store');
  if (isSame) return reply.code(204).send();
  if (!isAny) return refuse(reply, 422, 'REQUEST_INVALID', 'an ICE restart needs If-Match: "*"');
  const ice = await session.restartIce(ufrag);
  return reply.type(FRAGMENT_TYPE).header('etag', entityTagOf(ice)).send(restartedFragment(ice));
}

function acceptOnly(scope: FastifyInstance, type: string, bytesMax: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: bytesMax }, (_request, body, done) =>
    done(null, body),
  );
}

function answerErrors(scope: FastifyInstance): void {
  scope.setErrorHandler<Error & { code?: string }>((error, _request, reply) => {
    const code = error.code ?? '';
    if (code.startsWith('TOKEN_')) reply.header('www-authenticate', 'Bearer');
    const status = STATUSES[code];
    if (status === undefined) throw error;
    return refuse(reply, status, code, error.message);
  });
}

function refuseMethods(scope: FastifyInstance, url: string, method: string[], allow: string): void {
  scope.route({
    method,
    url,
    config,
    onRequest: async (_request, reply) =>
      refuse(reply.header('allow', allow), 405, 'REQUEST_INVALID', `only ${allow} are understood here`),
    handler: async () => undefined,
  });
}

const addHeaders =
  (headers: Readonly<Record<string, string>>) =>
  async (_request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    void reply.headers(headers);

/** The tag changes with every ICE restart. */
const entityTagOf = ({ usernameFragment }: IceCredentials): string => `"${usernameFragment}"`;

const bearerOf = (request: FastifyRequest): string =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';

const bodyOf = ({ body }: FastifyRequest): string => (typeof body === 'string' ? body : '');

/** Returns IPv4 addresses in plain form, also from a dual-stack socket. */
const clientIpOf = ({ ip }: FastifyRequest): string => ip.replace(/^::ffff:(?=\d+\.)/, '');

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
