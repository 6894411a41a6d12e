// Reasons have codes and numbers for programs, and a sentence for people.
import type { Reason } from './rank.ts';

export const jobStates = ['running', 'waiting', 'delayed'] as const;
export type JobState = (typeof jobStates)[number];

export const nowCodes = ['age', 'urgent', 'deadline', 'hot', 'order'] as const;
export const notYetCodes = [
  'lost',
  'backoff',
  'delayed',
  'noNodes',
  'nodesBusy',
  'tenantFull',
  'laneFull',
  'affinity',
  'turn',
  'behind',
  'next',
] as const;
type Because<Code> = {
  readonly code: Code;
  readonly text: string;
  readonly ms?: number;
  readonly count?: number;
  readonly node?: string;
};
export type BeginReason = Because<(typeof nowCodes)[number]>;
export type WhyNotYet = Because<(typeof notYetCodes)[number]>;

export interface JobFacts {
  readonly nowMs: number;
  readonly state: JobState;
  readonly createdMs: number;
  readonly dueMs: number;
  readonly reasons: readonly Reason[];
  readonly isUrgent: boolean;
  readonly attempts: number;
  /** Undefined if the last attempt did not fail. */
  readonly failure: { readonly code: string; readonly detail: string } | undefined;
  /** Number of due jobs with a lower rank; at most BEFORE_MAX are counted. */
  readonly before: number;
  /** Undefined for a job that this service runs. */
  readonly nodes: NodeFacts | undefined;
}
export interface NodeFacts {
  /** `present`: nodes that recently asked for such tasks; `free`: tasks that these nodes could begin. */
  readonly present: number;
  readonly free: number;
  /** Node that runs the job, or ran it last; '' before its first run. */
  readonly node: string;
  readonly isLeased: boolean;
  /** Node for which the job is reserved. */
  readonly affinity: { readonly node: string; readonly untilMs: number } | undefined;
  readonly hadTurn: boolean;
  readonly isTenantFull: boolean;
  readonly isLaneFull: boolean;
}

export const BEFORE_MAX = 10_000;

/** Returns the boosts, the largest first, and then the time that the job has waited or run. */
export function beginReasons({ nowMs, createdMs, reasons }: JobFacts): BeginReason[] {
  const ageMs = Math.max(0, nowMs - createdMs);
  const moved = reasons.map(({ code, ms }) => ({ code, ms, text: `${movedBy[code]} ${span(ms)} up.` }));
  return [
    ...moved,
    { code: 'age', ms: ageMs, text: `The task was created ${span(ageMs)} ago; older tasks come first.` },
  ];
}

const movedBy: Readonly<Record<Reason['code'], string>> = {
  urgent: 'The task is urgent:',
  deadline: 'The task has a deadline:',
  hot: 'Its item is viewed often:',
  order: 'A person or a program that waits ordered it:',
};

/** Returns why the job has not begun; an empty list while it runs. */
export function waitingReasons(facts: JobFacts): WhyNotYet[] {
  if (facts.state === 'running') return [];
  if (facts.state === 'delayed') return [untilDue(facts)];
  const { nodes, before } = facts;
  const found: WhyNotYet[] = nodes === undefined ? [] : ofNodes(facts, nodes);
  if (before > 0) {
    const count = before >= BEFORE_MAX ? `${BEFORE_MAX} or more` : String(before);
    found.push({ code: 'behind', count: before, text: `Tasks before it in the queue: ${count}.` });
  }
  if (found.length === 0)
    found.push({ code: 'next', text: 'Nothing delays it: it begins when the queue is next checked.' });
  return found;
}

function untilDue({ nowMs, dueMs, attempts, failure }: JobFacts): WhyNotYet {
  const ms = dueMs - nowMs;
  if (attempts === 0) return { code: 'delayed', ms, text: `It is scheduled for later: in ${span(ms)}.` };
  const why = failure === undefined ? '' : `: ${failure.code}${failure.detail === '' ? '' : `, ${failure.detail}`}`;
  const text = `Attempt ${attempts} failed${why}. The next one is in ${span(ms)}.`;
  return { code: 'backoff', ms, count: attempts, text };
}

function ofNodes({ nowMs, isUrgent }: JobFacts, o: NodeFacts): WhyNotYet[] {
  const found: WhyNotYet[] = [];
  if (o.isLeased)
    found.push({
      code: 'lost',
      node: o.node,
      text: `${o.node} ran it and stopped reporting: another node will take it.`,
    });
  if (o.present === 0) found.push({ code: 'noNodes', text: 'No node has asked for tasks recently.' });
  else if (o.free === 0) found.push({ code: 'nodesBusy', count: o.present, text: `All nodes are busy: ${o.present}.` });
  if (o.isTenantFull) found.push({ code: 'tenantFull', text: 'Its tenant has as many running tasks as are allowed.' });
  if (o.isLaneFull) found.push({ code: 'laneFull', text: 'Its lane has as many running tasks as are allowed.' });
  if (o.affinity !== undefined) {
    const { node, untilMs } = o.affinity;
    const ms = untilMs - nowMs;
    found.push({
      code: 'affinity',
      node,
      ms,
      text: `For ${span(ms)} it is reserved for ${node}, which serves its lane.`,
    });
  }
  if (o.hadTurn && !isUrgent)
    found.push({ code: 'turn', text: 'Its tenant has had its turn: each other waiting tenant comes first, once.' });
  return found;
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** Returns the time in the largest unit that gives at least two: 90 min, 12 s. */
function span(ms: number): string {
  const [unitMs, unit] = units.find(([one]) => ms >= 2 * one) ?? [1000, 's'];
  return `${Math.round(ms / unitMs)} ${unit}`;
}
