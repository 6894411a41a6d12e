// Route by which players report playbacks: POST /library/plays/TOKEN/watches.
import { closeUnread, type Tokens } from '@meridian/node-shell';
import { refuse } from '@meridian/object-store';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readWatch } from '../core/watch.ts';
import { bodyOf } from '../serving/body.ts';
import { type ContentToken, openContentToken } from '../serving/tokens.ts';
import { StartRates } from './start-rates.ts';
import type { Watches } from './watches.ts';

/** Bound of a playback report; one with eight qualities of long names has half as many bytes. */
export const WATCH_BYTES_MAX = 4096;
/** Time for a few hundred bytes over a bad link. */
export const WATCH_BODY_MS = 10_000;

export interface WatchRoutesOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly watches: Pick<Watches, 'take' | 'isKnown'>;
  onStart(opened: ContentToken, of: { readonly token: string; readonly address: string }): void;
  readonly clock: Clock;
}

interface OfPlay {
  Params: { readonly token: string };
}

/** The last report of a page comes by `sendBeacon`, which needs no preflight for plain text. */
const TYPES = ['application/json', 'text/plain'];

export async function watchRoutes(app: FastifyInstance, o: WatchRoutesOptions): Promise<void> {
  const rates = new StartRates();
  await app.register(async (own) => {
    own.removeAllContentTypeParsers();
    // The handler reads the body once the token is verified.
    own.addContentTypeParser(TYPES, (_request, _body, done) => done(null));
    own.addHook('onSend', async ({ raw }, reply) => closeUnread(raw, reply.raw));
    own.post<OfPlay>('/library/plays/:token/watches', (request, reply) => answer({ ...o, rates }, request, reply));
  });
}

async function answer(
  o: WatchRoutesOptions & { readonly rates: StartRates },
  request: FastifyRequest<OfPlay>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const opened = await openContentToken(o.tokens, request.params.token);
  const text = await bodyOf(request.raw, o.clock, { bytesMax: WATCH_BYTES_MAX, ms: WATCH_BODY_MS });
  if (text === undefined) return refuse(reply, 413, 'REQUEST_INVALID', 'The message is too long.');
  const read = readWatch(text);
  if (!read.ok) return refuse(reply, 400, 'REQUEST_INVALID', `The message is not well formed: ${read.why}.`);
  if (!o.watches.isKnown(opened, read.watch)) o.rates.take(opened, request.ip, o.clock.nowMs());
  const { isStart } = o.watches.take(opened, read.watch);
  if (isStart) o.onStart(opened, { token: request.params.token, address: request.ip });
  return reply.code(204).header('cache-control', 'no-store').send();
}
