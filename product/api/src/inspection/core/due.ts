import { localOf } from '../../meetings/core/local-time.ts';

/**
 * Returns the day in the zone, `2026-11-23`, from `hour` (or the next hour, if clocks skip it) to midnight; undefined
 * before.
 */
export function dueDay(o: { readonly hour: number; readonly timeZone: string }, nowMs: number): string | undefined {
  const [day = '', time = ''] = localOf(nowMs, o.timeZone).split('T');
  return Number(time.slice(0, 2)) >= o.hour ? day : undefined;
}
