import { useTexts } from '../../admin/text.ts';
import type { Alarm } from '../types.ts';
import { ordered } from './core/order.ts';
import { alarmHref, Severity, useSpans } from './parts.tsx';
import { alarmTexts } from './text.ts';
import { useAlarmWords } from './words.ts';

/** Rows shown here; the alarm page lists all alarms. */
const ROWS_MAX = 12;

/** Lists the worst and newest alarms first. With `nowMs`, each row shows how long its alarm has lasted. */
export function AlarmRows({ alarms, nowMs }: { alarms: readonly Alarm[]; nowMs?: number }) {
  const { say } = useTexts(alarmTexts);
  const words = useAlarmWords();
  const { span } = useSpans();
  const shown = ordered(alarms).slice(0, ROWS_MAX);
  return (
    <ul className="alarm-rows" data-testid="alarm-rows">
      {shown.map((one) => (
        <li key={one.id}>
          <Severity severity={one.severity} />
          <span>
            <a href={alarmHref(one)}>{words.title(one.rule)}</a> {words.subject(one)}
          </span>
          {nowMs === undefined ? null : <span className="faint small nowrap">{span(one, nowMs)}</span>}
        </li>
      ))}
      {alarms.length > ROWS_MAX ? (
        <li className="faint small">{say('more', { count: alarms.length - ROWS_MAX })}</li>
      ) : null}
    </ul>
  );
}
