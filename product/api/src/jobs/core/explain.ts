// Codes and numbers are for programs, the sentence is for people.
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
export type WhyNow = Because<(typeof nowCodes)[number]>;
export type WhyNotYet = Because<(typeof notYetCodes)[number]>;

export interface JobFacts {
  readonly nowMs: number;
  readonly state: JobState;
  readonly createdMs: number;
  readonly dueMs: number;
  readonly reasons: readonly Reason[];
  readonly isUrgent: boolean;
  readonly attempts: number;
  /** Undefined: the last attempt did not fail. */
  readonly failure: { readonly code: string; readonly detail: string } | undefined;
  /** Due jobs with a lower rank; at most BEFORE_MAX are counted. */
  readonly before: number;
  /** Undefined: this service runs the job. */
  readonly nodes: NodeFacts | undefined;
}
export interface NodeFacts {
  /** `present`: nodes that recently asked for such tasks; `free`: tasks that could begin there. */
  readonly present: number;
  readonly free: number;
  /** Node that runs the job, or ran it last; '' before its first run. */
  readonly node: string;
  readonly isLeased: boolean;
  /** The job is reserved for this node. */
  readonly affinity: { readonly node: string; readonly untilMs: number } | undefined;
  readonly hadTurn: boolean;
  readonly isTenantFull: boolean;
  readonly isLaneFull: boolean;
}

export const BEFORE_MAX = 10_000;

/** Returns boosts, the largest first, and how long the job has waited or run. */
export function whyNow({ nowMs, createdMs, reasons }: JobFacts): WhyNow[] {
  const ageMs = Math.max(0, nowMs - createdMs);
  const moved = reasons.map(({ code, ms }) => ({ code, ms, text: `${movedBy[code]} ${span(ms)} up.` }));
  return [...moved, { code: 'age', ms: ageMs, text: `It was made ${span(ageMs)} ago; older ones come first.` }];
}

const movedBy: Readonly<Record<Reason['code'], string>> = {
  urgent: 'It is urgent:',
  deadline: 'It has a deadline:',
  hot: 'What it is for is much looked at, or more than before:',
  order: 'It was ordered by a person or a program that waits:',
};

/** Returns an empty list while the job runs. */
export function whyNotYet(facts: JobFacts): WhyNotYet[] {
  if (facts.state === 'running') return [];
  if (facts.state === 'delayed') return [untilDue(facts)];
  const { nodes, before } = facts;
  const found: WhyNotYet[] = nodes === undefined ? [] : ofNodes(facts, nodes);
  if (before > 0) {
    const count = before >= BEFORE_MAX ? `${BEFORE_MAX} or more` : String(before);
    found.push({ code: 'behind', count: before, text: `Before it in the queue: ${count}.` });
  }
  if (found.length === 0)
    found.push({ code: 'next', text: 'Nothing keeps it: it begins when the queue is next asked.' });
  return found;
}

function untilDue({ nowMs, dueMs, attempts, failure }: JobFacts): WhyNotYet {
  const ms = dueMs - nowMs;
  if (attempts === 0) return { code: 'delayed', ms, text: `It was ordered for later: in ${span(ms)}.` };
  const why = failure === undefined ? '' : `: ${failure.code}${failure.detail === '' ? '' : `, ${failure.detail}`}`;
  const text = `Attempt ${attempts} failed${why}. The next one is in ${span(ms)}.`;
  return { code: 'backoff', ms, count: attempts, text };
}

function ofNodes({ nowMs, isUrgent }: JobFacts, o: NodeFacts): WhyNotYet[] {
  const found: WhyNotYet[] = [];
  if (o.isLeased)
    found.push({ code: 'lost', node: o.node, text: `${o.node} had it and fell silent: another node takes it.` });
  if (o.present === 0) found.push({ code: 'noNodes', text: 'No node has asked for work of late.' });
  else if (o.free === 0)
    found.push({ code: 'nodesBusy', count: o.present, text: `Nodes without room for another task: ${o.present}.` });
  if (o.isTenantFull) found.push({ code: 'tenantFull', text: 'Its tenant has as many at nodes as it may have.' });
  if (o.isLaneFull) found.push({ code: 'laneFull', text: 'As many of its lane as may be are at nodes.' });
  if (o.affinity !== undefined) {
    const { node, untilMs } = o.affinity;
    const ms = untilMs - nowMs;
    found.push({ code: 'affinity', node, ms, text: `For ${span(ms)} it is kept for ${node}, which has its lane.` });
  }
  if (o.hadTurn && !isUrgent)
    found.push({ code: 'turn', text: 'Its tenant has had its turn: others that wait come first, once each.' });
  return found;
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** Uses the largest unit that gives at least two: 90 min, 12 s. */
function span(ms: number): string {
  const [unitMs, unit] = units.find(([one]) => ms >= 2 * one) ?? [1000, 's'];
  return `${Math.round(ms / unitMs)} ${unit}`;
}
