// Content of alarm messages, in the form of each kind of receiver.
import { ITEMS_MAX, type Notice, type NoticeItem } from './notices.ts';
import { severities } from './rule.ts';

export interface ContentItem {
  readonly kind: NoticeItem['kind'] | 'tested';
  readonly alarm: string;
  readonly rule: string;
  readonly subject: string;
  readonly severity: string;
  readonly value: number;
  readonly limit: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
}
/** Content of a message, stored until its delivery and for the history. */
export interface NoticeContent {
  readonly atMs: number;
  /** At most ITEMS_MAX items, since longer messages are not read, and the page shows all. */
  readonly items: readonly ContentItem[];
  readonly more: number;
}

/** Length of a text message: four parts of GSM-7. */
const SMS_CHARACTERS_MAX = 600;
const LINES_SHOWN = 3;
/** Alertmanager resolves an alert that is not repeated within this time: three repeat intervals. */
export const ALERT_ENDS_MS = 180_000;

export const alarmId = (alarm: number): string => `al_${alarm}`;

/** Sorts ends of alarms last, since a short message drops its last items. */
function worstFirst(a: NoticeItem, b: NoticeItem): number {
  const rank = ({ kind, entry }: NoticeItem): number => (kind === 'cleared' ? -1 : severities.indexOf(entry.severity));
  return rank(b) - rank(a);
}

export function contentOf({ items }: Notice, atMs: number): NoticeContent {
  const shownItems = items
    .toSorted(worstFirst)
    .slice(0, ITEMS_MAX)
    .map(({ kind, entry }): ContentItem => {
      const { rule, subject, severity, value, limit, labels, text, alarm } = entry;
      return { kind, alarm: alarmId(alarm), rule, subject, severity, value, limit, labels, text };
    });
  return { atMs, items: shownItems, more: items.length - shownItems.length };
}

export function subjectOf({ items, more }: NoticeContent): string {
  const [first] = items;
  const count = items.length + more;
  if (first === undefined || first.kind === 'tested') return 'Test of an alarm receiver';
  const worst = ['critical', 'warning', 'info'].find((severity) => items.some((item) => item.severity === severity));
  const areAllCleared = items.every(({ kind }) => kind === 'cleared');
  const head = areAllCleared ? 'over' : (worst ?? 'info');
  return count === 1 ? `[${head}] ${first.rule}: ${first.subject}` : `[${head}] ${count} alarms, ${first.rule} first`;
}

export function textOf(content: NoticeContent): string {
  const lines = content.items.map(lineOf);
  if (content.more > 0) lines.push(`… and ${content.more} more.`);
  return `${lines.join('\n')}\n`;
}

export function smsOf(content: NoticeContent): string {
  const lines = content.items.slice(0, LINES_SHOWN).map(lineOf);
  const left = content.items.length - lines.length + content.more;
  if (left > 0) lines.push(`and ${left} more.`);
  return lines.join('\n').slice(0, SMS_CHARACTERS_MAX);
}

export const webhookBodyOf = (id: string, { atMs, items, more }: NoticeContent): string =>
  JSON.stringify({
    id,
    event: items[0]?.kind === 'tested' ? 'alarms.tested' : 'alarms.changed',
    createdAt: new Date(atMs).toISOString(),
    alarms: items,
    more,
  });

/** Returns the body of POST /api/v2/alerts. `startedMs`: start of each alarm, by its id. */
export function alertsOf({ atMs, items }: NoticeContent, startedMs: ReadonlyMap<string, number>): string {
  return JSON.stringify(
    items.map(({ kind, alarm, rule, subject, severity, labels, text }) => ({
      labels: { ...labels, alertname: rule, severity, subject },
      annotations: { summary: text, alarm },
      startsAt: new Date(startedMs.get(alarm) ?? atMs).toISOString(),
      endsAt: new Date(kind === 'cleared' ? atMs : atMs + ALERT_ENDS_MS).toISOString(),
    })),
  );
}

/** Escapes the values of `{to}` and `{text}` for the body's media type. */
export function smsBodyOf(template: string, mediaType: string, values: { to: string; text: string }): string {
  const write = mediaType.includes('json')
    ? (text: string): string => JSON.stringify(text).slice(1, -1)
    : mediaType.includes('x-www-form-urlencoded')
      ? encodeURIComponent
      : (text: string): string => text;
  // Half a character, where a text was cut, cannot be percent-encoded.
  return template.replace(/\{(to|text)\}/g, (_, name: 'to' | 'text') => write(values[name].toWellFormed()));
}

const prefixOfKind: Readonly<Record<ContentItem['kind'], string>> = {
  fired: '',
  repeated: 'still: ',
  cleared: 'over: ',
  tested: '',
};
const lineOf = ({ kind, severity, text }: ContentItem): string => `${severity}: ${prefixOfKind[kind]}${text}`;
