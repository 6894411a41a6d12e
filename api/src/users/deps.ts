// What operations on users need.
import type { Clock, Logger } from '@meridian/runtime';
import type { Passwords } from '../access/password.ts';
import type { Revocations } from '../access/revocations.ts';
import type { ApiConfig } from '../config.ts';
import type { Database } from '../store/store.ts';
import { Groups } from './groups.ts';
import { Oidc } from './oidc.ts';
import { Sessions } from './sessions.ts';
import { Setup } from './setup.ts';
import { SignIn } from './sign-in.ts';
import { Users } from './users.ts';

export interface UserDeps {
  readonly db: Database;
  readonly users: Users;
  readonly groups: Groups;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly setup: Setup;
  readonly oidc: Oidc;
  readonly passwords: Passwords;
  /** Of the configuration. */
  readonly tenants: ApiConfig['tenants'];
  /** Origin of the page. */
  readonly publicUrl: string;
}

/** Made from what the service has. */
export function userDeps(o: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly revocations: Revocations;
  readonly passwords: Passwords;
  readonly config: Pick<ApiConfig, 'publicUrl' | 'sealSecret' | 'tenants' | 'oidc'>;
}): UserDeps {
  const { db, passwords } = o;
  const { publicUrl, sealSecret, tenants, oidc: providers } = o.config;
  const sessions = new Sessions(o);
  const users = new Users(o);
  const signIn = new SignIn({ ...o, sessions });
  return {
    db,
    passwords,
    publicUrl,
    tenants,
    sessions,
    users,
    signIn,
    groups: new Groups(o),
    setup: new Setup({ ...o, publicUrl, users, sessions }),
    oidc: new Oidc({ ...o, publicUrl, sealSecret, providers, users, signIn }),
  };
}
