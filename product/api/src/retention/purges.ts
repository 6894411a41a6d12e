// Purges of old records. Each call removes a bounded number.

import type { AuditLog } from '../audit/audit-log.ts';
import { expireOrders } from '../distribution/expiry.ts';
import type { LibraryKeeping } from '../library/library.ts';
import { expireWatches } from '../library/watch-rows.ts';
import { meetingFrom } from '../meetings/core/meeting.ts';
import { firstKeyAt } from '../quality/core/session-keys.ts';
import { eraseSessions } from '../quality/rolling-up.ts';
import type { RecordingErasing } from '../recordings/erasing.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { Retention } from './core/settings.ts';

/** Removes some records older than `beforeMs`. Returns their number; 0 if none is left. */
export type Purge = (db: Database, o: { readonly tenant: string; readonly beforeMs: number }) => Promise<number>;

/** Rows per call, which take tens of milliseconds, for which other writers of SQLite wait. */
const ROWS = 1000;
const SESSIONS = 20;

export const purgesOf = ({
  audit,
  recordings,
  library,
}: {
  readonly audit: Pick<AuditLog, 'cut'>;
  readonly recordings: Pick<RecordingErasing, 'expire'>;
  readonly library: Pick<LibraryKeeping, 'expire'>;
}): Readonly<Record<keyof Retention, readonly Purge[]>> => ({
  eventsDays: [purgeEvents],
  attendanceDays: [purgeLives, purgeQuality, purgeSessions],
  webhookDeliveriesDays: [webhookDeliveries],
  meetingsDays: [purgeMeetings, purgeOccurrences],
  auditDays: [(_, { tenant, beforeMs }) => audit.cut(tenant, beforeMs, ROWS)],
  recordingsDays: [(db, o) => recordings.expire(db, o)],
  libraryDays: [(db, o) => library.expire(db, o)],
  watchesDays: [expireWatches],
  deliveriesDays: [expireOrders],
});

async function purgeEvents(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const old = db.selectFrom('events').select('id').where('tenant', '=', tenant).where('created_ms', '<', beforeMs);
  return deletedCountOf(db.deleteFrom('events').where('id', 'in', old.orderBy('created_ms').limit(ROWS)));
}

async function webhookDeliveries(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const old = db.selectFrom('webhook_deliveries').select('id').where('tenant', '=', tenant);
  const some = old.where('done_ms', '<', beforeMs).orderBy('done_ms').limit(ROWS);
  return deletedCountOf(db.deleteFrom('webhook_deliveries').where('id', 'in', some));
}

/** Removes a life and all that belongs to it, in parts; the row of the life comes last. */
async function purgeLives(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const life = await db
    .selectFrom('room_lives')
    .select('sid')
    .where('tenant', '=', tenant)
    .where('started_ms', '<', beforeMs)
    .where('ended_ms', '<', beforeMs)
    .orderBy('started_ms')
    .limit(1)
    .executeTakeFirst();
  if (life === undefined) return 0;
  const { sid } = life;
  const stays = db.selectFrom('room_stays').select('id').where('sid', '=', sid).limit(ROWS);
  const entries = db.selectFrom('journal_entries').select(['epoch', 'seq']).where('sid', '=', sid).limit(ROWS);
  const parts =
    (await deletedCountOf(db.deleteFrom('room_stays').where('id', 'in', stays))) +
    (await deletedCountOf(
      db
        .deleteFrom('journal_entries')
        .where('sid', '=', sid)
        .where(({ eb, refTuple }) => eb(refTuple('epoch', 'seq'), 'in', entries.$asTuple('epoch', 'seq'))),
    ));
  if (parts >= ROWS) return parts;
  await db.deleteFrom('journal_losses').where('sid', '=', sid).execute();
  return parts + (await deletedCountOf(db.deleteFrom('room_lives').where('sid', '=', sid)));
}

async function purgeQuality(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const old = db.selectFrom('stay_quality').select('session_id').where('tenant', '=', tenant);
  const some = old.where('heard_ms', '<', beforeMs).orderBy('heard_ms').limit(ROWS);
  return deletedCountOf(db.deleteFrom('stay_quality').where('tenant', '=', tenant).where('session_id', 'in', some));
}

async function purgeSessions(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const old = await db
    .selectFrom('quality_sessions')
    .select('key')
    .where('tenant', '=', tenant)
    .where('key', '<', firstKeyAt(beforeMs))
    .where('last_ms', '<', beforeMs)
    .orderBy('key')
    .limit(SESSIONS)
    .execute();
  return eraseSessions(
    db,
    old.map(({ key }) => key),
  );
}

/** Removes meetings without a later occurrence or change. */
async function purgeMeetings(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  let last = { created_ms: -1, id: '' };
  for (;;) {
    const rows = await db
      .selectFrom('meetings as m')
      .select(['m.id', 'm.created_ms', 'm.version', 'm.body'])
      .where('m.tenant', '=', tenant)
      .where('m.indexed_until_ms', 'is', null)
      .where('m.created_ms', '<', beforeMs)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('m.created_ms', 'm.id'), '>', tuple(last.created_ms, last.id)))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('meeting_occurrences as o')
              .select('o.meeting')
              .whereRef('o.meeting', '=', 'm.id')
              .where('o.ends_ms', '>=', beforeMs),
          ),
        ),
      )
      .orderBy('m.created_ms')
      .orderBy('m.id')
      .limit(100)
      .execute();
    const end = rows.at(-1);
    if (end === undefined) return 0;
    last = end;
    const oldMeetings = rows.filter(({ body }) => meetingFrom(body).updatedMs < beforeMs);
    if (oldMeetings.length === 0) continue;
    return transact(db, async (trx) => {
      const deletedMeetings = await trx
        .deleteFrom('meetings')
        .where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('id', 'version'),
            'in',
            oldMeetings.map(({ id, version }) => tuple(id, version)),
          ),
        )
        .returning('id')
        .execute();
      const ids = deletedMeetings.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await trx.deleteFrom('meeting_occurrences').where('meeting', 'in', ids).execute();
      await trx.deleteFrom('meeting_persons').where('meeting', 'in', ids).execute();
      return ids.length;
    });
  }
}

async function purgeOccurrences(db: Database, { tenant, beforeMs }: Parameters<Purge>[1]): Promise<number> {
  const old = db
    .selectFrom('meeting_occurrences')
    .select(['meeting', 'original_start'])
    .where('tenant', '=', tenant)
    .where('starts_ms', '<', beforeMs)
    .where('ends_ms', '<', beforeMs)
    .orderBy('starts_ms')
    .limit(ROWS);
  return deletedCountOf(
    db
      .deleteFrom('meeting_occurrences')
      .where(({ eb, refTuple }) =>
        eb(refTuple('meeting', 'original_start'), 'in', old.$asTuple('meeting', 'original_start')),
      ),
  );
}

const deletedCountOf = async (query: {
  executeTakeFirst(): Promise<{ numDeletedRows: bigint } | undefined>;
}): Promise<number> => Number((await query.executeTakeFirst())?.numDeletedRows ?? 0n);
