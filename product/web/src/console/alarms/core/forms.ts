import type {
  AlarmMatcher,
  AlarmReceiver,
  AlarmReceiverChange,
  AlarmRule,
  AlarmRuleChange,
  AlarmSeverity,
  NewAlarmReceiver,
} from '../../types.ts';
import { limitText, parsedLimit } from './figures.ts';

export const areComplete = (matchers: readonly AlarmMatcher[]): boolean =>
  matchers.every(({ name, value }) => name.trim() !== '' && value.trim() !== '');

/** Limits of a silence. One of more than a year would be forgotten; the rule can be switched off instead. */
const HOURS = { least: 0.1, most: 8760 } as const;

export function hoursOf(text: string): number | undefined {
  const hours = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && hours >= HOURS.least && hours <= HOURS.most ? hours : undefined;
}

export type ReceiverKind = AlarmReceiver['kind'];
export const receiverKinds = ['webhook', 'mail', 'sms', 'alertmanager'] as const satisfies readonly ReceiverKind[];

export interface ReceiverForm {
  readonly kind: ReceiverKind;
  readonly name: string;
  readonly severity: AlarmSeverity;
  readonly matchers: readonly AlarmMatcher[];
  readonly afterMinutes: string;
  readonly repeatMinutes: string;
  readonly enabled: boolean;
  readonly url: string;
  /** Recipients, one per line. */
  readonly to: string;
  /** Headers, one "Name: value" per line. */
  readonly headers: string;
  readonly body: string;
}
export type ReceiverField = Exclude<keyof ReceiverForm, 'enabled' | 'severity'>;

export const emptyReceiver: ReceiverForm = {
  kind: 'webhook',
  name: '',
  severity: 'warning',
  matchers: [],
  afterMinutes: '0',
  repeatMinutes: '0',
  enabled: true,
  url: '',
  to: '',
  headers: 'Content-Type: application/json',
  body: '{"to": "{to}", "text": "{text}"}',
};

/** Returns the form for a receiver. Its secret fields are empty; those left empty stay unchanged. */
export const formOf = (receiver: AlarmReceiver): ReceiverForm => ({
  ...receiver,
  afterMinutes: String(receiver.afterMinutes),
  repeatMinutes: String(receiver.repeatMinutes),
  url: receiver.url ?? '',
  to: (receiver.to ?? []).join('\n'),
  headers: '',
  body: '',
});

/** Fields of each kind beyond those that all kinds share. */
export const fieldsOf: Readonly<Record<ReceiverKind, readonly ReceiverField[]>> = {
  webhook: ['url', 'repeatMinutes'],
  mail: ['to', 'repeatMinutes'],
  sms: ['url', 'to', 'headers', 'body', 'repeatMinutes'],
  alertmanager: ['url'],
};

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const MINUTES_MAX = { afterMinutes: 1440, repeatMinutes: 10_080 } as const;

function minutesOf(text: string, maxMinutes: number): number | undefined {
  return /^\d{1,6}$/.test(text.trim()) && Number(text) <= maxMinutes ? Number(text) : undefined;
}

