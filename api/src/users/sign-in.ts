// Signing in with e-mail and password. One refusal for an address without an account, an account without a password,
// one that is not active and a wrong password, after the same work: a caller learns nothing of accounts here.
import { randomUUID } from 'node:crypto';
import { addressKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { emailOf } from '../access/core/email.ts';
import type { Principal } from '../access/core/scopes.ts';
import type { Passwords } from '../access/password.ts';
import { Tries } from '../access/tries.ts';
import { type Choice, Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { sessionHash } from './secrets.ts';
import type { NewSession, Session, Sessions } from './sessions.ts';
import { type User, userOf } from './user.ts';

/** Wrong ones of one account from one address: 2,900 passwords a day. Trying them locks out no other address. */
const accountTries = { perSecond: 1 / 30, burst: 10 };
/** Wrong ones of an address, which may be a whole office's. */
const addressTries = { perSecond: 0.5, burst: 30 };
/** Each takes 20 ms of a core and 19 MB. */
const UNDER_WAY_MAX = 32;
/** Of one e-mail without a tenant; as many passwords are looked at, whoever has an account. Of more it names one. */
const ACCOUNTS_MAX = 3;
/** Of one e-mail: what is noted of refused ones, also of accounts that cannot be signed in to. */
const ROWS_MAX = 20;
/** The audit log has refused attempts of one account so often. */
const refusalsNoted = { perSecond: 1 / 60, burst: 1 };

export interface Credentials {
  /** Undefined: the one whose account has this password. */
  readonly tenant: string | undefined;
  readonly email: string;
  readonly password: string;
}

export interface SignedIn {
  readonly user: User;
  readonly session: Session;
  /** For the cookie. */
  readonly secret: string;
}

export interface SignInOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
}

export class SignIn {
  readonly #o: SignInOptions;
  readonly #accounts = new Tries(accountTries);
  readonly #addresses = new Tries(addressTries);
  readonly #noted = new Tries(refusalsNoted);
  #nobodys: Promise<string> | undefined;
  #underWay = 0;

  constructor(o: SignInOptions) {
    this.#o = o;
  }

  /**
   * `previous`: the browser's session so far, which ends. Rejects with SIGN_IN_REFUSED, RATE_LIMITED, or TENANT_NEEDED
   * with the tenants whose accounts have this e-mail and password.
   */
  async byPassword(given: Credentials, browser: NewSession, previous?: string): Promise<SignedIn> {
    const email = emailOf(given.email);
    const [user, ...others] = await this.#counted([email, browser.address], () => this.#check(given));
    if (user === undefined) throw new Problem('SIGN_IN_REFUSED');
    if (others.length > 0)
      throw new Problem('TENANT_NEEDED', undefined, { choices: await this.#tenantsOf([user, ...others]) });
    return this.begin(user, browser, previous);
  }

  /** A session of a user whose proof was good. Rejects with SIGN_IN_REFUSED if it has changed since. */
  async begin(user: User, browser: NewSession, previous?: string): Promise<SignedIn> {
    return await transact(this.#o.db, async (db) => {
      const { tenant, id, version } = user;
      const same = await db
        .selectFrom('users')
        .select('id')
        .where((eb) => eb.and({ tenant, id, version, active: 1 }))
        .executeTakeFirst();
      if (same === undefined) throw new Problem('SIGN_IN_REFUSED');
      if (previous !== undefined)
        await db.deleteFrom('sessions').where('secret_hash', '=', sessionHash(previous)).execute();
      return { user, ...(await this.#o.sessions.create(db, user, browser)) };
    });
  }

  /** The user whose password this is, of one that is signed in. Rejects with PASSWORD_WRONG or RATE_LIMITED. */
  async confirm({ tenant, id }: Pick<User, 'tenant' | 'id'>, password: string, address: string): Promise<User> {
    const row = await this.#o.db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (row === undefined || row.password === null) throw new Problem('PASSWORD_WRONG');
    const kept = row.password;
    return this.#counted([row.email, address], async () => {
      if (!(await this.#isPassword(kept, password))) throw new Problem('PASSWORD_WRONG');
      return userOf(row);
    });
  }

  /** Only wrong tries count. */
  async #counted<T>([email, address]: readonly [string, string], check: () => Promise<T>): Promise<T> {
    const { clock } = this.#o;
    const from = addressKey(address);
    const keys = [
      [this.#accounts, `${from} ${email}`],
      [this.#addresses, from],
    ] as const;
    for (const [tries, key] of keys) refuseFor(tries.take(key, clock.nowMs()));
    const right = await check();
    for (const [tries, key] of keys) tries.giveBack(key, clock.nowMs());
    return right;
  }

  /** Whom the audit log names of a refused attempt: of each account once a minute. */
  noted(accounts: readonly Pick<User, 'tenant' | 'id'>[]): Principal[] {
    const nowMs = this.#o.clock.nowMs();
    return accounts
      .filter(({ tenant, id }) => this.#noted.take(`${tenant} ${id}`, nowMs) === 0)
      .map(({ tenant, id }) => ({ kind: 'user', id, tenant, scopes: new Set() }));
  }

  /** At least one. As many passwords are looked at for every e-mail. */
  async #check({ tenant, email, password }: Credentials): Promise<User[]> {
    let query = this.#o.db.selectFrom('users').selectAll().where('email', '=', emailOf(email));
    if (tenant !== undefined) query = query.where('tenant', '=', tenant);
    const rows = await query.orderBy('tenant').limit(ROWS_MAX).execute();
    const able = rows.filter((row) => row.password !== null && row.active === 1);
    this.#nobodys ??= this.#o.passwords.hash(randomUUID());
    const nobodys = await this.#nobodys;
    const looks = Array.from({ length: tenant === undefined ? ACCOUNTS_MAX : 1 }, (_, at) =>
      this.#isPassword(able[at]?.password ?? nobodys, password),
    );
    const isRight = await Promise.all(looks);
    const right = able.filter((_, at) => isRight[at] === true);
    if (right.length === 0) throw new Problem('SIGN_IN_REFUSED', undefined, { principals: this.noted(rows) });
    return right.map(userOf);
  }

  async #tenantsOf(users: readonly User[]): Promise<Choice[]> {
    const ids = users.map(({ tenant }) => tenant);
    return this.#o.db.selectFrom('tenants').select(['id', 'name']).where('id', 'in', ids).orderBy('name').execute();
  }

  async #isPassword(kept: string, password: string): Promise<boolean> {
    if (this.#underWay >= UNDER_WAY_MAX) refuseFor(1000);
    this.#underWay++;
    try {
      return await this.#o.passwords.matches(kept, password);
    } finally {
      this.#underWay--;
    }
  }
}

function refuseFor(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
