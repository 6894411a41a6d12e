// Users of the test api, and the headers of their sessions as the page sends them.
import type { Database } from '../../src/store/store.ts';
import type { UserDeps } from '../../src/users/deps.ts';
import type { NewUser } from '../../src/users/user.ts';

export interface TestUserOptions extends Partial<NewUser> {
  readonly password?: string;
}

/** Makes active members of acme, unless the test says otherwise. */
export function userMaker(db: Database, { users, sessions, passwords, publicUrl }: UserDeps) {
  let made = 0;
  return async ({ password, ...o }: TestUserOptions = {}) => {
    made += 1;
    const newUser: NewUser = {
      tenant: 'acme',
      email: `user${made}@example.org`,
      name: `User ${made}`,
      role: 'member',
      ...o,
    };
    const passwordHash = password === undefined ? undefined : await passwords.hash(password);
    const { user, secret } = await db.transaction().execute(async (db) => {
      const first = await users.create(db, newUser, 'configuration');
      const user = passwordHash === undefined ? first : await users.setPassword(db, first, passwordHash);
      return { user, ...(await sessions.create(db, user, { browser: 'test', address: '192.0.2.1' })) };
    });
    return { user, secret, headers: { cookie: `__Host-meridian=${secret}`, origin: publicUrl } };
  };
}
