// Daily quotas: per user, so that a stolen account cannot send mails without limit, and per tenant, so that a faulty
// program does not fill the database. They are counted in the transaction of the change.
import type { Clock } from '@meridian/runtime';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { MeetingChange, MeetingFollower } from './meetings.ts';

declare module '../store/tables.ts' {
  interface NarrowedTables {
    quotas: {
      what: QuotaKind;
    };
  }
}

type QuotaKind = 'meetings' | 'mails';

/** Limits of a day in UTC. */
export interface DailyLimits {
  readonly meetingsOfUser: number;
  readonly meetingsOfTenant: number;
  readonly mailsOfUser: number;
  readonly mailsOfTenant: number;
}

const DAY_MS = 86_400_000;

export interface QuotasOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: DailyLimits;
}

export class Quotas implements MeetingFollower {
  readonly #o: QuotasOptions;

  constructor(o: QuotasOptions) {
    this.#o = o;
  }

  /** Rejects with QUOTA_EXCEEDED until midnight. */
  async changed(db: Database, { before, after, by }: MeetingChange): Promise<void> {
    if (before !== undefined) return;
    const { meetingsOfUser, meetingsOfTenant } = this.#o.limits;
    await this.#take(db, { tenant: after.tenant, what: 'meetings', who: '' }, 1, meetingsOfTenant);
    if (by !== '') await this.#take(db, { tenant: after.tenant, what: 'meetings', who: by }, 1, meetingsOfUser);
  }

  /** Counts mails. With `always`, mails beyond the limit are allowed, since a cancellation must reach every invitee. */
  async mails(db: Database, { after, by }: MeetingChange, count: number, o: { readonly always: boolean }) {
    if (count === 0) return;
    const { mailsOfUser, mailsOfTenant } = this.#o.limits;
    const most = (limit: number): number => (o.always ? Number.MAX_SAFE_INTEGER : limit);
    await this.#take(db, { tenant: after.tenant, what: 'mails', who: '' }, count, most(mailsOfTenant));
    if (by !== '') await this.#take(db, { tenant: after.tenant, what: 'mails', who: by }, count, most(mailsOfUser));
  }

  /** Counts another mail. `by`: id of a user, or '' for a key or a visitor. Rejects like `changed`. */
  async mail(db: Database, { tenant, by }: { readonly tenant: string; readonly by: string }): Promise<void> {
    const { mailsOfUser, mailsOfTenant } = this.#o.limits;
    await this.#take(db, { tenant, what: 'mails', who: '' }, 1, mailsOfTenant);
    if (by !== '') await this.#take(db, { tenant, what: 'mails', who: by }, 1, mailsOfUser);
  }

  /** Removes counts of old days; yesterday's are kept for the morning inspection. */
  get job(): JobKind<unknown> {
    return {
      name: 'quotas',
      concurrency: 1,
      leaseMs: 60_000,
      every: { cron: '11 0 * * *' },
      run: async () => {
        const { db, clock } = this.#o;
        await db
          .deleteFrom('quotas')
          .where('day', '<', dayOf(clock.wallMs()) - 1)
          .execute();
        return undefined;
      },
    };
  }

  async #take(
    db: Database,
    quotaKey: { readonly tenant: string; readonly what: QuotaKind; readonly who: string },
    count: number,
    limit: number,
  ): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    const day = dayOf(nowMs);
    const { used } = await db
      .insertInto('quotas')
      .values({ ...quotaKey, day, used: count })
      .onConflict((on) =>
        on.columns(['tenant', 'what', 'who', 'day']).doUpdateSet((eb) => ({ used: eb('quotas.used', '+', count) })),
      )
      .returning('used')
      .executeTakeFirstOrThrow();
    if (used <= limit) return;
    const subject = quotaKey.who === '' ? 'the tenant' : 'this user';
    const retryAfterMs = (day + 1) * DAY_MS - nowMs;
    throw new Problem('QUOTA_EXCEEDED', `${subject} has reached the day's limit of ${quotaKey.what}`, { retryAfterMs });
  }
}

const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);
