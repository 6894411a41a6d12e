import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { severities } from './core/rule.ts';
import { receiverKinds } from './receivers.ts';

const text = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description !== undefined && { description }) });
const labelText = Type.String({ minLength: 1, maxLength: 200 });

export const Severity = Type.Unsafe<(typeof severities)[number]>({ type: 'string', enum: [...severities] });
export const Matchers = Type.Array(Type.Object({ name: labelText, value: labelText }, { title: 'AlarmMatcher' }), {
  maxItems: 10,
  description: 'Labels, `rule` or `subject`, with the value that each has: all hold. Empty: every alarm.',
});

export const Alarm = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    subject: Type.String({ description: 'Node, host, region, "SITE - SITE": what it is about.' }),
    severity: Severity,
    state: Type.String({ description: 'firing; clearing: it is good, but not for long enough; over' }),
    value: Type.Number(),
    limit: Type.Number(),
    unit: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    text: Type.String({ description: 'English.' }),
    startedAt: Time,
    endedAt: Type.Optional(Time),
    inhibitedBy: Type.Optional(Type.String({ description: '"RULE SUBJECT" of the alarm that has caused it.' })),
    isSilenced: Type.Boolean(),
    acknowledged: Type.Optional(Type.Object({ at: Time, by: Type.String(), note: Type.String() })),
  },
  { title: 'Alarm' },
);
export const OpenAlarms = Type.Object(
  {
    alarms: Type.Array(Alarm),
    judgedAt: Type.Optional(Time),
  },
  { title: 'OpenAlarms' },
);
export const AlarmNotification = Type.Object(
  {
    id: Type.String({ description: 'The webhook-id of its requests.' }),
    receiver: Type.String(),
    receiverName: Type.String(),
    state: Type.String({ description: 'pending, delivered, failed, cancelled' }),
    attempts: Type.Integer(),
    createdAt: Time,
    doneAt: Type.Optional(Time),
    lastStatus: Type.Optional(Type.Integer({ description: 'Of the last answer; 0: there was none.' })),
    lastError: Type.Optional(Type.String()),
  },
  { title: 'AlarmNotification' },
);
export const AlarmStory = Type.Object(
  {
    ...Alarm.properties,
    changes: Type.Array(
      Type.Object(
        {
          at: Time,
          kind: Type.String({ description: 'fired, acknowledged, cleared' }),
          by: Type.Optional(Type.String()),
          note: Type.String(),
        },
        { title: 'AlarmChange' },
      ),
    ),
    notifications: Type.Array(AlarmNotification, { description: 'The newest 200.' }),
  },
  { title: 'AlarmStory' },
);

export const AlarmSilence = Type.Object(
  {
    id: Type.String(),
    matchers: Matchers,
    startsAt: Time,
    endsAt: Time,
    reason: Type.String(),
    by: Type.String(),
    createdAt: Time,
  },
  { title: 'AlarmSilence' },
);
export const NewAlarmSilence = Type.Object(
  {
    matchers: Type.Array(Matchers.items, { minItems: 1, maxItems: 10 }),
    startsAt: Type.Optional(Type.String({ format: 'date-time', description: 'Absent: now.' })),
    endsAt: Type.String({ format: 'date-time' }),
    reason: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { title: 'NewAlarmSilence' },
);

const kind = Type.Unsafe<(typeof receiverKinds)[number]>({
  type: 'string',
  enum: [...receiverKinds],
  description:
    'webhook: Standard Webhooks. mail: by the mail server of the api. sms: one POST to a provider. alertmanager: POST URL/api/v2/alerts, again each minute.',
});
const fields = {
  name: Type.String({ minLength: 1, maxLength: 128 }),
  severity: Type.Unsafe<(typeof severities)[number]>({
    type: 'string',
    enum: [...severities],
    description: 'From this one on.',
  }),
  matchers: Matchers,
  afterMinutes: Type.Integer({
    minimum: 0,
    maximum: 1440,
    description: '0: at once. Else of what is not acknowledged so long after it began: escalation.',
  }),
  repeatMinutes: Type.Integer({
    minimum: 0,
    maximum: 10_080,
    description: 'Once more each time while it lasts and is not acknowledged; 0: never.',
  }),
  enabled: Type.Boolean(),
  url: text(2048, 'Not of mail. Public addresses, and networks that the operator allows (egressAllow).'),
  to: Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
    maxItems: 20,
    description: 'Addresses of mail; of sms one number.',
  }),
};
const secrets = {
  headers: Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }), Type.String({ maxLength: 2048 }), {
    maxProperties: 20,
    description: 'Of sms: of its request, with the provider’s secret. Never shown.',
  }),
  body: text(
    4096,
    'Of sms: of its request. {to} and {text} are put in, written as its content-type wants. Never shown.',
  ),
};
export const AlarmReceiver = Type.Object(
  {
    id: Type.String(),
    kind,
    ...fields,
    url: Type.Optional(fields.url),
    to: Type.Optional(fields.to),
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'AlarmReceiver' },
);
export const AlarmReceiverWithSecret = Type.Object(
  {
    ...AlarmReceiver.properties,
    secret: Type.Optional(Type.String({ description: 'Of a webhook, shown this once: whsec_…' })),
  },
  { title: 'AlarmReceiverWithSecret' },
);
const changes = Type.Partial(Type.Object({ ...fields, ...secrets }));
export const NewAlarmReceiver = Type.Object(
  { ...changes.properties, kind, name: fields.name },
  { title: 'NewAlarmReceiver' },
);
export const AlarmReceiverChange = Type.Object(changes.properties, { title: 'AlarmReceiverChange' });

export const AlarmRuleSchema = Type.Object(
  {
    id: Type.String(),
    severity: Severity,
    reason: Type.String(),
    limit: Type.Number(),
    unit: Type.String(),
    limitSource: Type.String(),
    forS: Type.Number({ description: 'It is bad for so long before it fires.' }),
    clearForS: Type.Number({ description: 'It is good for so long before it is over.' }),
    isOff: Type.Boolean(),
    usual: Type.Object({ severity: Severity, limit: Type.Number(), forS: Type.Number() }),
  },
  { title: 'AlarmRule' },
);
export const AlarmRuleChange = Type.Object(
  {
    severity: Type.Optional(Type.Union([Severity, Type.Null()])),
    limit: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 1e12 }), Type.Null()])),
    forS: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 86_400 }), Type.Null()])),
    isOff: Type.Optional(Type.Boolean()),
  },
  { title: 'AlarmRuleChange', minProperties: 1, description: '`null`: as usual.' },
);
export const AlarmAttempt = Type.Object(
  {
    delivered: Type.Boolean(),
    status: Type.Integer({ description: 'Of the answer; 0: there was none. Of mail 200: the server has heard it.' }),
    error: Type.Optional(Type.String()),
    tookMs: Type.Integer(),
  },
  { title: 'AlarmAttempt' },
);
