// Sign-in with e-mail and password. All refusals are alike and cost the same work, so callers learn nothing from them.
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
 * Limits of wrong passwords for an account: by address, by network and in all (NIST SP 800-63B 5.2.2: at most 100 in a
 * row).
 */
const accountTries = {
  ofAddress: { perSecond: 1 / 30, burst: 10 },
  ofAll: { perSecond: 1 / 60, burst: 100 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};
/** Limits of wrong passwords from an address, which may be a whole office. */
const addressTries = { perSecond: 0.5, burst: 30 };
/**
 * Limit of checks for an e-mail without a tenant, the same whether it has accounts or not. A person with more must name
 * the tenant.
 */
const ACCOUNTS_MAX = 3;
/** Limit of accounts with the e-mail that are read, including those that cannot sign in with a password. */
const ROWS_MAX = 20;
/** Rate at which the audit log records refused attempts of an account. */
const refusalLogLimits = { perSecond: 1 / 60, burst: 1 };

export interface Credentials {
  /** Undefined to find the tenant whose account has this password. */
  readonly tenant: string | undefined;
  readonly email: string;
  readonly password: string;
}

export interface SignedIn {
  readonly user: User;
  readonly session: Session;
  readonly secret: string;
}

interface Try {
  readonly email: string;
  readonly address: string;
  /** Code of a wrong password; only a refusal with this code counts as a try. */
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
  readonly #refusalTries = new Tries(refusalLogLimits);
  #dummyHash: Promise<string> | undefined;

  constructor(o: SignInOptions) {
    this.#o = o;
  }

  /** Signs in, and ends the session `previous`. Rejects with SIGN_IN_REFUSED, RATE_LIMITED or TENANT_NEEDED. */
  async byPassword(credentials: Credentials, browser: NewSession, previous?: string): Promise<SignedIn> {
    const email = emailOf(credentials.email);
    const { address } = browser;
    const [user, ...otherUsers] = await this.#runCounted({ email, address, wrong: 'SIGN_IN_REFUSED' }, () =>
      this.#check(credentials),
    );
    if (user === undefined) throw new Problem('SIGN_IN_REFUSED');
    if (otherUsers.length > 0)
      throw new Problem('TENANT_NEEDED', undefined, { choices: await this.#tenantsOf([user, ...otherUsers]) });
    return this.begin(user, browser, previous);
  }

  /** Starts a session. Rejects with SIGN_IN_REFUSED if the user has changed since. */
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

  /** Checks the password of a signed-in user. Rejects with PASSWORD_WRONG or RATE_LIMITED. */
  async confirm({ tenant, id }: Pick<User, 'tenant' | 'id'>, password: string, address: string): Promise<User> {
    const row = await this.#o.db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (row === undefined || row.password === null) throw new Problem('PASSWORD_WRONG');
    const storedHash = row.password;
    return this.#runCounted({ email: row.email, address, wrong: 'PASSWORD_WRONG' }, async () => {
      if (!(await this.#o.passwords.matches(storedHash, password))) throw new Problem('PASSWORD_WRONG');
      return userOf(row);
    });
  }

  /** Counts only tries that were checked and wrong, not those refused because of load. */
  #runCounted<T>({ email, address, wrong: wrongCode }: Try, check: () => Promise<T>): Promise<T> {
    const { clock, passwords } = this.#o;
    const from = addressKey(address);
    const checkOnce = async (): Promise<T> => {
      const ofAccount = this.#accounts.take(email, address, clock.nowMs());
      refuseFor(ofAccount.retryAfterMs);
      let isWrong = false;
      try {
        refuseFor(this.#addresses.take(from, clock.nowMs()));
        try {
          return await check();
        } catch (error) {
          isWrong = error instanceof Problem && error.code === wrongCode;
          throw error;
        } finally {
          if (!isWrong) this.#addresses.refund(from, clock.nowMs());
        }
      } finally {
        if (!isWrong) ofAccount.giveBack(clock.nowMs());
      }
    };
    return passwords.checkSlots.run(address, checkOnce, this.#addresses.isUsed(from, clock.nowMs()));
  }

  /** Returns the accounts to name in the audit log, each once a minute. */
  principalsToLog(accounts: readonly Pick<User, 'tenant' | 'id'>[]): Principal[] {
    const nowMs = this.#o.clock.nowMs();
    return accounts
      .filter(({ tenant, id }) => this.#refusalTries.take(`${tenant} ${id}`, nowMs) === 0)
      .map(({ tenant, id }) => ({ kind: 'user', id, tenant, scopes: new Set() }));
  }

  /** Returns matching accounts, at least one. Makes the same number of checks for every e-mail. */
  async #check({ tenant, email, password }: Credentials): Promise<User[]> {
    let query = this.#o.db.selectFrom('users').selectAll().where('email', '=', emailOf(email));
    if (tenant !== undefined) query = query.where('tenant', '=', tenant);
    const rows = await query.orderBy('tenant').limit(ROWS_MAX).execute();
    const activeRows = rows.filter((row) => row.password !== null && row.active === 1);
    this.#dummyHash ??= this.#o.passwords.hash(randomUUID());
    const dummyHash = await this.#dummyHash;
    const matchingRows: typeof activeRows = [];
    // A sign-in may take only one thread (`Passwords.checkSlots`), so checks run in turn.
    for (let at = 0; at < (tenant === undefined ? ACCOUNTS_MAX : 1); at += 1) {
      const row = activeRows[at];
      const isRight = await this.#o.passwords.matches(row?.password ?? dummyHash, password);
      if (row !== undefined && isRight) matchingRows.push(row);
    }
    if (matchingRows.length === 0)
      throw new Problem('SIGN_IN_REFUSED', undefined, { principals: this.principalsToLog(rows) });
    return matchingRows.map(userOf);
  }

  async #tenantsOf(users: readonly User[]): Promise<Choice[]> {
    const ids = users.map(({ tenant }) => tenant);
    return this.#o.db.selectFrom('tenants').select(['id', 'name']).where('id', 'in', ids).orderBy('name').execute();
  }
}

function refuseFor(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
