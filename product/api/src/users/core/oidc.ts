import { emailOf } from '../../access/core/email.ts';

export interface Claims {
  readonly sub: string;
  readonly [name: string]: unknown;
}

/** The page has no longer paths. */
const PATH_CHARACTERS_MAX = 512;

/** Returns a path of the page; undefined for other text, which could lead to another site. */
export function pagePath(text: string): string | undefined {
  const isPath = /^\/(?!\/)[^\\\p{Cc}\s]*$/u.test(text) && text.length <= PATH_CHARACTERS_MAX;
  return isPath ? text : undefined;
}

/** Returns the verified e-mail if it is in one of these domains (any, if absent); otherwise undefined. */
export function verifiedEmail(claims: Claims, domains: readonly string[] | undefined): string | undefined {
  const { email, email_verified: isVerified } = claims;
  if (typeof email !== 'string' || isVerified !== true) return undefined;
  const domain = emailOf(email).slice(email.lastIndexOf('@') + 1);
  const isOurs = domains === undefined || domains.some((each) => each.toLowerCase() === domain);
  return isOurs ? emailOf(email) : undefined;
}

/** Returns the provider's name of the person, or else the part of the e-mail before the @. */
export function nameOf({ name }: Claims, email: string): string {
  const given = typeof name === 'string' ? name.trim().slice(0, 128) : '';
  return given === '' ? email.slice(0, email.indexOf('@')) : given;
}

/** Returns the first of `roles` that the claim (a word or a list) contains; undefined for none. */
export function roleOf<R extends string>(
  claims: Claims,
  claim: string | undefined,
  roles: readonly R[],
): R | undefined {
  const value = claim === undefined ? undefined : claims[claim];
  const claimWords: readonly unknown[] = Array.isArray(value) ? value : [value];
  return roles.find((role) => claimWords.includes(role));
}
