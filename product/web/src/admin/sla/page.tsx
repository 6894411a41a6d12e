// A tenant's month against the cloud's objectives: on screen, in print, as CSV.
import { Download, Printer } from 'lucide-react';
import { useState } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import { monthIn, monthsUntil } from '../../console/report/core/figures.ts';
import { Days, Headline, Method, Rows } from '../../console/report/parts.tsx';
import { Remarks, Windows } from '../../console/report/windows.tsx';
import { type ReportWords, useReportWords } from '../../console/report/words.ts';
import type { TenantSlaReport } from '../../console/types.ts';
import type { SayOf } from '../../core/messages/both-languages.ts';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Part } from '../traffic/parts.tsx';
import { useApiQuery } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { Loading } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { type ServiceLevelKey, serviceLevelTexts } from './text.ts';
import '../../styles/console-report.css';

export function ServiceLevelPage({ ports }: { ports: AdminPorts }) {
  const shared = useTexts(sharedTexts);
  const { say } = useTexts(serviceLevelTexts);
  const words = useReportWords();
  const { client, run } = ports;
  const [month, setMonth] = useState(() => monthIn(location.search, ports.now()));
  const { value, problem, reload } = useApiQuery(
    ['sla', month],
    (): Promise<TenantSlaReport> => run(() => client.get('/reports/sla', { params: { query: { month } } })),
  );
  const choose = (next: string): void => {
    // Reload and the back button show the same month. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/admin'))
      history.replaceState(null, '', `${adminPath({ section: 'sla' })}?month=${next}`);
    setMonth(next);
  };
  return (
    <div className="report-page grid gap-5 min-w-0">
      <PageTitle title={shared.say('sla')} lead={say('lead')}>
        <Tools {...{ words, month }} csv={say('csv')} nowMs={ports.now()} onChoose={choose} />
      </PageTitle>
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <Report {...{ words, say }} report={value} />
      )}
    </div>
  );
}

interface ReportProps {
  words: ReportWords;
  say: SayOf<ServiceLevelKey>;
  report: TenantSlaReport;
}

function Report({ words, say, report }: ReportProps) {
  return (
    <>
      <Headline {...{ words, report }} />
      <Days {...{ words, report }} />
      <Rows {...{ words, report }} title={words.say('regions')} keyTitle={words.say('region')} />
      <Part title={words.say('out')}>
        <Windows {...{ words, report }} />
      </Part>
      <Remarks {...{ words, report }} />
      <Method {...{ words, report }} availability={say('availability')} />
      <p className="faint">{say('own')}</p>
    </>
  );
}

interface ToolsProps {
  words: ReportWords;
  csv: string;
  month: string;
  nowMs: number;
  onChoose(month: string): void;
}

function Tools({ words, csv, month, nowMs, onChoose }: ToolsProps) {
  const months = monthsUntil(nowMs).map((one) => [one, words.month(one)] as const);
  return (
    <div className="report-tools flex flex-wrap gap-3">
      <Choose label={words.say('month')} value={month} options={months} onChoose={onChoose} />
      <a className="button" href={`/api/v1/reports/sla.csv?month=${month}`} download={`sla-${month}.csv`}>
        <Download size={18} aria-hidden="true" />
        {csv}
      </a>
      <button type="button" className="button" onClick={() => window.print()}>
        <Printer size={18} aria-hidden="true" />
        {words.say('print')}
      </button>
    </div>
  );
}
