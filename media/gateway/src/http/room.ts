// REST calls for clients without signaling: participants, mute and removal (docs/gateway.md).
import type { Tokens } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RoomControl, RoomControls } from '../room/room-controls.ts';
import { bearerOf } from './server.ts';

/** Shorter than the time that proxies and phones keep a silent connection. */
const POLL_MS = 25_000;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const bodySchema = (properties: object) =>
  ({ type: 'object', additionalProperties: false, required: ['identity'], properties }) as const;
const SOURCES = ['microphone', 'camera', 'screen_share', 'screen_share_audio'];
const muteSchema = bodySchema({ identity: text(128), source: { enum: SOURCES } });
const kickSchema = bodySchema({ identity: text(128), reason: text(128) });
const querySchema = {
  type: 'object',
  additionalProperties: false,
  properties: { after: { type: 'string', pattern: '^[0-9]{1,15}$' } },
} as const;

/** Adds the calls. Each needs a token of the room; changes need `roomAdmin`. */
export function addRoom(
  app: FastifyInstance,
  { tokens, controls }: { readonly tokens: Tokens; readonly controls: RoomControls },
): void {
  const controlOf = async (request: FastifyRequest, needsAdmin: boolean): Promise<RoomControl> => {
    const { access, apiKey } = await tokens.verify(bearerOf(request), { allowExpired: false });
    if (needsAdmin && !access.rights.admin) throw new MeridianError('NOT_PERMITTED', 'this needs roomAdmin');
    return controls.open({ apiKey, room: access.room, fence: access.fence }, { ...access, address: request.ip });
  };
  const done = (reply: FastifyReply): FastifyReply => reply.code(204).header('cache-control', 'no-store').send();

  app.get<{ Querystring: { readonly after?: string } }>(
    '/v1/room',
    { schema: { querystring: querySchema } },
    async (request, reply) => {
      const control = await controlOf(request, false);
      const { after } = request.query;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      if (after !== undefined) await control.changed(Number(after), POLL_MS, gone.signal);
      return reply.header('cache-control', 'no-store').send(control.view);
    },
  );
  app.post<{ Body: { readonly identity: string; readonly source?: string } }>(
    '/v1/room/mute',
    { schema: { body: muteSchema } },
    async (request, reply) => {
      const { identity, source = 'microphone' } = request.body;
      await (await controlOf(request, true)).mute(identity, source);
      return done(reply);
    },
  );
  app.post<{ Body: { readonly identity: string; readonly reason?: string } }>(
    '/v1/room/kick',
    { schema: { body: kickSchema } },
    async (request, reply) => {
      const { identity, reason = '' } = request.body;
      await (await controlOf(request, true)).kick(identity, reason);
      return done(reply);
    },
  );
}
