// The timeline of a session: events, measurements, and the reasons for its placement. The console, the reports of the
// administration and the meetings show it.
import { type ReactNode, useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Fact, Facts, Part, State } from '../../admin/traffic/parts.tsx';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { protocolName } from '../../core/protocol-name.ts';
import { datedRange } from '../../core/time-formats.ts';
import { useLanguage } from '../../ui/language.tsx';
import { LogsLink } from '../logs/link.tsx';
import type { DecisionStory, SessionTimeline } from '../types.ts';
import { StrengthBar } from '../ui/strength.tsx';
import '../../styles/admin.css';
import '../../styles/admin-traffic.css';
import '../../styles/console-pages.css';
import { placeText } from '../rooms/core/people.ts';
import { eventsNear, networkText } from './core/events.ts';
import { nearestIndex, seriesOf, strengthShares } from './core/series.ts';
import { clamped, eventsWithin, pointsWithin, type Span, spanOfPixels, wholeOf } from './core/span.ts';
import { EventList, PeriodTable } from './lists.tsx';
import { Readout, useReadoutText } from './readout.tsx';
import { SpanBar } from './span-bar.tsx';
import { Stack } from './stack.tsx';
import { timelineTexts } from './text.ts';
import { WhyPart } from './why.tsx';

export interface TimelineProps {
  timeline: SessionTimeline;
  timeZone: string;
  nowMs: number;
  /** Visible span; undefined for the whole session. */
  span: Span | undefined;
  onSpan(span: Span | undefined): void;
  detail: SessionTimeline | undefined;
  /** URLs of related pages, where available. */
  links?: {
    readonly room?: string;
    node?(nodeId: string): string;
    readonly logs?: string;
    decisionLogs?(story: DecisionStory): string;
  };
}

export function TimelineView({ timeline, timeZone, nowMs, span, onSpan, detail, links = {} }: TimelineProps) {
  const { say, locale } = useTexts(timelineTexts);
  const { person } = timeline;
  const reader = { locale, timeZone };
  const room = timeline.roomTitle === '' ? person.room : timeline.roomTitle;
  const lead =
    person.leftAt === undefined
      ? say('leadNow', { room, from: timeText(person.joinedAt, reader) })
      : say('lead', {
          room,
          span: datedRange({ startsMs: Date.parse(person.joinedAt), endsMs: Date.parse(person.leftAt) }, reader),
        });
  const [atMs, setAtMs] = useState<number>();
  const { whole, chosen, shown } = useVisibleSpan({ timeline, detail, span, nowMs });
  const { points, stepS } = shown;
  const shares = useMemo(() => strengthShares(points), [points]);
  const choose = (next: Span | undefined): void => onSpan(next && clamped(next, whole));
  const traffic = useTexts(trafficTexts);
  return (
    <>
      <PageTitle title={person.name === '' ? person.identity : person.name} lead={lead}>
        {links.logs === undefined ? undefined : <LogsLink href={links.logs} />}
      </PageTitle>
      <SessionFacts {...{ timeline, nowMs, links }} />
      <Part title={say('timeline')}>
        {timeline.points.length === 0 ? null : <SpanBar {...{ chosen, whole, timeZone }} onSpan={choose} />}
        {points.length === 0 ? (
          <p className="admin-empty">{say(chosen === undefined ? 'noPoints' : 'noneInSpan')}</p>
        ) : (
          <>
            <p className="faint small">{say('timelineLead', { step: spanText(0, stepS * 1000, traffic.say) })}</p>
            <StrengthBar counts={shares} isShare />
            <Charts
              {...{ timeline: shown, allEvents: timeline.events, whole, chosen, timeZone, atMs }}
              onTime={setAtMs}
              onSpan={choose}
            />
            <PeriodTable timeline={shown} timeZone={timeZone} />
          </>
        )}
      </Part>
      <WhyPart {...{ timeline, timeZone, chosen }} logsOf={links.decisionLogs} />
      <EventList timeline={shown} {...{ timeZone, chosen }} onTime={setAtMs} />
    </>
  );
}

type ShownOptions = Pick<TimelineProps, 'timeline' | 'detail' | 'span' | 'nowMs'>;

