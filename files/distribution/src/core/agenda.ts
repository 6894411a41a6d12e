// Decides which contents a receiver fetches now, and which deliveries wait.

/** Open delivery of a content. */
export interface Work {
  readonly delivery: string;
  readonly content: string;
  /** Index of its priority; 0 is the highest. */
  readonly priority: number;
  /** Virtual time by which deliveries of one priority are ordered, lowest first. */
  readonly rankMs: number;
  /** Wall clock; infinite for a delivery that waits for a change. */
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
 * Orders by priority, then by rank, so that a better job overtakes those that have begun. Deliveries of a content are
 * one job with their best place. At most `parallel` jobs run, including those in `taking`. Urgent jobs have
 * `parallel` + 1 places of their own, and all others pause while an urgent one is fetched.
 */
export function agendaOf(
  works: readonly Work[],
  o: { readonly parallel: number; readonly nowMs: number; readonly running: ReadonlyMap<string, Stage> },
): Agenda {
  const due = works.filter(({ dueMs: fromMs }) => fromMs <= o.nowMs);
  const jobs = jobsOf(due, o.running);
  const taking = jobs.filter(({ stage }) => stage === 'taking');
  let urgentLeft = o.parallel + 1 - taking.filter(({ best }) => best.priority === 0).length;
  let freePlaces = o.parallel - taking.length;
  const active = new Set<string>();
  let isUrgent = false;
  for (const { best, stage } of jobs) {
    if (stage === 'taking') continue;
    if (best.priority === 0) {
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

/** Sorts as the queues of the channels do. */
export const compareWorks = (a: Work, b: Work): number =>
  a.priority - b.priority || a.rankMs - b.rankMs || (a.delivery < b.delivery ? -1 : Number(a.delivery > b.delivery));

function jobsOf(due: readonly Work[], running: ReadonlyMap<string, Stage>): Job[] {
  const best = new Map<string, Work>();
  for (const work of due) {
    const bestWork = best.get(work.content);
    if (bestWork === undefined || compareWorks(work, bestWork) < 0) best.set(work.content, work);
  }
  return [...best.values()].sort(compareWorks).map((work) => ({ best: work, stage: running.get(work.content) }));
}
