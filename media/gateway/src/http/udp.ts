// REST calls of native clients (docs/gateway.md): a session with keys and SSRCs, received media, mute, end.
import type { Tokens } from '@meridian/node-shell';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SessionEnd, UdpRequest, UdpSession } from '../udp/session.ts';
import type { UdpSessions } from '../udp/sessions.ts';
import { type Near, serveNear } from './nearest.ts';
import { bearerOf, refuse } from './server.ts';

/** Shorter than the time that proxies and phones keep a silent connection. */
const POLL_MS = 25_000;

export interface UdpRoutesOptions {
  readonly sessions: UdpSessions;
  readonly tokens: Tokens;
  readonly near: Near;
  readonly address: { readonly ip: string; readonly port: number };
}

const video = { type: 'string', enum: ['h264', 'vp8'] } as const;
const objectSchema = (properties: object) => ({ type: 'object', additionalProperties: false, properties }) as const;
const codecSchema = (codec: object) => ({ ...objectSchema({ codec }), required: ['codec'] }) as const;
const SAMPLE_RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const aac = {
  ...objectSchema({ codec: { const: 'aac' }, sampleRate: { enum: SAMPLE_RATES }, channels: { enum: [1, 2] } }),
  required: ['codec', 'sampleRate', 'channels'],
};
const openSchema = objectSchema({
  publish: objectSchema({ video: codecSchema(video), audio: { anyOf: [codecSchema({ const: 'opus' }), aac] } }),
  subscribe: { type: 'boolean' },
  decodes: { type: 'array', items: video, minItems: 1, maxItems: 2, uniqueItems: true },
});
const muted = { ...objectSchema({ muted: { type: 'boolean' } }), required: ['muted'] } as const;
const changeSchema = { ...objectSchema({ video: muted, audio: muted }), minProperties: 1 } as const;
const querySchema = objectSchema({ after: { type: 'string', pattern: '^[0-9]{1,9}$' } });

interface Change {
  readonly video?: { readonly muted: boolean };
  readonly audio?: { readonly muted: boolean };
}
interface SessionRoute {
  readonly Params: { readonly id: string };
}

/**
 * Adds `/v1/udp`. A new client is redirected to the gateway near it. An unknown session answers 404; a session not
 * ended by its client answers 410 with the reason.
 */
export function addUdp(app: FastifyInstance, { sessions, tokens, near, address }: UdpRoutesOptions): void {
  const answer = (reply: FastifyReply, session: UdpSession): FastifyReply =>
    reply.header('cache-control', 'no-store').send({ id: session.id, address, ...session.view });
  const gone = (reply: FastifyReply, { code, message }: SessionEnd): FastifyReply =>
    refuse(reply, code === 'SESSION_UNKNOWN' ? 404 : 410, code, message);
  const schema = { body: openSchema };
  const config = { opens: true };
  app.post<{ Body: UdpRequest }>('/v1/udp', { schema, config }, async (request, reply) => {
    const token = bearerOf(request);
    const { access, apiKey } = await tokens.verify(token, { allowExpired: false });
    const open = () => sessions.open(token, request.body, request.ip);
    const session = await serveNear(near, request, reply, { ...access, apiKey }, open);
    if (session === undefined) return reply;
    return answer(reply.code(201).header('location', `/v1/udp/${session.id}`), session);
  });
  app.get<SessionRoute & { Querystring: { readonly after?: string } }>(
    '/v1/udp/:id',
    { schema: { querystring: querySchema } },
    async (request, reply) => {
      const session = sessions.get(request.params.id);
      if (session instanceof Error) return gone(reply, session);
      const { after } = request.query;
      const end = after === undefined ? undefined : await session.changed(Number(after), POLL_MS);
      return end === undefined ? answer(reply, session) : gone(reply, end);
    },
  );
  app.patch<SessionRoute & { Body: Change }>(
    '/v1/udp/:id',
    { schema: { body: changeSchema } },
    async (request, reply) => {
      const session = sessions.get(request.params.id);
      if (session instanceof Error) return gone(reply, session);
      for (const kind of ['video', 'audio'] as const) {
        const change = request.body[kind];
        if (change !== undefined) await session.mute(kind, change.muted);
      }
      return answer(reply, session);
    },
  );
  app.delete<SessionRoute>('/v1/udp/:id', async (request, reply) => {
    const session = sessions.get(request.params.id);
    if (session instanceof Error) return gone(reply, session);
    session.close();
    return reply.code(204).send();
  });
}
