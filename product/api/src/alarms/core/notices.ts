// Decides which alarms each receiver is informed of, and when.
import type { Entry, JudgeState, Transition } from './judge.ts';
import { type Severity, severities } from './rule.ts';

/**
 * A label, `rule` or `subject`, and its value. All matchers of a list must match; an empty list matches every alarm.
 */
export interface Matcher {
  readonly name: string;
  readonly value: string;
}

export interface Receiver {
  readonly id: string;
  readonly severity: Severity;
  readonly matchers: readonly Matcher[];
  /** Escalation: delay after an alarm fired, unless it is acknowledged meanwhile; 0 for no delay. */
  readonly afterMs: number;
  /** Interval of repeats while an unacknowledged alarm lasts; 0: no repeats. */
  readonly repeatMs: number;
  /** Acknowledged alarms are repeated as well, because the receiver resolves an alarm that is not repeated. */
  readonly repeatsAcknowledged?: boolean;
}

export interface Silence {
  readonly matchers: readonly Matcher[];
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface Notice {
  readonly receiver: string;
  readonly items: readonly NoticeItem[];
}
export interface NoticeItem {
  readonly kind: 'fired' | 'repeated' | 'cleared';
  readonly entry: Entry;
}

export interface NoticeInput {
  readonly transitions: readonly Transition[];
  readonly receivers: readonly Receiver[];
  readonly silences: readonly Silence[];
  readonly acknowledged: ReadonlySet<number>;
  readonly wallMs: number;
}

/** Limit of items in a notice. Receivers with `repeatsAcknowledged` get several notices instead. */
export const ITEMS_MAX = 100;

/** Returns due notices and the new state. Silenced alarms that still fire become due when the silence ends. */
export function noticesOf(
  state: JudgeState,
  ask: NoticeInput,
): { readonly state: JudgeState; readonly notices: readonly Notice[] } {
  const informed = new Map<string, Record<string, number>>();
  const open = Object.entries(state.entries).filter(([, { alarm }]) => alarm > 0);
  const notices = ask.receivers.flatMap((receiver): Notice[] => {
    const items: NoticeItem[] = [];
    for (const [key, entry] of open) {
      const kind = dueKind(entry, receiver, state.atMs, ask);
      if (kind === undefined) continue;
      items.push({ kind, entry });
      informed.set(key, { ...informed.get(key), [receiver.id]: state.atMs });
    }
    for (const { kind, entry } of ask.transitions)
      if (kind === 'cleared' && entry.informed[receiver.id] !== undefined) items.push({ kind, entry });
    const most = receiver.repeatsAcknowledged === true ? ITEMS_MAX : items.length;
    const parts = Math.ceil(items.length / Math.max(1, most));
    return Array.from({ length: parts }, (_, part) => ({
      receiver: receiver.id,
      items: items.slice(part * most, (part + 1) * most),
    }));
  });
  const entries = { ...state.entries };
  for (const [key, informedNow] of informed) {
    const entry = entries[key];
    if (entry !== undefined) entries[key] = { ...entry, informed: { ...entry.informed, ...informedNow } };
  }
  return { state: { ...state, entries }, notices };
}

export const isSilenced = (entry: Entry, silences: readonly Silence[], wallMs: number): boolean =>
  silences.some(({ matchers, startsMs, endsMs }) => startsMs <= wallMs && wallMs < endsMs && matches(entry, matchers));

export const matches = ({ rule, labels, subject }: Entry, matchers: readonly Matcher[]): boolean =>
  matchesLabels({ ...labels, rule, subject }, matchers);

export const matchesLabels = (labels: Readonly<Record<string, string>>, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ name, value }) => labels[name] === value);

function dueKind(
  entry: Entry,
  receiver: Receiver,
  nowMs: number,
  { silences, acknowledged, wallMs }: NoticeInput,
): NoticeItem['kind'] | undefined {
  const informedMs = entry.informed[receiver.id];
  // An alarm that is no longer firing is due no notice but that of its end.
  if (entry.phase !== 'firing' || entry.inhibitedBy !== '') return undefined;
  if (severities.indexOf(entry.severity) < severities.indexOf(receiver.severity)) return undefined;
  if (!matches(entry, receiver.matchers) || isSilenced(entry, silences, wallMs)) return undefined;
  const isAcknowledged = acknowledged.has(entry.alarm);
  if (informedMs === undefined) {
    if (receiver.afterMs === 0) return 'fired';
    return !isAcknowledged && nowMs - entry.firedMs >= receiver.afterMs ? 'fired' : undefined;
  }
  const isDue = receiver.repeatMs > 0 && nowMs - informedMs >= receiver.repeatMs;
  return isDue && (!isAcknowledged || receiver.repeatsAcknowledged === true) ? 'repeated' : undefined;
}
