// Guests of the local network. `npm start -- --lan` prints an address with a key, /join/KEY. A guest that opens it gets
// the key as a cookie, which scripts cannot read and other sites cannot send, and is redirected to the room; with the
// cookie POST /dev/token gives tokens for that room only.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Attempts } from './attempts.ts';
import type { WebConfig } from './config.ts';
import { signGuestToken, type TokenRequest, tokenRequestProblem, tokenRequestSchema } from './dev-token.ts';
import { refuse } from './refusal.ts';

export type Guests = NonNullable<WebConfig['guests']>;

/** `__Host-`: only over https, from this host, for all its paths. */
const COOKIE = '__Host-meridian-guest';
/** A phone in a trial reloads several times; behind a proxy's address a room fills in minutes. */
const perAddress = { burst: 30, refillMs: 2000, addressesMax: 4096 };
/**
 * Limit of all guests with the key together: as many as a room holds. Callers without the key do not use it up, and so
 * keep no guest out.
 */
const inAll = { burst: 200, refillMs: 200, addressesMax: 1 };

export interface GuestOptions {
  guests: Guests;
  clock: Clock;
  onToken?(): void;
}

/** Adds the two routes. Returns a function that tells whether a request comes from a guest that may have tokens. */
export function addGuests(app: FastifyInstance, o: GuestOptions): (request: FastifyRequest) => boolean {
  const { guests, clock } = o;
  const each = new Attempts(perAddress);
  const all = new Attempts(inAll);
  const problemOf = (
    key: string | undefined,
  ): 'JOIN_KEY_MISSING' | 'JOIN_KEY_INVALID' | 'JOIN_KEY_EXPIRED' | undefined => {
    if (key === undefined) return 'JOIN_KEY_MISSING';
    if (!isSame(key, guests.joinKey)) return 'JOIN_KEY_INVALID';
    return clock.wallMs() >= guests.expiresAtMs ? 'JOIN_KEY_EXPIRED' : undefined;
  };
  const limit =
    <R extends FastifyRequest>(given: (request: R) => string | undefined) =>
    async (request: R, reply: FastifyReply): Promise<FastifyReply | undefined> => {
      const nowMs = clock.nowMs();
      let waitMs = each.take(request.ip, nowMs);
      if (waitMs === 0 && problemOf(given(request)) === undefined) waitMs = all.take('', nowMs);
      if (waitMs === 0) return undefined;
      reply.header('retry-after', Math.ceil(waitMs / 1000));
      return refuse(reply, 429, 'RATE_LIMITED', `Too many questions; again in ${Math.ceil(waitMs / 1000)} s.`);
    };

  type Join = { Params: { key: string } };
  const keyIn = ({ params }: FastifyRequest<Join>): string => params.key;
  app.get<Join>('/join/:key', { onRequest: limit(keyIn) }, async (request, reply) => {
    const problem = problemOf(keyIn(request));
    if (problem !== undefined) return refuse(reply, 403, problem, sentences[problem]);
    const leftS = Math.max(1, Math.floor((guests.expiresAtMs - clock.wallMs()) / 1000));
    const cookie = `${COOKIE}=${guests.joinKey}; Path=/; Max-Age=${leftS}; Secure; HttpOnly; SameSite=Strict`;
    reply.header('set-cookie', cookie).header('cache-control', 'no-store');
    return reply.redirect(`/?${new URLSearchParams({ room: guests.room })}`, 303);
  });

  app.post<{ Body: TokenRequest }>(
    '/dev/token',
    { schema: { body: tokenRequestSchema }, onRequest: limit(keyOf) },
    async (request, reply) => {
      const problem = problemOf(keyOf(request));
      if (problem !== undefined) return refuse(reply, 403, problem, sentences[problem]);
      const wrong = tokenRequestProblem(request.body);
      if (wrong !== undefined) return refuse(reply, 400, 'REQUEST_INVALID', wrong);
      if (request.body.room !== guests.room)
        return refuse(reply, 403, 'ROOM_NOT_YOURS', `Guests may join the room ${guests.room}, no other.`);
      const token = await signGuestToken({ ...guests, request: request.body, nowMs: clock.wallMs() });
      o.onToken?.();
      return reply.header('cache-control', 'no-store').send({ token });
    },
  );
  return (request) => problemOf(keyOf(request)) === undefined;
}

const sentences = {
  JOIN_KEY_MISSING: 'Open the address with the key, which npm start -- --lan has printed (or scan its picture).',
  JOIN_KEY_INVALID: 'This key is of another start: open the address that npm start -- --lan has printed last.',
  JOIN_KEY_EXPIRED: 'This key has expired: start npm start -- --lan anew.',
} as const;

/** Returns the key in the cookie; undefined if absent. */
function keyOf({ headers }: FastifyRequest): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

/** Compares in constant time. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
