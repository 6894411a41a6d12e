// Redirects a request to the gateway near its client or of its stream (RFC 9110, 15.4.8). `at` marks a redirected
// request, which is served where it arrives unless that gateway drains: gateways with different views of the fleet
// never pass a request back and forth.
import { cutText, limits, MeridianError } from '@meridian/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gateway } from '../core/nearest.ts';
import type { PlacedClient, PlacedProgramme, PlacedRoom, Placing } from '../placing/placing.ts';

export interface Near {
  readonly placing: Placing;
  readonly allowedOrigins: readonly string[];
}

export function clientOf(request: FastifyRequest): PlacedClient {
  const from = urlOf(request).searchParams.get('from') ?? '';
  return { clientIp: request.ip, from: cutText(from, limits.nameLengthMax) };
}

/**
 * Answers 307 when another gateway is nearer; returns false to serve the request here. Call it after the key is
 * verified. Pages of listed origins are not redirected, because their browser would then send no origin.
 */
export async function redirectToNearest(
  near: Near,
  request: FastifyRequest,
  reply: FastifyReply,
  room: PlacedRoom,
): Promise<boolean> {
  if (staysHere(near, request)) return false;
  return redirect(near, request, reply, await near.placing.nearest(clientOf(request), room));
}

/**
 * Calls `serve`, unless another gateway is nearer, or this one has no capacity (OVERLOADED) and another exists: then it
 * answers 307 and returns undefined. Rejects as `serve` does.
 */
export async function serveNear<T>(
  near: Near,
  request: FastifyRequest,
  reply: FastifyReply,
  room: PlacedRoom,
  serve: () => Promise<T>,
): Promise<T | undefined> {
  if (await redirectToNearest(near, request, reply, room)) return undefined;
  try {
    return await serve();
  } catch (error) {
    if (!(error instanceof MeridianError) || error.code !== 'OVERLOADED' || staysHere(near, request)) throw error;
    if (await redirect(near, request, reply, await near.placing.otherGateway(clientOf(request), room)))
      return undefined;
    throw error;
  }
}

/** Same as `redirectToNearest`, to the gateway that makes the programme's HLS. */
export async function redirectToOrigin(
  near: Near,
  request: FastifyRequest,
  reply: FastifyReply,
  programme: PlacedProgramme,
): Promise<boolean> {
  return !staysHere(near, request) && redirect(near, request, reply, near.placing.origin(programme));
}

function staysHere({ placing, allowedOrigins }: Near, request: FastifyRequest): boolean {
  const isPage = request.headers.origin !== undefined && !allowedOrigins.includes('*');
  return isPage || (urlOf(request).searchParams.has('at') && !placing.isDraining);
}

async function redirect(
  { placing }: Near,
  request: FastifyRequest,
  reply: FastifyReply,
  { nodeId, publicUrl }: Gateway,
): Promise<boolean> {
  if (nodeId === placing.selfId) return false;
  const url = urlOf(request);
  url.searchParams.set('at', nodeId);
  await reply
    .code(307)
    .headers({ location: `${publicUrl}${url.pathname}${url.search}`, 'cache-control': 'no-store' })
    .send();
  return true;
}

/** The host of the base is irrelevant. */
const urlOf = ({ url }: FastifyRequest): URL => new URL(url, 'http://here');
