// Cookies of users, and what a browser says of the page that sends it.
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problems.ts';

/** `__Host-`: taken over TLS (or from loopback) alone, for this host; a page below cannot overwrite it. */
const names = {
  session: '__Host-meridian',
  /** While a user signs in at a provider. */
  oidc: '__Host-meridian-oidc',
} as const;
type CookieName = keyof typeof names;

/** Lax: also a redirect from a provider brings them along. */
const ATTRIBUTES: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' };

/** Undefined: the request has none. */
export const cookieOf = ({ cookies }: Pick<FastifyRequest, 'cookies'>, name: CookieName): string | undefined =>
  cookies[names[name]];

/** The browser keeps it so long; 0: no longer. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, maxAgeS: number): void {
  reply.setCookie(names[name], value, { ...ATTRIBUTES, maxAge: maxAgeS });
}

/**
 * Cookies are sent along whoever wrote the page: what changes something is taken from our own page alone. `publicUrl`
 * is its origin. Throws ORIGIN_REFUSED, also where the browser does not say.
 */
export function checkOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== new URL(publicUrl).origin || site === 'cross-site') throw new Problem('ORIGIN_REFUSED');
}
