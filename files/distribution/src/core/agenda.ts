// Decides which contents a receiver fetches now, and which deliveries wait.

/** Open delivery of a content. */
export interface Work {
  readonly content: string;
  /** Index of its priority; 0 is the highest. */
  readonly rank: number;
  /** Wall clock; undefined without a deadline. */
  readonly deadlineMs: number | undefined;
  readonly orderedMs: number;
  readonly dueMs: number;
}

/** A job in `fetching` may pause at its next block; in `taking`, the sink has the file and cannot pause. */
export type Stage = 'fetching' | 'taking';

export interface Agenda {
  /** Contents to fetch now; others pause. */
  readonly active: ReadonlySet<string>;
  /** Wall clock time when the next waiting delivery is due, if any. */
  readonly nextMs: number | undefined;
}

interface Job {
  readonly best: Work;
  readonly stage: Stage | undefined;
}

/**
 * Orders by priority, then running first, then earlier deadline, then older order. Deliveries of a content are one job
 * with their highest priority. At most `parallel` jobs run, including those in `taking`. Urgent jobs have
 * `parallel` + 1 places of their own, and all others pause while an urgent one is fetched.
 */
export function agendaOf(
  works: readonly Work[],
  o: { readonly parallel: number; readonly nowMs: number; readonly running: ReadonlyMap<string, Stage> },
): Agenda {
  const due = works.filter(({ dueMs: fromMs }) => fromMs <= o.nowMs);
  const jobs = jobsOf(due, o.running);
  const taking = jobs.filter(({ stage }) => stage === 'taking');
  let urgentLeft = o.parallel + 1 - taking.filter(({ best }) => best.rank === 0).length;
  let freePlaces = o.parallel - taking.length;
  const active = new Set<string>();
  let isUrgent = false;
  for (const { best, stage } of jobs) {
    if (stage === 'taking') continue;
    if (best.rank === 0) {
      if (urgentLeft <= 0) continue;
      urgentLeft -= 1;
      isUrgent = true;
    } else if (isUrgent || freePlaces <= 0) break;
    else freePlaces -= 1;
    active.add(best.content);
  }
  const later = works.map(({ dueMs: fromMs }) => fromMs).filter((ms) => ms > o.nowMs && Number.isFinite(ms));
  return { active: active, nextMs: later.length === 0 ? undefined : later.reduce((a, b) => Math.min(a, b)) };
}

export const compareWorks = (a: Work, b: Work): number =>
  a.rank - b.rank ||
  compare(a.deadlineMs ?? Number.POSITIVE_INFINITY, b.deadlineMs ?? Number.POSITIVE_INFINITY) ||
  a.orderedMs - b.orderedMs;

function jobsOf(due: readonly Work[], running: ReadonlyMap<string, Stage>): Job[] {
  const best = new Map<string, Work>();
  for (const work of due) {
    const bestWork = best.get(work.content);
    if (bestWork === undefined || compareWorks(work, bestWork) < 0) best.set(work.content, work);
  }
  const jobs = [...best.values()].map((work) => ({ best: work, stage: running.get(work.content) }));
  const waits = ({ stage }: Job): number => (stage === undefined ? 1 : 0);
  return jobs.sort((a, b) => a.best.rank - b.best.rank || waits(a) - waits(b) || compareWorks(a.best, b.best));
}

/** Orders also infinite numbers. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
