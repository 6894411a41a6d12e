// On which day a report is due. Pure.
import { localOf } from '../../meetings/core/local-time.ts';

/**
 * The day by the clocks of the zone, `2026-11-23`, once its hour has begun, until midnight: what was missed is made up
 * for on the same day. Undefined: not yet. An hour that the clocks leave out has begun with the next one.
 */
export function dueDay(o: { readonly hour: number; readonly timeZone: string }, nowMs: number): string | undefined {
  const [day = '', time = ''] = localOf(nowMs, o.timeZone).split('T');
  return Number(time.slice(0, 2)) >= o.hour ? day : undefined;
}
