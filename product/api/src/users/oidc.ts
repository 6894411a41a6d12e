// Sign-in at an OIDC provider. PKCE, state and nonce are sealed in a cookie; a verified e-mail links the account.
import type { Clock, Logger } from '@meridian/runtime';
import * as client from 'openid-client';
import { isOperatorRole, type UserRole, userRoles } from '../access/core/scopes.ts';
import { lockTenant } from '../access/tenants.ts';
import type { ApiConfig } from '../config.ts';
import { Problem } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { type Claims, nameOf, pagePath, roleOf, verifiedEmail } from './core/oidc.ts';
import type { NewSession } from './sessions.ts';
import type { SignedIn, SignIn } from './sign-in.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

export type OidcConfig = ApiConfig['oidc'][number];

/** Refusals of persons that the provider knows. SIGN_IN_REFUSED: the account changed meanwhile. */
export const oidcRefusals: readonly string[] = [
  ...['ACCOUNT_UNKNOWN', 'ACCOUNT_INACTIVE', 'ACCOUNT_TAKEN', 'EMAIL_UNVERIFIED', 'SIGN_IN_REFUSED'],
];

/** Time for a person to sign in at the provider. */
export const SIGN_IN_MS_MAX = 600_000;
const ANSWER_S_MAX = 5;
/** Lifetime of a provider's metadata, which changes rarely; keys are refreshed separately. */
const DISCOVERED_MS = 3_600_000;

export interface OidcOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sealSecret: string;
  readonly users: Users;
  readonly signIn: SignIn;
  readonly publicUrl: string;
  readonly providers: readonly OidcConfig[];
  readonly operatorTenant?: string | undefined;
}

/** State of a sign-in, which the browser's cookie keeps until the browser returns. */
interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
  readonly endsMs: number;
}

export class Oidc {
  readonly #o: OidcOptions;
  readonly #seal: Seal;
  readonly #discovered = new Map<string, { readonly atMs: number; readonly found: Promise<client.Configuration> }>();

  constructor(o: OidcOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian oidc');
  }

  get providers(): readonly OidcConfig[] {
    return this.#o.providers;
  }

