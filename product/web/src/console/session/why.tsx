import { type ReactNode, useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { Part, State } from '../../admin/traffic/parts.tsx';
import { exactTimeText } from '../../admin/traffic/when.ts';
import { useLanguage } from '../../ui/language.tsx';
import { Attribution } from '../../ui/parts.tsx';
import { LogsLink } from '../logs/link.tsx';
import type { DecisionCandidate, DecisionStory, SessionTimeline } from '../types.ts';
import { placementReason } from './core/placement-reasons.ts';
import { decisionsWithin, type Span } from './core/span.ts';
import { cityOfSite, explanationOf, joinSentences, pathSentences, refusalText, type WhySpeech } from './core/why.ts';
import { whyTexts } from './core/why-text.ts';
import { timelineTexts } from './text.ts';

interface WhyProps {
  timeline: SessionTimeline;
  timeZone: string;
  /** Span whose decisions are shown; undefined for all decisions. */
  chosen: Span | undefined;
  /** URL of a decision's logs, where available. */
  logsOf?: ((story: DecisionStory) => string) | undefined;
}

export function WhyPart({ timeline, timeZone, chosen, logsOf }: WhyProps) {
  const { say } = useTexts(timelineTexts);
  const { decisions, paths } = timeline;
  const speech = useWhySpeech();
  const shown = chosen === undefined ? decisions : decisionsWithin(decisions, chosen);
  const others = paths.filter(({ fromHostId, toHostId }) => fromHostId !== toHostId);
  return (
    <Part title={say('why')}>
      {shown.length > 0 ? null : (
        <p className="admin-empty">{say(decisions.length === 0 ? 'whyNone' : 'noneInSpan')}</p>
      )}
      {shown.map((story) => (
        <Decision
          key={story.decisionId}
          story={story}
          nextAt={decisions[decisions.indexOf(story) + 1]?.createdAt}
          points={timeline.points}
          timeZone={timeZone}
          logs={logsOf?.(story)}
        />
      ))}
      {others.length === 0 ? null : (
        <article className="admin-card why">
          <h3>{say('route')}</h3>
          <ul className="why-paths grid gap-6px">
            {others.map((path) => (
              <li key={`${path.fromHostId} ${path.toHostId}`}>
                {joinSentences(pathSentences(path, speech), speech.language)}
              </li>
            ))}
          </ul>
        </article>
      )}
      {shown.some(({ place }) => place !== '') ? <Attribution /> : null}
    </Part>
  );
}

function useWhySpeech(): WhySpeech {
  const { say } = useTexts(whyTexts);
  const { language } = useLanguage();
  return useMemo(() => ({ say, language }), [say, language]);
}

interface DecisionProps {
  story: DecisionStory;
  nextAt: string | undefined;
  points: SessionTimeline['points'];
  timeZone: string;
  logs: string | undefined;
}

function Decision({ story, nextAt, points, timeZone, logs }: DecisionProps) {
  const { say, locale } = useTexts(timelineTexts);
  const speech = useWhySpeech();
  const explanation = useMemo(() => explanationOf(story, points, nextAt, speech), [story, points, nextAt, speech]);
  const time = exactTimeText(story.createdAt, { locale, timeZone });
  const isMove = story.moveFromNodeId !== undefined && story.moveFromNodeId !== '';
  const isPair =
    story.chosen !== undefined && story.nearest !== undefined && story.chosen.hostId !== story.nearest.hostId;
  return (
    <article className="admin-card why" data-testid="decision" data-why={story.why}>
      <header>
        <h3>{say(isMove ? 'decisionMove' : 'decisionJoin', { time })}</h3>
        <code className="faint small">{story.decisionId}</code>
        {logs === undefined ? null : <LogsLink href={logs} />}
      </header>
      <p>{joinSentences(explanation.why, speech.language)}</p>
      {explanation.compare.length + explanation.since.length === 0 ? null : (
        <section>
          <h4>{say('nearest')}</h4>
          <p>{joinSentences([...explanation.compare, ...explanation.since], speech.language)}</p>
          {isPair ? <Comparison chosen={story.chosen} nearest={story.nearest} /> : null}
        </section>
      )}
      {story.lines.length === 0 ? null : (
        <details className="why-lines">
          <summary>{say('lines_of')}</summary>
          <pre>{story.lines.map((line) => placementReason(line, speech.language)).join('\n')}</pre>
        </details>
      )}
    </article>
  );
}

function Comparison({ chosen, nearest }: Pick<DecisionStory, 'chosen' | 'nearest'>) {
  const { say, locale } = useTexts(timelineTexts);
  const { say: sayWhy, language } = useWhySpeech();
  if (chosen === undefined || nearest === undefined) return null;
  const ms = (value: number | undefined): string =>
    value === undefined ? '—' : say('ms', { value: Math.round(value).toLocaleString(locale) });
  const points = (value: number | undefined): string =>
    value === undefined ? '—' : value.toLocaleString(locale, { maximumFractionDigits: 1 });
  const rows: readonly [string, (one: DecisionCandidate) => ReactNode][] = [
    [
      say('roundTrip'),
      (one) => (
        <>
          {ms(one.rttMs)} <small className="faint">{say(one.isTimed ? 'measuredShort' : 'estimated')}</small>
        </>
      ),
    ],
    [say('load'), (one) => one.load.toLocaleString(locale, { style: 'percent' })],
    [say('toOthers'), (one) => ms(one.toMembersMs)],
    [say('points'), (one) => points(one.total)],
    [
      say('refusedAs'),
      ({ refusedBy = '', refusalReason = '' }) =>
        refusedBy === '' ? (
          '—'
        ) : (
          <div className="admin-two">
            <State tone="warn">{refusalText(refusedBy, sayWhy)}</State>
            {refusalReason === '' ? null : (
              <span className="faint small">{placementReason(refusalReason, language)}</span>
            )}
          </div>
        ),
    ],
  ];
  return (
    <table className="why-pair" aria-label={say('nearest')}>
      <thead>
        <tr>
          <td />
          {(
            [
              ['chosen', chosen],
              ['nearestNode', nearest],
            ] as const
          ).map(([key, one]) => (
            <th key={key} scope="col">
              {say(key)}
              <span className="faint small">
                {one.nodeId === '' ? one.hostId : one.nodeId} · {cityOfSite(one.site, language)}
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, cell]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{cell(chosen)}</td>
            <td>{cell(nearest)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
