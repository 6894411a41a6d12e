// Shows all values at the timeline's cursor, also as text for screen readers.
import { useTexts } from '../../admin/text.ts';
import { timeFormat } from '../../core/time-formats.ts';
import type { QualityPoint, TimelineEvent } from '../types.ts';
import { StrengthState } from '../ui/strength.tsx';
import { eventText } from './core/events.ts';
import { type Measure, measuredIn, measures } from './core/series.ts';
import { measuredText } from './core/values.ts';
import { type SayTimeline, timelineTexts } from './text.ts';
import { useSpeech } from './use-speech.ts';

interface ReadoutProps {
  atMs: number;
  point: QualityPoint | undefined;
  events: readonly TimelineEvent[];
  stepS: number;
  timeZone: string;
}

export function nameOf(measure: Measure, say: SayTimeline): string {
  switch (measure) {
    case 'inboundLoss':
    case 'outboundLoss':
    case 'receivedBps':
    case 'sentBps':
    case 'receivedHeight':
    case 'sentHeight':
      return say(`full.${measure}`);
    default:
      return say(measure);
  }
}

export function Readout({ atMs, point, events, stepS, timeZone }: ReadoutProps) {
  const { say, locale } = useTexts(timelineTexts);
  const speech = useSpeech();
  return (
    <div className="readout grid gap-2 bordered rounded-m bg-surface" data-testid="readout">
      <p className="readout-head flex flex-wrap gap-2px-3 items-baseline tabular">
        <strong>{say('at', { time: timeFormat('exactTime', { locale, timeZone })(atMs) })}</strong>
        {point === undefined ? (
          <span className="faint">{say('gap')}</span>
        ) : (
          <StrengthState strength={point.strength} />
        )}
        {point === undefined || point.nodeId === '' ? null : <code>{point.nodeId}</code>}
        {point?.source === 'client' || point?.source === 'sfu' ? (
          <span className="faint small">
            {say('measuredBy')} {say(`by.${point.source}`)}
          </span>
        ) : null}
      </p>
      <dl className="readout-values grid gap-2-3">
        {measures.map((measure) => {
          const value = measuredIn(point, measure, stepS);
          return (
            <div key={measure} data-none={value === undefined ? '' : undefined}>
              <dt>{nameOf(measure, say)}</dt>
              <dd>{value === undefined ? '—' : measuredText(measure, value, speech)}</dd>
            </div>
          );
        })}
      </dl>
      <p className="readout-events faint small">{events.map((event) => eventText(event, speech)).join(' · ')}</p>
    </div>
  );
}

export function useReadoutText(): (props: ReadoutProps) => string {
  const speech = useSpeech();
  const { say, locale } = speech;
  return ({ atMs, point, events, stepS, timeZone }) =>
    [
      timeFormat('exactTime', { locale, timeZone })(atMs),
      point === undefined ? say('gap') : say(`strength.${point.strength}`),
      ...measures.flatMap((measure) => {
        const value = measuredIn(point, measure, stepS);
        return value === undefined ? [] : [`${nameOf(measure, say)} ${measuredText(measure, value, speech)}`];
      }),
      ...events.map((event) => eventText(event, speech)),
    ].join(', ');
}