/** Returns the session's whole time, the chosen span, and its points and events. */
function useVisibleSpan({ timeline, detail, span, nowMs }: ShownOptions) {
  const endMs = timeline.person.leftAt === undefined ? nowMs : 0;
  const whole = useMemo(() => wholeOf(timeline, endMs), [timeline, endMs]);
  const chosen = useMemo(() => span && clamped(span, whole), [span, whole]);
  const shown = useMemo((): SessionTimeline => {
    if (chosen === undefined) return timeline;
    const { points, stepS } = detail ?? timeline;
    const events = eventsWithin(timeline.events, chosen);
    return { ...timeline, stepS, points: pointsWithin(points, chosen, stepS), events };
  }, [timeline, detail, chosen]);
  return { whole, chosen, shown };
}

interface ChartsProps extends Pick<TimelineProps, 'timeline' | 'timeZone'> {
  /** Events of the whole session, since a mute may have begun before the chosen span. */
  allEvents: SessionTimeline['events'];
  whole: Span;
  chosen: Span | undefined;
  onSpan(span: Span | undefined): void;
  /** Time of the cursor; undefined for the end. */
  atMs: number | undefined;
  onTime(atMs: number): void;
}

function Charts({ timeline, allEvents, whole, chosen, timeZone, atMs, onTime, onSpan }: ChartsProps) {
  const { points, events, stepS } = timeline;
  const readoutText = useReadoutText();
  const series = useMemo(() => seriesOf(points, stepS), [points, stepS]);
  const extent = chosen ?? whole;
  const index = atMs === undefined ? series.times.length - 1 : nearestIndex(series.times, atMs / 1000);
  const shownMs = (series.times[index] ?? 0) * 1000;
  const shown = {
    atMs: shownMs,
    point: series.points[index],
    // A point covers the step that ends at its time, so events count around the middle of that step.
    events: eventsNear(events, shownMs - stepS * 500, stepS * 500),
    stepS,
    timeZone,
  };
  return (
    <div className="drawn grid gap-3 min-w-0">
      <Readout {...shown} />
      <Stack
        {...{ timeline, allEvents, whole, series, extent, timeZone, index }}
        valueText={readoutText(shown)}
        onDrag={(fromPx, toPx, widthPx) => {
          const dragged = spanOfPixels(fromPx, toPx, widthPx, extent);
          if (dragged !== undefined) onSpan(dragged);
        }}
        onIndex={(next) => onTime((series.times[next] ?? 0) * 1000)}
      />
    </div>
  );
}

function SessionFacts({ timeline, nowMs, links = {} }: Pick<TimelineProps, 'timeline' | 'nowMs' | 'links'>) {
  const { say } = useTexts(timelineTexts);
  const traffic = useTexts(trafficTexts);
  const { t, language } = useLanguage();
  const { person, device, sdk, transport, network, signalingId } = timeline;
  const endMs = person.leftAt === undefined ? nowMs : Date.parse(person.leftAt);
  return (
    <div className="admin-card session-facts">
      <Facts>
        <Fact name={say('connection')}>
          <State tone={person.leftAt === undefined ? 'good' : 'quiet'}>
            {say(person.leftAt === undefined ? 'live' : 'over')}
          </State>
        </Fact>
        <Fact name={say('lasted')}>{spanText(Date.parse(person.joinedAt), endMs, traffic.say)}</Fact>
        <Fact name={say('place')}>{person.place === '' ? say('unknown') : placeText(person, language)}</Fact>
        <Fact name={say('node')}>
          <OptionalLink href={person.nodeId === '' ? undefined : links.node?.(person.nodeId)}>
            {person.nodeId}
          </OptionalLink>
        </Fact>
        <Fact name={say('signaling')}>{timeline.signalingId === '' ? '' : <code>{signalingId}</code>}</Fact>
        <Fact name={say('device')}>{device}</Fact>
        <Fact name={say('sdk')}>{sdk}</Fact>
        <Fact name={say('protocol')}>{person.protocol === '' ? '' : protocolName(person.protocol, t)}</Fact>
        <Fact name={say('network')}>
          {[network === '' ? '' : networkText(network, say), transport.toUpperCase()].filter(Boolean).join(' · ')}
        </Fact>
        {links.room === undefined ? null : (
          <Fact name={say('toRoom')}>
            <OptionalLink href={links.room}>
              {timeline.roomTitle === '' ? person.room : timeline.roomTitle}
            </OptionalLink>
          </Fact>
        )}
        <Fact name={say('id')}>
          <code>{person.sessionId}</code>
        </Fact>
      </Facts>
    </div>
  );
}

function OptionalLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  return href === undefined ? <code>{children}</code> : <a href={href}>{children}</a>;
}
