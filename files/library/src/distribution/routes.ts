// Routes for receivers, below `HUB_PATH`.
import { HUB_PATH, pollSchema, type Receipt, receiptsSchema, type sourcesAnswerSchema } from '@meridian/distribution';
import { type Holder, type InboxPort, inboxText } from '@meridian/distribution/streams';
import { closeUnread, type Tokens } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import { type Clock, parseJson } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { bodyOf } from '../serving/body.ts';
import { openContentToken, openReceiverToken, type ReceiverToken } from '../serving/tokens.ts';
import { bearerOf } from './contents.ts';
import type { Polls } from './polls.ts';
import { sourcesOf } from './sources.ts';
import type { Surroundings } from './surroundings.ts';

const POLL_BYTES_MAX = 65_536;
const RECEIPTS_BYTES_MAX = 262_144;
const ARRIVAL_BYTES_MAX = 1024;
const BODY_MS = 10_000;
/** Receivers whose latest poll is remembered for their receipts. */
const SEEN_MAX = 20_000;

const arrivalPath = Type.Object({
  receiver: Type.String({ pattern: '^RC_[A-Za-z0-9_-]{1,61}$' }),
  delivery: Type.String({ pattern: '^[A-Za-z0-9_-]{4,64}$' }),
});
const arrivalSchema = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

export interface RoutesOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly port: Pick<InboxPort, 'record' | 'addHolder'>;
  readonly polls: Polls;
  readonly surroundings: Surroundings;
  readonly clock: Clock;
  onReceipt(code: string): void;
}

interface OfContent {
  Params: { readonly content: string };
}
interface OfArrival {
  Params: { readonly token: string; readonly receiver: string; readonly delivery: string };
}

export async function distributionRoutes(app: FastifyInstance, o: RoutesOptions): Promise<void> {
  const requests = new ReceiverRequests(o);
  await app.register(async (own) => {
    own.removeAllContentTypeParsers();
    // The handler reads the body once the token is verified.
    own.addContentTypeParser('application/json', (_request, _body, done) => done(null));
    own.addHook('onSend', async ({ raw }, reply) => closeUnread(raw, reply.raw));
    own.post(`${HUB_PATH}/polls`, (request, reply) => requests.poll(request, reply));
    own.post(`${HUB_PATH}/receipts`, (request, reply) => requests.receipts(request, reply));
    own.get<OfContent>(`${HUB_PATH}/sources/:content`, (request, reply) => requests.sources(request, reply));
    own.post<OfArrival>(`${HUB_PATH}/arrivals/:token/:receiver/:delivery`, (request, reply) =>
      requests.arrival(request, reply),
    );
  });
}

class ReceiverRequests {
  readonly #o: RoutesOptions;
  readonly #seen = new Map<string, { readonly site: string; readonly serveUrl: string | undefined }>();

  constructor(o: RoutesOptions) {
    this.#o = o;
  }

  async poll(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = await this.#session(request);
    const poll = await this.#body(request, pollSchema, POLL_BYTES_MAX);
    const { site, serveUrl } = poll.presence;
    const key = inboxText(session);
    this.#seen.delete(key);
    this.#seen.set(key, { site, serveUrl });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest);
    const clientGone = new AbortController();
    const end = (): void => clientGone.abort();
    if (request.raw.socket.destroyed) end();
    request.raw.socket.once('close', end);
    try {
      const answer = await this.#o.polls.poll(session, poll, clientGone.signal);
      return reply.header('cache-control', 'no-store').send(answer);
    } finally {
      request.raw.socket.off('close', end);
    }
  }

  async receipts(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant, receiver, region } = await this.#session(request);
    const { receipts } = await this.#body(request, receiptsSchema, RECEIPTS_BYTES_MAX);
    const owned = receipts.map((receipt: Receipt) => Object.assign({}, receipt, { tenant, receiver }));
    const recorded = await this.#o.port.record(owned);
    const { site = '', serveUrl } = this.#seen.get(inboxText({ tenant, receiver })) ?? {};
    for (const { code, delivery, sha256 } of owned) {
      const found = recorded.find((one) => one.delivery === delivery);
      if (found === undefined) continue;
      this.#o.onReceipt(code);
      // Neighbours show this receiver the content's pass, so its own notice must have had that pass.
      const { notice } = found;
      if (code !== '' || notice?.sha256 !== sha256 || serveUrl === undefined) continue;
      const holder: Holder = { id: receiver, kind: 'neighbour', base: serveUrl, region, site, tenant };
      await this.#o.port.addHolder(notice.content, holder);
    }
    return reply.send({ recorded: recorded.map(({ delivery }) => delivery) });
  }

  async sources(request: FastifyRequest<OfContent>, reply: FastifyReply): Promise<FastifyReply> {
    const { receiver, tenant, region, fence } = await this.#session(request);
    const { content } = request.params;
    const around = await this.#o.surroundings.candidatesFor({ content, tenant, fence });
    const { site = '' } = this.#seen.get(inboxText({ tenant, receiver })) ?? {};
    const sources = sourcesOf(around, { id: receiver, site, region });
    const answer: Static<typeof sourcesAnswerSchema> = { sources };
    return reply.header('cache-control', 'no-store').send(answer);
  }

  /**
   * Records that a pulling third party has the file, proven by the token of its URL. The api accepts it only for a
   * delivery of that content.
   */
  async arrival(request: FastifyRequest<OfArrival>, reply: FastifyReply): Promise<FastifyReply> {
    const { token, receiver, delivery } = request.params;
    const { tenant, contentId: content, may } = await openContentToken(this.#o.tokens, token);
    if (may !== 'download') throw new MeridianError('NOT_PERMITTED');
    if (!Value.Check(arrivalPath, request.params)) throw badRequest(400);
    const { sha256, bytes } = await this.#body(request, arrivalSchema, ARRIVAL_BYTES_MAX);
    const result = {
      code: '' as const,
      detail: '',
      sha256,
      bytes,
      proof: 'claim' as const,
      attempts: 1,
      tookMs: 0,
      neighbourBytes: 0,
    };
    const deliveryFields = { tenant, receiver, delivery, content, atMs: Math.floor(this.#o.clock.wallMs()) };
    const [recorded] = await this.#o.port.record([Object.assign(result, deliveryFields)]);
    if (recorded === undefined) throw new MeridianError('OVERLOADED', 'no channel stores the receipt now');
    this.#o.onReceipt('');
    return reply.code(204).send();
  }

  #session({ headers }: FastifyRequest): Promise<ReceiverToken> {
    return openReceiverToken(this.#o.tokens, bearerOf(headers.authorization));
  }

  async #body<T extends TSchema>(request: FastifyRequest, schema: T, bytesMax: number): Promise<Static<T>> {
    const text = await bodyOf(request.raw, this.#o.clock, { bytesMax, ms: BODY_MS });
    if (text === undefined) throw badRequest(413);
    const body = parseJson(text);
    if (!Value.Check(schema, body)) throw badRequest(400);
    return body as Static<T>;
  }
}

const badRequest = (statusCode: 400 | 413): Error => Object.assign(new Error('not well formed'), { statusCode });
