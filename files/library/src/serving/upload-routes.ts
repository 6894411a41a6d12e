// Serves parts of uploads at /library/uploads/TOKEN/PART: HEAD and PATCH of tus 1.0.
import { type ConnectionGate, closeUnread, type Tokens } from '@meridian/node-shell';
import { refuse, refuseMissing } from '@meridian/object-store';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Spool } from '../uploads/spool.ts';
import type { Senders } from './senders.ts';
import { openUploadToken } from './tokens.ts';
import { TusParts } from './tus.ts';

export interface UploadRoutesOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly spool: Pick<Spool, 'get'>;
  readonly senders: Senders;
  readonly gate: ConnectionGate;
  readonly clock: Clock;
}

interface OfPart {
  Params: { readonly token: string; readonly part: string };
}

/** CORS of uploads and of files, which share a server. POST is for reports of playbacks (delivery/watch-routes.ts). */
export const uploadCors = {
  methods: ['GET', 'HEAD', 'PATCH', 'POST'],
  exposedHeaders: ['tus-resumable', 'tus-version', 'upload-offset', 'upload-length', 'retry-after'],
};

export async function uploadRoutes(app: FastifyInstance, o: UploadRoutesOptions): Promise<void> {
  const tus = new TusParts(o.spool, o.clock);
  await app.register(async (own) => {
    // The spool reads this type; other types are refused (415).
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('application/offset+octet-stream', (_request, _body, done) => done(null));
    own.addHook('onSend', async ({ raw }, reply) => closeUnread(raw, reply.raw));
    own.route<OfPart>({
      method: ['HEAD', 'PATCH'],
      url: '/library/uploads/:token/:part',
      handler: (request, reply) => answer(o, tus, request, reply),
    });
  });
  // Preflights are answered before routes, but must state the tus version too.
  app.addHook('onSend', async (request, reply) => {
    if (request.method !== 'OPTIONS' || !request.url.startsWith('/library/uploads/')) return;
    reply.headers({ 'tus-resumable': '1.0.0', 'tus-version': '1.0.0' });
  });
}

async function answer(
  o: UploadRoutesOptions,
  tus: TusParts,
  request: FastifyRequest<OfPart>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token, part } = request.params;
  const { tenant, uploadId, origin } = await openUploadToken(o.tokens, token);
  const upload = o.spool.get(tenant, uploadId);
  const index = /^\d{1,3}$/.test(part) ? Number(part) : -1;
  if (upload?.parts[index] === undefined) return refuseMissing(reply);
  const { code } = upload.report ?? { code: '' };
  if (code !== '') return refuse(reply, 410, code, 'The upload has ended.');
  const isPatch = request.method === 'PATCH';
  // The upload token proves the client: the gate ends unproven connections soon, and lets this one send for hours.
  if (isPatch) o.gate.connectionOf(request.raw.socket)?.prove();
  const sender = isPatch ? o.senders.enter({ request: request.raw, address: request.ip, uploadId, origin }) : undefined;
  try {
    const answered = await tus.answer({ upload, index, sender }, { req: request.raw, res: reply.raw });
    reply.code(answered.status).headers(Object.fromEntries(answered.headers));
    return await reply
      .header('cache-control', 'no-store')
      .send(answered.body === null ? undefined : await answered.text());
  } finally {
    sender?.leave();
  }
}