  /**
   * Starts a sign-in. Returns the provider's URL and the sealed state. Rejects with NOT_FOUND, REQUEST_INVALID or
   * PROVIDER_FAILED.
   */
  async begin(id: string, returnTo: string): Promise<{ url: string; sealed: string }> {
    const provider = this.#provider(id);
    const path = pagePath(returnTo);
    if (path === undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '?returnTo', detail: 'is not a path of this page' }],
      });
    const config = await this.#discover(provider);
    const codeVerifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: `${this.#o.publicUrl}${callbackPath(id)}`,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const endsMs = this.#o.clock.wallMs() + SIGN_IN_MS_MAX;
    const underWay: PendingSignIn = { state, nonce, codeVerifier, returnTo: path, endsMs };
    return { url: url.href, sealed: this.#seal.close(JSON.stringify(underWay), id) };
  }

  /** Starts the user's session. Rejects with NOT_FOUND, PROVIDER_FAILED, or a code of `oidcRefusals`. */
  async finish(
    id: string,
    o: { readonly query: string; readonly sealed: string | undefined },
    browser: NewSession,
    previous?: string,
  ): Promise<SignedIn & { returnTo: string }> {
    const provider = this.#provider(id);
    const underWay = await this.#fromProvider(provider, async () => this.#pendingSignIn(id, o.sealed));
    const claims = await this.#claims(provider, underWay, o.query);
    const user = await this.#withRefusalLog(provider, claims, () => this.#user(provider, claims));
    const signedIn = await this.#o.signIn.begin(user, browser, previous);
    return { ...signedIn, returnTo: underWay.returnTo };
  }

  #provider(id: string): OidcConfig {
    const provider = this.#o.providers.find((each) => each.id === id);
    if (provider === undefined) throw new Problem('NOT_FOUND');
    return provider;
  }

  #pendingSignIn(id: string, sealed = ''): PendingSignIn {
    let underWay: PendingSignIn;
    try {
      underWay = JSON.parse(this.#seal.open(sealed, id)) as PendingSignIn;
    } catch (cause) {
      throw new Problem('PROVIDER_FAILED', 'this browser has not started a sign-in', { cause });
    }
    if (underWay.endsMs > this.#o.clock.wallMs()) return underWay;
    throw new Problem('PROVIDER_FAILED', 'the sign-in took too long');
  }

  /** Returns the claims of the ID token, together with those of the user info if the ID token has no e-mail. */
  async #claims(provider: OidcConfig, { state, nonce, codeVerifier }: PendingSignIn, query: string): Promise<Claims> {
    const config = await this.#discover(provider);
    const url = new URL(`${this.#o.publicUrl}${callbackPath(provider.id)}${query}`);
    return this.#fromProvider(provider, async () => {
      const checks = {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      };
      const tokens = await client.authorizationCodeGrant(config, url, checks);
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the provider sent no ID token');
      if (claims['email'] !== undefined || config.serverMetadata().userinfo_endpoint === undefined) return claims;
      return { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims };
    });
  }

  async #discover(provider: OidcConfig): Promise<client.Configuration> {
    const { id, issuer, clientId, clientSecret } = provider;
    const nowMs = this.#o.clock.nowMs();
    const discovered = this.#discovered.get(id);
    if (discovered !== undefined && nowMs - discovered.atMs < DISCOVERED_MS) return discovered.found;
    const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    const found = this.#fromProvider(provider, () =>
      client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
        execute: [client.enableNonRepudiationChecks, ...insecure],
        timeout: ANSWER_S_MAX,
      }),
    );
    this.#discovered.set(id, { atMs: nowMs, found });
    try {
      return await found;
    } catch (error) {
      this.#discovered.delete(id);
      throw error;
    }
  }

  async #fromProvider<T>({ id }: OidcConfig, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      this.#o.log.info({ provider: id, err: cause }, 'signing in at a provider failed');
      throw cause instanceof Problem ? cause : new Problem('PROVIDER_FAILED', undefined, { cause });
    }
  }

  /** Returns a linked user, a user that is linked now by a verified e-mail, or a new user. */
  async #user(provider: OidcConfig, claims: Claims): Promise<User> {
    const { tenant, roleClaim } = provider;
    // In other tenants, these names of roles may have a meaning of the company's own.
    const roles = tenant === this.#o.operatorTenant ? userRoles : userRoles.filter((role) => !isOperatorRole(role));
    // A user without the claim loses the role.
    const role = roleClaim === undefined ? undefined : (roleOf(claims, roleClaim, roles) ?? 'member');
    return await transact(this.#o.db, async (db) => {
      // The lock prevents two concurrent sign-ins from creating the user twice.
      await lockTenant(db, tenant);
      const user = await this.#findOrLink(db, provider, claims);
      if (user === undefined) return this.#create(db, provider, claims, role);
      return role === undefined || role === user.role ? user : await this.#withRole(db, user, role);
    });
  }

  async #findOrLink(db: Database, provider: OidcConfig, claims: Claims): Promise<User | undefined> {
    const { tenant, issuer, emailDomains } = provider;
    const { users } = this.#o;
    const identity = { tenant, issuer, subject: claims.sub };
    const known = await db
      .selectFrom('user_identities')
      .select('user_id')
      .where((eb) => eb.and(identity))
      .executeTakeFirst();
    if (known !== undefined) return this.#active(await users.get(tenant, known.user_id, db));
    const email = verifiedEmail(claims, emailDomains);
    if (email === undefined) throw new Problem('EMAIL_UNVERIFIED');
    const user = await users.findByEmail(tenant, email, db);
    if (user === undefined) return undefined;
    this.#active(user);
    // If another subject is linked, the address now belongs to another person at the provider.
    const otherIdentity = await db
      .selectFrom('user_identities')
      .select('subject')
      .where((eb) => eb.and({ tenant, issuer, user_id: user.id }))
      .executeTakeFirst();
    if (otherIdentity !== undefined) throw this.#refusal('ACCOUNT_TAKEN', user);
    await db
      .insertInto('user_identities')
      .values({ ...identity, user_id: user.id })
      .execute();
    return user;
  }

  async #create(db: Database, provider: OidcConfig, claims: Claims, role: UserRole = 'member'): Promise<User> {
    const { tenant, issuer, emailDomains, createUsers } = provider;
    const email = verifiedEmail(claims, emailDomains);
    if (email === undefined) throw new Problem('EMAIL_UNVERIFIED');
    if (!createUsers) throw new Problem('ACCOUNT_UNKNOWN');
    const user = await this.#o.users.create(db, { tenant, email, name: nameOf(claims, email), role }, 'configuration');
    await db.insertInto('user_identities').values({ tenant, issuer, subject: claims.sub, user_id: user.id }).execute();
    return user;
  }

  #active(user: User): User {
    if (!user.isActive) throw this.#refusal('ACCOUNT_INACTIVE', user);
    return user;
  }

  #refusal(code: 'ACCOUNT_INACTIVE' | 'ACCOUNT_TAKEN', user: User): Problem {
    return new Problem(code, undefined, { principals: this.#o.signIn.principalsToLog([user]) });
  }

  /** Runs `work`, and logs why a person from the provider was refused. */
  async #withRefusalLog<T>({ id: provider }: OidcConfig, { sub: subject }: Claims, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem)
        this.#o.log.info({ provider, subject, code: error.code }, 'signing in at a provider was refused');
      throw error;
    }
  }

  /** Sets the role, except that the last administrator stays one, even if the provider says otherwise. */
  async #withRole(db: Transaction, user: User, role: UserRole): Promise<User> {
    try {
      return await this.#o.users.change(db, user, { role }, 'configuration');
    } catch (error) {
      if (error instanceof Problem && error.code === 'LAST_ADMIN') return user;
      throw error;
    }
  }
}

const callbackPath = (id: string): string => `/api/v1/sign-in/oidc/${id}/callback`;
