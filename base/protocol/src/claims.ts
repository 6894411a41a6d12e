// Reads the claims of a token. A claim of null counts as absent, since serializers write null for what is not set. A
// refusal names the claim, its rule and the shape of the value, but never the value, which may be a secret.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import { characterCount } from './texts.ts';

/** Largest number of seconds that a `Date` takes, before or after 1970. */
const DATE_S_MAX = 8_640_000_000_000;

export const isClaims = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the refusal of a claim; `shape` describes its value. */
export const claimError = (claim: string, rule: string, shape: string): MeridianError =>
  new MeridianError('TOKEN_INVALID', `claim "${claim}": ${rule}; ${shape}`);

/** Describes a value without showing it: "it is a text of 130 characters". */
export function shapeOf(value: unknown): string {
  if (value === undefined || value === null) return 'it is absent';
  if (typeof value === 'string')
    return value === '' ? 'it is empty' : `it is a text of ${characterCount(value)} characters`;
  if (Array.isArray(value)) return value.length === 0 ? 'it is an empty list' : `it is a list of ${value.length}`;
  return typeof value === 'object' ? 'it is an object' : `it is a ${typeof value}`;
}

/** Claims of an object; those of an inner object (`video`) are named with its name in front. Throws TOKEN_INVALID. */
export class ClaimReader {
  readonly #claims: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  constructor(claims: unknown, prefix = '') {
    if (!isClaims(claims)) throw new MeridianError('TOKEN_INVALID', `claims: an object; ${shapeOf(claims)}`);
    this.#claims = claims;
    this.#prefix = prefix;
  }

  /** Returns the claim's value; undefined for an absent claim. */
  value(claim: string): unknown {
    return Object.hasOwn(this.#claims, claim) ? (this.#claims[claim] ?? undefined) : undefined;
  }

  refusal(claim: string, rule: string, shape = shapeOf(this.value(claim))): MeridianError {
    return claimError(`${this.#prefix}${claim}`, rule, shape);
  }

  inner(claim: string): ClaimReader {
    const value = this.value(claim);
    if (!isClaims(value)) throw this.refusal(claim, 'an object');
    return new ClaimReader(value, `${this.#prefix}${claim}.`);
  }

  text(claim: string, rule = 'a text'): string | undefined {
    const value = this.value(claim);
    if (value !== undefined && typeof value !== 'string') throw this.refusal(claim, rule);
    return value;
  }

  flag(claim: string): boolean | undefined {
    const value = this.value(claim);
    if (value !== undefined && typeof value !== 'boolean') throw this.refusal(claim, 'true or false');
    return value;
  }

  texts(claim: string, rule: string): readonly string[] | undefined {
    const value = this.value(claim);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.refusal(claim, rule);
    if (value.every((one) => typeof one === 'string')) return value;
    throw this.refusal(claim, rule, 'it contains something that is no text');
  }

  /** Returns a time in milliseconds since 1970. */
  wallMs(claim: string): number | undefined {
    const value = this.value(claim);
    if (value === undefined) return undefined;
    const rule = 'a time in seconds since 1970';
    if (typeof value !== 'number') throw this.refusal(claim, rule);
    if (!(Math.abs(value) <= DATE_S_MAX)) throw this.refusal(claim, rule, 'it is beyond every date');
    return value * 1000;
  }

  /** Returns an id by which a token can be revoked, `''` when absent. Cut or ignored, it could not be revoked. */
  revocableId(claim: string): string {
    const rule = `a text of at most ${limits.revocableIdMax} characters`;
    const id = this.text(claim, rule) ?? '';
    if (characterCount(id) > limits.revocableIdMax) throw this.refusal(claim, rule);
    return id;
  }

  /** Returns the ids of a claim by each of which a token can be revoked; none when absent. */
  revocableIds(claim: string): readonly string[] {
    const { revocableIdMax, tokenSourcesMax } = limits;
    const rule = `at most ${tokenSourcesMax} texts of at most ${revocableIdMax} characters`;
    const ids = this.texts(claim, rule) ?? [];
    if (ids.length > tokenSourcesMax) throw this.refusal(claim, rule);
    const isTooLong = ids.some((id) => characterCount(id) > revocableIdMax);
    if (isTooLong) throw this.refusal(claim, rule, 'it contains a longer text');
    return ids;
  }
}

/**
 * Throws TOKEN_NOT_YET_VALID, with `retryAfterMs` until its time, for a token that begins (`nbf`) or was made (`iat`)
 * later than `nowWallMs` by more than `limits.clockLeewayMs`; TOKEN_INVALID for a claim that is no time, or without
 * `exp`. Returns the end of the token.
 */
export function checkTokenTimes(claims: ClaimReader, nowWallMs: number): { endWallMs: number; isOver: boolean } {
  const endWallMs = claims.wallMs('exp');
  if (endWallMs === undefined) throw claims.refusal('exp', 'a time in seconds since 1970');
  for (const claim of ['nbf', 'iat'] as const) {
    const earlyMs = (claims.wallMs(claim) ?? nowWallMs) - nowWallMs - limits.clockLeewayMs;
    if (earlyMs <= 0) continue;
    throw new MeridianError('TOKEN_NOT_YET_VALID', `claim "${claim}": the token is valid in ${secondsOf(earlyMs)} s`, {
      retryAfterMs: Math.min(earlyMs, limits.tokenRetryMsMax),
    });
  }
  return { endWallMs, isOver: isTokenOver(endWallMs, nowWallMs) };
}

/** Returns whether a token's time is over here, where the clock may be ahead of the clock of its maker. */
export const isTokenOver = (endWallMs: number, nowWallMs: number): boolean =>
  nowWallMs >= endWallMs + limits.clockLeewayMs;

export const tokenExpired = (endWallMs: number, nowWallMs: number): MeridianError =>
  new MeridianError('TOKEN_EXPIRED', `claim "exp": the token expired ${secondsOf(nowWallMs - endWallMs)} s ago`);

const secondsOf = (ms: number): number => Math.ceil(ms / 1000);
