import { createTask, type ScheduledTask } from 'node-cron';

/** `cron`: five fields in UTC. `ms`: every multiple since 1970. So all instances compute the same times. */
export type Every = { readonly cron: string } | { readonly ms: number };

const MINUTE_MS = 60_000;
/** An expression that matches no time within a month is a mistake. */
const LOOK_AHEAD_MS = 32 * 24 * 60 * MINUTE_MS;

const tasks = new Map<string, ScheduledTask>();

/** Returns the next time in milliseconds since 1970. Throws for an expression that matches none. */
export function nextTime(every: Every, afterMs: number): number {
  if ('ms' in every) return (Math.floor(afterMs / every.ms) + 1) * every.ms;
  const task = taskOf(every.cron);
  const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  for (let atMs = firstMs; atMs < firstMs + LOOK_AHEAD_MS; atMs += MINUTE_MS)
    if (task.match(new Date(atMs))) return atMs;
  throw new RangeError(`${every.cron} matches no time within a month`);
}

/** Makes a task that is never started, because the table of jobs decides what is due. */
function taskOf(expression: string): ScheduledTask {
  const task = tasks.get(expression) ?? createTask(expression, () => undefined, { timezone: 'Etc/UTC' });
  tasks.set(expression, task);
  return task;
}
