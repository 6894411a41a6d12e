// Objectives of the cloud for a month, and their error budgets.

export const objectiveIds = ['availability', 'joins', 'media', 'api'] as const;
export type ObjectiveId = (typeof objectiveIds)[number];

export interface Objective {
  readonly id: ObjectiveId;
  /** Share that must be good. */
  readonly target: number;
  readonly unit: 'minutes' | 'joins' | 'answers';
  /** Data from which the objective is computed, as a text for operators. */
  readonly source: string;
  /** Text for operators: when a minute or call counts as bad. */
  readonly counted: string;
}

/**
 * Events, not spans of time, are good or bad (Beyer and others, "Site Reliability Workbook", 2018, 2). `availability`
 * weighs hours equally.
 */
export const objectives: readonly Objective[] = [
  {
    id: 'availability',
    target: 0.9994,
    unit: 'minutes',
    source: 'joins and calls of dial tests by hour, alarms of lost regions',
    counted:
      'The share of an hour’s minutes that is bad equals the share of joins that failed by the cloud’s fault. With fewer than 20 joins, calls of dial tests count as well; hours that still have fewer events are judged together with those of their day.',
  },
  {
    id: 'joins',
    target: 0.999,
    unit: 'joins',
    source: 'joins by hour',
    counted:
      'Bad: joins that failed by the cloud’s fault. Refusals by a rule, and requests to try again later, do not count.',
  },
  {
    id: 'media',
    target: 0.995,
    unit: 'minutes',
    source: 'sessions by hour',
    counted: 'Measured minutes of all sessions. Bad: time in which a received picture was frozen.',
  },
  {
    id: 'api',
    target: 0.999,
    unit: 'answers',
    source: 'answers of the api by hour',
    counted: 'Bad: answers with a status of 500 or more. Requests that never arrived are not counted.',
  },
];

export interface Budget {
  /** Bad events allowed in the whole month, at the present rate of events. */
  readonly allowed: number;
  /** Remaining budget; negative if exceeded. */
  readonly left: number;
  /**
   * Time at which the budget will be used up at the mean rate so far; absent if not within the month, or if it is used
   * up already.
   */
  readonly exhaustsMs?: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns the budget, assuming that `total` grows evenly. */
export function budgetOf(
  { total, bad }: { readonly total: number; readonly bad: number },
  target: number,
  { fromMs, toMs }: Span,
  nowMs: number,
): Budget {
  const goneMs = Math.min(nowMs, toMs) - fromMs;
  const projected = goneMs <= 0 ? 0 : (total * (toMs - fromMs)) / goneMs;
  const allowed = projected * (1 - target);
  const left = allowed - bad;
  const exhaustsMs = bad > 0 ? Math.floor(fromMs + (goneMs * allowed) / bad) : toMs;
  return { allowed, left, ...(left > 0 && exhaustsMs < toMs && { exhaustsMs }) };
}
