import type { Clock } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { timeMs, timeText } from '../http/time.ts';
import type { Tables } from '../store/tables.ts';
import type { Alarms } from './alarms.ts';
import type { RuleInForce } from './core/judge.ts';
import { type AlarmReceivers, RECEIVERS_MAX, type ReceiverRow } from './receivers.ts';
import {
  AlarmAttempt,
  AlarmReceiver,
  AlarmReceiverChange,
  AlarmReceiverWithSecret,
  AlarmRuleChange,
  AlarmRuleSchema,
  AlarmSilence,
  NewAlarmReceiver,
  NewAlarmSilence,
} from './schemas.ts';
import { ruleOf, SILENCES_MAX } from './settings.ts';

const id = Type.String({ maxLength: 64 });
const ofSilence = Type.Object({ silence: id });
const ofReceiver = Type.Object({ receiver: id });

const ofOperator = operations({ tag: 'Alarms', scope: 'operator' });
const listAlarmSilences = ofOperator('listAlarmSilences', 'GET /alarm-silences', {
  summary: 'List silences that are in force or will be.',
  answers: { 200: Type.Object({ silences: Type.Array(AlarmSilence) }, { title: 'AlarmSilences' }) },
});
const createAlarmSilence = ofOperator('createAlarmSilence', 'POST /alarm-silences', {
  summary: 'Silence some alarms until a time. They are still listed.',
  description: `At most ${SILENCES_MAX} silences. Alarms that still fire when a silence ends are sent then.`,
  body: NewAlarmSilence,
  answers: { 201: AlarmSilence },
  problems: ['QUOTA_EXCEEDED'],
});
const deleteAlarmSilence = ofOperator('deleteAlarmSilence', 'DELETE /alarm-silences/{silence}', {
  params: ofSilence,
  summary: 'End a silence now.',
  answers: { 204: Type.Null() },
  problems: ['NOT_FOUND'],
});
const listAlarmReceivers = ofOperator('listAlarmReceivers', 'GET /alarm-receivers', {
  summary: 'List receivers of alarms.',
  answers: { 200: Type.Object({ receivers: Type.Array(AlarmReceiver) }, { title: 'AlarmReceivers' }) },
});
const createAlarmReceiver = ofOperator('createAlarmReceiver', 'POST /alarm-receivers', {
  summary: 'Create a receiver of alarms: webhook, mail, text message, or Alertmanager.',
  description: `At most ${RECEIVERS_MAX} receivers. Alarms that already fire are sent to the new receiver, too.`,
  body: NewAlarmReceiver,
  answers: { 201: AlarmReceiverWithSecret },
  problems: ['QUOTA_EXCEEDED', 'TARGET_REFUSED'],
});
const receiverOperation = operations({ tag: 'Alarms', scope: 'operator', params: ofReceiver });
const changeAlarmReceiver = receiverOperation('changeAlarmReceiver', 'PATCH /alarm-receivers/{receiver}', {
  summary: 'Change a receiver of alarms.',
  description:
    'If the scheme, host or port of `url` changes, `headers` and `body` must be given again: stored secrets are sent only to the host for which they were given.',
  body: AlarmReceiverChange,
  answers: { 200: AlarmReceiver },
  problems: ['NOT_FOUND', 'TARGET_REFUSED'],
});
const deleteAlarmReceiver = receiverOperation('deleteAlarmReceiver', 'DELETE /alarm-receivers/{receiver}', {
  summary: 'Delete a receiver of alarms. Its notifications stay in the history.',
  answers: { 204: Type.Null() },
  problems: ['NOT_FOUND'],
});
const testAlarmReceiver = receiverOperation('testAlarmReceiver', 'POST /alarm-receivers/{receiver}/test', {
  summary: 'Send a test notification now.',
  answers: { 200: AlarmAttempt },
  problems: ['NOT_FOUND'],
});
const listAlarmRules = ofOperator('listAlarmRules', 'GET /alarm-rules', {
  summary: 'List the alarm rules, their limits and where the limits come from.',
  answers: { 200: Type.Object({ rules: Type.Array(AlarmRuleSchema) }, { title: 'AlarmRules' }) },
});
const changeAlarmRule = ofOperator('changeAlarmRule', 'PATCH /alarm-rules/{rule}', {
  params: Type.Object({ rule: id }),
  summary: 'Change the limit, duration or severity of a rule, or switch it off.',
  description: 'Takes effect within 5 s. When a rule is switched off, its alarms end.',
  body: AlarmRuleChange,
  answers: { 200: AlarmRuleSchema },
  problems: ['NOT_FOUND'],
});

