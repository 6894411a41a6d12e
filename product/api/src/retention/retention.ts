import type { Clock, Logger } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { removeOldDays } from '../distribution/day-counts.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { LibraryKeeping } from '../library/library.ts';
import type { RecordingErasing } from '../recordings/erasing.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Retention, usualRetention } from './core/settings.ts';
import { purgesOf } from './purges.ts';

export interface RetentionsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: Pick<AuditLog, 'cut'>;
  readonly recordings: Pick<RecordingErasing, 'expire'>;
  readonly library: Pick<LibraryKeeping, 'expire'>;
}

export type RetentionChanges = { readonly [K in keyof Retention]?: number | null };

const DAY_MS = 86_400_000;
const TENANTS_PER_READ = 100;
/** Time after which the job continues with a new lease. */
const TURN_MS = 60_000;

export class Retentions {
  readonly #o: RetentionsOptions;

  constructor(o: RetentionsOptions) {
    this.#o = o;
  }

  async get(tenant: string, db: Database = this.#o.db): Promise<Retention> {
    const row = await db.selectFrom('tenant_retention').selectAll().where('tenant', '=', tenant).executeTakeFirst();
    return row === undefined ? usualRetention : retentionOf(row);
  }

  /** Changes the given settings, in the caller's transaction. */
  async change(db: Database, tenant: string, changes: RetentionChanges): Promise<Retention> {
    const { eventsDays, attendanceDays, webhookDeliveriesDays, meetingsDays, auditDays } = changes;
    const { recordingsDays, libraryDays, watchesDays, deliveriesDays } = changes;
    const set = {
      ...(eventsDays !== undefined && { events_days: eventsDays }),
      ...(attendanceDays !== undefined && { attendance_days: attendanceDays }),
      ...(webhookDeliveriesDays !== undefined && { webhook_deliveries_days: webhookDeliveriesDays }),
      ...(meetingsDays !== undefined && { meetings_days: meetingsDays }),
      ...(auditDays !== undefined && { audit_days: auditDays }),
      ...(recordingsDays !== undefined && { recordings_days: recordingsDays }),
      ...(libraryDays !== undefined && { library_days: libraryDays }),
      ...(watchesDays !== undefined && { watches_days: watchesDays }),
      ...(deliveriesDays !== undefined && { deliveries_days: deliveriesDays }),
    };
    const none = { events_days: null, attendance_days: null, webhook_deliveries_days: null, meetings_days: null };
    const row = await db
      .insertInto('tenant_retention')
      .values({ tenant, ...none, audit_days: null, ...set })
      .onConflict((on) => on.column('tenant').doUpdateSet({ tenant, ...set }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return retentionOf(row);
  }

  /** Returns false if it stopped before all old records were removed. */
  async purge(signal: AbortSignal): Promise<boolean> {
    const { db, clock } = this.#o;
    const untilMs = clock.nowMs() + TURN_MS;
    for (let rows = 1; rows > 0; ) {
      if (signal.aborted || clock.nowMs() >= untilMs) return false;
      rows = await removeOldDays(db, clock.wallMs());
    }
    let last = '';
    for (;;) {
      const tenants = await db
        .selectFrom('tenants')
        .select('id')
        .where('id', '>', last)
        .orderBy('id')
        .limit(TENANTS_PER_READ)
        .execute();
      for (const { id } of tenants) {
        await this.#purge(id, () => !signal.aborted && clock.nowMs() < untilMs);
        if (signal.aborted || clock.nowMs() >= untilMs) return false;
        last = id;
      }
      if (tenants.length < TENANTS_PER_READ) return true;
    }
  }

  async #purge(tenant: string, mayGoOn: () => boolean): Promise<void> {
    const { db, clock, log } = this.#o;
    const retention = await this.get(tenant);
    const deletedCounts: Record<string, number> = {};
    for (const [name, purges] of Object.entries(purgesOf(this.#o))) {
      const beforeMs = clock.wallMs() - retention[name as keyof Retention] * DAY_MS;
      for (const purge of purges) {
        for (let rows = 1; rows > 0 && mayGoOn(); deletedCounts[name] = (deletedCounts[name] ?? 0) + rows)
          rows = await purge(db, { tenant, beforeMs });
      }
    }
    if (Object.values(deletedCounts).some((rows) => rows > 0))
      log.info({ tenant, gone: deletedCounts }, 'old records were deleted');
  }
}

/** Runs once a day, at a time that is night in zones around UTC. */
export const purgeJob = (retentions: Retentions): JobKind<object> => ({
  name: 'retention',
  concurrency: 1,
  leaseMs: 10 * 60_000,
  every: { cron: '41 2 * * *' },
  run: async (_, { signal }) => ((await retentions.purge(signal)) ? undefined : { againMs: 0 }),
});

const retentionOf = (row: Selectable<Tables['tenant_retention']>): Retention => ({
  eventsDays: row.events_days ?? usualRetention.eventsDays,
  attendanceDays: row.attendance_days ?? usualRetention.attendanceDays,
  webhookDeliveriesDays: row.webhook_deliveries_days ?? usualRetention.webhookDeliveriesDays,
  meetingsDays: row.meetings_days ?? usualRetention.meetingsDays,
  auditDays: row.audit_days ?? usualRetention.auditDays,
  recordingsDays: row.recordings_days ?? usualRetention.recordingsDays,
  libraryDays: row.library_days ?? usualRetention.libraryDays,
  watchesDays: row.watches_days ?? usualRetention.watchesDays,
  deliveriesDays: row.deliveries_days ?? usualRetention.deliveriesDays,
});
