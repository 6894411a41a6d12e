import { Repeat, TriangleAlert, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { isJoinable } from '../core/days.ts';
import type { MyOccurrence } from '../core/model.ts';
import { repeatOf } from '../core/repeat.ts';
import { meetingPath } from '../core/route.ts';
import { ruleText, timeRange, whenText } from '../core/words.ts';
import { type LocalTexts, useSay } from '../text.ts';

export interface OccurrenceProps {
  occurrence: MyOccurrence;
  nowMs: number;
  timeZone: string;
  onOpen(occurrence: MyOccurrence): void;
}

interface RowProps extends OccurrenceProps {
  /** Shows the date, since the list is not grouped by day. */
  isDated?: boolean;
  /** Links to the page of the past occurrence. */
  isPast?: boolean;
}

export function Row({ occurrence, nowMs, timeZone, onOpen, isDated = false, isPast = false }: RowProps) {
  const { say, locale } = useSay();
  const { title, startsAt, endsAt, answer } = occurrence;
  const reader = { locale, timeZone };
  const className = 'row-open grid flex-1 gap-4 items-baseline min-w-0 border-0 bg-none';
  const content = (
    <>
      <span className="row-time text-soft tabular one-line">
        {isDated ? whenText(startsAt, endsAt, nowMs, { say, ...reader }) : timeRange(startsAt, endsAt, reader)}
      </span>
      <span className="grid gap-2px min-w-0">
        <span className="row-title anywhere weight-600">{title}</span>
        {isDated ? null : <Marks occurrence={occurrence} />}
      </span>
    </>
  );
  if (isPast) {
    const { meetingId: meeting, originalStart } = occurrence;
    return (
      <li className="row" data-answer={answer} data-testid="past-row">
        <a className={className} href={meetingPath({ name: 'held', meeting, originalStart })}>
          {content}
        </a>
      </li>
    );
  }
  return (
    <li className={isDated ? 'row dated' : 'row'} data-answer={answer} data-testid="meeting-row">
      <button type="button" className={className} onClick={() => onOpen(occurrence)}>
        {content}
      </button>
      {isJoinable(occurrence, nowMs) ? <JoinLink occurrence={occurrence} isPrimary className="small" /> : null}
    </li>
  );
}

export function JoinLink({
  occurrence,
  isPrimary,
  className,
}: {
  occurrence: MyOccurrence;
  isPrimary: boolean;
  className: string;
}) {
  const { say } = useSay();
  return (
    <a
      className={`button ${isPrimary ? 'primary' : ''} ${className}`}
      href={`/meetings/${occurrence.meetingId}/join`}
      aria-label={say('list.joinTitle', { title: occurrence.title })}
    >
      <Video size={18} aria-hidden="true" />
      {say('list.join')}
    </a>
  );
}

/** Describes the repetition of an occurrence's series; undefined without a series. */
export function seriesText(
  { recurrence, originalStart, timeZone }: MyOccurrence,
  saying: LocalTexts,
): string | undefined {
  if (recurrence === '') return undefined;
  const day = originalStart.slice(0, 10);
  return ruleText(repeatOf(recurrence, day, timeZone), day, saying);
}

/** Returns whether the list shows this occurrence for a series whose later occurrences it hides. */
export const isFolded = ({ later = 0 }: MyOccurrence): boolean => later > 0;

export function Marks({ occurrence }: { occurrence: MyOccurrence }) {
  const saying = useSay();
  const { say } = saying;
  const { part, answer, hasConflict } = occurrence;
  const series = isFolded(occurrence) ? undefined : seriesText(occurrence, saying);
  const marks: [string, ReactNode][] = [];
  if (part === 'host' || part === 'cohost') marks.push(['part', say(`part.${part}`)]);
  else if (answer !== undefined) marks.push(['answer', say(`answer.${answer}`)]);
  if (series !== undefined)
    marks.push([
      'recurring',
      <>
        <Repeat size={13} aria-hidden="true" /> {series}
      </>,
    ]);
  if (hasConflict)
    marks.push([
      'conflict',
      <>
        <TriangleAlert size={13} aria-hidden="true" /> {say('list.conflict')}
      </>,
    ]);
  return (
    <span className="marks flex flex-wrap gap-2px-3 text-faint text-s">
      {marks.map(([name, text]) => (
        <span key={name} className={`mark ${name}`}>
          {text}
        </span>
      ))}
    </span>
  );
}
