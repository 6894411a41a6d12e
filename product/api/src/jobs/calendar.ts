import { createTask, type ScheduledTask } from 'node-cron';

/** `cron`: five fields in UTC. `ms`: each multiple since 1970. All instances compute the same times. */
export type Every = { readonly cron: string } | { readonly ms: number };

const MINUTE_MS = 60_000;
/** An expression that names no time within a month is a mistake. */
const LOOK_AHEAD_MS = 32 * 24 * 60 * MINUTE_MS;

const tasks = new Map<string, ScheduledTask>();

/** Returns milliseconds since 1970. Throws for an expression that names no time. */
export function nextTime(every: Every, afterMs: number): number {
  if ('ms' in every) return (Math.floor(afterMs / every.ms) + 1) * every.ms;
  const task = taskOf(every.cron);
  const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  for (let atMs = firstMs; atMs < firstMs + LOOK_AHEAD_MS; atMs += MINUTE_MS)
    if (task.match(new Date(atMs))) return atMs;
  throw new RangeError(`${every.cron} names no time within a month`);
}

/** Makes a task that is never started: the table of jobs tells what is due. */
function taskOf(expression: string): ScheduledTask {
  const task = tasks.get(expression) ?? createTask(expression, () => undefined, { timezone: 'Etc/UTC' });
  tasks.set(expression, task);
  return task;
}