/** Parses headers, one per line. Returns undefined if a line is malformed. */
export function headersOf(text: string): Record<string, string> | undefined {
  const pairs = lines(text).map((line) => /^([!#$%&'*+.^_`|~\w-]+):\s*(.+)$/.exec(line));
  const found = pairs.flatMap((pair) => (pair?.[1] === undefined || pair[2] === undefined ? [] : [[pair[1], pair[2]]]));
  return found.length === pairs.length ? Object.fromEntries(found) : undefined;
}

const originOf = (url = ''): string => (URL.canParse(url) ? new URL(url).origin : '');

/** Returns whether the origin changed: the API keeps secret fields only for the origin for which they were set. */
export const hasMoved = ({ url }: Pick<ReceiverForm, 'url'>, before: Pick<AlarmReceiver, 'url'>): boolean =>
  originOf(url.trim()) !== originOf(before.url);

/**
 * Returns the invalid fields. `before`: the receiver before the change; a new receiver, or a new host, needs its secret
 * fields filled in.
 */
export function receiverErrors(
  form: ReceiverForm,
  before: Pick<AlarmReceiver, 'url'> | undefined,
): readonly ReceiverField[] {
  const isMoved = before !== undefined && hasMoved(form, before);
  const has = (field: ReceiverField): boolean => fieldsOf[form.kind].includes(field);
  const isWrong: Readonly<Partial<Record<ReceiverField, boolean>>> = {
    name: form.name.trim() === '',
    matchers: !areComplete(form.matchers),
    afterMinutes: minutesOf(form.afterMinutes, MINUTES_MAX.afterMinutes) === undefined,
    repeatMinutes: has('repeatMinutes') && minutesOf(form.repeatMinutes, MINUTES_MAX.repeatMinutes) === undefined,
    url: has('url') && !/^https?:\/\/[^/\s]+/.test(form.url.trim()),
    to: has('to') && (form.kind === 'sms' ? lines(form.to).length !== 1 : lines(form.to).length === 0),
    headers: has('headers') && (headersOf(form.headers) === undefined || (isMoved && lines(form.headers).length === 0)),
    body: has('body') && (before === undefined || isMoved || form.body !== '') && !form.body.includes('{text}'),
  };
  return (Object.keys(isWrong) as ReceiverField[]).filter((field) => isWrong[field]);
}

/** Returns only the fields of the receiver's kind; the form must be valid. */
export function receiverBody(form: ReceiverForm, isNew: true): NewAlarmReceiver;
export function receiverBody(form: ReceiverForm, isNew: false): AlarmReceiverChange;
export function receiverBody(form: ReceiverForm, isNew: boolean): NewAlarmReceiver | AlarmReceiverChange {
  const { kind, severity, enabled } = form;
  const has = (field: ReceiverField): boolean => fieldsOf[kind].includes(field);
  return {
    ...(isNew && { kind }),
    name: form.name.trim(),
    severity,
    matchers: form.matchers.map(({ name, value }) => ({ name: name.trim(), value: value.trim() })),
    afterMinutes: Number(form.afterMinutes),
    enabled,
    ...(has('repeatMinutes') && { repeatMinutes: Number(form.repeatMinutes) }),
    ...(has('url') && { url: form.url.trim() }),
    ...(has('to') && { to: lines(form.to) }),
    ...(has('headers') && (isNew || form.headers.trim() !== '') && { headers: headersOf(form.headers) ?? {} }),
    ...(has('body') && (isNew || form.body !== '') && { body: form.body }),
  };
}

export interface RuleForm {
  readonly severity: AlarmSeverity;
  readonly limit: string;
  readonly forS: string;
  readonly isOn: boolean;
}
export type RuleField = 'limit' | 'forS';

export const ruleForm = ({ severity, limit, unit, forS, isOff }: Omit<AlarmRule, 'usual'>): RuleForm => ({
  severity,
  limit: limitText(limit, unit),
  forS: String(forS),
  isOn: !isOff,
});

export const usualForm = (rule: AlarmRule): RuleForm => ruleForm({ ...rule, ...rule.usual, isOff: false });

export const isUsual = ({ severity, limit, forS, isOff, usual }: AlarmRule): boolean =>
  severity === usual.severity && limit === usual.limit && forS === usual.forS && !isOff;

const FOR_S_MAX = 86_400;

export function ruleErrors({ limit, forS }: RuleForm, { unit }: Pick<AlarmRule, 'unit'>): readonly RuleField[] {
  const isDuration = /^\d{1,5}$/.test(forS.trim()) && Number(forS) <= FOR_S_MAX;
  return [
    ...(parsedLimit(limit, unit) === undefined ? ['limit' as const] : []),
    ...(isDuration ? [] : ['forS' as const]),
  ];
}

/** Returns the body of the request. Default values are null, so that they follow later changes of the default. */
export function ruleChange(form: RuleForm, { unit, usual }: AlarmRule): AlarmRuleChange {
  const limit = parsedLimit(form.limit, unit) ?? usual.limit;
  const forS = Number(form.forS);
  return {
    severity: form.severity === usual.severity ? null : form.severity,
    limit: limit === usual.limit ? null : limit,
    forS: forS === usual.forS ? null : forS,
    isOff: !form.isOn,
  };
}
