// What players and edges ask about a link before they play: from where, and whether it counts now.
import { isFromEdge, type Tokens } from '@meridian/node-shell';
import { noFile, type Store } from '@meridian/object-store';
import { MeridianError } from '@meridian/protocol';
import type { FastifyInstance } from 'fastify';
import { contentPrefix, FACTS_NAME } from '../core/names.ts';
import { type ContentToken, openContentToken } from '../serving/tokens.ts';
import type { Places } from './places.ts';

/** Two that may fail, and one to go on at. */
const EDGES_MAX = 3;
/** Edges come, go and fill up; one that fails is left by the player itself. */
const RENEW_MS = 300_000;
/** An edge asks so often about a token: one that is revoked ends everywhere after it. */
const KEPT_S = 30;
/**
 * An edge that kept no refusal would go on with the answer before it, for as long as it is asked. It holds for long
 * enough that a player which tries again is no burden.
 */
const REFUSED_KEPT_S = 5;

export interface PlaceRoutes {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'head'>;
  readonly places: Places;
  /** For how long an edge keeps that a token counts; absent: `KEPT_S`. */
  readonly keptS?: number;
}

interface OfToken {
  readonly Params: { readonly token: string };
}

interface OfPlay extends OfToken {
  /** Origin of the edge that the player loads from. */
  readonly Querystring: { readonly at?: string };
}

interface OfViewer extends OfToken {
  readonly Querystring: { readonly content?: string };
}

/**
 * Adds `GET /library/plays/TOKEN`, for players; `GET /library/contents/TOKEN/viewer?content=CONTENT`, which is there
 * for edges alone: 204, 401 or 403; and `GET /library/edges`, for the server of the page: which edges there are.
 */
export function placeRoutes(app: FastifyInstance, o: PlaceRoutes): void {
  const { tokens, places, keptS = KEPT_S } = o;
  app.get('/library/edges', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ urls: places.edges.states.map(({ edge }) => new URL(edge.url).origin) }),
  );
  app.get<OfPlay>('/library/plays/:token', async (request, reply) => {
    const { token } = request.params;
    const opened = await openContentToken(tokens, token);
    if (!(await isThere(o, opened))) return noFile(reply);
    const atEdges = await places.atEdges(opened, {
      token,
      clientIp: request.ip,
      count: EDGES_MAX,
      at: request.query.at,
    });
    const bases = [...atEdges, places.atNode(token)];
    return reply.header('cache-control', 'no-store').send({ bases, renewMs: RENEW_MS });
  });
  app.get<OfViewer>('/library/contents/:token/viewer', async (request, reply) => {
    if (!isFromEdge(places.edges, request)) return noFile(reply);
    const status = await statusOf(o, request.params.token, request.query.content);
    const forS = status === 204 ? keptS : Math.min(REFUSED_KEPT_S, keptS);
    return reply.code(status).header('cache-control', `max-age=${forS}`).send();
  });
}

/**
 * 401, 403: an edge knows no other refusals. Rejects when it cannot be said now: edges go on with what was said before.
 */
async function statusOf(o: PlaceRoutes, token: string, contentId: string | undefined): Promise<204 | 401 | 403> {
  try {
    const opened = await openContentToken(o.tokens, token);
    // An edge keeps contents by their ids alone: a tenant's own token may name any, but only its own are there for it.
    if (opened.contentId !== contentId) return 401;
    return (await isThere(o, opened)) ? 204 : 403;
  } catch (error) {
    if (!(error instanceof MeridianError) || error.retryable) throw error;
    return error.code === 'NOT_PERMITTED' ? 403 : 401;
  }
}

const isThere = async ({ store }: PlaceRoutes, { tenant, contentId }: ContentToken): Promise<boolean> =>
  (await store.head(`${contentPrefix(tenant, contentId)}${FACTS_NAME}`)) !== undefined;
