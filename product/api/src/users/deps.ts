import type { Clock, Logger } from '@meridian/runtime';
import type { MadeEnding } from '../access/made-links.ts';
import type { Passwords } from '../access/password.ts';
import type { Revocations } from '../access/revocations.ts';
import type { ApiConfig } from '../config.ts';
import type { AuditWriter } from '../http/audit-entries.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Quotas } from '../meetings/quotas.ts';
import type { Database } from '../store/store.ts';
import { Groups } from './groups.ts';
import { Oidc } from './oidc.ts';
import type { PasswordMailer } from './password-mail.ts';
import { PasswordResets } from './resets.ts';
import { Sessions } from './sessions.ts';
import { Setup } from './setup.ts';
import { SignIn } from './sign-in.ts';
import { Users } from './users.ts';

export interface UserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: Users;
  readonly groups: Groups;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly setup: Setup;
  readonly oidc: Oidc;
  readonly mailer: PasswordMailer | undefined;
  readonly resets: PasswordResets | undefined;
  readonly quotas: Pick<Quotas, 'mail'>;
  readonly passwords: Passwords;
  readonly tenants: ApiConfig['tenants'];
  readonly operatorTenant: string | undefined;
  readonly publicUrl: string;
}

/** Registers jobs, so it must be called before they start. */
export function userDeps(o: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly audit: Pick<AuditWriter, 'write'>;
  readonly mailer: PasswordMailer | undefined;
  readonly quotas: Pick<Quotas, 'mail'>;
  readonly revocations: Revocations;
  readonly streams: MadeEnding['streams'];
  readonly passwords: Passwords;
  readonly config: Pick<ApiConfig, 'publicUrl' | 'sealSecret' | 'tenants' | 'oidc' | 'operatorTenant'>;
}): UserDeps {
  const { db, clock, passwords, mailer, quotas } = o;
  const { publicUrl, sealSecret, tenants, oidc: providers, operatorTenant } = o.config;
  const sessions = new Sessions(o);
  const users = new Users({ ...o, operatorTenant });
  const signIn = new SignIn({ ...o, sessions });
  const setup = new Setup({ ...o, publicUrl, operatorTenant, users, sessions });
  return {
    db,
    clock,
    mailer,
    quotas,
    resets: mailer && new PasswordResets({ ...o, mailer, setup, publicUrl }),
    passwords,
    publicUrl,
    tenants,
    operatorTenant,
    sessions,
    users,
    signIn,
    groups: new Groups(o),
    setup,
    oidc: new Oidc({ ...o, publicUrl, sealSecret, providers, operatorTenant, users, signIn }),
  };
}
