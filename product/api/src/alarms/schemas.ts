import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { severities } from './core/rule.ts';
import { receiverKinds } from './core/target-issues.ts';

const text = (maxLength: number, description?: string) =>
  Type.String({ maxLength, ...(description !== undefined && { description }) });
const labelText = Type.String({ minLength: 1, maxLength: 200 });

export const Severity = Type.Unsafe<(typeof severities)[number]>({ type: 'string', enum: [...severities] });
export const Matchers = Type.Array(Type.Object({ name: labelText, value: labelText }, { title: 'AlarmMatcher' }), {
  maxItems: 10,
  description:
    'Values of labels, of `rule` or of `subject`; an alarm must match all of them. An empty list matches every alarm.',
});

export const Alarm = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    subject: Type.String({
      description: 'The node, host, region or pair of sites ("SITE - SITE") that the alarm is about.',
    }),
    severity: Severity,
    state: Type.String({ description: 'firing; clearing: the condition has ended, but not yet for long enough; over' }),
    value: Type.Number(),
    limit: Type.Number(),
    unit: Type.String(),
    labels: Type.Record(Type.String(), Type.String()),
    text: Type.String({ description: 'Text of the alarm, in English.' }),
    startedAt: Time,
    endedAt: Type.Optional(Time),
    inhibitedBy: Type.Optional(
      Type.String({
        description: '"RULE SUBJECT" of the alarm that caused this one; receivers are notified of the cause only.',
      }),
    ),
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
    id: Type.String({ description: 'Id of the notification, sent as the `webhook-id` header of its requests.' }),
    receiver: Type.String(),
    receiverName: Type.String(),
    state: Type.String({ description: 'pending, delivered, failed or cancelled' }),
    attempts: Type.Integer(),
    createdAt: Time,
    doneAt: Type.Optional(Time),
    lastStatus: Type.Optional(
      Type.Integer({ description: 'HTTP status of the last answer; 0 means that no answer came.' }),
    ),
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
          kind: Type.String({ description: 'fired, acknowledged or cleared' }),
          by: Type.Optional(Type.String()),
          note: Type.String(),
        },
        { title: 'AlarmChange' },
      ),
    ),
    notifications: Type.Array(AlarmNotification, { description: 'The newest 200 notifications.' }),
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
    startsAt: Type.Optional(Type.String({ format: 'date-time', description: 'Start of the silence. Default: now.' })),
    endsAt: Type.String({ format: 'date-time' }),
    reason: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { title: 'NewAlarmSilence' },
);

const kind = Type.Unsafe<(typeof receiverKinds)[number]>({
  type: 'string',
  enum: [...receiverKinds],
  description:
    'webhook: Standard Webhooks. mail: through the api’s mail server. sms: one POST to a provider. alertmanager: POST to URL/api/v2/alerts, repeated every minute.',
});
const fields = {
  name: Type.String({ minLength: 1, maxLength: 128 }),
  severity: Type.Unsafe<(typeof severities)[number]>({
    type: 'string',
    enum: [...severities],
    description: 'Lowest severity of which the receiver is notified.',
  }),
  matchers: Matchers,
  afterMinutes: Type.Integer({
    minimum: 0,
    maximum: 1440,
    description:
      'Minutes after the start of an alarm at which an alarm that is not acknowledged is sent (escalation); 0 sends it at once.',
  }),
  repeatMinutes: Type.Integer({
    minimum: 0,
    maximum: 10_080,
    description:
      'Minutes after which an alarm that still fires and is not acknowledged is sent again; 0 sends it once.',
  }),
  enabled: Type.Boolean(),
  url: text(
    2048,
    'URL of the receiver; not used for mail. Must be a public address or in a network that the operator allows (`egressAllow`).',
  ),
  to: Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
    maxItems: 20,
    description: 'Mail addresses, or one phone number for sms.',
  }),
};
const secrets = {
  headers: Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$' }), Type.String({ maxLength: 2048 }), {
    maxProperties: 20,
    description: 'For sms: headers of the request to the provider, including its secret. Never shown.',
  }),
  body: text(
    4096,
    'For sms: body of the request. {to} and {text} are replaced, escaped for its content type. Never shown.',
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
    secret: Type.Optional(
      Type.String({ description: 'Signing secret of a webhook, whsec_…, shown only in this answer.' }),
    ),
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
    forS: Type.Number({ description: 'Seconds that the condition must hold before the alarm fires.' }),
    clearForS: Type.Number({ description: 'Seconds that the condition must be gone before the alarm is over.' }),
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
  { title: 'AlarmRuleChange', minProperties: 1, description: 'Changes to a rule; `null` restores the usual value.' },
);
export const AlarmAttempt = Type.Object(
  {
    delivered: Type.Boolean(),
    status: Type.Integer({
      description:
        'HTTP status of the answer; 0 means that no answer came. For mail, 200 means that the mail server accepted it.',
    }),
    error: Type.Optional(Type.String()),
    tookMs: Type.Integer(),
  },
  { title: 'AlarmAttempt' },
);
