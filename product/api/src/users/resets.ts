// Password resets by mail. A job searches for accounts, so that the answer reveals nothing about them.
import { addressKey, type RestLanguage } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { EMAIL, emailOf } from '../access/core/email.ts';
import { SharedTries, Tries } from '../access/tries.ts';
import type { AuditWriter } from '../http/audit-entries.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Quotas } from '../meetings/quotas.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { PasswordMailer } from './password-mail.ts';
import type { Setup } from './setup.ts';
import { userOf } from './user.ts';

/** Limits of requests for an e-mail address: three in a row, and one a day from each network even in an attack. */
const emailTries = {
  ofAddress: { perSecond: 1 / 600, burst: 3 },
  ofAll: { perSecond: 1 / 3600, burst: 10 },
  ofNetwork: { perSecond: 1 / 86_400, burst: 1 },
};
/** Limits of requests of a client address, which may be a whole office. */
const addressTries = { perSecond: 1 / 30, burst: 20 };
/** Limits of mails to an address in a tenant. All their links are valid, and ten in a mailbox are enough. */
const mailsOfAddress = { perSecond: 10 / 86_400, burst: 10 };
/** Limit of accounts with the same e-mail, each in another tenant. */
const ROWS_MAX = 20;

export interface ResetRequest {
  readonly email: string;
  readonly address: string;
  readonly requestId: string;
  readonly language: RestLanguage;
}

export interface PasswordResetsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly audit: Pick<AuditWriter, 'write'>;
  readonly setup: Pick<Setup, 'anotherLink'>;
  readonly mailer: PasswordMailer;
  readonly quotas: Pick<Quotas, 'mail'>;
  readonly publicUrl: string;
}

export class PasswordResets {
  readonly #o: PasswordResetsOptions;
  readonly #emails = new SharedTries(emailTries);
  readonly #addresses = new Tries(addressTries);
  readonly #mailTries = new Tries(mailsOfAddress);
  readonly #kind: JobKind<ResetRequest> = {
    name: 'password reset',
    concurrency: 2,
    perLane: 1,
    leaseMs: 60_000,
    run: async (asked) => {
      await this.#find(asked);
      return undefined;
    },
  };

  /** Registers jobs, so it must be constructed before they start. */
  constructor(o: PasswordResetsOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Rejects with REQUEST_INVALID or RATE_LIMITED, in the same way for known and unknown e-mails. */
  async requestReset(resetRequest: ResetRequest): Promise<void> {
    const email = emailOf(resetRequest.email);
    if (!EMAIL.test(email))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/email', detail: 'is not a valid address' }],
      });
    this.#count(email, resetRequest.address);
    const { db, jobs } = this.#o;
    const lane = addressKey(resetRequest.address);
    await transact(db, (db) => jobs.add(db, this.#kind, { payload: { ...resetRequest, email }, lane }));
  }

  #count(email: string, address: string): void {
    const nowMs = this.#o.clock.nowMs();
    const from = addressKey(address);
    const ofAddressMs = this.#addresses.take(from, nowMs);
    if (ofAddressMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs: ofAddressMs });
    const { retryAfterMs } = this.#emails.take(email, address, nowMs);
    if (retryAfterMs === 0) return;
    this.#addresses.refund(from, nowMs);
    throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
  }

  async #find({ email, ...asked }: ResetRequest): Promise<void> {
    const rows = await this.#o.db
      .selectFrom('users')
      .select(['tenant', 'id'])
      .where((eb) => eb.and({ email, active: 1 }))
      .orderBy('tenant')
      .limit(ROWS_MAX)
      .execute();
    for (const { tenant, id } of rows)
      if (this.#mailTries.take(`${tenant} ${email}`, this.#o.clock.nowMs()) === 0)
        await transact(this.#o.db, (db) => this.#begin(db, { tenant, id }, asked)).catch(ignoreQuota);
  }

  async #begin(
    db: Transaction,
    { tenant, id }: { readonly tenant: string; readonly id: string },
    { address, requestId, language }: Omit<ResetRequest, 'email'>,
  ): Promise<void> {
    const { setup, mailer, quotas, audit, publicUrl } = this.#o;
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where((eb) => eb.and({ tenant, id, active: 1 }))
      .executeTakeFirst();
    if (row === undefined) return;
    const user = userOf(row);
    await quotas.mail(db, { tenant, by: '' });
    if (!user.hasPassword && (await hasIdentity(db, user))) {
      const url = `${publicUrl}/signin`;
      await mailer.plan(db, { kind: 'elsewhere', user, url, expiresMs: 0, language });
    } else {
      await mailer.plan(db, { kind: 'reset', user, ...(await setup.anotherLink(db, user)), language });
    }
    await audit.write(db, {
      tenant,
      // Anyone who knows the address can request a reset, so the audit log does not name the user as the actor.
      by: { kind: 'visitor', id: '' },
      address,
      operation: 'askForPassword',
      targets: { user: id },
      status: 202,
      requestId,
    });
  }
}

/** Ignores a used-up quota of mails, so that the requester learns nothing. */
function ignoreQuota(error: unknown): void {
  if (!(error instanceof Problem && error.code === 'QUOTA_EXCEEDED')) throw error;
}

/** Returns whether the user signs in at a provider. */
async function hasIdentity(db: Database, user: { readonly tenant: string; readonly id: string }): Promise<boolean> {
  const row = await db
    .selectFrom('user_identities')
    .select('subject')
    .where((eb) => eb.and({ tenant: user.tenant, user_id: user.id }))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
