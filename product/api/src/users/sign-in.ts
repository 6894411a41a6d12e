// Signing in with e-mail and password. One refusal for an address without an account, an account without a password,
// one that is not active and a wrong password, after the same work: a caller learns nothing of accounts here.
import { randomUUID } from 'node:crypto';
import { addressKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { emailOf } from '../access/core/email.ts';
import type { Principal } from '../access/core/scopes.ts';
import type { Passwords } from '../access/password.ts';
import { SharedTries, Tries } from '../access/tries.ts';
import { type Choice, Problem, type ProblemCode } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { NewSession, Session, Sessions } from './sessions.ts';
import { type User, userOf } from './user.ts';

/**
 * Wrong ones of one account: 2,900 passwords a day from one address, 1,540 from all, and three of each network that was
 * hardly wrong in the last day, so that trying them locks out no other one (NIST SP 800-63B 5.2.2: at most 100 in a
 * row).
 */
const accountTries = {
  ofAddress: { perSecond: 1 / 30, burst: 10 },
  ofAll: { perSecond: 1 / 60, burst: 100 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};
/** Wrong ones of an address, which may be a whole office's. */
const addressTries = { perSecond: 0.5, burst: 30 };
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

interface Try {
  readonly email: string;
  readonly address: string;
  /** How a wrong one is refused. */
  readonly wrong: ProblemCode;
}

export interface SignInOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
}

export class SignIn {
  readonly #o: SignInOptions;
  readonly #accounts = new SharedTries(accountTries);
  readonly #addresses = new Tries(addressTries);
  readonly #noted = new Tries(refusalsNoted);
  #nobodys: Promise<string> | undefined;

  constructor(o: SignInOptions) {
    this.#o = o;
  }

  /**
   * `previous`: the browser's session so far, which ends. Rejects with SIGN_IN_REFUSED, RATE_LIMITED, or TENANT_NEEDED
   * with the tenants whose accounts have this e-mail and password.
   */
  async byPassword(given: Credentials, browser: NewSession, previous?: string): Promise<SignedIn> {
    const email = emailOf(given.email);
    const { address } = browser;
    const [user, ...others] = await this.#counted({ email, address, wrong: 'SIGN_IN_REFUSED' }, () =>
      this.#check(given),
    );
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
      if (previous !== undefined) await this.#o.sessions.endBySecret(db, previous);
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
    return this.#counted({ email: row.email, address, wrong: 'PASSWORD_WRONG' }, async () => {
      if (!(await this.#o.passwords.matches(kept, password))) throw new Problem('PASSWORD_WRONG');
      return userOf(row);
    });
  }

  /** Only tries that were looked at and wrong count: none that waits for its turn, or is refused for load. */
  #counted<T>({ email, address, wrong }: Try, check: () => Promise<T>): Promise<T> {
    const { clock, passwords } = this.#o;
    const from = addressKey(address);
    const look = async (): Promise<T> => {
      const ofAccount = this.#accounts.take(email, address, clock.nowMs());
      refuseFor(ofAccount.retryAfterMs);
      let isWrong = false;
      try {
        refuseFor(this.#addresses.take(from, clock.nowMs()));
        try {
          return await check();
        } catch (error) {
          isWrong = error instanceof Problem && error.code === wrong;
          throw error;
        } finally {
          if (!isWrong) this.#addresses.giveBack(from, clock.nowMs());
        }
      } finally {
        if (!isWrong) ofAccount.giveBack(clock.nowMs());
      }
    };
    return passwords.looks.run(address, look, this.#addresses.isUsed(from, clock.nowMs()));
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
    const right: typeof able = [];
    // One after the other: a sign-in takes one thread (`Passwords.looks`).
    for (let at = 0; at < (tenant === undefined ? ACCOUNTS_MAX : 1); at += 1) {
      const row = able[at];
      const isRight = await this.#o.passwords.matches(row?.password ?? nobodys, password);
      if (row !== undefined && isRight) right.push(row);
    }
    if (right.length === 0) throw new Problem('SIGN_IN_REFUSED', undefined, { principals: this.noted(rows) });
    return right.map(userOf);
  }

  async #tenantsOf(users: readonly User[]): Promise<Choice[]> {
    const ids = users.map(({ tenant }) => tenant);
    return this.#o.db.selectFrom('tenants').select(['id', 'name']).where('id', 'in', ids).orderBy('name').execute();
  }
}

function refuseFor(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
