// The operators' morning report, problems first: a new one, or the stored one of a day.
import { type FindingSeverity, figureText, findingSentence, findingSeverities } from '@meridian/protocol';
import { CircleAlert, CircleCheck, CircleX, type LucideIcon, Printer, Settings } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { useLanguage } from '../../ui/language.tsx';
import { ruleTitle } from '../alarms/sentences.ts';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { Inspection, InspectionDays } from '../types.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import { inspectionTexts } from './text.ts';
import '../../styles/console-pages.css';
import '../../styles/console-inspection.css';
import { timeText } from '../../admin/traffic/when.ts';

/** Polling interval. The report sums up a day, so a minute is short enough. */
const EVERY_MS = 60_000;
const DAY = /^\d{4}-\d\d-\d\d$/;
/** Returns the day in a URL's query; '' stands for the current report. */
const dayOf = (search: string): string => {
  const day = new URLSearchParams(search).get('day') ?? '';
  return DAY.test(day) ? day : '';
};

export function InspectionPage({ ports }: PageProps<'inspection'>) {
  const frame = useTexts(frameTexts);
  const { say } = useTexts(inspectionTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [day, setDay] = useState(() => dayOf(location.search));
  const [isSetting, setSetting] = useState(false);
  const { value, problem, reload } = useApiQuery(
    ['inspection', day],
    () => api.get<Inspection>(day === '' ? '/inspection' : `/inspections/${day}`),
    EVERY_MS,
  );
  const choose = (next: string): void => {
    // Reload and the back button show the same day. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', consolePath({ page: 'inspection' }) + (next === '' ? '' : `?day=${next}`));
    setDay(next);
  };
  return (
    <>
      <PageTitle title={frame.say('inspection')} lead={say('lead')}>
        <button type="button" className="button" onClick={() => print()}>
          <Printer size={18} aria-hidden="true" />
          {say('print')}
        </button>
        <button type="button" className="button" data-testid="inspection-settings" onClick={() => setSetting(true)}>
          <Settings size={18} aria-hidden="true" />
          {say('settings')}
        </button>
      </PageTitle>
      <Days {...{ api, day }} onChoose={choose} />
      {problem === undefined ? null : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value !== undefined ? (
        <Report report={value} timeZone={ports.timeZone} />
      ) : problem === undefined ? (
        <Loading />
      ) : null}
      {isSetting ? <SettingsDialog api={api} onClose={() => setSetting(false)} /> : null}
    </>
  );
}

function Days({ api, day, onChoose }: { api: ConsoleApi; day: string; onChoose(day: string): void }) {
  const { say } = useTexts(inspectionTexts);
  const { value } = useApiQuery(['inspections'], () => api.get<InspectionDays>('/inspections'), EVERY_MS);
  const storedDays = (value?.days ?? []).map((one) => [one.day, say('dayOf', one)] as const);
  const missingDay = day === '' || storedDays.some(([one]) => one === day) ? [] : [[day, day] as const];
  return (
    <Choose
      label={say('day')}
      className="inspection-day"
      value={day}
      options={[['', say('now')], ...missingDay, ...storedDays]}
      onChoose={onChoose}
    />
  );
}

const icons: Readonly<Record<FindingSeverity, LucideIcon>> = {
  problem: CircleX,
  attention: CircleAlert,
  fine: CircleCheck,
};

function Report({ report: { createdAt, findings }, timeZone }: { report: Inspection; timeZone: string }) {
  const { say, locale } = useTexts(inspectionTexts);
  const groups = findingSeverities.map((severity) => ({
    severity,
    own: findings.filter((one) => one.severity === severity),
  }));
  const [problems = 0, attentions = 0, fine = 0] = groups.map(({ own }) => own.length);
  const time = timeText(createdAt, { locale, timeZone });
  return (
    <div className="inspection" data-testid="inspection">
      <p role="status">
        <strong>{problems + attentions === 0 ? say('allFine') : say('sum', { problems, attentions, fine })}</strong>{' '}
        <span className="faint">{say('made', { time })}</span>
      </p>
      {groups.map(({ severity, own }) =>
        own.length === 0 ? null : (
          <section key={severity} aria-label={say(severity)}>
            <h2>{say(severity)}</h2>
            <ul>
              {own.map((finding) => (
                <Line key={JSON.stringify([finding.code, finding.values])} {...{ finding, timeZone }} />
              ))}
            </ul>
          </section>
        ),
      )}
    </div>
  );
}

function Line({ finding, timeZone }: { finding: Inspection['findings'][number]; timeZone: string }) {
  const { say } = useTexts(inspectionTexts);
  const { language } = useLanguage();
  const { severity, values, figure, path } = finding;
  const Icon = icons[severity];
  const rule = values['rule'];
  const shownValues = typeof rule === 'string' ? { ...values, rule: ruleTitle(rule, language) } : values;
  const [value, limit] = [figure?.value, figure?.limit].map((number) =>
    figure === undefined || number === undefined ? undefined : figureText(number, figure.unit, language),
  );
  return (
    <li>
      {/* Links only to paths of the console; other text stays text. */}
      <a
        className="inspection-line grid items-start min-h-44 rounded-m anywhere"
        data-severity={severity}
        href={path.startsWith('/console') ? path : undefined}
      >
        <Icon size={20} aria-hidden="true" />
        <span>{findingSentence({ ...finding, values: shownValues }, { language, timeZone })}</span>
        {value === undefined || limit === undefined ? null : (
          <span className="inspection-figure text-soft text-s tabular one-line">{say('limit', { value, limit })}</span>
        )}
      </a>
    </li>
  );
}
