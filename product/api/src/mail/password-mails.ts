// Mails are planned in the transaction that makes the link, and sent by jobs. The database never has a link in plain
// text, because jobs hold it sealed.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { senderNameOf } from '../tenant/branding.ts';
import type { PasswordMail, PasswordMailer } from '../users/password-mail.ts';
import { isGoodLink } from '../users/setup.ts';
import { type User, userOf } from '../users/user.ts';
import { passwordMailText } from './core/password-mail-text.ts';
import { ATTEMPTS_MAX, CONNECTIONS, Delivery, type DeliveryOptions } from './delivery.ts';

export interface PasswordMailsOptions extends DeliveryOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly sealSecret: string;
}

interface PasswordMailJob extends Pick<PasswordMail, 'kind' | 'expiresMs' | 'language'> {
  /** Id of the mail, which its repetitions share. */
  readonly id: string;
  readonly user: string;
  readonly sealedUrl: string;
  readonly plannedMs: number;
}

export class PasswordMails implements PasswordMailer {
  readonly #o: PasswordMailsOptions;
  readonly #delivery: Delivery;
  readonly #seal: Seal;
  readonly #kind: JobKind<PasswordMailJob>;

  /** Registers jobs, so it must be constructed before they start. */
  constructor(o: PasswordMailsOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian password mails');
    this.#delivery = new Delivery(o);
    this.#kind = {
      name: 'password-mail',
      concurrency: CONNECTIONS,
      perTenant: CONNECTIONS - 1,
      leaseMs: this.#delivery.longestMs,
      attemptsMax: ATTEMPTS_MAX,
      run: async (planned, { tenant }) => {
        await this.#send(tenant, planned);
        return undefined;
      },
    };
    o.jobs.register(this.#kind);
  }

  async plan(db: Transaction, { user: { tenant, id: user }, url, ...o }: PasswordMail): Promise<void> {
    const id = randomUUID();
    const { kind, expiresMs, language } = o;
    const sealedUrl = this.#seal.close(url, `${tenant} ${id}`);
    const plannedMs = this.#o.clock.wallMs();
    const payload = { id, user, kind, expiresMs, language, sealedUrl, plannedMs };
    await this.#o.jobs.add(db, this.#kind, { payload, tenant });
  }

  close(): void {
    this.#delivery.close();
  }

  async #send(tenant: string, { id, sealedUrl, ...planned }: PasswordMailJob): Promise<void> {
    const { db, clock } = this.#o;
    const url = this.#seal.open(sealedUrl, `${tenant} ${id}`);
    const found = await this.#find(tenant, planned.user);
    // A link that was used or replaced meanwhile would not work, so no mail is sent.
    if (found === undefined) return;
    if (planned.kind !== 'elsewhere' && !(await isGoodLink(db, url, clock.wallMs()))) return;
    const { user, tenantName } = found;
    const sender = await senderNameOf(db, tenant);
    const { subject, text, html } = passwordMailText({
      ...planned,
      url,
      name: user.name,
      company: sender ?? tenantName,
    });
    const mail = {
      subject,
      text,
      html,
      to: { name: user.name, address: user.email },
      messageId: `<password.${id}@${this.#delivery.host}>`,
      date: new Date(planned.plannedMs),
    };
    await this.#delivery.send(mail, { tenant, user: user.id }, sender);
  }

  /** Returns undefined for a user that was deleted or deactivated after the mail was planned. */
  async #find(tenant: string, id: string): Promise<{ user: User; tenantName: string } | undefined> {
    const row = await this.#o.db
      .selectFrom('users')
      .innerJoin('tenants', 'tenants.id', 'users.tenant')
      .selectAll('users')
      .select('tenants.name as tenant_name')
      .where('users.tenant', '=', tenant)
      .where('users.id', '=', id)
      .where('users.active', '=', 1)
      .executeTakeFirst();
    return row && { user: userOf(row), tenantName: row.tenant_name };
  }
}
