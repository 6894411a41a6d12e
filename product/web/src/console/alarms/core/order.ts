// Order of open alarms: causes above the alarms they inhibit, worst and newest first.
import { type Alarm, type AlarmMatcher, type AlarmSeverity, alarmSeverities } from '../../types.ts';

export interface AlarmGroup {
  readonly alarm: Alarm;
  /** Alarms that it inhibits, directly or through another inhibited alarm. */
  readonly inhibited: readonly Alarm[];
}

/** Returns an alarm's key in the format of `inhibitedBy`. */
export const keyOf = ({ rule, subject }: Pick<Alarm, 'rule' | 'subject'>): string => `${rule} ${subject}`;

/** Sorts critical alarms first, then the newest. */
export const ordered = (alarms: readonly Alarm[]): readonly Alarm[] =>
  alarms.toSorted(
    (a, b) =>
      alarmSeverities.indexOf(a.severity) - alarmSeverities.indexOf(b.severity) ||
      Date.parse(b.startedAt) - Date.parse(a.startedAt) ||
      b.id.localeCompare(a.id, 'en', { numeric: true }),
  );

/** Groups alarms by cause, each once. An alarm whose cause is not in the list forms its own group. */
export function groupsOf(alarms: readonly Alarm[]): readonly AlarmGroup[] {
  const byKey = new Map(alarms.map((alarm) => [keyOf(alarm), alarm]));
  const byRoot = Map.groupBy(ordered(alarms), (alarm) => rootOf(alarm, byKey));
  return ordered([...byRoot.keys()]).map((alarm) => ({
    alarm,
    inhibited: (byRoot.get(alarm) ?? []).filter((one) => one !== alarm),
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
  return alarm; // a cycle has no cause
}

export interface AlarmFilter {
  /** Severity to show; '' for all. */
  readonly severity: AlarmSeverity | '';
  readonly text: string;
}
export const noFilter: AlarmFilter = { severity: '', text: '' };

/** Returns the alarms whose own texts, or text of `wordsOf`, contain every word of the filter. */
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

/**
 * Age of the last judging from which it counts as outdated. The API judges every 5 s
 * (product/api/src/alarms/judging.ts), so twelve rounds are missing, or a clock is wrong.
 */
const UNJUDGED_MS = 60_000;

/**
 * Returns whether the alarms are outdated because no judging took place for long. False for an API that does not report
 * the time.
 */
export const isUnjudged = (judgedAt: string | undefined, nowMs: number): boolean =>
  judgedAt !== undefined && nowMs - Date.parse(judgedAt) > UNJUDGED_MS;

export interface AlarmBadge {
  readonly count: number;
  readonly hasCritical: boolean;
}

/** Counts alarms that need a person: not silenced, acknowledged or inhibited. */
export function badgeOf(alarms: readonly Alarm[]): AlarmBadge {
  const waiting = alarms.filter(
    ({ isSilenced, acknowledged, inhibitedBy }) =>
      !isSilenced && acknowledged === undefined && inhibitedBy === undefined,
  );
  return { count: waiting.length, hasCritical: waiting.some(({ severity }) => severity === 'critical') };
}

/** Returns matchers for a silence of this alarm, narrowest first. Drops values that a matcher cannot have. */
export function matchersOf({ rule, subject, labels }: Pick<Alarm, 'rule' | 'subject' | 'labels'>): AlarmMatcher[] {
  const { rule: _rule, subject: _subject, ...otherLabels } = labels;
  return Object.entries({ rule, subject, ...otherLabels })
    .filter(([name, value]) => name !== '' && value !== '' && name.length <= LABEL_MAX && value.length <= LABEL_MAX)
    .map(([name, value]) => ({ name, value }));
}

/** Limits of matchers (product/api/src/alarms/schemas.ts). */
export const LABEL_MAX = 200;
export const MATCHERS_MAX = 10;

/** Matches as the API does: all matchers must hold, so an empty list matches every alarm. */
export const matches = ({ rule, subject, labels }: Alarm, matchers: readonly AlarmMatcher[]): boolean => {
  const values: Readonly<Record<string, string>> = { ...labels, rule, subject };
  return matchers.every(({ name, value }) => values[name] === value);
};
