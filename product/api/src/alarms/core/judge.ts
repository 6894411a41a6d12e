// The state of every alarm, from facts and the time that was judged. Pure.
//
// Times are those of the judge: a clock that goes on only while it judges, by the monotonic clock of whoever does. No
// wall clock, of a node or of the api, makes an alarm earlier or later.
import { inhibits, type Known } from './inhibition.ts';
import type { AlarmFacts, AlarmRule, Judged, Severity } from './rule.ts';

export type Phase = 'pending' | 'firing' | 'clearing';

export interface Entry extends Known {
  readonly subject: string;
  readonly severity: Severity;
  readonly phase: Phase;
  /** Of the judge: when the phase began. */
  readonly sinceMs: number;
  readonly value: number;
  readonly limit: number;
  readonly text: string;
  /** 0: it has not fired. */
  readonly alarm: number;
  /** When it fired. */
  readonly firedMs: number;
  /** Key of the entry that keeps it quiet; ''. */
  readonly inhibitedBy: string;
  /** By receiver: when it was last informed of it. */
  readonly informed: Readonly<Record<string, number>>;
}

export interface JudgeState {
  readonly atMs: number;
  /** Alarms that there were so far: the number of the last one. */
  readonly alarms: number;
  /** By `keyOf`. */
  readonly entries: Readonly<Record<string, Entry>>;
}

export interface Transition {
  readonly kind: 'fired' | 'cleared';
  readonly key: string;
  readonly entry: Entry;
}

/** A rule with what operators have changed of it. */
export type RuleInForce = AlarmRule & { readonly isOff?: boolean };

export const noState: JudgeState = { atMs: 0, alarms: 0, entries: {} };
export const keyOf = (rule: string, subject: string): string => `${rule} ${subject}`;

/** Of what fires at once, with what is pending. Beyond it nothing more becomes pending: the cause has fired by then. */
export const ENTRIES_MAX = 2_000;

/**
 * One look. `nowMs`: of the judge, not before `state.atMs`. A rule whose facts are not known keeps its alarms as they
 * are, and their time stands still; one that is off has none.
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
      const next = stepped(entry, one, rule, nowMs);
      const fired = next?.phase === 'firing' && next.alarm === 0 ? { ...next, alarm: ++alarms } : next;
      if (fired !== undefined) entries.set(key, fired);
      if (fired !== next && fired !== undefined) transitions.push({ kind: 'fired', key, entry: fired });
      if (fired === undefined && entry !== undefined && entry.alarm > 0)
        transitions.push({ kind: 'cleared', key, entry: { ...entry, value: one.value, text: one.text } });
    }
    // What is not there any more is as one that is good.
    for (const [key, entry] of old) {
      const next = rule.isOff === true ? undefined : stepped(entry, { ...entry, isBad: false }, rule, nowMs);
      if (next !== undefined) entries.set(key, next);
      else if (entry.alarm > 0) transitions.push({ kind: 'cleared', key, entry });
    }
  }
  return { state: { atMs: nowMs, alarms, entries: Object.fromEntries(withCauses(entries)) }, transitions };
}

/** The table of states. Undefined: it is good, and nothing is kept of it. */
function stepped(entry: Entry | undefined, judged: Judged, rule: AlarmRule, nowMs: number): Entry | undefined {
  const { subject, labels, text, value } = judged;
  const { id, source, severity, limit } = rule;
  const seen = { rule: id, source, severity, subject, value, limit, labels, text };
  const begin = (phase: Phase): Entry => ({
    alarm: 0,
    firedMs: 0,
    inhibitedBy: '',
    informed: {},
    ...entry,
    ...seen,
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
      return heldMs >= rule.forMs ? begin('firing') : { ...entry, ...seen };
    case 'firing':
      if (judged.isBad) return { ...entry, ...seen };
      return rule.clearForMs > 0 ? begin('clearing') : undefined;
    case 'clearing':
      if (judged.isBad) return begin('firing');
      return heldMs >= rule.clearForMs ? undefined : { ...entry, ...seen };
  }
}

/**
 * Each with the cause that keeps it quiet. A cause that is only pending does so too: what follows from it may be
 * noticed first. One that is clearing does not say that all is well yet, and still does.
 */
function withCauses(entries: ReadonlyMap<string, Entry>): [string, Entry][] {
  const causes = [...entries].filter(([, { rule }]) => CAUSES.has(rule));
  return [...entries].map(([key, entry]) => {
    const inhibitedBy = causes.find(([cause, other]) => cause !== key && inhibits(other, entry))?.[0] ?? '';
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
