// Serves files of contents at /library/contents/TOKEN/NAME.
import { fileNameOf } from '@meridian/distribution';
import { isFromEdge, type Tokens } from '@meridian/node-shell';
import {
  CACHE_IMMUTABLE,
  CACHE_REVALIDATE,
  handOver,
  hasCode,
  refuse,
  refuseMissing,
  type ServedFile,
  type Store,
  type Streams,
  serveFile,
  typeOfName,
} from '@meridian/object-store';
import {
  type AddressRange,
  isAmong,
  isFixedLibraryFile,
  isLibraryFileName,
  ORIGINAL_NAME,
  RENDITIONS_PREFIX,
} from '@meridian/protocol';
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

/**
 * Time for which a proxy that sends files itself keeps the answer that a token opens a file: a link that is revoked or
 * a content that is removed ends within it. Readers of a file beyond one a second cost this node nothing.
 */
const HANDED_KEPT_S = 1;

export interface ContentRoutesOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'get' | 'head' | 'letGroupRead'>;
  readonly streams: Streams;
  /** Absent when there are no edges. */
  readonly places?: Places | undefined;
  /** Proxies that send files of the store themselves, at which no path of clients is `/handed/`. */
  readonly sendingProxies?: readonly AddressRange[] | undefined;
}

interface OfFile {
  Params: { readonly token: string; readonly '*': string };
  Querystring: Readonly<Record<string, unknown>>;
}

export function contentRoutes(app: FastifyInstance, o: ContentRoutesOptions): void {
  const factsCache = new FactsCache(o.store);
  app.route<OfFile>({
    method: ['GET', 'HEAD'],
    url: '/library/contents/:token/*',
    handler: async (request, reply) => {
      const file = await find(o, factsCache, request, reply);
      return file === undefined ? reply : serveFile(o.streams, request, reply, file);
    },
  });
  const { sendingProxies = [] } = o;
  if (sendingProxies.length === 0) return;
  app.get<OfFile>('/handed/:token/*', async (request, reply) => {
    if (!isAmong(request.raw.socket.remoteAddress ?? '', sendingProxies)) return refuseMissing(reply);
    const file = await find(o, factsCache, request, reply);
    if (file === undefined) return reply;
    // Refused, the proxy passes the request on, as it does when it cannot send the file.
    if (o.store.letGroupRead === undefined || file.info.bytes === 0)
      return refuse(reply, 403, 'NOT_PERMITTED', 'Only the node sends this file.');
    await o.store.letGroupRead(file.key);
    return handOver(reply, file, HANDED_KEPT_S);
  });
}

/** Returns the file of a request; undefined when the request is answered. */
async function find(
  o: ContentRoutesOptions,
  factsCache: FactsCache,
  request: FastifyRequest<OfFile>,
  reply: FastifyReply,
): Promise<ServedFile | undefined> {
  const { token, '*': fileName } = request.params;
  const opened = await openContentToken(o.tokens, token);
  if (!isLibraryFileName(fileName)) return void refuseMissing(reply);
  const prefix = contentPrefix(opened.tenant, opened.contentId);
  const facts = await factsCache.of(prefix);
  const key = `${prefix}${fileName}`;
  const info = await o.store.head(key);
  if (facts === undefined || info === undefined) return void refuseMissing(reply);
  const { type, name, isDownload } = shownAs(fileName, {
    facts,
    opened,
    wantsDownload: request.query['download'] === '1',
  });
  const isForMany = isFromEdge(o.places?.edges, request);
  const shown = { fileName, opened, isDownload, bytes: info.bytes };
  const edgeUrl = isForMany ? undefined : await edgeFor(o, shown, request);
  if (edgeUrl !== undefined) return void reply.header('cache-control', 'no-store').redirect(edgeUrl, 307);
  if (type === 'application/pdf') reply.header('content-security-policy', PDF_POLICY);
  // A cover may be replaced under its name, and playlists change with the qualities.
  const cache = isFixedLibraryFile(fileName) ? CACHE_IMMUTABLE : CACHE_REVALIDATE;
  const { origin } = opened;
  return { key, name, info, token, origin, cache, isDownload, type, isForMany };
}

interface ShownFile {
  readonly fileName: string;
  readonly opened: ContentToken;
  readonly isDownload: boolean;
  readonly bytes: number;
}

/**
 * Returns the edge URL for a viewer who starts here without having asked for places. Undefined for downloads, whose
 * name an edge does not know, and for empty files, which have no slices.
 */
async function edgeFor(
  { places }: ContentRoutesOptions,
  { fileName, opened, isDownload, bytes }: ShownFile,
  { method, query, params, ip }: FastifyRequest<OfFile>,
): Promise<string | undefined> {
  const isBegin = fileName === MASTER_NAME || (fileName === ORIGINAL_NAME && !isDownload);
  if (places === undefined || !isBegin || bytes === 0 || method !== 'GET' || query['edge'] === '0') return undefined;
  const [base] = await places.edgeUrls(opened, { token: params.token, clientIp: ip, count: 1 });
  return base === undefined ? undefined : `${base}/${fileName}`;
}

interface ContentRequest {
  readonly facts: Facts;
  readonly opened: ContentToken;
  readonly wantsDownload: boolean;
}

/** The original has the type of its content, a rendition that of its name. */
function shownAs(
  fileName: string,
  { facts, opened: { name: ofLink, may }, wantsDownload }: ContentRequest,
): { readonly type: string; readonly name: string; readonly isDownload: boolean } {
  const isKept = wantsDownload && may === 'download';
  // Renditions include playlists, which a browser cannot show but a player in the page can play.
  if (fileName !== ORIGINAL_NAME) return { type: typeOfName(fileName), name: fileName, isDownload: isKept };
  const isText = facts.type.startsWith('text/') || facts.type === 'application/x-subrip';
  const type = isText ? `${facts.type}; charset=${facts.charset ?? 'utf-8'}` : facts.type;
  return {
    type,
    name: fileNameOf(ofLink || facts.name || fileName, facts.type),
    isDownload: isKept || !isShownInline(facts.type),
  };
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
