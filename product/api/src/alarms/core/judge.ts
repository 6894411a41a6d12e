// The state machine of alarms, driven by facts and judged time.
//
// Times are judge time, which advances only while a judge runs, by the monotonic clock of its process. So no wall
// clock, of a node or of the api, makes an alarm earlier or later.
import { type AlarmIdentity, inhibits } from './inhibition.ts';
import type { AlarmFacts, AlarmRule, JudgedSubject, Severity } from './rule.ts';

export type Phase = 'pending' | 'firing' | 'clearing';

export interface Entry extends AlarmIdentity {
  readonly subject: string;
  readonly severity: Severity;
  readonly phase: Phase;
  /** Judge time at which the phase began. */
  readonly sinceMs: number;
  readonly value: number;
  readonly limit: number;
  readonly text: string;
  /** Number of the alarm; 0 until the entry fires. */
  readonly alarm: number;
  readonly firedMs: number;
  /** Key of the entry that inhibits this one; '' for none. */
  readonly inhibitedBy: string;
  /** Judge time of the last notice, by receiver. */
  readonly informed: Readonly<Record<string, number>>;
}

export interface JudgeState {
  readonly atMs: number;
  readonly alarms: number;
  readonly entries: Readonly<Record<string, Entry>>;
}

export interface Transition {
  readonly kind: 'fired' | 'cleared';
  readonly key: string;
  readonly entry: Entry;
}

export type RuleInForce = AlarmRule & { readonly isOff?: boolean };

export const noState: JudgeState = { atMs: 0, alarms: 0, entries: {} };
export const keyOf = (rule: string, subject: string): string => `${rule} ${subject}`;

/**
 * Limit of entries. Firing entries are always added, pending ones only below the limit: by then, their common cause has
 * fired.
 */
export const ENTRIES_MAX = 2_000;

/**
 * Judges at `nowMs` (judge time). While facts are unknown, an alarm's time stands still; a rule that is off has no
 * alarms.
 */
export function judge(
  state: JudgeState,
  facts: AlarmFacts,
  rules: readonly RuleInForce[],
  nowMs: number,
): { readonly state: JudgeState; readonly transitions: readonly Transition[] } {
  const entries = new Map<string, Entry>();
  const transitions: Transition[] = [];
  let { alarms } = state;
  const before = Map.groupBy(Object.entries(state.entries), ([, { rule }]) => rule);
  const passedMs = nowMs - state.atMs;
  for (const rule of rules) {
    const old = new Map(before.get(rule.id));
    const judged = rule.isOff === true ? [] : rule.judge(facts, rule.limit);
    if (judged === undefined) {
      for (const [key, entry] of old) entries.set(key, { ...entry, sinceMs: entry.sinceMs + passedMs });
      continue;
    }
    for (const one of judged) {
      const key = keyOf(rule.id, one.subject);
      const entry = old.get(key);
      old.delete(key);
      if (entry === undefined && (!one.isBad || entries.size >= ENTRIES_MAX)) continue;
      const next = nextEntry(entry, one, rule, nowMs);
      const fired = next?.phase === 'firing' && next.alarm === 0 ? { ...next, alarm: ++alarms } : next;
      if (fired !== undefined) entries.set(key, fired);
      if (fired !== next && fired !== undefined) transitions.push({ kind: 'fired', key, entry: fired });
      if (fired === undefined && entry !== undefined && entry.alarm > 0)
        transitions.push({ kind: 'cleared', key, entry: { ...entry, value: one.value, text: one.text } });
    }
    // A subject that the rule no longer returns counts as good.
    for (const [key, entry] of old) {
      const next = rule.isOff === true ? undefined : nextEntry(entry, { ...entry, isBad: false }, rule, nowMs);
      if (next !== undefined) entries.set(key, next);
      else if (entry.alarm > 0) transitions.push({ kind: 'cleared', key, entry });
    }
  }
  return { state: { atMs: nowMs, alarms, entries: Object.fromEntries(withCauses(entries)) }, transitions };
}

/** Returns undefined for a good subject without an alarm, which needs no entry. */
function nextEntry(entry: Entry | undefined, judged: JudgedSubject, rule: AlarmRule, nowMs: number): Entry | undefined {
  const { subject, labels, text, value } = judged;
  const { id, source, severity, limit } = rule;
  const judgedFields = { rule: id, source, severity, subject, value, limit, labels, text };
  const begin = (phase: Phase): Entry => ({
    alarm: 0,
    firedMs: 0,
    inhibitedBy: '',
    informed: {},
    ...entry,
    ...judgedFields,
    phase,
    sinceMs: nowMs,
    ...(phase === 'firing' && (entry?.alarm ?? 0) === 0 && { firedMs: nowMs }),
  });
  const heldMs = nowMs - (entry?.sinceMs ?? nowMs);
  switch (entry?.phase) {
    case undefined:
      return judged.isBad ? begin(rule.forMs > 0 ? 'pending' : 'firing') : undefined;
    case 'pending':
      if (!judged.isBad) return undefined;
      return heldMs >= rule.forMs ? begin('firing') : { ...entry, ...judgedFields };
    case 'firing':
      if (judged.isBad) return { ...entry, ...judgedFields };
      return rule.clearForMs > 0 ? begin('clearing') : undefined;
    case 'clearing':
      if (judged.isBad) return begin('firing');
      return heldMs >= rule.clearForMs ? undefined : { ...entry, ...judgedFields };
  }
}

/**
 * Sets the inhibiting cause of each entry. Pending causes (noticed after their consequences) and clearing ones count,
 * too.
 */
function withCauses(entries: ReadonlyMap<string, Entry>): [string, Entry][] {
  const causes = [...entries].filter(([, { rule }]) => CAUSES.has(rule));
  return [...entries].map(([key, entry]) => {
    const inhibitedBy = causes.find(([cause, otherEntry]) => cause !== key && inhibits(otherEntry, entry))?.[0] ?? '';
    return [key, inhibitedBy === entry.inhibitedBy ? entry : { ...entry, inhibitedBy }];
  });
}

const CAUSES: ReadonlySet<string> = new Set([
  'centre-unreachable',
  'region-lost',
  'host-lost',
  'node-lost',
  'disk-full',
  'dial-region',
  'deliveries-late-many',
  'capacity',
]);
