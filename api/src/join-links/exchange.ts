// A code becomes a token for the room. Answers tell nobody more than who has the code: a code that never was, one that
// has expired, was revoked or is used up is the same LINK_INVALID after the same one query. Only with a code that would
// let somebody in is a password looked at, and PASSWORD_WRONG answered, also for none. Codes of 128 bits cannot be
// guessed at any rate; passwords can, so they are counted by link, wherever they come from, and cost argon2id each.
import { createSecretKey } from 'node:crypto';
import { isDisplayName } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { ApiKeys } from '../access/keys.ts';
import { Problem } from '../http/problems.ts';
import { claimsOf, type JoinLink, tokenEndMs } from './core/link.ts';
import type { JoinLinks, KeptLink } from './join-links.ts';
import { isPassword } from './password.ts';
import { newTokenId } from './secrets.ts';
import { Tries } from './tries.ts';

/** Of six digits at most 8,640 of a million in a day. A class that types them at once gets in: right ones are free. */
const passwordTries = { perSecond: 0.1, burst: 20 };
/** Clocks of signaling nodes may be behind ours. */
const CLOCK_S = 5;

export interface ExchangeRequest {
  readonly code: string;
  readonly name?: string;
  readonly password?: string;
  /** The browser's own secret: the same comes back as the same guest. */
  readonly browserId: string;
}

export interface Exchanged {
  readonly link: JoinLink;
  readonly identity: string;
  readonly name: string;
  readonly token: string;
  readonly expiresMs: number;
}

export interface ExchangeOptions {
  readonly links: JoinLinks;
  readonly keys: Pick<ApiKeys, 'newest'>;
  readonly clock: Clock;
}

export class Exchange {
  readonly #o: ExchangeOptions;
  readonly #passwords = new Tries(passwordTries);

  constructor(o: ExchangeOptions) {
    this.#o = o;
  }

  /** Rejects with LINK_INVALID, PASSWORD_WRONG, RATE_LIMITED (passwords of this link), REQUEST_INVALID (the name). */
  async exchange({ code, browserId, password, ...o }: ExchangeRequest): Promise<Exchanged> {
    const kept = await this.#o.links.open(code);
    if (kept === undefined) throw new Problem('LINK_INVALID');
    const { link } = kept;
    const known = await this.#o.links.guestOf(link.id, browserId);
    if (known === undefined && link.uses >= link.maxUses) throw new Problem('LINK_INVALID');
    // A browser that came in before has shown it then.
    if (known === undefined) await this.#checkPassword(kept, password);
    const name = link.name ?? nameOf(o.name);
    const identity = known ?? (await this.#o.links.admit(link, browserId));
    const { token, expiresMs } = await this.#sign(link, { identity, name });
    return { link, identity, name, token, expiresMs };
  }

  async #checkPassword({ link, password: kept }: KeptLink, given: string | undefined): Promise<void> {
    if (kept === undefined) return;
    if (given === undefined || given === '') throw new Problem('PASSWORD_WRONG');
    const { clock } = this.#o;
    const retryAfterMs = this.#passwords.take(link.id, clock.nowMs());
    if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
    if (!(await isPassword(kept, given))) throw new Problem('PASSWORD_WRONG');
    this.#passwords.giveBack(link.id, clock.nowMs());
  }

  /** By the newest key that counts: a tenant that has revoked them all lets nobody in. */
  async #sign(
    link: JoinLink,
    guest: { identity: string; name: string },
  ): Promise<{ token: string; expiresMs: number }> {
    const key = await this.#o.keys.newest(link.tenant);
    if (key === undefined) throw new Problem('LINK_INVALID');
    const nowMs = this.#o.clock.wallMs();
    const nowS = Math.floor(nowMs / 1000);
    const expiresS = Math.floor(tokenEndMs(link, nowMs) / 1000);
    const token = await new SignJWT({ ...claimsOf(link, guest) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(key.id)
      .setJti(newTokenId())
      .setIssuedAt(nowS)
      .setNotBefore(nowS - CLOCK_S)
      .setExpirationTime(expiresS)
      .sign(createSecretKey(Buffer.from(key.secret)));
    return { token, expiresMs: expiresS * 1000 };
  }
}

function nameOf(given: string | undefined): string {
  const name = given?.trim() ?? '';
  if (name !== '' && isDisplayName(name)) return name;
  throw new Problem('REQUEST_INVALID', undefined, {
    fields: [{ pointer: '/name', detail: 'is needed: up to 128 characters that can be shown' }],
  });
}