export interface AlarmSettingsDeps {
  readonly clock: Clock;
  readonly alarms: Alarms;
}

export function addAlarmSettingsOperations(routes: Routes, { clock, alarms }: AlarmSettingsDeps): void {
  const { settings, receivers, sending } = alarms;
  routes.add(listAlarmSilences, async () => ({ body: { silences: (await settings.silences()).map(shownSilence) } }));
  routes.add(createAlarmSilence, async ({ body, principal }) => {
    const { matchers, reason } = body;
    const startsMs = body.startsAt === undefined ? clock.wallMs() : timeMs(body.startsAt);
    const by = principal.id;
    const row = await settings.addSilence({ matchers, reason, by, startsMs, endsMs: timeMs(body.endsAt) });
    return { body: shownSilence(row) };
  });
  routes.add(deleteAlarmSilence, ({ params }) => settings.endSilence(params.silence));
  routes.add(listAlarmReceivers, async () => ({
    body: { receivers: (await receivers.list()).map((row) => shownReceiver(receivers, row)) },
  }));
  routes.add(createAlarmReceiver, async ({ body: { kind, ...body } }) => {
    const { row, secret } = await receivers.add(kind, body);
    return { body: { ...shownReceiver(receivers, row), ...(secret !== undefined && { secret }) } };
  });
  routes.add(changeAlarmReceiver, async ({ params, body }) => ({
    body: shownReceiver(receivers, await receivers.change(params.receiver, body)),
  }));
  routes.add(deleteAlarmReceiver, ({ params }) => receivers.remove(params.receiver));
  routes.add(testAlarmReceiver, async ({ params }) => {
    const { status, error, tookMs } = await sending.test(params.receiver);
    const delivered = status >= 200 && status < 300;
    return { body: { delivered, status, ...(error !== '' && { error }), tookMs } };
  });
  routes.add(listAlarmRules, async () => ({ body: { rules: (await settings.rules()).map(shownRule) } }));
  routes.add(changeAlarmRule, async ({ params, body }) => ({
    body: shownRule(await settings.changeRule(params.rule, body)),
  }));
}

const shownSilence = (row: Selectable<Omit<Tables['alarm_silences'], 'matchers'>> & { matchers: unknown }) => ({
  id: row.id,
  matchers: (typeof row.matchers === 'string' ? JSON.parse(row.matchers) : row.matchers) as Static<
    typeof AlarmSilence
  >['matchers'],
  startsAt: timeText(row.starts_ms),
  endsAt: timeText(row.ends_ms),
  reason: row.reason,
  by: row.by_id,
  createdAt: timeText(row.created_ms),
});

function shownReceiver(receivers: AlarmReceivers, row: ReceiverRow): Static<typeof AlarmReceiver> {
  const { url, to } = receivers.targetOf(row);
  return {
    id: row.id,
    kind: row.kind as Static<typeof AlarmReceiver>['kind'],
    name: row.name,
    severity: row.severity as Static<typeof AlarmReceiver>['severity'],
    matchers: JSON.parse(row.matchers),
    afterMinutes: row.after_ms / 60_000,
    repeatMinutes: row.repeat_ms / 60_000,
    enabled: row.is_enabled === 1,
    ...(url !== undefined && { url }),
    ...(to !== undefined && { to: [...to] }),
    createdAt: timeText(row.created_ms),
    updatedAt: timeText(row.updated_ms),
  };
}

function shownRule(rule: RuleInForce): Static<typeof AlarmRuleSchema> {
  const { id, severity, reason, limit, unit, limitSource, forMs, clearForMs, isOff = false } = rule;
  const defaultRule = ruleOf(id) ?? rule;
  return {
    id,
    severity,
    reason,
    limit,
    unit,
    limitSource,
    forS: forMs / 1000,
    clearForS: clearForMs / 1000,
    isOff,
    usual: { severity: defaultRule.severity, limit: defaultRule.limit, forS: defaultRule.forMs / 1000 },
  };
}
