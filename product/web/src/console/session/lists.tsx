import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Part } from '../../admin/traffic/parts.tsx';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText } from '../../admin/traffic/when.ts';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import { timeFormat } from '../../core/time-formats.ts';
import type { SessionTimeline } from '../types.ts';
import { StrengthState } from '../ui/strength.tsx';
import { eventText, inOrder, toneOf } from './core/events.ts';
import { type Measure, measures, type Period, periodsOf } from './core/series.ts';
import type { Span } from './core/span.ts';
import { measuredText } from './core/values.ts';
import { nameOf } from './readout.tsx';
import { timelineTexts } from './text.ts';
import { useSpeech } from './use-speech.ts';

interface EventsProps {
  timeline: SessionTimeline;
  timeZone: string;
  chosen: Span | undefined;
  onTime(atMs: number): void;
}

export function EventList({ timeline: { events }, timeZone, chosen, onTime }: EventsProps) {
  const { say, locale } = useTexts(timelineTexts);
  const time = timeFormat('exactTime', { locale, timeZone });
  const speech = useSpeech();
  return (
    <Part title={say('events')}>
      {events.length === 0 ? (
        <p className="admin-empty">{say(chosen === undefined ? 'noEvents' : 'noneInSpan')}</p>
      ) : (
        <ol className="event-list bordered rounded-l bg-surface overflow-hidden" data-testid="events">
          {inOrder(events).map((event, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two events may be the same
            <li key={at} data-tone={toneOf(event)}>
              <button type="button" onClick={() => onTime(Date.parse(event.at))}>
                <time dateTime={event.at}>{time(Date.parse(event.at))}</time>
                <span>{eventText(event, speech)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </Part>
  );
}

/** Columns of the table. Layer and jitter are left out, since the table would be too wide. */
const COLUMNS: readonly Measure[] = measures.filter((measure) => measure !== 'layer' && measure !== 'jitterMs');

export function PeriodTable({ timeline, timeZone }: Pick<EventsProps, 'timeline' | 'timeZone'>) {
  const { say } = useTexts(timelineTexts);
  const traffic = useTexts(trafficTexts);
  const { points, events, stepS } = timeline;
  const periods = useMemo(() => periodsOf(points, events, stepS), [points, events, stepS]);
  const columns = useColumns(periods, timeZone);
  const [first] = periods;
  if (first === undefined) return null;
  return (
    <details className="period-fold" data-testid="periods">
      <summary>{say('table')}</summary>
      <p className="faint small">{say('tableLead', { span: spanText(first.fromMs, first.toMs, traffic.say) })}</p>
      <div className="period-table">
        <RowsTable label={say('timeline')} rows={periods} columns={columns} keyOf={({ fromMs }) => String(fromMs)} />
      </div>
    </details>
  );
}

function useColumns(periods: readonly Period[], timeZone: string): readonly Column<Period>[] {
  const { say, locale } = useTexts(timelineTexts);
  const time = timeFormat('exactTime', { locale, timeZone });
  const speech = useSpeech();
  const shownMeasures = COLUMNS.filter((measure) => periods.some(({ values }) => values[measure] !== undefined));
  return [
    {
      key: 'time',
      title: say('time'),
      cell: ({ fromMs }) => <span className="nowrap">{time(fromMs)}</span>,
    },
    { key: 'strength', title: say('strength'), cell: ({ strength }) => <StrengthState strength={strength} /> },
    ...shownMeasures.map((measure) => ({
      key: measure,
      title: nameOf(measure, say),
      isNumber: true,
      cell: ({ values }: Period) => {
        const value = values[measure];
        return value === undefined ? '—' : measuredText(measure, value, speech);
      },
    })),
    {
      key: 'events',
      title: say('events'),
      cell: ({ events }) => events.map((event) => eventText(event, speech)).join(' · '),
    },
  ];
}
