import {
  BellOff,
  CircleAlert,
  Info,
  type LucideIcon,
  OctagonAlert,
  TrendingDown,
  UserCheck,
  VolumeX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../admin/text.ts';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { consolePath } from '../core/route.ts';
import type { Alarm, AlarmSeverity } from '../types.ts';
import { labelLinksOf } from './core/places.ts';
import { alarmTexts } from './text.ts';
import { type AlarmWords, useAlarmWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-alarms.css';

const severityIcons: Readonly<Record<AlarmSeverity, LucideIcon>> = {
  critical: OctagonAlert,
  warning: CircleAlert,
  info: Info,
};

export function Severity({ severity }: { severity: AlarmSeverity }) {
  const { say } = useTexts(alarmTexts);
  const Icon = severityIcons[severity];
  return (
    <span className="alarm-severity inline-flex gap-6px items-center weight-600 one-line" data-severity={severity}>
      <Icon size={18} aria-hidden="true" />
      {say(severity)}
    </span>
  );
}

/** Returns "Node lost · sfu-1", for titles and button names. */
export const headlineOf = (alarm: Pick<Alarm, 'rule' | 'subject' | 'labels'>, words: AlarmWords): string =>
  `${words.title(alarm.rule)} · ${words.subject(alarm)}`;

export const alarmHref = ({ id }: Pick<Alarm, 'id'>): string => consolePath({ page: 'alarm', alarm: id });

export function useSpans() {
  const { say } = useTexts(trafficTexts);
  return {
    span: ({ startedAt, endedAt }: Pick<Alarm, 'startedAt' | 'endedAt'>, nowMs: number): string =>
      spanText(Date.parse(startedAt), endedAt === undefined ? nowMs : Date.parse(endedAt), say),
    ago: (atMs: number, nowMs: number): string => spanText(atMs, nowMs, say),
  };
}

/** Shows an alarm's value and limit, if its rule has them. `isNamed`: the caller shows the word "Value" itself. */
export function Figures({ alarm, isNamed = false }: { alarm: Alarm; isNamed?: boolean }) {
  const { value, limit, unit } = alarm;
  const { say } = useTexts(alarmTexts);
  const { figure } = useAlarmWords();
  if (unit === '') return null;
  return (
    <>
      <span>
        {isNamed ? null : say('value')} <strong>{figure(value, unit)}</strong>
      </span>
      {/* A limit of 0 means that any occurrence is bad; showing it would say nothing. */}
      {limit === 0 ? null : (
        <span>
          {say('limit')} {figure(limit, unit)}
        </span>
      )}
    </>
  );
}

export function Labels({ alarm }: { alarm: Pick<Alarm, 'labels'> }) {
  const words = useAlarmWords();
  const places = labelLinksOf(alarm);
  if (places.length === 0) return null;
  return (
    <ul className="alarm-labels flex flex-wrap text-s">
      {places.map(({ label, value, href }) => (
        <li key={label}>
          {/* Silences match the label's id, so the title shows it. */}
          <span className="faint" title={label}>
            {words.labelName(label)}
          </span>{' '}
          {href === undefined ? words.label(label, value) : <a href={href}>{words.label(label, value)}</a>}
        </li>
      ))}
    </ul>
  );
}

interface MarksProps {
  alarm: Alarm;
  timeZone: string;
  /** Whether the alarm is listed below its cause, which then need not be named. */
  isFolded?: boolean;
}

/** Shows why receivers get no message (silenced, acknowledged, inhibited) and whether the alarm is about to end. */
export function Marks({ alarm, timeZone, isFolded = false }: MarksProps) {
  const { say, locale } = useTexts(alarmTexts);
  const { state, isSilenced, acknowledged, inhibitedBy } = alarm;
  const quiet = isFolded ? undefined : inhibitedBy;
  if (state !== 'clearing' && !isSilenced && acknowledged === undefined && quiet === undefined) return null;
  return (
    <ul className="alarm-marks flex flex-wrap gap-6px">
      {state === 'clearing' ? <Mark icon={TrendingDown}>{say('clearing')}</Mark> : null}
      {isSilenced ? <Mark icon={BellOff}>{say('silenced')}</Mark> : null}
      {quiet === undefined ? null : (
        <Mark icon={VolumeX}>
          <InhibitedBy cause={quiet} />
        </Mark>
      )}
      {acknowledged === undefined ? null : (
        <Mark icon={UserCheck}>
          {say(acknowledged.note === '' ? 'acknowledged' : 'acknowledgedNote', {
            by: acknowledged.by,
            time: timeText(acknowledged.at, { locale, timeZone }),
            note: acknowledged.note,
          })}
        </Mark>
      )}
    </ul>
  );
}

function Mark({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <li>
      <Icon size={14} aria-hidden="true" />
      <span>{children}</span>
    </li>
  );
}

function InhibitedBy({ cause }: { cause: string }) {
  const { say } = useTexts(alarmTexts);
  return <>{say('quiet', { cause: useCauseText()(cause) })}</>;
}

/** Formats `inhibitedBy`, "RULE SUBJECT". */
export function useCauseText(): (cause: string) => string {
  const words = useAlarmWords();
  return (cause) => {
    const [rule = '', ...subject] = cause.split(' ');
    return headlineOf({ rule, subject: subject.join(' '), labels: {} }, words);
  };
}
