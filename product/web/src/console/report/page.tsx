import { Download, Printer } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { SlaReport } from '../types.ts';
import { monthIn, monthsUntil } from './core/figures.ts';
import { Exclusions } from './exclusions.tsx';
import { Days, Headline, Method, Rows } from './parts.tsx';
import { Remarks } from './windows.tsx';
import { type ReportWords, useReportWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-report.css';

export function ReportPage({ ports }: PageProps<'report'>) {
  const frame = useTexts(frameTexts);
  const words = useReportWords();
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [month, setMonth] = useState(() => monthIn(location.search, ports.now()));
  const { value, problem, reload } = useApiQuery(['sla', month], () =>
    Promise.all(groupings.map((by) => api.get<SlaReport>('/sla', { month, by }))),
  );
  const choose = (next: string): void => {
    // Reload and the back button show the same month. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', `${consolePath({ page: 'report' })}?month=${next}`);
    setMonth(next);
  };
  const [regions, tenants] = value ?? [];
  return (
    <div className="report-page grid gap-5 min-w-0">
      <PageTitle title={frame.say('report')} lead={words.say('lead')}>
        <Tools {...{ words, month }} nowMs={ports.now()} onChoose={choose} />
      </PageTitle>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {regions === undefined || tenants === undefined || problem !== undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <>
          <Headline {...{ words }} report={regions} />
          <Days {...{ words }} report={regions} />
          <Rows {...{ words }} report={regions} title={words.say('regions')} keyTitle={words.say('region')} />
          <Rows {...{ words }} report={tenants} title={words.say('tenants')} keyTitle={words.say('tenant')} />
          <Exclusions {...{ words, api }} report={regions} onChanged={reload} />
          <Remarks {...{ words }} report={regions} />
          <Method {...{ words }} report={regions} />
        </>
      )}
    </div>
  );
}

const groupings = ['region', 'tenant'] as const;

interface ToolsProps {
  words: ReportWords;
  month: string;
  nowMs: number;
  onChoose(month: string): void;
}

function Tools({ words, month, nowMs, onChoose }: ToolsProps) {
  const months = monthsUntil(nowMs).map((one) => [one, words.month(one)] as const);
  return (
    <div className="report-tools flex flex-wrap gap-3">
      <Choose label={words.say('month')} value={month} options={months} onChoose={onChoose} />
      {groupings.map((by) => (
        <a
          key={by}
          className="button"
          href={`/api/v1/sla.csv?month=${month}&by=${by}`}
          download={`sla-${month}-${by}.csv`}
        >
          <Download size={18} aria-hidden="true" />
          {words.say(by === 'region' ? 'csvRegions' : 'csvTenants')}
        </a>
      ))}
      <button type="button" className="button" onClick={() => window.print()}>
        <Printer size={18} aria-hidden="true" />
        {words.say('print')}
      </button>
    </div>
  );
}
