// REST calls of a room's administrators for pushes and pulls.
import type { Tokens } from '@meridian/node-shell';
import { MeridianError, type TokenScope } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cdn, PullRequest, PushRequest, RoomAdmin } from '../cdn/cdn.ts';
import { bearerOf, refuse } from './server.ts';

const URL_CHARACTERS_MAX = 2048;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const pushSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: { url: text(URL_CHARACTERS_MAX), picture: text(128) },
} as const;
const pullSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'identity'],
  properties: { url: text(URL_CHARACTERS_MAX), identity: text(128), name: text(128) },
} as const;

/** Adds the calls, each for a token with `roomAdmin` of a key with `live:admin`. No answer contains a stream key. */
export function addCdn(app: FastifyInstance, { tokens, cdn }: { readonly tokens: Tokens; readonly cdn: Cdn }): void {
  const adminOf = async (request: FastifyRequest): Promise<RoomAdmin> => {
    const { access, apiKey, scopes } = await tokens.verify(bearerOf(request), { allowExpired: false });
    if (!access.rights.admin) throw new MeridianError('NOT_PERMITTED', 'this needs roomAdmin');
    const scope: TokenScope = 'live:admin';
    if (!scopes.includes(scope)) throw new MeridianError('NOT_PERMITTED', `the API key of the token has no ${scope}`);
    return { ...access, apiKey };
  };
  app.post<{ Body: PushRequest }>('/v1/pushes', { schema: { body: pushSchema } }, async (request, reply) => {
    const status = await cdn.push(await adminOf(request), request.body);
    return answer(reply.code(201), status);
  });
  app.post<{ Body: PullRequest }>('/v1/pulls', { schema: { body: pullSchema } }, async (request, reply) => {
    const status = await cdn.pull(await adminOf(request), request.body);
    return answer(reply.code(201), status);
  });
  for (const kind of ['pushes', 'pulls'] as const) {
    app.get(`/v1/${kind}`, async (request, reply) => {
      const { roomKey } = await adminOf(request);
      return answer(reply, { [kind]: cdn[kind].list(roomKey) });
    });
    app.delete<{ Params: { id: string } }>(`/v1/${kind}/:id`, async (request, reply) => {
      const { roomKey } = await adminOf(request);
      if (cdn.remove(kind, roomKey, request.params.id)) return reply.code(204).send();
      return refuse(reply, 404, 'NOT_FOUND', 'There is no stream of this id.');
    });
  }
}

const answer = (reply: FastifyReply, body: object): FastifyReply =>
  reply.header('cache-control', 'no-store').send(body);
