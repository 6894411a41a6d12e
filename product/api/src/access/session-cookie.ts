// Cookies of users, and the check of the page that sends them.
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problems.ts';

/**
 * Browsers accept `__Host-` cookies only over TLS (or from loopback) and for this exact host; a page on a subdomain
 * cannot overwrite them.
 */
const names = {
  session: '__Host-meridian',
  /** Present while a user signs in at a provider. */
  oidc: '__Host-meridian-oidc',
} as const;
type CookieName = keyof typeof names;

/** Lax: a redirect from a provider brings the cookies along. */
const ATTRIBUTES: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' };

export const cookieOf = ({ cookies }: Pick<FastifyRequest, 'cookies'>, name: CookieName): string | undefined =>
  cookies[names[name]];

/** Sets a cookie for `maxAgeS` seconds; 0 removes it. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, maxAgeS: number): void {
  reply.setCookie(names[name], value, { ...ATTRIBUTES, maxAge: maxAgeS });
}

/**
 * Checks that a request with a cookie comes from our own page, since browsers send cookies whichever page makes the
 * request. `publicUrl` is the page's origin. Throws ORIGIN_REFUSED for another origin or an absent `Origin` header.
 */
export function checkOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== new URL(publicUrl).origin || site === 'cross-site') throw new Problem('ORIGIN_REFUSED');
}
