// How one session went: what happened in it, what was measured, and why it was where it was. Used by the console, by
// reports of the administration, and by meetings.
import { type ReactNode, useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Fact, Facts, Part, State } from '../../admin/traffic/parts.tsx';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText, timeText } from '../../admin/traffic/when.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { protocolName } from '../../core/protocol-name.ts';
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
import { EventList, PeriodTable } from './lists.tsx';
import { Readout, useReadoutText } from './readout.tsx';
import { type Extent, Stack } from './stack.tsx';
import { timelineTexts } from './text.ts';
import { WhyPart } from './why.tsx';

export interface TimelineProps {
  timeline: SessionTimeline;
  timeZone: string;
  nowMs: number;
  /** Addresses of what it is about, where the page has them. */
  links?: {
    readonly room?: string;
    node?(nodeId: string): string;
    /** What nodes have logged of the session, and of one decision. */
    readonly logs?: string;
    decisionLogs?(story: DecisionStory): string;
  };
}

export function TimelineView({ timeline, timeZone, nowMs, links = {} }: TimelineProps) {
  const { say, locale } = useTexts(timelineTexts);
  const { person, stepS, points } = timeline;
  const reader = { locale, timeZone };
  const room = person.room;
  const lead =
    person.leftAt === undefined
      ? say('leadNow', { room, from: timeText(person.joinedAt, reader) })
      : say('lead', { room, from: timeText(person.joinedAt, reader), to: timeText(person.leftAt, reader) });
  const [atMs, setAtMs] = useState<number>();
  const shares = useMemo(() => strengthShares(points), [points]);
  const traffic = useTexts(trafficTexts);
  return (
    <>
      <PageTitle title={person.name === '' ? person.identity : person.name} lead={lead}>
        {links.logs === undefined ? undefined : <LogsLink href={links.logs} />}
      </PageTitle>
      <SessionFacts {...{ timeline, nowMs, links }} />
      <Part title={say('timeline')}>
        {points.length === 0 ? (
          <p className="admin-empty">{say('noPoints')}</p>
        ) : (
          <>
            <p className="faint small">{say('timelineLead', { step: spanText(0, stepS * 1000, traffic.say) })}</p>
            <StrengthBar counts={shares} isShare />
            <Drawn {...{ timeline, timeZone, nowMs, atMs }} onTime={setAtMs} />
            <PeriodTable {...{ timeline, timeZone }} />
          </>
        )}
      </Part>
      <WhyPart {...{ timeline, timeZone }} logsOf={links.decisionLogs} />
      <EventList {...{ timeline, timeZone }} onTime={setAtMs} />
    </>
  );
}

interface DrawnProps extends Omit<TimelineProps, 'links'> {
  /** Undefined: the cursor is at the end. */
  atMs: number | undefined;
  onTime(atMs: number): void;
}

function Drawn({ timeline, timeZone, nowMs, atMs, onTime }: DrawnProps) {
  const { points, events, stepS, person } = timeline;
  const readoutText = useReadoutText();
  const series = useMemo(() => seriesOf(points, stepS), [points, stepS]);
  const { joinedAt, leftAt } = person;
  const extent = useMemo(
    () => extentOf({ joinedAt, leftAt, times: series.times, nowMs: leftAt === undefined ? nowMs : 0 }),
    [joinedAt, leftAt, series, nowMs],
  );
  const index = atMs === undefined ? series.times.length - 1 : nearestIndex(series.times, atMs / 1000);
  const shownMs = (series.times[index] ?? 0) * 1000;
  const shown = {
    atMs: shownMs,
    point: series.points[index],
    // A point stands for the step before it.
    events: eventsNear(events, shownMs - stepS * 500, stepS * 500),
    stepS,
    timeZone,
  };
  return (
    <div className="drawn">
      <Readout {...shown} />
      <Stack
        {...{ timeline, series, extent, timeZone, index }}
        valueText={readoutText(shown)}
        onIndex={(next) => onTime((series.times[next] ?? 0) * 1000)}
      />
    </div>
  );
}

interface ExtentOptions {
  readonly joinedAt: string;
  readonly leftAt: string | undefined;
  readonly times: readonly number[];
  readonly nowMs: number;
}

/** From joining to leaving, or to the last that was measured. */
function extentOf({ joinedAt, leftAt, times, nowMs }: ExtentOptions): Extent {
  const [firstMs, lastMs] = [(times[0] ?? 0) * 1000, (times.at(-1) ?? 0) * 1000];
  const fromMs = Math.min(Date.parse(joinedAt) || firstMs, firstMs);
  const endMs = leftAt === undefined ? Math.min(nowMs, lastMs + 60_000) : Date.parse(leftAt) || lastMs;
  return { fromMs, toMs: Math.max(endMs, lastMs, fromMs + 1000) };
}

function SessionFacts({ timeline, nowMs, links = {} }: Omit<TimelineProps, 'timeZone'>) {
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
          <Linked href={person.nodeId === '' ? undefined : links.node?.(person.nodeId)}>{person.nodeId}</Linked>
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
            <Linked href={links.room}>{person.room}</Linked>
          </Fact>
        )}
        <Fact name={say('id')}>
          <code>{person.sessionId}</code>
        </Fact>
      </Facts>
    </div>
  );
}

function Linked({ href, children }: { href: string | undefined; children: ReactNode }) {
  return href === undefined ? <code>{children}</code> : <a href={href}>{children}</a>;
}
