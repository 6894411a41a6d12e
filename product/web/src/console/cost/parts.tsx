import { Part } from '../../admin/traffic/parts.tsx';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import type { CostReport, CostRow } from '../types.ts';
import { shareOf } from './core/figures.ts';
import type { CostWords } from './words.ts';

interface CostProps {
  words: CostWords;
  report: CostReport;
}

export function Headline({ words, report }: CostProps) {
  const { say, money, number, bytes } = words;
  const { total, month, isRunning, to, currency } = report;
  const periodText = [
    words.month(month),
    ...(isRunning ? [say('soFar', { time: `${words.time(to)} UTC` })] : []),
    say('amounts', { currency }),
  ].join(' · ');
  const [nodes, traffic] = [money(total.nodeCost, currency), money(total.trafficCost, currency)];
  const each = total.costPerUserHour;
  const figures = [
    {
      key: 'cost',
      title: say(isRunning ? 'costSoFar' : 'costOfMonth'),
      figure: money(total.cost, currency),
      note: say('costParts', { nodes, traffic }),
    },
    {
      key: 'each',
      title: say('perUserHour'),
      figure: each === undefined ? '–' : money(each, currency),
      note: each === undefined ? say('noUserHours') : say('perUserHourOf', { hours: number(total.userHours) }),
    },
    { key: 'nodes', title: say('nodeHours'), figure: number(total.nodeHours), note: nodes },
    { key: 'sent', title: say('sent'), figure: bytes(total.sentBytes), note: traffic },
  ];
  return (
    <section className="report-head grid gap-4 bordered rounded-m bg-surface" aria-label={periodText}>
      <p className="report-when col-all m-0 text-soft">{periodText}</p>
      {figures.map(({ key, title, figure, note }) => (
        <div key={key} className="report-objective grid gap-2 min-w-0" data-testid={`cost-${key}`}>
          <h2>{title}</h2>
          <p className="report-figure m-0 tabular">{figure}</p>
          <p className="report-target in-row gap-6px m-0 text-soft text-s">{note}</p>
        </div>
      ))}
    </section>
  );
}

const textKeysOf = {
  region: ['regions', 'region', undefined],
  tenant: ['tenants', 'tenant', 'tenantsLead'],
  link: ['links', 'link', 'linksLead'],
} as const;

/** All regions, tenants or links, most expensive first; a long list scrolls. */
export function Rows({ words, report, by }: CostProps & { by: keyof typeof textKeysOf }) {
  const { say } = words;
  const [title, keyTitle, lead] = textKeysOf[by];
  const key = ({ key: name }: CostRow): string => {
    if (by === 'link') return words.link(name);
    if (by === 'tenant') return name === '' ? say('noTenant') : name;
    return words.place(name);
  };
  const columns = [
    { key: 'key', title: say(keyTitle), cell: key },
    ...figureColumns({ words, report }).filter(
      (one) => !((by === 'link' && one.key === 'nodeHours') || (by === 'tenant' && one.key === 'peak')),
    ),
  ];
  return (
    <Part title={say(title)}>
      {lead === undefined ? null : <p className="faint">{say(lead)}</p>}
      {report.rows.length === 0 ? (
        <p className="admin-empty report-none">{say('none')}</p>
      ) : (
        <div className="cost-scroll rounded-l">
          <RowsTable label={say(title)} rows={report.rows} columns={columns} keyOf={(row) => row.key} />
        </div>
      )}
      {report.complete ? null : <p className="faint">{say('incomplete')}</p>}
    </Part>
  );
}

function figureColumns({ words, report: { currency, total } }: CostProps): Column<CostRow>[] {
  const { say, money, number, bytes, rate } = words;
  return [
    { key: 'nodeHours', title: say('nodeHours'), isNumber: true, cell: (row) => number(row.nodeHours) },
    { key: 'sent', title: say('sent'), isNumber: true, cell: (row) => bytes(row.sentBytes) },
    { key: 'peak', title: say('percentile'), isNumber: true, cell: (row) => rate(row.peakBps) },
    {
      key: 'cost',
      title: say('cost'),
      isNumber: true,
      cell: (row) => <Cost {...{ words, currency }} cost={row.cost} totalCost={total.cost} />,
    },
    { key: 'userHours', title: say('userHours'), isNumber: true, cell: (row) => number(row.userHours) },
    {
      key: 'each',
      title: say('eachUserHour'),
      isNumber: true,
      cell: ({ costPerUserHour: each }) => (each === undefined ? '–' : money(each, currency)),
    },
  ];
}

function Cost(o: { words: CostWords; currency: string; cost: number; totalCost: number }) {
  const { words, currency, cost, totalCost } = o;
  const share = shareOf(cost, totalCost);
  return (
    <span className="load cost-share" title={words.say('ofAll', { share: words.share(share) })}>
      {words.money(cost, currency)}
      <span className="load-bar overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}

export function Kinds({ words, report: { kinds, currency, total } }: CostProps) {
  const { say } = words;
  const columns: Column<CostReport['kinds'][number]>[] = [
    { key: 'kind', title: say('kind'), cell: ({ kind }) => words.kind(kind) },
    { key: 'nodeHours', title: say('nodeHours'), isNumber: true, cell: ({ nodeHours }) => words.number(nodeHours) },
    {
      key: 'cost',
      title: say('cost'),
      isNumber: true,
      cell: ({ nodeCost }) => <Cost {...{ words, currency }} cost={nodeCost} totalCost={total.cost} />,
    },
  ];
  return (
    <Part title={say('kinds')}>
      {kinds.length === 0 ? (
        <p className="admin-empty report-none">{say('none')}</p>
      ) : (
        <RowsTable label={say('kinds')} rows={kinds} columns={columns} keyOf={({ kind }) => kind} />
      )}
    </Part>
  );
}
