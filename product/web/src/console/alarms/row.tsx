import { BellOff, Check, type LucideIcon } from 'lucide-react';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { timeText } from '../../admin/traffic/when.ts';
import type { Alarm } from '../types.ts';
import type { AlarmGroup } from './core/order.ts';
import { alarmHref, Figures, headlineOf, Labels, Marks, Severity, useSpans } from './parts.tsx';
import { alarmTexts } from './text.ts';
import { useAlarmWords } from './words.ts';

export type AlarmAct = 'acknowledge' | 'silence';

interface RowProps {
  nowMs: number;
  timeZone: string;
  onAct(act: AlarmAct, alarm: Alarm): void;
}

/** Rows shown below a cause; the page of the cause shows more. */
const INHIBITED_SHOWN_MAX = 100;

export function AlarmRow({ group: { alarm, inhibited: inhibitedAlarms }, ...rest }: RowProps & { group: AlarmGroup }) {
  const { say } = useTexts(alarmTexts);
  // Folded rows are not rendered.
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="alarm" data-severity={alarm.severity} data-testid="alarm">
      <AlarmBody alarm={alarm} {...rest} />
      {inhibitedAlarms.length === 0 ? null : (
        <details className="alarm-kept" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>
            {inhibitedAlarms.length === 1 ? say('keptOne') : say('kept', { count: inhibitedAlarms.length })}
          </summary>
          <ul>
            {(isOpen ? inhibitedAlarms.slice(0, INHIBITED_SHOWN_MAX) : []).map((one) => (
              <li key={one.id} className="alarm" data-severity={one.severity}>
                <AlarmBody alarm={one} isFolded {...rest} />
              </li>
            ))}
          </ul>
          {inhibitedAlarms.length > INHIBITED_SHOWN_MAX ? (
            <p className="faint small">{say('more', { count: inhibitedAlarms.length - INHIBITED_SHOWN_MAX })}</p>
          ) : null}
        </details>
      )}
    </li>
  );
}

function AlarmBody({
  alarm,
  nowMs,
  timeZone,
  isFolded = false,
  onAct,
}: RowProps & { alarm: Alarm; isFolded?: boolean }) {
  const { say, locale } = useTexts(alarmTexts);
  const words = useAlarmWords();
  const { span } = useSpans();
  const name = headlineOf(alarm, words);
  const title = useRef<HTMLAnchorElement>(null);
  return (
    <div className="alarm-body grid items-start">
      <Severity severity={alarm.severity} />
      <div className="alarm-words grid gap-4px min-w-0 anywhere">
        <h2>
          <a ref={title} href={alarmHref(alarm)}>
            {words.title(alarm.rule)}
          </a>{' '}
          <span>{words.subject(alarm)}</span>
        </h2>
        <p>{words.sentence(alarm)}</p>
        <p className="alarm-facts flex flex-wrap text-soft text-s tabular">
          <strong>{say('lasts', { span: span(alarm, nowMs) })}</strong>
          <span>{say('since', { time: timeText(alarm.startedAt, { locale, timeZone }) })}</span>
          <Figures alarm={alarm} />
        </p>
        <Labels alarm={alarm} />
        <Marks {...{ alarm, timeZone, isFolded }} />
      </div>
      <div className="alarm-acts flex flex-wrap gap-2 justify-end">
        {alarm.acknowledged === undefined ? (
          <ActButton act="acknowledge" icon={Check} {...{ alarm, name, title, onAct }} />
        ) : null}
        {alarm.isSilenced ? null : <ActButton act="silence" icon={BellOff} {...{ alarm, name, title, onAct }} />}
      </div>
    </div>
  );
}

interface ActButtonProps extends Pick<RowProps, 'onAct'> {
  act: AlarmAct;
  icon: LucideIcon;
  alarm: Alarm;
  name: string;
  /** Gets the focus when the button disappears after the act. */
  title: RefObject<HTMLAnchorElement | null>;
}

function ActButton({ act, icon: Icon, alarm, name, title, onAct }: ActButtonProps) {
  const { say } = useTexts(alarmTexts);
  const ref = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = ref.current;
    return () => {
      if (own !== null && document.activeElement === own) title.current?.focus();
    };
  }, [title]);
  return (
    <button
      ref={ref}
      type="button"
      className="button small quiet"
      aria-label={say(`${act}Of`, { alarm: name })}
      data-testid={act}
      onClick={() => onAct(act, alarm)}
    >
      <Icon size={16} aria-hidden="true" />
      {say(act)}
    </button>
  );
}
