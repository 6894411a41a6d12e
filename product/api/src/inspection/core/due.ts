import { localOf } from '../../meetings/core/local-time.ts';

/** Returns the zone's day, `2026-11-23`, from the hour (or the next, if skipped) to midnight; undefined: not due. */
export function dueDay(o: { readonly hour: number; readonly timeZone: string }, nowMs: number): string | undefined {
  const [day = '', time = ''] = localOf(nowMs, o.timeZone).split('T');
  return Number(time.slice(0, 2)) >= o.hour ? day : undefined;
}
