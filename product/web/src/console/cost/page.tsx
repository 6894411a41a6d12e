import { CircleAlert, Coins, Download, Printer } from 'lucide-react';
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
import { monthIn, monthsUntil } from '../report/core/figures.ts';
import { frameTexts } from '../text.ts';
import type { CostReport } from '../types.ts';
import { Headline, Kinds, Rows } from './parts.tsx';
import { PricesDialog } from './prices-dialog.tsx';
import { type CostWords, useCostWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-report.css';
import '../../styles/console-cost.css';

export function CostPage({ ports }: PageProps<'cost'>) {
  const frame = useTexts(frameTexts);
  const words = useCostWords();
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [month, setMonth] = useState(() => monthIn(location.search, ports.now()));
  const [isSetting, setSetting] = useState(false);
  const { value, problem, reload } = useApiQuery(['cost', month], () =>
    Promise.all(groupings.map((by) => api.get<CostReport>('/cost', { month, by }))),
  );
  const choose = (next: string): void => {
    // Reload and the back button show the same month. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', `${consolePath({ page: 'cost' })}?month=${next}`);
    setMonth(next);
  };
  const openPrices = (): void => setSetting(true);
  return (
    <div className="report-page grid gap-5 min-w-0 cost-page">
      <PageTitle title={frame.say('cost')} lead={words.say('lead')}>
        <Tools {...{ words, month }} nowMs={ports.now()} onChoose={choose} onPrices={openPrices} />
      </PageTitle>
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <Reports {...{ words }} reports={value} onPrices={openPrices} />
      )}
      {isSetting ? (
        <PricesDialog {...{ words, api }} reports={value ?? []} onSaved={reload} onClose={() => setSetting(false)} />
      ) : null}
    </div>
  );
}

const groupings = ['region', 'tenant', 'link'] as const;
const csvTexts = { region: 'csvRegions', tenant: 'csvTenants', link: 'csvLinks' } as const;

interface ReportsProps {
  words: CostWords;
  reports: readonly CostReport[];
  onPrices(): void;
}

function Reports({ words, reports, onPrices }: ReportsProps) {
  const [regions, tenants, links] = reports;
  if (regions === undefined || tenants === undefined || links === undefined) return null;
  return (
    <>
      {regions.isAssumed ? <DefaultPricesNotice {...{ words, onPrices }} /> : null}
      <Headline {...{ words }} report={regions} />
      <Rows {...{ words }} report={regions} by="region" />
      <Rows {...{ words }} report={tenants} by="tenant" />
      <Rows {...{ words }} report={links} by="link" />
      <Kinds {...{ words }} report={regions} />
    </>
  );
}

function DefaultPricesNotice({ words: { say }, onPrices }: { words: CostWords; onPrices(): void }) {
  return (
    <div className="notice cost-assumed items-center" data-testid="assumed">
      <CircleAlert size={20} aria-hidden="true" />
      <strong>{say('assumed')}</strong>
      <p>{say('assumedLead')}</p>
      <button type="button" className="button small" onClick={onPrices}>
        {say('setPrices')}
      </button>
    </div>
  );
}

interface ToolsProps {
  words: CostWords;
  month: string;
  nowMs: number;
  onChoose(month: string): void;
  onPrices(): void;
}

function Tools({ words, month, nowMs, onChoose, onPrices }: ToolsProps) {
  const months = monthsUntil(nowMs).map((one) => [one, words.month(one)] as const);
  return (
    <div className="report-tools flex flex-wrap gap-3">
      <Choose label={words.say('month')} value={month} options={months} onChoose={onChoose} />
      {groupings.map((by) => (
        <a
          key={by}
          className="button"
          href={`/api/v1/cost.csv?month=${month}&by=${by}`}
          download={`cost-${month}-${by}.csv`}
        >
          <Download size={18} aria-hidden="true" />
          {words.say(csvTexts[by])}
        </a>
      ))}
      <button type="button" className="button" onClick={() => window.print()}>
        <Printer size={18} aria-hidden="true" />
        {words.say('print')}
      </button>
      <button type="button" className="button" data-testid="cost-prices" onClick={onPrices}>
        <Coins size={18} aria-hidden="true" />
        {words.say('prices')}
      </button>
    </div>
  );
}
