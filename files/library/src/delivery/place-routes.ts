// Routes that tell players where a link plays, and edges whether its token is still valid.
import { isFromEdge, type Tokens } from '@meridian/node-shell';
import { refuseMissing, type Store } from '@meridian/object-store';
import { MeridianError } from '@meridian/protocol';
import type { FastifyInstance } from 'fastify';
import { contentPrefix, FACTS_NAME } from '../core/names.ts';
import { type ContentToken, openContentToken } from '../serving/tokens.ts';
import type { Places } from './places.ts';

/** Edges in an answer: two may fail and leave a third. */
const EDGES_MAX = 3;
/** Time until a player asks again, as edges appear, leave and fill up; it leaves a failed edge at once. */
const RENEW_MS = 300_000;
/**
 * Seconds for which an edge caches that a token is valid; a revocation takes effect everywhere after it. Players fetch
 * a piece every few seconds, so a shorter time would be a question for each.
 */
const VALID_CACHE_S = 5;
/** Without a cached refusal, an edge would keep its earlier answer; five seconds bound retries of a player. */
const REFUSED_CACHE_S = 5;

export interface PlaceRoutesOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'head'>;
  readonly places: Places;
  /** Seconds for which edges cache that a token is valid; set by tests only. */
  readonly keptS?: number;
}

interface OfToken {
  readonly Params: { readonly token: string };
}

interface OfPlay extends OfToken {
  readonly Querystring: { readonly at?: string };
}

interface OfViewer extends OfToken {
  readonly Querystring: { readonly content?: string };
}

/**
 * Adds `GET /library/plays/TOKEN` for players, `GET /library/contents/TOKEN/viewer?content=CONTENT` for edges (204, 401
 * or 403), and `GET /library/edges` for the page server.
 */
export function placeRoutes(app: FastifyInstance, o: PlaceRoutesOptions): void {
  const { tokens, places, keptS = VALID_CACHE_S } = o;
  app.get('/library/edges', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ urls: places.edges.states.map(({ edge }) => new URL(edge.url).origin) }),
  );
  app.get<OfPlay>('/library/plays/:token', async (request, reply) => {
    const { token } = request.params;
    const opened = await openContentToken(tokens, token);
    if (!(await contentExists(o, opened))) return refuseMissing(reply);
    const atEdges = await places.edgeUrls(opened, {
      token,
      clientIp: request.ip,
      count: EDGES_MAX,
      at: request.query.at,
    });
    const bases = [...atEdges, places.nodeUrl(token)];
    return reply.header('cache-control', 'no-store').send({ bases, renewMs: RENEW_MS });
  });
  app.get<OfViewer>('/library/contents/:token/viewer', async (request, reply) => {
    if (!isFromEdge(places.edges, request)) return refuseMissing(reply);
    const status = await statusOf(o, request.params.token, request.query.content);
    const forS = status === 204 ? keptS : Math.min(REFUSED_CACHE_S, keptS);
    return reply.code(status).header('cache-control', `max-age=${forS}`).send();
  });
}

/** Refuses with 401 or 403, the refusals that edges know. A rejection makes edges keep the earlier answer. */
async function statusOf(o: PlaceRoutesOptions, token: string, contentId: string | undefined): Promise<204 | 401 | 403> {
  try {
    const opened = await openContentToken(o.tokens, token);
    // Edges cache contents by id alone, and a token may name any id: the content must exist for its tenant.
    if (opened.contentId !== contentId) return 401;
    return (await contentExists(o, opened)) ? 204 : 403;
  } catch (error) {
    if (!(error instanceof MeridianError) || error.retryable) throw error;
    return error.code === 'NOT_PERMITTED' ? 403 : 401;
  }
}

const contentExists = async ({ store }: PlaceRoutesOptions, { tenant, contentId }: ContentToken): Promise<boolean> =>
  (await store.head(`${contentPrefix(tenant, contentId)}${FACTS_NAME}`)) !== undefined;
