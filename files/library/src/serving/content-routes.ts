// Serves files of contents at /library/contents/TOKEN/NAME.
import { isFromEdge, type Tokens } from '@meridian/node-shell';
import {
  CACHE_IMMUTABLE,
  CACHE_REVALIDATE,
  hasCode,
  refuseMissing,
  type Store,
  type Streams,
  serveFile,
  typeOfName,
} from '@meridian/object-store';
import { isFixedLibraryFile, isLibraryFileName, ORIGINAL_NAME, RENDITIONS_PREFIX } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isShownInline } from '../core/file-kinds.ts';
import { contentPrefix, FACTS_NAME } from '../core/names.ts';
import type { Facts } from '../core/report.ts';
import type { Places } from '../delivery/places.ts';
import { type ContentToken, openContentToken } from './tokens.ts';

/** Bound of the cached facts (types, names and hashes of contents), of some hundred bytes each. */
const FACTS_MAX = 1000;
const MASTER_NAME = `${RENDITIONS_PREFIX}master.m3u8`;
/** Policy of PDF files: that of other files without the sandbox, in which PDF viewers of browsers do not start. */
const PDF_POLICY = "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'";

export interface ContentRoutes {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'get' | 'head'>;
  readonly streams: Streams;
  /** Absent when there are no edges. */
  readonly places?: Places | undefined;
}

interface OfFile {
  Params: { readonly token: string; readonly '*': string };
  Querystring: Readonly<Record<string, unknown>>;
}

export function contentRoutes(app: FastifyInstance, o: ContentRoutes): void {
  const known = new FactsCache(o.store);
  app.route<OfFile>({
    method: ['GET', 'HEAD'],
    url: '/library/contents/:token/*',
    handler: (request, reply) => answer(o, known, request, reply),
  });
}

async function answer(
  o: ContentRoutes,
  known: FactsCache,
  request: FastifyRequest<OfFile>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token, '*': asked } = request.params;
  const opened = await openContentToken(o.tokens, token);
  if (!isLibraryFileName(asked)) return refuseMissing(reply);
  const prefix = contentPrefix(opened.tenant, opened.contentId);
  const facts = await known.of(prefix);
  const key = `${prefix}${asked}`;
  const info = await o.store.head(key);
  if (facts === undefined || info === undefined) return refuseMissing(reply);
  const { type, name, isDownload } = shownAs(asked, {
    facts,
    opened,
    wantsDownload: request.query['download'] === '1',
  });
  const isForMany = isFromEdge(o.places?.edges, request);
  const shown = { asked, opened, isDownload, bytes: info.bytes };
  const elsewhere = isForMany ? undefined : await edgeFor(o, shown, request);
  if (elsewhere !== undefined) return reply.header('cache-control', 'no-store').redirect(elsewhere, 307);
  if (type === 'application/pdf') reply.header('content-security-policy', PDF_POLICY);
  // A cover may be replaced under its name, and playlists change with the qualities.
  const cache = isFixedLibraryFile(asked) ? CACHE_IMMUTABLE : CACHE_REVALIDATE;
  const { origin } = opened;
  return serveFile(o.streams, request, reply, { key, name, info, token, origin, cache, isDownload, type, isForMany });
}

interface Shown {
  readonly asked: string;
  readonly opened: ContentToken;
  readonly isDownload: boolean;
  readonly bytes: number;
}

/**
 * Returns the edge URL for a viewer who starts here without having asked for places. Undefined for downloads, whose
 * name an edge does not know, and for empty files, which have no slices.
 */
async function edgeFor(
  { places }: ContentRoutes,
  { asked, opened, isDownload, bytes }: Shown,
  { method, query, params, ip }: FastifyRequest<OfFile>,
): Promise<string | undefined> {
  const isBegin = asked === MASTER_NAME || (asked === ORIGINAL_NAME && !isDownload);
  if (places === undefined || !isBegin || bytes === 0 || method !== 'GET' || query['edge'] === '0') return undefined;
  const [base] = await places.atEdges(opened, { token: params.token, clientIp: ip, count: 1 });
  return base === undefined ? undefined : `${base}/${asked}`;
}

interface Asked {
  readonly facts: Facts;
  readonly opened: ContentToken;
  readonly wantsDownload: boolean;
}

/** The original has the type of its content, a rendition that of its name. */
function shownAs(
  asked: string,
  { facts, opened: { name: ofLink, may }, wantsDownload }: Asked,
): { readonly type: string; readonly name: string; readonly isDownload: boolean } {
  const isKept = wantsDownload && may === 'download';
  // Renditions include playlists, which a browser cannot show but a player in the page can play.
  if (asked !== ORIGINAL_NAME) return { type: typeOfName(asked), name: asked, isDownload: isKept };
  const type = facts.type.startsWith('text/') ? `${facts.type}; charset=utf-8` : facts.type;
  return { type, name: ofLink || facts.name || asked, isDownload: isKept || !isShownInline(facts.type) };
}

class FactsCache {
  readonly #store: Pick<Store, 'get'>;
  readonly #known = new Map<string, Facts>();

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store;
  }

  async of(prefix: string): Promise<Facts | undefined> {
    const before = this.#known.get(prefix);
    if (before !== undefined) return before;
    try {
      const bytes = await this.#store.get(`${prefix}${FACTS_NAME}`);
      const facts = JSON.parse(Buffer.from(bytes).toString('utf8')) as Facts;
      if (this.#known.size >= FACTS_MAX) this.#known.delete(this.#known.keys().next().value ?? '');
      this.#known.set(prefix, facts);
      return facts;
    } catch (error) {
      if (hasCode(error, 'OBJECT_MISSING')) return undefined;
      throw error;
    }
  }
}
