// Open alarms as they are listed: causes above what they keep quiet, the worst and newest first. Pure.
import { type Alarm, type AlarmMatcher, type AlarmSeverity, alarmSeverities } from '../../types.ts';

export interface AlarmGroup {
  readonly alarm: Alarm;
  /** What it keeps quiet, itself or by another that it keeps quiet. */
  readonly kept: readonly Alarm[];
}

/** As `inhibitedBy` names an alarm. */
export const keyOf = ({ rule, subject }: Pick<Alarm, 'rule' | 'subject'>): string => `${rule} ${subject}`;

/** Critical ones first, then the newest. */
export const ordered = (alarms: readonly Alarm[]): readonly Alarm[] =>
  alarms.toSorted(
    (a, b) =>
      alarmSeverities.indexOf(a.severity) - alarmSeverities.indexOf(b.severity) ||
      Date.parse(b.startedAt) - Date.parse(a.startedAt) ||
      b.id.localeCompare(a.id, 'en', { numeric: true }),
  );

/** Each alarm stands once. One whose cause is not among them stands for itself. */
export function groupsOf(alarms: readonly Alarm[]): readonly AlarmGroup[] {
  const byKey = new Map(alarms.map((alarm) => [keyOf(alarm), alarm]));
  const kept = Map.groupBy(ordered(alarms), (alarm) => rootOf(alarm, byKey));
  return ordered([...kept.keys()]).map((alarm) => ({
    alarm,
    kept: (kept.get(alarm) ?? []).filter((one) => one !== alarm),
  }));
}

function rootOf(alarm: Alarm, byKey: ReadonlyMap<string, Alarm>): Alarm {
  const seen = new Set<Alarm>();
  let root = alarm;
  while (!seen.has(root)) {
    seen.add(root);
    const cause = byKey.get(root.inhibitedBy ?? '');
    if (cause === undefined) return root;
    root = cause;
  }
  return alarm; // in a ring none is the cause
}

export interface AlarmFilter {
  /** '' for all of them. */
  readonly severity: AlarmSeverity | '';
  readonly text: string;
}
export const noFilter: AlarmFilter = { severity: '', text: '' };

/** Each word of the filter's text stands in what `wordsOf` says of an alarm, or in its names. */
export function filtered(
  alarms: readonly Alarm[],
  { severity, text }: AlarmFilter,
  wordsOf: (alarm: Alarm) => string,
): readonly Alarm[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return alarms.filter((alarm) => {
    if (severity !== '' && alarm.severity !== severity) return false;
    if (words.length === 0) return true;
    const all = [wordsOf(alarm), keyOf(alarm), alarm.text, ...Object.values(alarm.labels)].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** It looks every 5 s (product/api/src/alarms/judging.ts): twelve looks are missing, or a clock is wrong. */
const UNJUDGED_MS = 60_000;

/** Whether alarms are old: nothing has judged them for long. Of an api that does not say it is not known. */
export const isUnjudged = (judgedAt: string | undefined, nowMs: number): boolean =>
  judgedAt !== undefined && nowMs - Date.parse(judgedAt) > UNJUDGED_MS;

export interface AlarmBadge {
  readonly count: number;
  readonly hasCritical: boolean;
}

/** Of those that wait for a person: not silenced, not acknowledged, not kept quiet by their cause. */
export function badgeOf(alarms: readonly Alarm[]): AlarmBadge {
  const waiting = alarms.filter(
    ({ isSilenced, acknowledged, inhibitedBy }) =>
      !isSilenced && acknowledged === undefined && inhibitedBy === undefined,
  );
  return { count: waiting.length, hasCritical: waiting.some(({ severity }) => severity === 'critical') };
}

/** By what a silence can know an alarm, the narrowest first. Values that no matcher may have are left out. */
export function matchersOf({ rule, subject, labels }: Pick<Alarm, 'rule' | 'subject' | 'labels'>): AlarmMatcher[] {
  const { rule: _rule, subject: _subject, ...others } = labels;
  return Object.entries({ rule, subject, ...others })
    .filter(([name, value]) => name !== '' && value !== '' && name.length <= LABEL_MAX && value.length <= LABEL_MAX)
    .map(([name, value]) => ({ name, value }));
}

/** Of matchers (product/api/src/alarms/schemas.ts). */
export const LABEL_MAX = 200;
export const MATCHERS_MAX = 10;

/** As the api does: all hold, of none all do. */
export const matches = ({ rule, subject, labels }: Alarm, matchers: readonly AlarmMatcher[]): boolean => {
  const named: Readonly<Record<string, string>> = { ...labels, rule, subject };
  return matchers.every(({ name, value }) => named[name] === value);
};
