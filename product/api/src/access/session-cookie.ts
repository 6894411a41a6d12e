import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problems.ts';

/**
 * Browsers accept `__Host-` cookies only over TLS (or from loopback), and no page on a subdomain can overwrite them.
 */
const names = {
  session: '__Host-meridian',
  oidc: '__Host-meridian-oidc',
} as const;
type CookieName = keyof typeof names;

/** Lax, so that the browser sends the cookies with a provider's redirect. */
const ATTRIBUTES: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' };

export const cookieOf = ({ cookies }: Pick<FastifyRequest, 'cookies'>, name: CookieName): string | undefined =>
  cookies[names[name]];

/** Sets the cookie; `maxAgeS` 0 removes it. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string, maxAgeS: number): void {
  reply.setCookie(names[name], value, { ...ATTRIBUTES, maxAge: maxAgeS });
}

/** Throws ORIGIN_REFUSED for requests of other pages, since browsers send cookies from any page. */
export function checkOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin !== new URL(publicUrl).origin || site === 'cross-site') throw new Problem('ORIGIN_REFUSED');
}
