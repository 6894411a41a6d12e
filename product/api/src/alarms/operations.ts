import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeMs, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import type { Alarms } from './alarms.ts';
import { ENTRIES_MAX } from './core/judge.ts';
import { matchesLabels, type Silence } from './core/notices.ts';
import { Alarm, type AlarmNotification, AlarmStory, OpenAlarms } from './schemas.ts';
import { ruleOf } from './settings.ts';

const params = Type.Object({ alarm: Type.String({ maxLength: 64 }) });
const NOTIFICATIONS_SHOWN = 200;

const ofOperator = operations({ tag: 'Alarms', scope: 'operator' });
const listAlarms = ofOperator('listAlarms', 'GET /alarms', {
  summary: 'List open alarms, the newest first.',
  description: `Includes silenced alarms and those caused by another alarm, at most ${ENTRIES_MAX}. \`judgedAt\`: when the alarms were last evaluated; absent if unknown.`,
  answers: { 200: OpenAlarms },
});
const listAlarmHistory = ofOperator('listAlarmHistory', 'GET /alarms/history', {
  summary: 'List all alarms of the last year, the newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    rule: Type.Optional(Type.String({ maxLength: 64 })),
    subject: Type.Optional(Type.String({ maxLength: 500 })),
    from: Type.Optional(Type.String({ format: 'date-time' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'Only alarms before this time.' })),
  }),
  answers: { 200: pageOf(Alarm, 'AlarmPage') },
});
const getAlarm = ofOperator('getAlarm', 'GET /alarms/{alarm}', {
  params,
  summary: 'Get one alarm, with its changes and its notifications to receivers.',
  answers: { 200: AlarmStory },
  problems: ['NOT_FOUND'],
});
const acknowledgeAlarm = ofOperator('acknowledgeAlarm', 'POST /alarms/{alarm}/acknowledge', {
  params,
  summary: 'Acknowledge an alarm: it is neither repeated nor escalated.',
  description: 'The first acknowledgement counts. Receivers are still notified of the alarm’s end.',
  body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 256 })) }, { title: 'AlarmAcknowledgement' }),
  bodyIfGiven: true,
  answers: { 200: Alarm },
  problems: ['NOT_FOUND'],
});

const byStart = new Paging(
  [
    { column: 'started_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);

export interface AlarmDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly alarms: Alarms;
}

export function addAlarmOperations(routes: Routes, deps: AlarmDeps): void {
  const { db, clock, alarms } = deps;
  const shownRules = async () => {
    const silences = await alarms.settings.silences();
    return (row: Row) => shownAlarm(row, silences, clock.wallMs());
  };
  routes.add(listAlarms, async () => {
    const rows = await db
      .selectFrom('alarms')
      .selectAll()
      .where('state', '!=', 'over')
      .orderBy('started_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(ENTRIES_MAX)
      .execute();
    const judgedMs = await alarms.judging.judgedMs();
    return {
      body: { alarms: rows.map(await shownRules()), ...(judgedMs !== undefined && { judgedAt: timeText(judgedMs) }) },
    };
  });
  routes.add(listAlarmHistory, async ({ query }) => {
    let found = db.selectFrom('alarms').selectAll().$call(byStart.ofPage(query));
    if (query.rule !== undefined) found = found.where('rule', '=', query.rule);
    if (query.subject !== undefined) found = found.where('subject', '=', query.subject);
    if (query.from !== undefined) found = found.where('started_ms', '>=', timeMs(query.from));
    if (query.to !== undefined) found = found.where('started_ms', '<', timeMs(query.to));
    return { body: byStart.page(query, await found.execute(), await shownRules()) };
  });
  routes.add(getAlarm, async ({ params: { alarm } }) => {
    const row = await rowOf(db, alarm);
    const changes = await db
      .selectFrom('alarm_changes')
      .selectAll()
      .where('alarm', '=', alarm)
      .orderBy('at_ms')
      .orderBy('id')
      .execute();
    const notifications = await db
      .selectFrom('alarm_notified')
      .innerJoin('alarm_notifications', 'alarm_notifications.id', 'alarm_notified.notification')
      .selectAll('alarm_notifications')
      .where('alarm_notified.alarm', '=', alarm)
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .limit(NOTIFICATIONS_SHOWN)
      .execute();
    const body = {
      ...(await shownRules())(row),
      changes: changes.map(({ at_ms, kind, by_id, note }) => ({
        at: timeText(at_ms),
        kind,
        ...(by_id !== '' && { by: by_id }),
        note,
      })),
      notifications: notifications.map(shownNotification),
    };
    return { body };
  });
  routes.add(acknowledgeAlarm, async ({ params: { alarm }, body, principal }) => {
    await acknowledge(deps, alarm, { by: principal.id, note: body.note ?? '' });
    return { body: (await shownRules())(await rowOf(db, alarm)) };
  });
}

type Row = Selectable<Tables['alarms']>;

async function rowOf(db: Database, id: string): Promise<Row> {
  const row = await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  return row;
}

async function acknowledge(
  { db, clock, rng }: AlarmDeps,
  alarm: string,
  { by, note }: { readonly by: string; readonly note: string },
): Promise<void> {
  const atMs = clock.wallMs();
  await transact(db, async (trx) => {
    const first = await trx
      .updateTable('alarms')
      .set({ ack_ms: atMs, ack_by: by, ack_note: note })
      .where('id', '=', alarm)
      .where('ack_ms', 'is', null)
      .returning('id')
      .execute();
    if (first.length === 0) return;
    const id = newId('AC_', (count) => rng.bytes(count), 20);
    await trx
      .insertInto('alarm_changes')
      .values({ id, alarm, at_ms: atMs, kind: 'acknowledged', by_id: by, note })
      .execute();
  });
}

function shownAlarm(row: Row, silences: readonly Silence[], wallMs: number): Static<typeof Alarm> {
  const labels: Record<string, string> = JSON.parse(row.labels);
  const { id, rule, subject, state, text } = row;
  const allLabels = { ...labels, rule, subject };
  return {
    id,
    rule,
    subject,
    severity: row.severity as Static<typeof Alarm>['severity'],
    state,
    value: Number(row.value),
    limit: Number(row.limit_value),
    unit: ruleOf(rule)?.unit ?? '',
    labels,
    text,
    startedAt: timeText(row.started_ms),
    ...(row.ended_ms !== null && { endedAt: timeText(row.ended_ms) }),
    ...(row.inhibited_by !== '' && { inhibitedBy: row.inhibited_by }),
    isSilenced:
      state !== 'over' &&
      silences.some((one) => one.startsMs <= wallMs && wallMs < one.endsMs && matchesLabels(allLabels, one.matchers)),
    ...(row.ack_ms !== null && { acknowledged: { at: timeText(row.ack_ms), by: row.ack_by, note: row.ack_note } }),
  };
}

const shownNotification = (row: Selectable<Tables['alarm_notifications']>): Static<typeof AlarmNotification> => ({
  id: row.id,
  receiver: row.receiver,
  receiverName: row.receiver_name,
  state: row.state,
  attempts: row.attempts,
  createdAt: timeText(row.created_ms),
  ...(row.done_ms !== null && { doneAt: timeText(row.done_ms) }),
  ...(row.last_status !== null && { lastStatus: row.last_status }),
  ...(row.last_error !== '' && { lastError: row.last_error }),
});
