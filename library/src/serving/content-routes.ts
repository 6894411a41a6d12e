// Files of contents over HTTP, at /library/contents/TOKEN/NAME.
import type { Tokens } from '@meridian/node-shell';
import {
  ASKED_EACH_TIME,
  giveFile,
  hasCode,
  KEPT_BY_CLIENTS,
  noFile,
  type Store,
  type Streams,
} from '@meridian/object-store';
import { COVER_NAME, isLibraryFileName } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isShown } from '../core/file-kinds.ts';
import { contentPrefix, FACTS_NAME } from '../core/names.ts';
import type { Facts } from '../core/report.ts';
import { openContentToken } from './tokens.ts';

/** Of some hundred bytes each. */
const FACTS_KEPT = 1000;
/** As of other files, without the sandbox, in which viewers of browsers do not start. */
const PDF_POLICY = "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'";

export interface ContentRoutes {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'get' | 'head'>;
  readonly streams: Streams;
}

interface OfFile {
  Params: { readonly token: string; readonly '*': string };
  Querystring: Readonly<Record<string, unknown>>;
}

export function contentRoutes(app: FastifyInstance, o: ContentRoutes): void {
  const known = new KnownFacts(o.store);
  app.route<OfFile>({
    method: ['GET', 'HEAD'],
    url: '/library/contents/:token/*',
    handler: (request, reply) => answer(o, known, request, reply),
  });
}

async function answer(
  o: ContentRoutes,
  known: KnownFacts,
  request: FastifyRequest<OfFile>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token, '*': asked } = request.params;
  const { tenant, contentId, may, name: shownName, origin } = await openContentToken(o.tokens, token);
  if (!isLibraryFileName(asked)) return noFile(reply);
  const prefix = contentPrefix(tenant, contentId);
  const facts = await known.of(prefix);
  const key = `${prefix}${asked}`;
  const info = await o.store.head(key);
  if (facts === undefined || info === undefined) return noFile(reply);
  const isCover = asked === COVER_NAME;
  const type = isCover ? 'image/jpeg' : facts.type;
  const name = isCover || shownName !== '' || facts.name === '' ? shownName || asked : facts.name;
  if (type === 'application/pdf') reply.header('content-security-policy', PDF_POLICY);
  const isDownload = !isShown(type) || (request.query['download'] === '1' && may === 'download');
  // A cover may be made anew under its name.
  const cache = isCover ? ASKED_EACH_TIME : KEPT_BY_CLIENTS;
  const typed = type.startsWith('text/') ? `${type}; charset=utf-8` : type;
  return giveFile(o.streams, request, reply, { key, name, info, token, origin, cache, isDownload, type: typed });
}

/** Facts of contents that were asked for lately. They never change. */
class KnownFacts {
  readonly #store: Pick<Store, 'get'>;
  readonly #known = new Map<string, Facts>();

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store;
  }

  /** Undefined: there is no such content. */
  async of(prefix: string): Promise<Facts | undefined> {
    const before = this.#known.get(prefix);
    if (before !== undefined) return before;
    try {
      const bytes = await this.#store.get(`${prefix}${FACTS_NAME}`);
      const facts = JSON.parse(Buffer.from(bytes).toString('utf8')) as Facts;
      if (this.#known.size >= FACTS_KEPT) this.#known.delete(this.#known.keys().next().value ?? '');
      this.#known.set(prefix, facts);
      return facts;
    } catch (error) {
      if (hasCode(error, 'OBJECT_MISSING')) return undefined;
      throw error;
    }
  }
}
