// Result of a check: verdict, advice, a row per part, and the node that calls would use.

import type { CheckPlacement, CheckReport, CheckVerdict } from '@meridian/sdk-web';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { placeName } from '../core/place-name.ts';
import { messageOfReason } from '../core/reasons.ts';
import { useLanguage } from '../ui/language.tsx';
import { Attribution } from '../ui/parts.tsx';
import type { CheckModel } from './control.ts';
import { adviceOf, type CheckRow, type RowState, rowsOf } from './core/report.ts';
import { useWords } from './text.ts';

const icons: Readonly<Record<RowState, LucideIcon>> = {
  waiting: CircleDashed,
  running: LoaderCircle,
  passed: CircleCheck,
  limited: TriangleAlert,
  failed: CircleX,
  skipped: CircleMinus,
};
const verdictIcons: Readonly<Record<CheckVerdict, LucideIcon>> = {
  good: CircleCheck,
  limited: TriangleAlert,
  bad: CircleX,
};

/** Announces to screen readers each part that finishes, then the verdict. */
export function Progress({ model }: { model: CheckModel }) {
  const { say } = useWords();
  const findings = useNewFindings(model.at === 'running' ? model.report : undefined);
  return (
    <p className="visually-hidden" role="status" data-testid="check-progress">
      {model.at === 'opening' ? say('opening') : null}
      {model.at === 'running' ? findings || say('running') : null}
      {model.at === 'done' ? say(`verdict.${model.report.verdict}`) : null}
    </p>
  );
}

/** Returns the parts finished since the previous report; '' if none. */
function useNewFindings(report: CheckReport | undefined): string {
  const words = useWords();
  const [text, setText] = useState('');
  const announcedParts = useRef(new Set<string>());
  useEffect(() => {
    if (report === undefined) {
      announcedParts.current.clear();
      setText('');
      return;
    }
    const finishedRows = rowsOf(report, words).filter(({ state }) => state !== 'waiting' && state !== 'running');
    const fresh = finishedRows.filter(({ part }) => !announcedParts.current.has(part));
    if (fresh.length === 0) return;
    for (const { part } of fresh) announcedParts.current.add(part);
    const { say } = words;
    const lines = fresh.map(({ part, state, finding }) =>
      say('text.line', { part: say(`part.${part}`), state: say(`state.${state}`), finding }),
    );
    setText(lines.join(' '));
  }, [report, words]);
  return text;
}

export function Result({ report }: { report: CheckReport }) {
  const words = useWords();
  const { say } = words;
  const Icon = verdictIcons[report.verdict];
  const advice = adviceOf(report, words);
  return (
    <>
      <div className="check-verdict grid items-center gap-3" data-verdict={report.verdict}>
        <Icon size={30} aria-hidden="true" />
        <h1>{say(`verdict.${report.verdict}`)}</h1>
      </div>
      {advice.length === 0 ? (
        <p className="check-lead">{say('noAdvice')}</p>
      ) : (
        <section className="check-advice grid gap-2" aria-label={say('advice')}>
          {advice.map(({ code, tone, title, text }) => (
            <div key={code} className={tone === 'bad' ? 'notice bad' : 'notice'} data-testid="advice" data-code={code}>
              {tone === 'bad' ? (
                <CircleAlert size={20} aria-hidden="true" />
              ) : (
                <TriangleAlert size={20} aria-hidden="true" />
              )}
              <strong>{title}</strong>
              <p>{text}</p>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

export function Steps({ report }: { report: CheckReport | undefined }) {
  const words = useWords();
  return (
    <ul className="check-steps grid" aria-label={words.say('steps')}>
      {rowsOf(report, words).map((row) => (
        <Step key={row.part} row={row} />
      ))}
    </ul>
  );
}

function Step({ row: { part, state, finding, facts } }: { row: CheckRow }) {
  const { say } = useWords();
  const Icon = icons[state];
  const line = (
    <>
      <Icon size={20} className={state === 'running' ? 'spinner' : ''} aria-hidden="true" />
      <span className="weight-600">
        {say(`part.${part}`)}
        <span className="visually-hidden">: {say(`state.${state}`)}.</span>
      </span>
      <span className="check-finding min-w-0 text-soft text-s tabular anywhere">{finding}</span>
    </>
  );
  return (
    <li data-testid={`check-${part}`} data-state={state}>
      {facts.length === 0 ? (
        <div className="check-line grid items-center gap-3 min-h-44 rounded-s">{line}</div>
      ) : (
        <details>
          <summary className="check-line grid items-center gap-3 min-h-44 rounded-s">{line}</summary>
          <Facts facts={facts} />
        </details>
      )}
    </li>
  );
}

function Facts({ facts }: Pick<CheckRow, 'facts'>) {
  return (
    <dl className="check-facts grid gap-1 text-s">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Where the service would place this person's media, and why. */
export function PlacementNote({ placement }: { placement: CheckPlacement | undefined }) {
  const { say } = useWords();
  const { t, language } = useLanguage();
  if (placement === undefined) return null;
  const { city, region, nodeId, signalingId, locationLabel, locationRadiusKm, locationSource, reasons } = placement;
  const isLocated = locationLabel !== '' && locationSource !== 'none';
  const label = placeName(locationLabel, language);
  const radius = Math.round(locationRadiusKm);
  const facts: [string, string][] = [
    [say('where.region'), placeName(region, language)],
    [say('where.media'), nodeId],
    [say('where.signaling'), signalingId],
  ];
  if (isLocated) {
    facts.push([say('where.you'), radius > 0 ? say('where.youValue', { label, radius }) : label]);
    facts.push([say('where.source'), locationSource === 'city' ? t('where.sourceCity') : locationSource]);
  }
  return (
    <section className="check-where grid gap-1 text-soft" data-testid="check-where">
      <h2>{say('where.title')}</h2>
      <p>{say('where.lead', { city: placeName(city === '' ? region : city, language), node: nodeId })}</p>
      <details>
        <summary>{t('where.why')}</summary>
        <ul>
          {reasons.map((reason) => {
            const message = messageOfReason(reason);
            return <li key={reason}>{message === undefined ? reason : t(message.key, message.values)}</li>;
          })}
        </ul>
        <Facts facts={facts} />
        {isLocated ? <Attribution /> : null}
      </details>
    </section>
  );
}
